"""What the pages and the later stages ask of a plan: who owes which line, what must be reached, until when."""

from targets.queries.deadlines import Deadlines, deadlines, deadlines_of_plan, working_days
from targets.queries.institutions import holder_of
from targets.queries.owed import is_reported_by_groups, is_required, owed_indicators, targets_on, targets_on_each
from targets.queries.plans import plan_for, plan_of_operator, quarter_of, units_shown_to

__all__ = [
    "Deadlines",
    "deadlines",
    "deadlines_of_plan",
    "holder_of",
    "is_reported_by_groups",
    "is_required",
    "owed_indicators",
    "plan_for",
    "plan_of_operator",
    "quarter_of",
    "targets_on",
    "targets_on_each",
    "units_shown_to",
    "working_days",
]
