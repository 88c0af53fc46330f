"""The pieces that pages are made of."""

from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone

from assessments.models import Compliance
from common.errors import Invalid
from jobs.models import Job
from lianyungang_portal.icons import icon_svg
from progress.models import Report
from targets.models import Quarter


def drawn(source: str, **context: Any) -> str:
    """A piece of a template as a page would draw it."""
    request = RequestFactory().get("/")
    request.arrived_at = timezone.now()  # type: ignore[attr-defined]
    return Template(source).render(Context({"request": request, **context}))


@pytest.mark.parametrize("code", Compliance.Status.values)
def test_every_status_is_a_chip_with_its_word(code: str) -> None:
    chip = drawn("{% status code %}", code=code)

    assert f"is-{code}" in chip
    assert str(Compliance.Status(code).label) in chip


def test_a_quarter_that_has_not_opened_has_no_status() -> None:
    assert "—" in drawn('{% status "" %}')
    assert drawn('{{ ""|status_word }}') == ""


@pytest.mark.parametrize("code", [*Report.State.values, *Job.State.values, *Quarter.State.values, "not_started"])
def test_every_state_is_a_chip_with_a_word(code: str) -> None:
    chip = drawn("{% state code %}", code=code)

    assert f'class="status is-{code}"' in chip
    assert "—" not in chip


def test_a_state_that_is_not_of_a_report_brings_its_own_word() -> None:
    assert "逾期可补报" in drawn("{% state code %}", code=Quarter.State.OVERDUE)
    assert "已逾期" in drawn('{% state "overdue" %}')
    assert "更正中" in drawn('{% state "draft" "更正中" %}')


def test_words_from_outside_cannot_become_markup() -> None:
    assert "<b>" not in drawn('{% state "draft" word %}', word="<b>粗</b>")
    assert "<b>" not in drawn("{% card title=title %}{{ text }}{% endcard %}", title="<b>甲</b>", text="<b>乙</b>")
    assert "<b>" not in drawn('{% icon "check" label=label %}', label='"><b>')


def test_a_deadline_shows_the_time_left_and_its_last_day() -> None:
    now = timezone.now()

    shown = drawn("{% deadline due as_of %}", due=now + timedelta(days=3), as_of=now)

    assert "deadline-soon" in shown
    assert "还剩 3 天" in shown
    assert drawn("{% deadline due %}", due=None) == "—"


def test_an_icon_is_drawn_inside_the_page_and_hidden_from_screen_readers() -> None:
    svg = drawn('{% icon "check" %}')

    assert svg.startswith("<svg")
    assert 'aria-hidden="true"' in svg
    assert "xmlns" not in svg


def test_an_icon_that_alone_says_something_has_a_name() -> None:
    svg = icon_svg("lock", label="已锁定")

    assert 'role="img" aria-label="已锁定"' in svg
    assert "aria-hidden" not in svg


@pytest.mark.parametrize("name", ["no-such-icon", "../../etc/passwd", ""])
def test_an_icon_that_does_not_exist_draws_nothing(name: str) -> None:
    assert icon_svg(name) == ""


class ExampleForm(forms.Form):
    """A field that must be filled in, with help, and one that need not."""

    code = forms.CharField(label="统一社会信用代码", help_text="18 位")
    metered = forms.BooleanField(label="独立计量", required=False)


def test_a_field_ties_its_label_help_and_error_to_the_input() -> None:
    shown = drawn('{% include "components/form.html" with form=form only %}', form=ExampleForm({"code": ""}))

    assert '<label class="field-label" for="id_code">' in shown
    assert 'aria-describedby="id_code_helptext id_code_error"' in shown
    assert 'id="id_code_helptext"' in shown
    assert 'id="id_code_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert shown.count(">必填<") == 1


def test_what_is_wrong_with_a_whole_form_stands_above_it() -> None:
    form = ExampleForm({"code": "1"})
    form.add_error(None, "两处不一致")

    shown = drawn('{% include "components/form.html" with form=form only %}', form=form)

    assert shown.index("两处不一致") < shown.index("id_code")


def test_an_unfinished_job_asks_for_itself_again_and_a_finished_one_does_not(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.look.urls"
    source = '{% include "components/job.html" with job=job label="计算考核" only %}'

    running = drawn(source, job=Job(state=Job.State.RUNNING, done=1, total=4))
    done = drawn(source, job=Job(state=Job.State.DONE, done=4, total=4))

    assert 'value="25"' in running
    assert 'hx-trigger="every 1s"' in running
    assert "hx-get" not in done
    assert "<progress" not in done


def test_a_refusal_says_what_happened_and_what_to_do_next() -> None:
    shown = drawn('{% include "components/refusal.html" %}', error=Invalid("校验码不对。", "请核对第 18 位。"))

    assert "校验码不对。" in shown
    assert "请核对第 18 位。" in shown
    assert 'role="alert"' in shown


def test_pages_by_key_offer_only_the_ways_there_are() -> None:
    shown = drawn('{% include "components/pagination.html" with next_url="?after=9" only %}')

    assert 'rel="next" href="?after=9"' in shown
    assert 'rel="prev"' not in shown
    assert drawn('{% include "components/pagination.html" only %}').strip() == ""
