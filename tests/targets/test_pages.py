"""The plan's pages as people of every role meet them."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from audit.models import AuditEvent
from targets.models import Extension, Plan, PlanUnit, Quarter, Target, TargetRevision, Unit
from tests.factories import make_user, sign_in

BASE = "/320700/2023"
PAGES = {
    f"{BASE}/plan/": 6,
    f"{BASE}/plan/rules/": 3,
    f"{BASE}/units/": 4,
    f"{BASE}/plan/units/320722/": 10,
    f"{BASE}/indicators/": 4,
    f"{BASE}/indicators/CP/": 6,
    f"{BASE}/indicators/CP/targets/320722/": 6,
    f"{BASE}/quarters/": 5,
}
READERS = ["reporter", "officer", "reviewer", "leader", "auditor"]


@pytest.fixture
def officer(plan: Plan) -> Client:
    return sign_in(make_user("officer"))


@pytest.fixture
def clerk(plan: Plan) -> Client:
    return sign_in(make_user("reporter", "320722"))


def text_of(client: Client, path: str) -> str:
    """The page's words without markup, so that what is read is what is tested."""
    page = client.get(path)
    assert page.status_code == 200
    main = page.content.decode().split("<main", 1)[1]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))


# --- who sees what


@pytest.mark.parametrize("role", READERS)
def test_reader_of_any_role_opens_every_page(role: str, plan: Plan) -> None:
    reader = sign_in(make_user(role, "320722" if role == "reporter" else "320700"))

    assert {path: reader.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 200)


def test_system_administrator_opens_none_and_strangers_sign_in_first(plan: Plan) -> None:
    sysadmin = sign_in(make_user("sysadmin"))

    assert {path: sysadmin.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 403)
    assert all(Client().get(path)["Location"].startswith("/accounts/sign-in/") for path in PAGES)


@pytest.mark.parametrize(("role", "unit"), [("officer", "990100"), ("reporter", "LGZ")])
def test_people_of_another_city_find_nothing(role: str, unit: str, plan: Plan) -> None:
    stranger = sign_in(make_user(role, unit))

    assert {path: stranger.get(path).status_code for path in PAGES} == dict.fromkeys(PAGES, 404)


def test_clerk_reads_of_the_own_unit_and_the_city_but_of_no_neighbour(clerk: Client) -> None:
    # Not the two pilots: the notice's own words name them.
    neighbours = ["海州区", "连云区", "灌云县", "开发区", "高新区", "徐圩新区", "云台山", "市级机关"]

    read = {path: [name for name in neighbours if name in text_of(clerk, path)] for path in PAGES}

    assert read == {path: [] for path in PAGES}


@pytest.mark.parametrize(
    "path", [f"{BASE}/plan/units/320723/", f"{BASE}/indicators/CP/targets/320723/", f"{BASE}/plan/units/LGZ/"]
)
def test_clerk_does_not_find_the_page_of_a_neighbour(path: str, clerk: Client) -> None:
    assert clerk.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/320700/2024/plan/", "/111111/2023/plan/", f"{BASE}/indicators/TRE/"])
def test_what_is_not_in_the_plan_is_not_found(path: str, officer: Client, second_plan: Plan) -> None:
    assert officer.get(path).status_code == 404


# --- how much they cost


@pytest.mark.parametrize(("path", "queries"), PAGES.items())
def test_page_costs_a_fixed_number_of_queries_for_11_and_for_110_units(path: str, queries: int, plan: Plan) -> None:
    client = sign_in(make_user("officer"))
    with CaptureQueriesContext(connection) as small:
        client.get(path)
    root = Unit.objects.get(code="320700")
    for number in range(99):
        unit = Unit.objects.create(code=f"X{number}", name=f"单位{number}", path=f"320700/X{number}/", parent=root)
        PlanUnit.objects.create(plan=plan, unit=unit, name=unit.name, kind="zone", order=20 + number, groups=["zones"])

    with CaptureQueriesContext(connection) as large:
        client.get(path)

    assert (len(small), len(large)) == (queries, queries)


# --- the plan and its indicators


def test_plan_page_shows_the_notice_and_where_each_number_comes_from(officer: Client) -> None:
    words = text_of(officer, f"{BASE}/plan/")

    assert "2023年度全市公共机构绿色低碳引领行动目标任务的通知" in words
    assert "2023-05-15" in words
    assert "通知的附表和评分办法没有公开" in words
    assert "≥ 300 通知" in words
    assert "≥ 50 默认" in words
    assert "≤ 0 通知" in words


def test_revised_target_is_marked_as_revised_from_its_day_on(officer: Client, plan: Plan) -> None:
    target = Target.objects.get(indicator__code="CP", plan_unit__unit__code="320722")
    now = timezone.now()
    TargetRevision.objects.create(
        target=target, value=Decimal(45), valid_from="2023-07-01", reason="调整", created_at=now
    )

    assert "≥ 45 已调" in text_of(officer, f"{BASE}/plan/")


def test_indicator_page_says_what_it_is_how_it_counts_and_why(officer: Client) -> None:
    words = text_of(officer, f"{BASE}/indicators/PVN/")

    assert "本季度建成的公共机构新建建筑" in words  # definition
    assert "各季完成值之和 ÷ 各季基数之和" in words  # how it is computed
    assert "新建建筑的光伏面积不低于可安装面积的50%" in words  # the clause, N11
    assert "N11" in words
    assert "可以选“不涉及”" in words
    assert "每个季度都按全年目标要求" in words
    assert "全部填报单位" in words
    assert "≥ 50 通知 %" in words


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("PVG", "整县推进试点县区，以及另有目标的单位"),
        ("LDS", "第 3 季度末完成"),
        ("LDS", "本单位没有独立计量的公共机构"),
        ("OVQ", "不超过目标即 100%"),
        ("OVQ", "年初确定，仅市局可改"),
        ("KIT", "跟踪指标，不设目标"),
        ("EPC", "没有全市数"),
        ("PLA", "取有目标的各单位的平均"),
    ],
)
def test_indicator_page_explains_its_own_rules(code: str, expected: str, officer: Client) -> None:
    assert expected in text_of(officer, f"{BASE}/indicators/{code}/")


def test_every_indicator_of_both_plans_has_a_page(officer: Client, plan: Plan, second_plan: Plan) -> None:
    second = sign_in(make_user("officer", "990100"))

    for client, each in ((officer, plan), (second, second_plan)):
        for code in each.indicators.values_list("code", flat=True):
            assert client.get(f"/{each.owner.code}/2023/indicators/{code}/").status_code == 200


def test_pages_speak_english_to_who_reads_it(plan: Plan) -> None:
    user = make_user("leader")
    User.objects.filter(pk=user.pk).update(language="en")

    words = text_of(sign_in(user), f"{BASE}/indicators/CP/")

    assert "New charging piles" in words
    assert "Charging piles newly built in public institutions" in words
    assert "Donghai County" in words
    assert "新建充电桩" not in words


def test_unit_page_shows_names_quarters_with_its_extension_and_what_it_owes(officer: Client, plan: Plan) -> None:
    quarter = plan.quarters.get(number=2)
    zone = plan.plan_units.get(unit__code="320771")
    Extension.objects.create(
        quarter=quarter,
        plan_unit=zone,
        due=quarter.due + timedelta(days=4),
        closes=quarter.closes + timedelta(days=4),
        reason="停电",
        created_at=quarter.due,
    )

    words = text_of(officer, f"{BASE}/plan/units/320771/")

    assert "经开区、市开发区、经济技术开发区" in words
    assert "连云港经济技术开发区" in words
    assert "第 2 季度 2023-07-03 2023-07-21 2023-07-28 19" in words
    assert "第 4 季度 2024-01-02 2024-01-15 2024-01-22 25" in words


def test_root_has_a_page_without_quarters(officer: Client) -> None:
    assert "必填指标" not in text_of(officer, f"{BASE}/plan/units/320700/")


# --- revising a target


CHANGE = {"value": "45", "valid_from": "2023-07-01", "reason": "上半年超额完成"}
TARGET = f"{BASE}/indicators/CP/targets/320722/"


def test_officer_revises_a_target_on_its_page(officer: Client) -> None:
    answer = officer.post(TARGET, CHANGE, follow=True)

    assert answer.redirect_chain == [(TARGET, 302)]
    words = text_of(officer, TARGET)
    assert "2023-07-01 45" in words
    assert "上半年超额完成" in words
    assert "2023-01-01 40" in words


def test_officer_gives_a_target_to_a_unit_that_had_none(officer: Client) -> None:
    officer.post(f"{BASE}/indicators/CP/targets/320771/", CHANGE)

    assert Target.objects.get(indicator__code="CP", plan_unit__unit__code="320771").revisions.get().value == 45


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"value": "40"}, "相同"),
        ({"value": "abc"}, "输入"),
        ({"reason": ""}, "必填"),
        ({"valid_from": "2024-01-01"}, "计划年度"),
    ],
)
def test_wrong_revision_is_said_on_the_page_with_what_was_typed(
    wrong: dict[str, str], said: str, officer: Client
) -> None:
    answer = officer.post(TARGET, CHANGE | wrong)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert TargetRevision.objects.filter(target__indicator__code="CP").count() == 7


def test_form_proposes_the_last_value_so_that_nobody_withdraws_a_target_by_leaving_it(officer: Client) -> None:
    page = officer.get(TARGET).content.decode()

    assert re.search(r'name="value" value="40"', page)
    assert re.search(r'name="valid_from" value="2023-12-31"', page)


@pytest.mark.parametrize("role", ["reporter", "reviewer", "leader", "auditor"])
def test_reader_sees_the_history_and_no_form_and_is_refused(role: str, plan: Plan) -> None:
    reader = sign_in(make_user(role, "320722" if role == "reporter" else "320700"))

    assert "调整目标" not in text_of(reader, TARGET)
    assert reader.post(TARGET, CHANGE).status_code == 403
    assert AuditEvent.objects.filter(outcome="refused").count() == 1
    assert TargetRevision.objects.filter(target__indicator__code="CP").count() == 7


# --- the rules that the notice does not state


RULES = f"{BASE}/plan/rules/"
NEW_RULES = {
    "return_open_working_days": "3",
    "jump_factor": "5",
    "year_jump_factor": "5",
    "target_factor": "3",
    "sealed_scan_required": "on",
    "objection_working_days": "5",
    "reason": "市局研究决定",
}


@pytest.mark.parametrize("role", ["reporter", "reviewer", "leader", "auditor"])
def test_reader_reads_the_rules_as_defaults_that_can_be_changed_and_is_refused_to_change_them(
    role: str, plan: Plan
) -> None:
    reader = sign_in(make_user(role, "320722" if role == "reporter" else "320700"))

    words = text_of(reader, RULES)

    assert words.count("默认规则，可修改") == 6
    assert "5 个工作日" in words
    assert "修改规则" not in words
    assert reader.post(RULES, NEW_RULES).status_code == 403
    plan.refresh_from_db()
    assert plan.return_open_working_days == 5


def test_plan_page_leads_to_the_rules(clerk: Client) -> None:
    assert f'href="{RULES}"' in clerk.get(f"{BASE}/plan/").content.decode()


def test_officer_changes_the_rules_and_everybody_reads_what_is_no_default_any_more(
    officer: Client, clerk: Client, plan: Plan
) -> None:
    answer = officer.post(RULES, NEW_RULES, follow=True)

    assert answer.redirect_chain == [(RULES, 302)]
    words = text_of(clerk, RULES)
    assert "3 个工作日 市局已修改 默认：5 个工作日" in words
    assert "要求 市局已修改 默认：不要求" in words
    assert words.count("默认规则，可修改") == 4


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"return_open_working_days": "0"}, "大于或等于"),
        ({"return_open_working_days": "61"}, "小于或等于"),
        ({"jump_factor": "1"}, "大于或等于"),
        ({"target_factor": "1"}, "大于或等于"),
        ({"jump_factor": "viel"}, "整数"),
        ({"reason": ""}, "必填"),
        ({"return_open_working_days": "5", "sealed_scan_required": ""}, "没有改动"),
    ],
)
def test_wrong_rules_are_said_on_the_page_beside_the_rules_in_force(
    wrong: dict[str, str], said: str, officer: Client, plan: Plan
) -> None:
    answer = officer.post(RULES, NEW_RULES | wrong)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert said in page
    assert page.count("默认规则，可修改") == 6
    plan.refresh_from_db()
    assert (plan.return_open_working_days, plan.jump_factor, plan.sealed_scan_required) == (5, 5, False)


# --- quarters


def stored(number: int) -> Quarter:
    return Quarter.objects.get(plan__owner__code="320700", number=number)


def test_officer_opens_and_closes_a_quarter_on_the_page(officer: Client) -> None:
    officer.post(f"{BASE}/quarters/2/open/")
    assert stored(2).state_at(timezone.now()) == Quarter.State.OPEN
    assert "还剩 13 天" in text_of(officer, f"{BASE}/quarters/")

    officer.post(f"{BASE}/quarters/2/close/")
    assert stored(2).state_at(timezone.now()) == Quarter.State.CLOSED


def test_officer_changes_one_day_and_the_other_instants_stay_to_the_second(officer: Client) -> None:
    Quarter.objects.filter(pk=stored(2).pk).update(closes=datetime(2023, 7, 25, 3, 4, 5, tzinfo=UTC))
    before = stored(2)

    officer.post(f"{BASE}/quarters/2/times/", {"opens": "2023-07-03", "due": "2023-07-20", "closes": "2023-07-25"})

    after = stored(2)
    assert after.due == datetime(2023, 7, 20, 16, tzinfo=UTC)
    assert (after.opens, after.closes) == (before.opens, before.closes)


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("2023-07-03", "2023-07-17", "2023-07-24"), "没有更改"),
        (("2023-07-03", "2023-07-30", "2023-07-24"), "不得晚于"),
        (("2023-07-18", "2023-07-17", "2023-07-24"), "须早于"),
        (("2023-07-03", "", "2023-07-24"), "必填"),
    ],
)
def test_wrong_times_are_said_on_the_page(days: tuple[str, str, str], said: str, officer: Client) -> None:
    before = (stored(2).opens, stored(2).due, stored(2).closes)

    answer = officer.post(f"{BASE}/quarters/2/times/", dict(zip(("opens", "due", "closes"), days, strict=True)))

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert (stored(2).opens, stored(2).due, stored(2).closes) == before


def test_officer_extends_a_quarter_for_one_unit_who_then_reads_it(officer: Client, clerk: Client, plan: Plan) -> None:
    day = timezone.localdate() + timedelta(days=9)
    county = plan.plan_units.get(unit__code="320722")
    terms = {"plan_unit": county.pk, "due": day.isoformat(), "closes": day.isoformat(), "reason": "系统故障"}

    officer.post(f"{BASE}/quarters/2/extend/", terms)

    extension = Extension.objects.get()
    assert (extension.plan_unit, extension.counts_as_late, extension.reason) == (county, False, "系统故障")
    assert f"东海县 {day} {day} 不计为逾期 系统故障" in text_of(clerk, f"{BASE}/quarters/")
    neighbour = sign_in(make_user("reporter", "320723"))
    assert "系统故障" not in text_of(neighbour, f"{BASE}/quarters/")


def test_extension_is_offered_for_units_of_the_own_plan_that_report(officer: Client, second_plan: Plan) -> None:
    for foreign in (
        second_plan.plan_units.get(unit__code="LGZ").pk,
        PlanUnit.objects.get(plan__owner__code="320700", unit__code="320700").pk,
    ):
        terms = {"plan_unit": foreign, "due": "2030-01-01", "closes": "2030-01-01", "reason": "x"}
        assert officer.post(f"{BASE}/quarters/2/extend/", terms).status_code == 422

    assert not Extension.objects.exists()


def test_officer_takes_a_quarter_out_of_the_count_only_with_a_reason(officer: Client) -> None:
    refused = officer.post(f"{BASE}/quarters/1/timeliness/", {"counts": "no", "reason": ""})
    assert refused.status_code == 422
    assert stored(1).counts_timeliness

    officer.post(f"{BASE}/quarters/1/timeliness/", {"counts": "no", "reason": "通知下发较晚"})
    assert not stored(1).counts_timeliness
    assert "不计时效" in text_of(officer, f"{BASE}/quarters/")


@pytest.mark.parametrize("action", ["open", "close", "timeliness", "times", "extend"])
@pytest.mark.parametrize("role", ["reporter", "reviewer", "leader", "auditor", "sysadmin"])
def test_only_the_officer_manages_quarters_on_the_page(role: str, action: str, plan: Plan) -> None:
    person = sign_in(make_user(role))
    before = (stored(2).opens, stored(2).due, stored(2).closes)

    assert person.post(f"{BASE}/quarters/2/{action}/", {"counts": "no", "reason": "x"}).status_code == 403
    assert (stored(2).opens, stored(2).due, stored(2).closes) == before


@pytest.mark.parametrize("action", ["open", "close", "timeliness"])
def test_reading_never_moves_a_quarter(action: str, officer: Client) -> None:
    assert officer.get(f"{BASE}/quarters/2/{action}/").status_code == 405


def test_reader_sees_no_tools(clerk: Client) -> None:
    assert "开放填报" not in text_of(clerk, f"{BASE}/quarters/")


def test_quarter_that_is_not_there_is_not_found(officer: Client) -> None:
    assert officer.post(f"{BASE}/quarters/5/open/").status_code == 404
