"""The first line of the dashboard: are we on pace, who lags, what is missing. Each answer is a figure and who it is."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from progress.models import Report
from progress.queries.reports import Standing
from reporting.duties.pile import moment, names_in_words
from reporting.queries.dashboard import Dashboard, Lagging

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class Figure:
    """A tile: what it counts, the figure, whose it is. `tone`: good, warn or bad; `url`: where the page tells it."""

    label: str
    value: str
    note: str = ""
    tone: str = ""
    url: str = ""


def glance(board: Dashboard) -> list[Figure]:
    """The tiles for one who sees all units, or for one unit."""
    city = _city(board)
    if not board.is_whole:
        return [city, *_own(board)]
    return [city, _units_behind(board), _handed_in(board), _waiting(board)]


def _city(board: Dashboard) -> Figure:
    behind = [row.indicator.label for row in board.behind]
    note = _("滞后：%s") % names_in_words(behind, most=MOST_NAMED) if behind else ""
    tone = "bad" if behind else "good" if board.city else ""
    return Figure(_("达标或达序时的全市目标"), f"{board.on_pace} / {len(board.city)}", note, tone, "#city")


def _units_behind(board: Dashboard) -> Figure:
    note = _("、").join(_unit_words(each) for each in board.lagging[:MOST_NAMED])
    tone = "warn" if board.lagging else "good"
    return Figure(_("有滞后指标的单位"), str(len(board.lagging)), note, tone, "#lagging")


def _unit_words(each: Lagging) -> str:
    count = ngettext("%d 项", "%d 项", each.count) % each.count
    return f"{each.plan_unit.label} {count}"


def _handed_in(board: Dashboard) -> Figure:
    missing = [each.plan_unit.label for each in board.missing]
    note = _("未提交：%s") % names_in_words(missing, most=MOST_NAMED) if missing else ""
    tone = "bad" if any(each.is_overdue for each in board.missing) else "warn" if missing else "good"
    value = f"{board.submitted} / {len(board.standings)}"
    return Figure(_("已提交本季度报告的单位"), value, note, tone, "#standings")


def _waiting(board: Dashboard) -> Figure:
    note = _("审核通过前只计入“含待审核”") if board.waiting else ""
    return Figure(_("待审核的报告"), str(board.waiting), note, url="#standings")


def _own(board: Dashboard) -> list[Figure]:
    """Those of a unit that sees itself and the city."""
    behind = [indicator.label for each in board.lagging for group in each.by_status.values() for indicator in group]
    found = [
        Figure(
            _("本单位滞后的指标"),
            str(len(behind)),
            names_in_words(behind, most=MOST_NAMED),
            "warn" if behind else "good",
            "#lagging",
        )
    ]
    for standing in board.standings[:1]:
        report = standing.report
        note = moment(report.first_submitted_at) if report else ""
        found.append(Figure(_("本单位本季度报告"), _own_word(standing), note, _own_tone(standing), "#standings"))
    return found


def _own_word(standing: Standing) -> str:
    if standing.report is not None and (standing.is_handed_in or standing.is_correcting):
        return standing.report.get_state_display()
    return _("未提交")


def _own_tone(standing: Standing) -> str:
    if standing.is_overdue or standing.state == Report.State.RETURNED:
        return "bad"
    return "" if standing.is_handed_in else "warn"
