"""The ledgers beside the lines: taking over what they say, and keeping what they said when a line was approved."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from common.errors import NotYet
from progress.line_checks import YearLine
from progress.models import LedgerSeal, Line, Report
from progress.queries.ledger_figures import load_ledger_book
from progress.queries.rows import Row
from progress.services.changes import LineChange


def figure_for(row: Row) -> LineChange:
    """The change that lets a line say what its ledger says, its note kept. Raises NotYet where no ledger says anything.

    A base that no register stands behind stays as it is.
    """
    figure, entered = row.ledger.figure, row.entered
    if figure is None:
        raise NotYet(_("“%s”的台账还没有条目。") % row.indicator.label, _("请先在台账中登记。"))
    base = entered.base if figure.base is None else figure.base
    code, version = row.indicator.code, row.version
    return LineChange(code, figure.value, base, note=entered.note, expected_version=version)


def seal_ledgers(report: Report, lines: Sequence[Line], beside: Mapping[int, Mapping[int, YearLine]]) -> None:
    """Keep what the ledgers say of the lines of a report; inside the transaction that approves it. Two queries.

    `beside` are the approved lines of the year by the indicator's id and the quarter. The line itself is never
    touched: whatever the ledgers say later is compared with this and shown.
    """
    plan_unit, number = report.plan_unit, report.quarter.number
    ledgers = load_ledger_book(plan_unit.plan, [plan_unit], [line.indicator for line in lines])
    seals = []
    for line in lines:
        before = [(each.value, each.base) for at, each in beside.get(line.indicator_id, {}).items() if at < number]
        place = (plan_unit.pk, line.indicator_id)
        figure = ledgers.figure(place, line.indicator, number, approved_before=before)
        if figure is not None:
            seals.append(LedgerSeal(line=line, value=figure.value, base=figure.base))
    LedgerSeal.objects.bulk_create(seals)
