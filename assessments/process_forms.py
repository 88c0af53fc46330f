"""Forms of the steps of an assessment: they check and convert, services store."""

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from assessments.models import Adjustment, Appeal, Criterion, SelfScore
from assessments.services.appeals import Decision
from assessments.services.self_scores import OwnScore, Window
from common.instants import end_of, last_day_before, local_day, start_of

REASON_LENGTH = 2000


def _day(label: Any, help_text: Any) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))


def _points(label: Any, help_text: Any, *, required: bool) -> forms.DecimalField:
    widget = forms.TextInput({"inputmode": "decimal", "class": "form-control num", "size": 8})
    return forms.DecimalField(
        label=label, help_text=help_text, required=required, max_digits=7, decimal_places=2, widget=widget
    )


class WindowForm(forms.Form):
    """The days on which the units' own scores are taken."""

    opens = _day(_("开始自评"), _("当天 0 时起。"))
    due = _day(_("按时截止"), _("当天 24 时前保存的算按时。"))
    closes = _day(_("补报截止"), _("当天 24 时前仍可保存，注明逾期；可与按时截止同日。"))

    @staticmethod
    def initial_of(opens: Any, due: Any, closes: Any) -> dict[str, Any]:
        """The days of stored instants."""
        if opens is None:
            return {}
        return {"opens": local_day(opens), "due": last_day_before(due), "closes": last_day_before(closes)}

    def window(self) -> Window:
        """What was entered; only after `is_valid`."""
        days = self.cleaned_data
        return Window(opens=start_of(days["opens"]), due=end_of(days["due"]), closes=end_of(days["closes"]))


class AdjustForm(forms.Form):
    """By how much a line changes, and why."""

    amount = _points(_("调整分值"), _("正数加分，负数减分；最多两位小数，调整后在 0 和满分之间。"), required=True)
    reason = forms.CharField(
        label=_("理由"),
        max_length=500,
        widget=forms.Textarea({"rows": 3}),
        help_text=_("写入得分依据，被考核单位可见。"),
    )

    @staticmethod
    def initial_of(standing: Adjustment | None) -> dict[str, Any]:
        """What stands now."""
        return {"amount": standing.amount, "reason": standing.reason} if standing else {}


class AppealForm(forms.Form):
    """Why a unit objects to a line. Files come beside it, several at once."""

    reason = forms.CharField(
        label=_("申诉理由"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 5}),
        help_text=_("写明哪一个数或哪一份材料有误，应当是多少。"),
    )


class DecisionForm(forms.Form):
    """What the bureau decides on an appeal."""

    outcome = forms.ChoiceField(
        label=_("处理结果"),
        choices=[
            (Appeal.State.UPHELD, _("申诉成立：撤回公示，重新计算后再次公示")),
            (Appeal.State.REJECTED, _("维持原分")),
        ],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("处理意见"),
        max_length=REASON_LENGTH,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("告知申诉单位。"),
    )
    adjustment = _points(
        _("调整分值"), _("申诉成立且要直接调整得分时填写；须更正报告的留空，先更正报告再计算。"), required=False
    )

    def decision(self) -> Decision:
        """What was entered; only after `is_valid`."""
        given = self.cleaned_data
        return Decision(given["outcome"] == Appeal.State.UPHELD, given["reason"], given["adjustment"])


class OwnScoreSheet:
    """A unit's own scores, one row a criterion: a field for points, one for the grounds."""

    def __init__(self, criteria: list[Criterion], standing: dict[str, SelfScore]) -> None:
        self.criteria, self.standing = criteria, standing
        self.errors: dict[str, Any] = {}
        self.posted: QueryDict | None = None

    def read(self, posted: QueryDict) -> list[OwnScore]:
        """What was entered; `errors` names the rows that hold no number."""
        self.posted = posted
        return [self._row(criterion.code, posted) for criterion in self.criteria if criterion.code in posted]

    def value(self, code: str) -> tuple[str, str]:
        """The points and the grounds to be shown: as typed, else as stored."""
        stored = self.standing.get(code)
        points = f"{stored.points.normalize():f}" if stored else ""
        note = stored.note if stored else ""
        if self.posted is None:
            return points, note
        return self.posted.get(code, points), self.posted.get(f"{code}-note", note)

    def _row(self, code: str, posted: QueryDict) -> OwnScore:
        text, points = posted.get(code, "").strip(), None
        try:
            points = Decimal(text) if text else None
        except InvalidOperation:
            self.errors[code] = _("“%s”不是数字。") % text
        if points is not None and not points.is_finite():
            points = None
            self.errors[code] = _("“%s”不是数字。") % text
        return OwnScore(code, points, posted.get(f"{code}-note", "").strip()[:500])
