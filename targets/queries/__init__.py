"""What the pages and the later stages ask of a plan: who owes which line, what must be reached, until when."""

from targets.queries.deadlines import (
    Calendar,
    Deadlines,
    calendar_of_plan,
    deadlines,
    quarters_with_extensions,
    working_days,
)
from targets.queries.grid import categories, revisions_of, target_cells, target_grid
from targets.queries.institutions import LIST_ORDER, find_institutions, holder_of, quarters_with_metering
from targets.queries.owed import (
    TargetHistory,
    is_reported_by_groups,
    is_required,
    owed_by,
    owed_indicators,
    standing_targets,
    target_history,
    targets_on,
)
from targets.queries.plans import (
    day_in_year,
    newest_plan,
    notice_of,
    plan_for,
    plan_of_operator,
    quarter_of,
    units_shown_to,
)
from targets.queries.rules import RuleShown, rules_shown
from targets.queries.units import group_labels, unit_sheet

__all__ = [
    "LIST_ORDER",
    "Calendar",
    "Deadlines",
    "RuleShown",
    "TargetHistory",
    "calendar_of_plan",
    "categories",
    "day_in_year",
    "deadlines",
    "find_institutions",
    "group_labels",
    "holder_of",
    "is_reported_by_groups",
    "is_required",
    "newest_plan",
    "notice_of",
    "owed_by",
    "owed_indicators",
    "plan_for",
    "plan_of_operator",
    "quarter_of",
    "quarters_with_extensions",
    "quarters_with_metering",
    "revisions_of",
    "rules_shown",
    "standing_targets",
    "target_cells",
    "target_grid",
    "target_history",
    "targets_on",
    "unit_sheet",
    "units_shown_to",
    "working_days",
]
