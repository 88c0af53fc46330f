"""Several rows of the form at once: where pasted cells go, all rows saved or none, undone and confirmed."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.policy import Role
from audit.models import AuditEvent
from progress.models import Line, Report, ReportContributor
from targets.models import Plan, PlanUnit, Quarter
from tests.factories import make_report, make_user, sign_in

DAY = timedelta(days=1)
State = Report.State


def address(view: str, plan_unit: PlanUnit, number: int = 1) -> str:
    return reverse(f"progress:{view}", args=["320700", 2023, number, plan_unit.unit.code])


@pytest.fixture(autouse=True)
def _open_now(plan: Plan) -> None:
    """The first two quarters are being reported: a page goes by the arrival of its request."""
    now = timezone.now()
    window = {"opens": now - DAY, "due": now + DAY, "closes": now + 2 * DAY}
    Quarter.objects.filter(plan=plan, number__in=[1, 2]).update(**window)


@pytest.fixture
def browser(clerk: User) -> Client:
    return sign_in(clerk)


def paste(browser: Client, county: PlanUnit, cells: Any, code: str = "CP", field: str = "value") -> Any:
    body = {"cells": cells if isinstance(cells, str) else json.dumps(cells), "code": code, "field": field}
    return browser.post(address("place_paste", county), body)


def save(browser: Client, county: PlanUnit, rows: dict[str, dict[str, str]], number: int = 1) -> Any:
    fields = {f"{code}-{name}": text for code, row in rows.items() for name, text in row.items()}
    return browser.post(address("save_rows", county, number), {"code": list(rows), **fields})


def stored(number: int = 1) -> dict[str, tuple[str, int]]:
    """The lines by code: value and version."""
    lines = Line.objects.filter(report__quarter__number=number).select_related("indicator")
    return {line.indicator.code: (f"{line.value:f}".rstrip("0").rstrip("."), line.version) for line in lines}


# --- where pasted cells go


def test_cells_are_placed_by_the_pages_order_and_nothing_is_stored(browser: Client, county: PlanUnit) -> None:
    answer = paste(browser, county, [["9"], ["7"]])

    assert answer.json()["rows"] == {
        "CP": {"value": "9", "not_applicable": False, "clears": False},
        "NEV": {"value": "7", "not_applicable": False, "clears": False},
    }
    assert not Report.objects.exists()


def test_names_find_their_rows(browser: Client, county: PlanUnit) -> None:
    rows = paste(browser, county, [["新增新能源汽车", "7", "", "已上牌"], ["食堂全电厨房改造试点", "不涉及"]]).json()[
        "rows"
    ]

    assert rows["NEV"] == {"value": "7", "note": "已上牌", "not_applicable": False, "clears": False}
    assert rows["KIT"]["not_applicable"]


def test_total_rows_are_said(browser: Client, county: PlanUnit) -> None:
    answer = paste(browser, county, [["新增新能源汽车", "7"], ["小计", "5"], ["合计", "12"]]).json()

    assert set(answer["rows"]) == {"NEV"}
    assert answer["told"] == "合计行没有粘贴（小计、合计）。"


def test_what_cannot_be_placed_is_refused_with_every_reason(browser: Client, county: PlanUnit) -> None:
    answer = paste(browser, county, [["新建充电桩", "9"], ["不知何物", "1"], ["整县推进党政机关光伏建设比例", "5"]])

    assert answer.status_code == 422
    assert answer.json()["message"].split("\n") == [
        "指标“不知何物”不在名单里",
        "本单位不填报“整县推进党政机关光伏建设比例”，请删去这一行",
    ]


def test_an_unknown_name_is_said_with_every_cell_that_cannot_be_read(browser: Client, county: PlanUnit) -> None:
    answer = paste(browser, county, [["新建充电庄", "9"], ["新增新能源汽车", "—"], ["新建充电桩", "十二"]])

    assert answer.status_code == 422
    assert answer.json()["message"].split("\n") == [
        "指标“新建充电庄”不在名单里，是不是“新建充电桩”？",
        "“新增新能源汽车”：没有完成请填 0，没有此项工作请选“不涉及”",
        "“新建充电桩”：不是数字",
    ]


@pytest.mark.parametrize("cells", ["", "no json", "{}", '["9"]', "[[9]]", "[" * 100_000])
def test_what_is_no_table_of_texts_is_refused(cells: str, browser: Client, county: PlanUnit) -> None:
    answer = paste(browser, county, cells)

    assert (answer.status_code, answer.json()["message"]) == (422, "粘贴的内容读不懂。")


def test_a_field_that_no_form_has_is_not_there(browser: Client, county: PlanUnit) -> None:
    assert paste(browser, county, [["9"]], field="version").status_code == 404


# --- all or none


def test_rows_are_saved_together_as_one_event_and_said_as_they_are_read(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (4, None)})

    answer = save(
        browser, county, {"CP": {"value": " 1,200 个", "version": "1"}, "PLA": {"value": "50%", "version": "0"}}
    )

    rows = answer.json()["rows"]
    assert {code: (row["value"], row["version"]) for code, row in rows.items()} == {"CP": ("1200", 2), "PLA": ("50", 1)}
    assert "data-figure" in rows["CP"]["figures"]
    assert stored() == {"CP": ("1200", 2), "PLA": ("50", 1)}
    event = AuditEvent.objects.get(action="report.save_lines")
    assert '"PLA"' in event.after
    assert '"CP"' in event.before


def test_one_bad_cell_and_nothing_is_stored_and_each_is_named(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (4, None)})

    answer = save(
        browser,
        county,
        {
            "CP": {"value": "9", "version": "1"},
            "NEV": {"value": "—", "version": "0"},
            "PVN": {"value": "60", "base": "五", "version": "0"},
            "CSO": {"value": "1.5", "version": "0"},
            "DEM": {"value": "12m²", "version": "0"},
        },
    )

    assert answer.status_code == 422
    problems = {code: [one["text"] for one in row["problems"]] for code, row in answer.json()["rows"].items()}
    assert problems == {
        "CP": [],
        "NEV": ["没有完成请填 0，没有此项工作请选“不涉及”"],
        "PVN": ["不是数字"],
        "CSO": ["只能填整数，请核对后重填"],
        "DEM": ["计量单位应为“个”"],
    }
    assert stored() == {"CP": ("4", 1)}


def test_a_base_may_not_say_not_applicable(browser: Client, county: PlanUnit) -> None:
    answer = save(browser, county, {"PVN": {"value": "60", "base": "不涉及", "version": "0"}})

    assert [one["field"] for one in answer.json()["rows"]["PVN"]["problems"]] == ["base"]
    assert not Report.objects.exists()


def test_what_is_only_missing_yet_does_not_stand_against_saving(browser: Client, county: PlanUnit) -> None:
    answer = save(browser, county, {"PVN": {"value": "60", "version": "0"}, "CP": {"value": "9", "version": "0"}})

    assert answer.status_code == 200
    assert [one["incomplete"] for one in answer.json()["rows"]["PVN"]["problems"]] == [True]
    assert set(stored()) == {"PVN", "CP"}


def test_words_empty_a_row(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (4, None), "KIT": (1, None)})

    save(
        browser,
        county,
        {"CP": {"value": "清空", "version": "1"}, "KIT": {"value": "不涉及", "note": "没有食堂", "version": "1"}},
    )

    lines = {line.indicator.code: line for line in Line.objects.select_related("indicator")}
    assert (lines["CP"].value, lines["CP"].is_filled) == (None, False)
    assert lines["KIT"].not_applicable


def test_somebody_elses_row_stops_all_and_their_values_are_said(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (4, None), "NEV": (2, None)})
    other = sign_in(make_user(Role.REPORTER, county.unit))
    save(other, county, {"NEV": {"value": "3", "version": "1"}})

    answer = save(browser, county, {"CP": {"value": "9", "version": "1"}, "NEV": {"value": "8", "version": "1"}})

    assert answer.status_code == 409
    theirs = answer.json()["theirs"]
    assert (theirs["row"], theirs["value"], theirs["version"]) == ("NEV", "3", 2)
    assert stored() == {"CP": ("4", 1), "NEV": ("3", 2)}


def test_undoing_restores_what_stood_before_by_the_same_way(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (4, None)})
    save(browser, county, {"CP": {"value": "9", "version": "1"}, "NEV": {"value": "7", "version": "0"}})

    answer = save(browser, county, {"CP": {"value": "4", "version": "2"}, "NEV": {"value": "", "version": "1"}})

    assert answer.status_code == 200
    lines = {line.indicator.code: line for line in Line.objects.select_related("indicator")}
    assert (lines["CP"].value, lines["CP"].version) == (4, 3)
    assert not lines["NEV"].is_filled
    assert AuditEvent.objects.filter(action="report.save_lines").count() == 2


def test_rows_are_refused_where_the_report_is_locked(browser: Client, county: PlanUnit, plan: Plan) -> None:
    make_report(county, 1, {"CP": (4, None)}, state=State.SUBMITTED)
    now = timezone.now()
    Quarter.objects.filter(plan=plan, number=2).update(opens=now - 3 * DAY, due=now - 2 * DAY, closes=now - DAY)

    submitted = save(browser, county, {"CP": {"value": "9", "version": "1"}})
    closed = save(browser, county, {"CP": {"value": "9", "version": "0"}}, number=2)

    assert (submitted.status_code, submitted.json()["message"]) == (409, "已提交待审")
    assert (closed.status_code, closed.json()["message"]) == (409, "已过截止时间")
    assert stored() == {"CP": ("4", 1)}
    assert not stored(2)


def test_a_row_that_the_unit_does_not_report_is_not_there(browser: Client, county: PlanUnit) -> None:
    assert save(browser, county, {"PVG": {"value": "9"}}).status_code == 404
    assert save(browser, county, {}).status_code == 422


def test_nobody_elses_rows(county: PlanUnit, pilot: PlanUnit, reviewer: User) -> None:
    stranger = sign_in(make_user(Role.REPORTER, pilot.unit))

    assert save(stranger, county, {"CP": {"value": "9"}}).status_code == 404
    assert save(sign_in(reviewer), county, {"CP": {"value": "9"}}).status_code == 403
    assert paste(sign_in(reviewer), county, [["9"], ["7"]]).status_code == 403
    assert not Report.objects.exists()


@pytest.mark.parametrize("rows", [1, 6])
def test_saving_costs_the_same_for_one_row_and_for_many(rows: int, browser: Client, county: PlanUnit) -> None:
    make_report(county, 1)
    save(browser, county, {"CP": {"value": "3", "version": "1"}})
    codes = ["NEV", "CSO", "NAT", "CAS", "DEM", "WST"][:rows]
    typed = {code: {"value": "7", "version": "1"} for code in codes}

    with CaptureQueriesContext(connection) as captured:
        assert save(browser, county, typed).status_code == 200

    assert len(captured) == 29


@pytest.mark.parametrize("rows", [2, 20])
def test_placing_costs_the_same_for_few_and_for_many(rows: int, browser: Client, county: PlanUnit) -> None:
    with CaptureQueriesContext(connection) as captured:
        assert paste(browser, county, [["7"]] * rows).status_code == 200

    assert len(captured) == 11


# --- carried over and confirmed


@pytest.fixture
def carried(county: PlanUnit) -> None:
    """What stands still from the first quarter: plastics at 30 %, and nothing is stored of the second."""
    make_report(county, 1, {"PLA": (30, None), "CP": (4, None)}, state=State.APPROVED)


@pytest.mark.usefixtures("carried")
def test_confirming_takes_a_line_as_looked_at(browser: Client, county: PlanUnit, clerk: User) -> None:
    answer = save(browser, county, {"PLA": {"value": "30", "version": "0", "carried": "off"}}, number=2)

    row = answer.json()["rows"]["PLA"]
    assert (row["carried"], row["value"]) == (False, "30")
    line = Line.objects.get(report__quarter__number=2)
    assert (line.origin, line.value, line.changed_by) == (Line.Origin.FORM, 30, clerk.name)
    assert ReportContributor.objects.get().user == clerk
    event = AuditEvent.objects.get(action="report.save_lines")
    assert ('"origin": "carried"' in event.before, '"origin": "form"' in event.after) == (True, True)
    checks = browser.get(address("report_checks", county, 2)).content.decode()
    assert "本季未核对" not in checks


@pytest.mark.usefixtures("carried")
def test_saving_what_stands_is_no_confirmation(browser: Client, county: PlanUnit) -> None:
    answer = save(browser, county, {"PLA": {"value": "30", "version": "0"}}, number=2)

    assert answer.json()["rows"]["PLA"]["carried"]
    assert Line.objects.get(report__quarter__number=2).origin == Line.Origin.CARRIED


@pytest.mark.usefixtures("carried")
def test_undoing_makes_a_line_carried_again(browser: Client, county: PlanUnit) -> None:
    save(browser, county, {"PLA": {"value": "60", "version": "0"}}, number=2)
    version = str(Line.objects.get(report__quarter__number=2).version)

    save(browser, county, {"PLA": {"value": "30", "version": version, "carried": "on"}}, number=2)

    line = Line.objects.get(report__quarter__number=2)
    assert (line.value, line.origin) == (30, Line.Origin.CARRIED)


def test_confirming_again_changes_nothing(browser: Client, county: PlanUnit) -> None:
    make_report(county, 1, {"CP": (4, None)})

    save(browser, county, {"CP": {"value": "4", "version": "1", "carried": "off"}})

    assert stored() == {"CP": ("4", 1)}
    assert not AuditEvent.objects.filter(action="report.save_lines").exists()


@pytest.mark.usefixtures("carried")
def test_who_confirms_what_somebody_changed_is_told(browser: Client, county: PlanUnit, open_at: datetime) -> None:
    other = sign_in(make_user(Role.REPORTER, county.unit))
    save(other, county, {"PLA": {"value": "60", "version": "0"}}, number=2)

    answer = save(browser, county, {"PLA": {"value": "30", "version": "0", "carried": "off"}}, number=2)

    assert (answer.status_code, answer.json()["theirs"]["value"]) == (409, "60")
