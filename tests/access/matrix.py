"""Who may go through which door: every address of the portal, by method (reliability.md, R11).

A door lists the roles that get in. Everybody else is refused (403), or does not even learn that it is there
(404); somebody who is not signed in is led to the sign-in page. Where the address names a county's thing,
the reporter of another county is told that there is no such thing (404).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from accounts.policy import Role
from audit.models import AuditEvent
from tests.access.world import Things, World

REPORTER, OFFICER, REVIEWER = Role.REPORTER, Role.OFFICER, Role.REVIEWER
LEADER, AUDITOR, SYSADMIN = Role.LEADER, Role.AUDITOR, Role.SYSADMIN
EVERYBODY = frozenset(Role)
READERS = EVERYBODY - {SYSADMIN}
BUREAU = READERS - {REPORTER}

Arguments = Callable[[World, Things], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Door:
    """One address and method, who may use it, and how its arguments are made of the world and one county's things."""

    name: str
    roles: frozenset[Role]
    method: str = "get"
    arguments: Arguments | None = None
    names_a_county: bool = False
    is_public: bool = False
    is_for_programs: bool = False

    def __str__(self) -> str:
        return f"{self.method.upper()} {self.name}"


def only(*roles: Role) -> frozenset[Role]:
    """These roles and no others."""
    return frozenset(roles)


def _plan(world: World, things: Things) -> dict[str, Any]:
    return {"root": world.plan.owner.code, "year": world.plan.year}


def _with(**more: Any) -> Arguments:
    return lambda world, things: {**_plan(world, things), **more}


def _of(**names: str) -> Arguments:
    """Arguments that name a thing of the county, e.g. `uuid="batch"`, within the plan."""
    return lambda world, things: {**_plan(world, things), **{key: getattr(things, name) for key, name in names.items()}}


def _just(**names: str) -> Arguments:
    """As `_of`, without the plan."""
    return lambda world, things: {key: getattr(things, name) for key, name in names.items()}


def _account(world: World, things: Things) -> dict[str, Any]:
    return {"username": world.people[LEADER].username}


def _report(world: World, things: Things) -> dict[str, Any]:
    return {**_plan(world, things), "quarter": 1, "unit": things.unit}


def _line(world: World, things: Things) -> dict[str, Any]:
    code = world.plan.indicators.order_by("order").values_list("code", flat=True)[0]
    return {**_report(world, things), "code": code}


def _score_line(world: World, things: Things) -> dict[str, Any]:
    return {**_plan(world, things), "unit": things.unit, "code": world.criterion}


def _indicator(world: World, things: Things) -> dict[str, Any]:
    code = world.plan.indicators.order_by("order").values_list("code", flat=True)[0]
    return {**_plan(world, things), "code": code}


def _target(world: World, things: Things) -> dict[str, Any]:
    return {**_indicator(world, things), "unit": things.unit}


def _quarter(world: World, things: Things) -> dict[str, Any]:
    return {**_plan(world, things), "number": 1}


def _export(world: World, things: Things) -> dict[str, Any]:
    return {**_plan(world, things), "uuid": world.export}


def _bulk_event(world: World, things: Things) -> dict[str, Any]:
    event = AuditEvent.objects.get(action="institution.import")
    return {"stream": event.stream, "seq": event.seq}


def _county(name: str, roles: frozenset[Role], method: str = "get", arguments: Arguments = _report) -> Door:
    return Door(name, roles, method, arguments, names_a_county=True)


def _ledger(world: World, things: Things) -> dict[str, Any]:
    return {**_plan(world, things), "code": "nominations"}


def _item(world: World, things: Things) -> dict[str, Any]:
    return {**_ledger(world, things), "uuid": things.item}


def _item_file(world: World, things: Things) -> dict[str, Any]:
    return {**_item(world, things), "file": things.item_file}


ENTERING, REVIEWING = only(REPORTER, OFFICER), only(OFFICER, REVIEWER)

DOORS = [
    Door("healthz", EVERYBODY, is_public=True),
    Door("readyz", EVERYBODY, is_public=True),
    # accounts
    Door("accounts:sign_in", EVERYBODY, is_public=True),
    Door("accounts:sign_in", EVERYBODY, "post", is_public=True),
    Door("accounts:set_language", EVERYBODY, "post", is_public=True),
    Door("accounts:sign_out", EVERYBODY, "post"),
    Door("accounts:contact", EVERYBODY),
    Door("accounts:contact", EVERYBODY, "post"),
    Door("accounts:change_password", EVERYBODY),
    Door("accounts:change_password", EVERYBODY, "post"),
    Door("accounts:list", only(SYSADMIN)),
    Door("accounts:create", only(SYSADMIN)),
    Door("accounts:create", only(SYSADMIN), "post"),
    Door("accounts:edit", only(SYSADMIN), "get", _account),
    Door("accounts:edit", only(SYSADMIN), "post", _account),
    Door("accounts:set_active", only(SYSADMIN), "post", _account),
    Door("accounts:reset", only(SYSADMIN), "post", _account),
    # the trail
    Door("audit:trail", only(AUDITOR)),
    Door("audit:trail_csv", only(AUDITOR)),
    Door("files:changes", only(AUDITOR), "get", _bulk_event),
    # jobs: one's own; all of them for who runs the portal
    Door("jobs:list", EVERYBODY),
    _county("jobs:job", only(REPORTER, SYSADMIN), "get", _just(uuid="job")),
    _county("jobs:file", only(REPORTER, SYSADMIN), "get", _just(uuid="job")),
    # the plan and the register
    Door("targets:institutions", READERS),
    Door("targets:institutions_form", ENTERING),
    Door("targets:institutions_export", READERS),
    Door("targets:institution_add", ENTERING),
    Door("targets:institution_add", ENTERING, "post"),
    _county("targets:institution", READERS, "get", _just(credit_code="institution")),
    _county("targets:institution_edit", ENTERING, "get", _just(credit_code="institution")),
    _county("targets:institution_edit", ENTERING, "post", _just(credit_code="institution")),
    Door("targets:plan", READERS, "get", _plan),
    Door("targets:targets_form", only(OFFICER), "get", _plan),
    Door("targets:plan_rules", READERS, "get", _plan),
    Door("targets:plan_rules", only(OFFICER), "post", _plan),
    Door("targets:units", READERS, "get", _plan),
    _county("targets:unit", READERS, "get", _of(unit="unit")),
    Door("targets:indicators", READERS, "get", _plan),
    Door("targets:indicator", READERS, "get", _indicator),
    _county("targets:target", READERS, "get", _target),
    _county("targets:target", only(OFFICER), "post", _target),
    Door("targets:quarters", READERS, "get", _plan),
    Door("targets:quarter_open", only(OFFICER), "post", _quarter),
    Door("targets:quarter_close", only(OFFICER), "post", _quarter),
    Door("targets:quarter_timeliness", only(OFFICER), "post", _quarter),
    Door("targets:quarter_times", only(OFFICER), "get", _quarter),
    Door("targets:quarter_times", only(OFFICER), "post", _quarter),
    Door("targets:quarter_extend", only(OFFICER), "get", _quarter),
    Door("targets:quarter_extend", only(OFFICER), "post", _quarter),
    # notices and reminders
    Door("notices:notices", EVERYBODY),
    Door("notices:all_seen", EVERYBODY, "post"),
    Door("notices:seen", EVERYBODY, "post", lambda world, things: {"uuid": uuid4()}),
    Door("progress:reminders", REVIEWING, "get", _plan),
    Door("progress:remind", only(OFFICER), "post", _plan),
    Door("progress:reminder_rules", only(OFFICER), "get", _plan),
    Door("progress:reminder_rules", only(OFFICER), "post", _plan),
    # reports
    Door("progress:reports", READERS, "get", _plan),
    Door("progress:review_queue", REVIEWING, "get", _plan),
    Door("progress:review_quarter", REVIEWING, "get", _with(quarter=1)),
    Door("progress:approve_ticked", REVIEWING, "post", _with(quarter=1)),
    Door("progress:missing_reports", REVIEWING, "get", _with(quarter=1)),
    _county("progress:report", READERS),
    _county("progress:report_print", READERS),
    _county("progress:report_checks", ENTERING),
    _county("progress:save_report", ENTERING, "post"),
    _county("progress:save_header", ENTERING, "post"),
    _county("progress:submit", ENTERING, "post"),
    _county("progress:withdraw", ENTERING, "post"),
    _county("progress:return", REVIEWING, "post"),
    _county("progress:approve", REVIEWING, "post"),
    _county("progress:reopen", only(OFFICER), "post"),
    _county("progress:discard", only(OFFICER), "post"),
    _county("progress:report_story", READERS),
    _county("progress:comment_on_line", REVIEWING, "post", _line),
    _county("progress:take_back", REVIEWING, "post", _just(uuid="draft_comment")),
    _county("progress:answer_comment", ENTERING, "post", _just(uuid="sent_comment")),
    _county("progress:save_rows", ENTERING, "post"),
    _county("progress:place_paste", ENTERING, "post"),
    _county("progress:save_line", ENTERING, "post", _line),
    _county("progress:preview_line", ENTERING, "post", _line),
    _county("progress:line_evidence", READERS, "get", _line),
    _county("progress:line_evidence", ENTERING, "post", _line),
    _county("progress:upload_evidence", ENTERING, "post", _line),
    _county("progress:evidence", READERS, "get", _just(file="evidence")),
    _county("progress:view_evidence", READERS, "get", _just(file="evidence")),
    _county("progress:delete_evidence", ENTERING, "post", _just(file="evidence")),
    _county("progress:upload_sealed_scan", ENTERING, "post"),
    _county("progress:sealed_scan", READERS, "get", _just(file="scan")),
    _county("progress:view_sealed_scan", READERS, "get", _just(file="scan")),
    # the ledgers
    _county("progress:take_ledger_figure", ENTERING, "post", _line),
    Door("progress:ledgers", READERS, "get", _plan),
    Door("progress:ledger", READERS, "get", _ledger),
    Door("progress:ledger_form", ENTERING, "get", _ledger),
    Door("progress:ledger_export", READERS, "get", _ledger),
    Door("progress:item_add", ENTERING, "get", _ledger),
    Door("progress:item_add", ENTERING, "post", _ledger),
    _county("progress:item", READERS, "get", _item),
    _county("progress:item_edit", ENTERING, "get", _item),
    _county("progress:item_edit", ENTERING, "post", _item),
    _county("progress:item_move", ENTERING, "post", _item),
    _county("progress:item_remove", ENTERING, "post", _item),
    _county("progress:item_withdraw", ENTERING, "post", _item),
    _county("progress:item_file_add", ENTERING, "post", _item),
    _county("progress:upload_item_file", ENTERING, "post", _item),
    _county("progress:item_file", READERS, "get", _item_file),
    _county("progress:view_item_file", READERS, "get", _item_file),
    _county("progress:item_file_remove", ENTERING, "post", _item_file),
    # imports of workbooks
    Door("progress:imports", ENTERING, "get", _plan),
    Door("progress:imports", ENTERING, "post", _plan),
    _county("progress:import_batch", READERS, "get", _of(uuid="batch")),
    _county("progress:import_file", READERS, "get", _of(uuid="batch")),
    _county("progress:error_book", READERS, "get", _of(uuid="batch")),
    _county("progress:import_receipt", READERS, "get", _of(uuid="batch")),
    Door("progress:api_columns", ENTERING, "get", _with(kind="institutions"), is_for_programs=True),
    Door("progress:api_send", ENTERING, "post", _with(kind="progress"), is_for_programs=True),
    Door("progress:api_batch", READERS, "get", _of(uuid="batch"), names_a_county=True, is_for_programs=True),
    # what was sent waits for its sender alone
    Door("progress:api_confirm", only(REPORTER), "post", _of(uuid="batch"), names_a_county=True, is_for_programs=True),
    _county("progress:import_decide", only(REPORTER), "post", _of(uuid="batch")),
    _county("progress:import_confirm", only(REPORTER), "post", _of(uuid="batch")),
    _county("progress:import_discard", only(REPORTER), "post", _of(uuid="batch")),
    _county("progress:import_retry", only(REPORTER), "post", _of(uuid="batch")),
    _county("progress:import_undo", ENTERING, "post", _of(uuid="batch")),
    Door("progress:download_long", READERS, "get", _with(quarter=1)),
    Door("progress:download_matrix", READERS, "get", _with(quarter=1)),
    _county("progress:download_unit", READERS),
    # the assessment
    Door("assessments:figures", READERS, "get", _plan),
    Door("assessments:assessment", READERS, "get", _plan),
    Door("assessments:scheme", READERS, "get", _plan),
    Door("assessments:scheme_compare", READERS, "get", _plan),
    Door("assessments:scheme_begin", only(OFFICER), "post", _plan),
    Door("assessments:scheme_edit", only(OFFICER), "get", _plan),
    Door("assessments:scheme_edit", only(OFFICER), "post", _plan),
    Door("assessments:scheme_bench", only(OFFICER), "get", _plan),
    Door("assessments:scheme_in_force", only(OFFICER), "get", _plan),
    Door("assessments:scheme_in_force", only(OFFICER), "post", _plan),
    Door("assessments:scheme_discard", only(OFFICER), "post", _plan),
    Door("assessments:scheme_copy", only(OFFICER), "post", _plan),
    _county("assessments:unit", READERS, "get", _of(unit="unit")),
    Door("assessments:self_window", only(OFFICER), "get", _plan),
    Door("assessments:self_window", only(OFFICER), "post", _plan),
    Door("assessments:announce", only(OFFICER), "post", _plan),
    Door("assessments:take_back", only(OFFICER), "post", _plan),
    Door("assessments:publish", only(OFFICER), "post", _plan),
    Door("assessments:revise", only(OFFICER), "post", _plan),
    Door("assessments:compare", READERS, "get", _plan),
    Door("assessments:appeals", READERS, "get", _plan),
    _county("assessments:appeal_decide", only(OFFICER), "get", _of(uuid="appeal")),
    _county("assessments:appeal_decide", only(OFFICER), "post", _of(uuid="appeal")),
    _county("assessments:appeal_withdraw", only(REPORTER), "post", _of(uuid="appeal")),
    _county("assessments:file", READERS, "get", _just(file="assessment_file")),
    _county("assessments:self_file_remove", only(REPORTER), "post", _just(file="assessment_file")),
    _county("assessments:self_scores", READERS, "get", _of(unit="unit")),
    _county("assessments:self_scores", only(REPORTER), "post", _of(unit="unit")),
    _county("assessments:self_file_add", only(REPORTER), "post", _score_line),
    _county("assessments:adjust", only(OFFICER), "get", _score_line),
    _county("assessments:adjust", only(OFFICER), "post", _score_line),
    _county("assessments:unadjust", only(OFFICER), "post", _score_line),
    _county("assessments:appeal", only(REPORTER), "get", _score_line),
    _county("assessments:appeal", only(REPORTER), "post", _score_line),
    Door("assessments:run", only(OFFICER), "post", _plan),
    Door("assessments:verify", BUREAU, "post", _plan),
    Door("assessments:scores", REVIEWING, "get", _plan),
    Door("assessments:scores", REVIEWING, "post", _plan),
    _county("assessments:flag_raise", only(OFFICER), "post", _of(unit="unit")),
    _county("assessments:flag_confirm", only(OFFICER), "post", _of(unit="unit")),
    _county("assessments:flag_withdraw", only(OFFICER), "post", _of(unit="unit")),
    _county("assessments:flag_evidence", REVIEWING, "get", _of(unit="unit")),
    # what people see
    Door("reporting:home", EVERYBODY),
    Door("reporting:dashboard", READERS, "get", _plan),
    Door("reporting:dashboard", READERS, "get", _with(quarter=2)),
    _county("reporting:unit", READERS, "get", _of(unit="unit")),
    _county("reporting:what_if", READERS, "get", _of(unit="unit")),
    Door("reporting:indicator_figures", READERS, "get", _indicator),
    Door("reporting:exports", BUREAU, "get", _plan),
    Door("reporting:workbook", BUREAU, "post", _plan),
    Door("reporting:circular", BUREAU, "post", _plan),
    Door("reporting:circular_template", BUREAU, "get", _plan),
    Door("reporting:circular_template", only(OFFICER), "post", _plan),
    Door("reporting:drop_circular_template", only(OFFICER), "post", _plan),
    Door("reporting:results_csv", BUREAU, "get", _plan),
    _county("reporting:unit_form", READERS, "get", _of(unit="unit")),
    _county("reporting:unit_form_pdf", READERS, "post", _of(unit="unit")),
    Door("reporting:export_file", BUREAU, "get", _export),
]
