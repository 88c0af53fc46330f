"""Forms of the assessment pages: they check and convert, services store."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.models import Criterion
from assessments.services.manual import Given
from targets.models import PlanUnit


class FlagForm(forms.Form):
    """Why a unit is said to have falsified, with the evidence."""

    reason = forms.CharField(label=_("理由"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    evidence = forms.FileField(label=_("证据材料"), help_text=_("PDF、图片、Word 或 Excel，必附。"))


class ScoreGrid:
    """The manual scores as a grid of units × criteria: one text field for points, one for the grounds."""

    def __init__(self, units: list[PlanUnit], criteria: list[Criterion]) -> None:
        self.units, self.criteria = units, criteria
        self.errors: dict[str, Any] = {}

    def read(self, posted: QueryDict) -> list[Given]:
        """What was entered; `errors` names the cells that hold no number."""
        return [
            given
            for unit in self.units
            for criterion in self.criteria
            if (given := self._cell(posted, unit, criterion)) is not None
        ]

    def refuse(self, problems: Mapping[tuple[int, str], str]) -> None:
        """Name at their cells what is wrong with scores, by the unit's id and the criterion's code."""
        named = {
            cell_name(unit, criterion): problems[unit.pk, criterion.code]
            for unit in self.units
            for criterion in self.criteria
            if (unit.pk, criterion.code) in problems
        }
        self.errors = {**named, **self.errors}

    def _cell(self, posted: QueryDict, unit: PlanUnit, criterion: Criterion) -> Given | None:
        name = cell_name(unit, criterion)
        if name not in posted:
            return None
        text = posted.get(name, "").strip()
        try:
            points = Decimal(text) if text else None
        except InvalidOperation:
            points = None
            self.errors[name] = _("“%s”不是数字。") % text
        if points is not None and not points.is_finite():
            self.errors[name] = _("“%s”不是数字。") % text
        return Given(unit.pk, criterion.code, points, posted.get(f"{name}-reason", "").strip()[:300])


def cell_name(unit: PlanUnit, criterion: Criterion) -> str:
    """The name of a cell's field."""
    return f"{unit.unit.code}-{criterion.code}"


class ReasonForm(forms.Form):
    """Why a scheme is put in force."""

    reason = forms.CharField(
        label=_("启用理由"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("与版本一起留存，所有人可见。"),
    )
