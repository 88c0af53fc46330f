"""The command `demo` in a database that holds nothing yet."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from progress.models import Report
from reporting.demo.institutions import make_institutions
from targets.excel.credit_codes import credit_code_fault
from targets.models import Institution, Plan


def test_demo_in_a_database_without_a_plan_then_plan_and_scheme_are_loaded_first(db: None) -> None:
    call_command("demo", stdout=StringIO())

    plan = Plan.objects.get()
    assert (plan.year, plan.is_demo) == (2023, True)
    assert plan.schemes.exists()
    assert Report.objects.of_plan(plan).effective().exists()


def test_demo_command_outside_demo_mode_then_no_plan_is_loaded_either(db: None, settings: Settings) -> None:
    settings.DEMO_MODE = False

    with pytest.raises(CommandError, match="正式环境"):
        call_command("demo")

    assert not Plan.objects.exists()


def test_institutions_of_a_city_of_full_size_are_all_different_and_valid(plan: Plan) -> None:
    units = list(plan.plan_units.reporting().select_related("unit"))

    made = make_institutions(units, total=3_000)

    codes = [one.credit_code for some in made.values() for one in some]
    assert len(set(codes)) == Institution.objects.count() == 3_000
    assert {credit_code_fault(code) for code in codes} == {None}
