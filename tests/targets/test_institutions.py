"""The register of institutions: through its services and its pages."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from audit.models import AuditEvent
from common.errors import Conflict, Invalid, NotAllowed
from common.paging import COUNT_LIMIT, count_up_to, page_by_key
from targets.models import Institution, Plan, Unit
from targets.queries import find_institutions
from targets.services.institutions import add_institution, change_institution
from targets.validators import validate_credit_code
from tests.credit_codes import credit_code
from tests.factories import make_user, sign_in

LIST, NEW = "/institutions/", "/institutions/new/"


def institution(unit: str = "320722", *, number: int = 1, **values: object) -> Institution:
    fields = {
        "unit": Unit.objects.get(code=unit),
        "name": "东海县机关事务管理局",
        "credit_code": credit_code(number),
        "kind": Institution.Kind.STATE,
        "roof_class": Institution.RoofClass.ORGAN,
        "floor_area_m2": Decimal("12345.60"),
        "headcount": 320,
        "separately_metered": True,
        "active_from": date(2020, 1, 1),
    }
    return Institution(**fields | values)


def form_of(row: Institution, **changes: object) -> dict[str, object]:
    data = {
        "unit": row.unit_id,
        "name": row.name,
        "credit_code": row.credit_code,
        "kind": row.kind,
        "roof_class": row.roof_class,
        "floor_area_m2": row.floor_area_m2,
        "headcount": row.headcount,
        "separately_metered": "on",
        "active_from": "2020-01-01",
        "active_to": "",
        "version": row.version,
    }
    return data | changes


@pytest.fixture
def clerk(plan: Plan) -> User:
    return make_user("reporter", "320722")


@pytest.fixture
def officer(plan: Plan) -> User:
    return make_user("officer")


@pytest.fixture
def stored(plan: Plan, officer: User) -> Institution:
    return add_institution(institution(), by=officer)


# --- the credit code


def test_valid_credit_code_passes() -> None:
    assert validate_credit_code(credit_code()) is None  # it says nothing, and does not refuse


@pytest.mark.parametrize(
    ("code", "match"),
    [
        (credit_code()[:-1], "读到 17 位"),
        (credit_code() + "1", "读到 19 位"),
        (credit_code()[:-1] + ("1" if credit_code()[-1] != "1" else "2"), "校验位"),
        ("I" + credit_code()[1:], "只能由数字和大写字母"),
        (credit_code(10).replace("1132", "１１３２", 1), "只能由数字和大写字母|位"),
    ],
    ids=["short", "long", "check digit", "letter I", "full width"],
)
def test_wrong_credit_code_is_refused_with_what_is_wrong(code: str, match: str) -> None:
    with pytest.raises(ValidationError, match=match):
        validate_credit_code(code)


# --- services


def test_clerk_registers_an_institution_of_the_own_unit(clerk: User) -> None:
    add_institution(institution(), by=clerk)

    row = Institution.objects.get()
    assert row.search_key.split() == ["东海县机关事务管理局", "dhxjgswglj", credit_code().lower()]
    event = AuditEvent.objects.get(action="institution.add")
    assert (event.stream, event.actor, event.object_key) == ("320722", clerk.username, f"institution/{credit_code()}")


@pytest.mark.parametrize("unit", ["320723", "320700", "LGZ"], ids=["neighbour", "root", "second city"])
def test_clerk_registers_nothing_for_another_unit(unit: str, clerk: User, second_plan: Plan) -> None:
    with pytest.raises(NotAllowed):
        add_institution(institution(unit), by=clerk)

    assert not Institution.objects.exists()


@pytest.mark.parametrize("role", ["reviewer", "leader", "auditor", "sysadmin"])
def test_readers_change_nothing(role: str, stored: Institution) -> None:
    with pytest.raises(NotAllowed):
        add_institution(institution(number=2), by=make_user(role))
    with pytest.raises(NotAllowed):
        change_institution(stored, by=make_user(role), version=1)


def test_credit_code_belongs_to_one_unit_at_a_time_and_the_holder_is_named_to_who_may_see_it(
    stored: Institution, officer: User, clerk: User, plan: Plan
) -> None:
    neighbour = make_user("reporter", "320723")

    with pytest.raises(Conflict, match="东海县的“东海县机关事务管理局”"):
        add_institution(institution("320723", name="另一家"), by=officer)
    with pytest.raises(Conflict, match="已由其他单位登记") as hidden:
        add_institution(institution("320723", name="另一家"), by=neighbour)

    assert "东海" not in str(hidden.value)
    assert Institution.objects.count() == 1


def test_span_that_ends_before_it_begins_is_refused(clerk: User) -> None:
    with pytest.raises(Invalid, match="退出日期"):
        add_institution(institution(active_to=date(2019, 1, 1)), by=clerk)


def test_change_is_refused_to_who_had_seen_an_older_version(stored: Institution, clerk: User, officer: User) -> None:
    mine = Institution.objects.get(pk=stored.pk)
    stored.name = "东海县机关事务服务中心"
    change_institution(stored, by=officer, version=1)

    mine.headcount = 1
    with pytest.raises(Conflict, match="刚刚被他人修改"):
        change_institution(mine, by=clerk, version=1)

    row = Institution.objects.get(pk=stored.pk)
    assert (row.name, row.headcount, row.version) == ("东海县机关事务服务中心", 320, 2)


def test_institution_that_moves_to_another_unit_is_in_both_trails(stored: Institution, officer: User) -> None:
    stored.unit = Unit.objects.get(code="320723")

    change_institution(stored, by=officer, version=1)

    events = AuditEvent.objects.filter(action="institution.change").order_by("stream")
    assert [event.stream for event in events] == ["320722", "320723"]
    assert '"unit": "320722"' in events[0].before
    assert '"unit": "320723"' in events[0].after


def test_clerk_takes_no_institution_from_another_unit(stored: Institution) -> None:
    neighbour = make_user("reporter", "320723")
    stored.unit = Unit.objects.get(code="320723")

    with pytest.raises(NotAllowed):
        change_institution(stored, by=neighbour, version=1)

    assert Institution.objects.get().unit.code == "320722"


# --- the list


def many(count: int) -> None:
    rows, pattern = [], institution()
    for number in range(count):
        row = deepcopy(pattern)
        row.name, row.credit_code = f"东海县第{number}中学", credit_code(1000 + number)
        row.search_key = f"{row.name} dhxdzx"
        rows.append(row)
    Institution.objects.bulk_create(rows)


@pytest.mark.parametrize("count", [30, 3000])
def test_list_of_30_and_of_3000_costs_the_same_queries(count: int, officer: User) -> None:
    many(count)
    client = sign_in(officer)

    with CaptureQueriesContext(connection) as queries:
        page = client.get(LIST, {"q": "dhx"})

    assert page.status_code == 200
    assert f"共 {count} 家" in page.content.decode()
    assert len(queries) == 7


def test_list_is_walked_forwards_and_backwards_without_losing_a_row(officer: User) -> None:
    many(120)
    client = sign_in(officer)
    everything = list(find_institutions(officer).order_by("name", "credit_code"))

    first = client.get(LIST)
    second = client.get(LIST + first.context["next_url"])
    third = client.get(LIST + second.context["next_url"])
    back = client.get(LIST + third.context["previous_url"])

    assert [*first.context["rows"], *second.context["rows"], *third.context["rows"]] == everything
    assert list(back.context["rows"]) == list(second.context["rows"])
    assert (first.context["previous_url"], third.context["next_url"]) == ("", "")


def test_next_page_keeps_the_search(officer: User) -> None:
    many(60)

    page = sign_in(officer).get(LIST, {"q": "中学", "unit": "320722", "kind": ""})

    assert page.context["next_url"].startswith("?q=%E4%B8%AD%E5%AD%A6&unit=320722&after=")


@pytest.mark.parametrize("mark", ["nonsense", "[1]", '["a"]', '["a", 2]', "{}", '"'])
def test_mark_that_means_nothing_is_the_first_page(mark: str, stored: Institution, officer: User) -> None:
    page = sign_in(officer).get(LIST, {"after": mark})

    assert list(page.context["rows"]) == [stored]


def test_list_beyond_the_limit_is_not_counted(plan: Plan) -> None:
    assert count_up_to(Unit.objects.all(), limit=3) is None
    assert count_up_to(Unit.objects.all()) == Unit.objects.count() <= COUNT_LIMIT


def test_last_page_that_is_exactly_full_leads_nowhere(plan: Plan) -> None:
    total = Unit.objects.count()

    page = page_by_key(Unit.objects.all(), ["name", "code"], size=total)

    assert (len(page.rows), page.before, page.after) == (total, "", "")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "DHX"}, 1),
        ({"q": "机关"}, 1),
        ({"q": "xyz"}, 0),
        ({"unit": "320722"}, 1),
        ({"unit": "320723"}, 0),
        ({"unit": "LGZ"}, 1),  # not to be chosen: as if nothing had been asked
        ({"kind": "021"}, 0),
        ({"kind": "01"}, 1),
    ],
)
def test_list_is_searched_and_filtered(
    asked: dict[str, str], found: int, stored: Institution, officer: User, second_plan: Plan
) -> None:
    assert len(sign_in(officer).get(LIST, asked).context["rows"]) == found


def test_empty_register_says_what_to_do_first(clerk: User) -> None:
    assert "请先登记本单位的公共机构" in sign_in(clerk).get(LIST).content.decode()


# --- the pages


def test_clerk_registers_an_institution_on_the_page(clerk: User) -> None:
    client = sign_in(clerk)
    data = form_of(institution(), credit_code=credit_code().lower())

    answer = client.post(NEW, data, follow=True)

    assert "已登记“东海县机关事务管理局”" in answer.content.decode()
    assert Institution.objects.get().credit_code == credit_code()


def test_clerk_cannot_choose_another_unit_on_the_page(clerk: User) -> None:
    other = Unit.objects.get(code="320723")

    sign_in(clerk).post(NEW, form_of(institution(), unit=other.pk))

    assert Institution.objects.get().unit.code == "320722"


def test_page_with_a_wrong_code_says_so_and_keeps_what_was_typed(clerk: User) -> None:
    answer = sign_in(clerk).post(NEW, form_of(institution(), credit_code="113207220000000019"))

    assert answer.status_code == 422
    assert "校验位不对" in answer.content.decode()
    assert "东海县机关事务管理局" in answer.content.decode()
    assert not Institution.objects.exists()


def test_page_with_a_registered_code_names_the_holder(stored: Institution, clerk: User) -> None:
    answer = sign_in(clerk).post(NEW, form_of(institution(name="重复登记")))

    assert answer.status_code == 422
    assert "已登记为东海县的“东海县机关事务管理局”" in answer.content.decode()


def test_institution_is_changed_on_the_page(stored: Institution, clerk: User) -> None:
    path = f"/institutions/{stored.credit_code}/edit/"

    answer = sign_in(clerk).post(path, form_of(stored, headcount=330))

    assert answer["Location"] == f"/institutions/{stored.credit_code}/"
    assert Institution.objects.get().headcount == 330


def test_page_opened_before_somebody_else_saved_is_refused_and_recorded(
    stored: Institution, clerk: User, officer: User
) -> None:
    path = f"/institutions/{stored.credit_code}/edit/"
    seen = form_of(stored)
    sign_in(officer).post(path, seen | {"headcount": 400})

    answer = sign_in(clerk).post(path, seen | {"headcount": 330})

    assert answer.status_code == 422
    assert "刚刚被他人修改" in answer.content.decode()
    assert Institution.objects.get().headcount == 400
    assert AuditEvent.objects.filter(outcome="refused", actor=clerk.username).count() == 1


def test_page_without_a_version_changes_nothing(stored: Institution, clerk: User) -> None:
    data = form_of(stored, headcount=1)
    del data["version"]

    answer = sign_in(clerk).post(f"/institutions/{stored.credit_code}/edit/", data)

    assert answer.status_code == 422
    assert Institution.objects.get().headcount == 320


@pytest.mark.parametrize("path", ["/institutions/{}/", "/institutions/{}/edit/"])
def test_institution_of_another_unit_is_not_there(path: str, stored: Institution) -> None:
    neighbour: Client = sign_in(make_user("reporter", "320723"))

    assert neighbour.get(path.format(stored.credit_code)).status_code == 404
    assert stored.name not in neighbour.get(LIST).content.decode()


@pytest.mark.parametrize("role", ["reviewer", "leader", "auditor"])
def test_reader_sees_an_institution_and_no_way_to_change_it(role: str, stored: Institution) -> None:
    reader = sign_in(make_user(role))

    page = reader.get(f"/institutions/{stored.credit_code}/").content.decode()

    assert "12,345.60" in page
    assert "/edit/" not in page
    assert reader.get(f"/institutions/{stored.credit_code}/edit/").status_code == 403
    assert reader.get(NEW).status_code == 403


def test_system_administrator_and_strangers_see_no_register(plan: Plan) -> None:
    assert sign_in(make_user("sysadmin")).get(LIST).status_code == 403
    assert Client().get(LIST)["Location"].startswith("/accounts/sign-in/")


def test_hostile_name_is_shown_as_text(clerk: User) -> None:
    add_institution(institution(name="<script>alert(1)</script>"), by=clerk)

    page = sign_in(clerk).get(LIST).content.decode()

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
