"""What people type into the quarterly form, read with the same care as a cell of an imported workbook, and what they
choose in the preview of an import."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from django import forms
from django.utils.translation import gettext_lazy as _

from common.workbook.book import Cell, Kind
from common.workbook.values import Asks, Measure, Note, known_units, read_value
from progress.line_checks import EnteredLine, Field, LineProblem
from progress.models import ImportBatch, ReminderRules, Report
from progress.services.changes import LineChange
from progress.services.import_kinds import Choice
from progress.services.reminders import ReminderTerms
from targets.models import Indicator

_UNREADABLE = {
    "unit_mismatch": _("计量单位应为“%(unit)s”"),
    "missing_mark": _("没有完成请填 0，没有此项工作请选“不涉及”"),
    "out_of_range": _("数字太大"),
}
_NOT_A_NUMBER = _("不是数字")
_CARRIED = {"on": True, "off": False}


@dataclass(frozen=True)
class TypedLine:
    """One row as typed: what it asks for, and why a field of it cannot be read."""

    change: LineChange
    problems: tuple[LineProblem, ...]
    value: str
    base: str

    @property
    def entered(self) -> EnteredLine:
        return self.change.entered


def read_line(indicator: Indicator, data: Mapping[str, str], *, prefix: str = "") -> TypedLine:
    """The row that was typed for an indicator; its fields are value, base, not_applicable, note and version.

    `carried` says "off" where a line carried over is confirmed as it stands, "on" where it shall stand so again.
    """
    typed = {name: data.get(prefix + name, "") for name in ("value", "base", "note", "version")}
    problems: list[LineProblem] = []
    value, says_not_applicable = _number(typed["value"], "value", indicator.value_unit, problems)
    base, says_base_not_applicable = _number(typed["base"], "base", indicator.base_unit, problems)
    if says_base_not_applicable:
        problems.append(LineProblem("not_a_number", "base", str(_NOT_A_NUMBER)))
    not_applicable = says_not_applicable or data.get(f"{prefix}not_applicable") == "on"
    change = LineChange(
        indicator.code,
        None if not_applicable else value,
        None if not_applicable else base,
        not_applicable=not_applicable,
        note=typed["note"],
        expected_version=int(typed["version"]) if typed["version"].isdecimal() else None,
        is_carried=_CARRIED.get(data.get(f"{prefix}carried", "")),
    )
    return TypedLine(change, tuple(problems), typed["value"], typed["base"])


def _number(text: str, where: Field, unit: str, problems: list[LineProblem]) -> tuple[Decimal | None, bool]:
    read = read_value(Cell(Kind.TEXT, text) if text.strip() else None, Measure(unit, known_units([unit])))
    if read.refused is not None:
        problems.append(_problem(read.refused, where))
    return read.number, read.asks is Asks.NOT_APPLICABLE


def _problem(refused: Note, where: Field) -> LineProblem:
    template = str(_UNREADABLE.get(refused.template or refused.code, _NOT_A_NUMBER))
    return LineProblem(refused.code, where, template, refused.values)


class HeaderForm(forms.ModelForm[Report]):
    """The names and the telephone number of the printed form."""

    class Meta:
        model = Report
        fields = ("filled_in_by", "checked_by", "responsible", "phone")


class ReminderRulesForm(forms.ModelForm[ReminderRules]):
    """What is sent by itself, and in which words. Stored by the service, never by the form."""

    class Meta:
        model = ReminderRules
        fields = ReminderRules.FIELDS
        widgets = {"text": forms.Textarea({"rows": 3}), "overdue_text": forms.Textarea({"rows": 3})}

    def terms(self) -> ReminderTerms:
        """What was entered; only after `is_valid`."""
        return ReminderTerms(**self.cleaned_data)


# --- the preview of an import

_ANSWER = "answer-"


def read_choice(batch: ImportBatch, data: Mapping[str, str]) -> Choice:
    """What was chosen in the preview: `all` (keep or overwrite) for every conflict, `decide-<place>` for one of them.

    What the page did not show stays as it was decided before; `answer-<name>` are the answers to the kind's questions.
    """
    conflicts = batch.conflict_places
    overwrite = conflicts & set(batch.decisions.get("overwrite", ()))
    for place in conflicts:
        said = data.get("all") or data.get(f"decide-{place}", "")
        if said == "overwrite":
            overwrite.add(place)
        elif said == "keep":
            overwrite.discard(place)
    answers = {name.removeprefix(_ANSWER): data[name] for name in data if name.startswith(_ANSWER)}
    return Choice(frozenset(overwrite), answers.pop("reason", batch.reason), answers)
