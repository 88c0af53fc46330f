"""Computing and storing compliance for every node of a plan's tree (docs/calculations.md, sections 1 to 3).

Reading and computing happen outside any transaction. `store_compliance` writes everything in one, and refuses
when somebody has stored figures of the plan since the reading began.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from assessments.models import Compliance, ComplianceState
from assessments.services.compliance_facts import PlanFacts, load_facts
from assessments.services.compliance_rows import KEY, Row, rows_of, stored_figures
from assessments.services.compliance_standings import stand_all
from common.errors import Conflict
from common.many_rows import upsert_rows
from jobs.services import Progress
from targets.models import Plan

TRIES = 5


class Overtaken(Exception):
    """Figures of the plan were stored by somebody else since this computation began to read."""


@dataclass(frozen=True, slots=True)
class Computed:
    """Rows ready to be stored, all that `plan_units` have; `version` is the state that they were computed upon."""

    plan: Plan
    as_of: datetime
    version: int
    plan_units: frozenset[int]
    rows: list[Row]


def compute_compliance(
    plan: Plan, *, as_of: datetime, plan_units: Collection[int] | None = None, progress: Progress | None = None
) -> None:
    """Compute and store a plan's figures as of an instant, on both bases, for every node of its tree.

    With `plan_units` (ids) only theirs and their ancestors', upon what is stored of the others: the result is that of
    a full computation. At most 20 queries, whatever the number of units. Conflict if others keep storing first.
    """
    for _attempt in range(TRIES):
        computed = work_out(plan, as_of=as_of, plan_units=plan_units, progress=progress)
        try:
            with transaction.atomic():
                store_compliance(computed)
        except Overtaken:
            continue
        return
    raise Conflict(_("达标情况正由其他任务重算，本次未保存。"), _("请稍后重试。"))


def work_out(
    plan: Plan, *, as_of: datetime, plan_units: Collection[int] | None = None, progress: Progress | None = None
) -> Computed:
    """The rows of a plan's units (all by default) and of the nodes above them; writes no figure."""
    # Read before the facts: who stores in between makes this computation Overtaken.
    state, _created = ComplianceState.objects.get_or_create(plan=plan)
    facts = load_facts(plan, as_of=as_of)
    nodes = _nodes_to_compute(facts, plan_units, since=state.as_of)
    rows: list[Row] = []
    for done, standings in enumerate(stand_all(facts, nodes, stored_figures(_siblings(facts, nodes)))):
        if progress:
            progress.step(done, len(nodes))
        rows.extend(rows_of(facts, standings))
    return Computed(plan, as_of, state.version, frozenset(nodes), rows)


def store_compliance(computed: Computed) -> None:
    """Write the rows, and remove those of the same units that no longer belong, in the caller's transaction.

    Overtaken if anybody has stored figures of this plan since they were read.
    """
    state = ComplianceState.objects.filter(plan=computed.plan, version=computed.version)
    if not state.update(version=F("version") + 1, as_of=computed.as_of):
        raise Overtaken
    upsert_rows(Compliance, computed.rows, key=KEY)
    _remove_what_no_longer_belongs(computed)


def _remove_what_no_longer_belongs(computed: Computed) -> None:
    """One query, and two more where a unit lost an indicator."""
    belonging = {(row["plan_unit_id"], row["indicator_id"]) for row in computed.rows}
    stored = Compliance.objects.filter(plan_unit__in=computed.plan_units).order_by()
    gone = set(stored.values_list("plan_unit_id", "indicator_id").distinct()) - belonging
    if gone:
        keys = stored.values_list("pk", "plan_unit_id", "indicator_id")
        stored.filter(pk__in=[pk for pk, *pair in keys if tuple(pair) in gone]).delete()


def _nodes_to_compute(facts: PlanFacts, plan_units: Collection[int] | None, *, since: datetime | None) -> set[int]:
    """Those asked for, those for which a quarter opened or a deadline passed since the last time, and all above."""
    if plan_units is None or since is None:
        return set(facts.tree.parents)
    return facts.tree.with_ancestors({*plan_units, *facts.touched_since(since)})


def _siblings(facts: PlanFacts, nodes: Collection[int]) -> set[int]:
    """The children of computed groups that are not computed themselves."""
    return {node for node, parent in facts.tree.parents.items() if parent in nodes and node not in nodes}
