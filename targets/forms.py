"""Forms of the plan's and the register's pages: they check and convert, services store."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.instants import end_of, last_day_before, local_day, start_of
from targets.models import Institution, Plan, PlanUnit, Quarter, Unit
from targets.queries import find_institutions, holder_of
from targets.services.quarters import ExtensionTerms
from targets.services.revisions import TargetChange
from targets.services.rules import Rules

REASON_LENGTH = 300


class UnitChoiceField(forms.ModelChoiceField[Unit]):
    """One of some units, each by its short name in the reader's language."""

    def label_from_instance(self, obj: Unit) -> str:
        return obj.label


def _day_field(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label, help_text=help_text, required=required, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )


def _reason_field(help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=_("理由"), max_length=REASON_LENGTH, help_text=help_text, widget=forms.Textarea({"rows": 2})
    )


class TargetChangeForm(forms.Form):
    """A target's new value, from when on and why."""

    value = forms.DecimalField(
        label=_("目标值"), max_digits=18, decimal_places=4, required=False, help_text=_("留空表示不再设目标。")
    )
    valid_from = _day_field(_("生效日期"), _("季度状态按季度末当天有效的目标判断，考核按 12 月 31 日有效的目标。"))
    reason = _reason_field(_("与调整一起留存，并显示在调整记录中。"))

    def change(self) -> TargetChange:
        """What was entered; only after `is_valid`."""
        return TargetChange(**self.cleaned_data)


class PlanRulesForm(forms.ModelForm[Plan]):
    """The rules that the notice does not state, and why they change. Stored by the service, never by the form."""

    reason = _reason_field(_("与更改一起留存。"))

    class Meta:
        model = Plan
        fields = Plan.RULES

    def rules(self) -> Rules:
        """What was entered; only after `is_valid`."""
        return Rules(**{name: self.cleaned_data[name] for name in Plan.RULES})


class QuarterTimesForm(forms.Form):
    """The days on which a quarter opens, is due and closes; what is not changed keeps its instant."""

    opens = _day_field(_("开始填报"), _("当天 0 时起。"))
    due = _day_field(_("按时截止"), _("当天 24 时前到达的算按时。"))
    closes = _day_field(_("补报截止"), _("当天 24 时前到达的仍接收，算逾期。"))

    def __init__(self, *args: Any, quarter: Quarter, **kwargs: Any) -> None:
        days = {
            "opens": local_day(quarter.opens),
            "due": last_day_before(quarter.due),
            "closes": last_day_before(quarter.closes),
        }
        super().__init__(*args, **{"initial": days, **kwargs})

    def clean(self) -> dict[str, Any]:
        """The three days, if one of them was changed."""
        if not self.changed_data:
            raise forms.ValidationError(_("没有更改任何时间。"))
        return self.cleaned_data

    def instants(self) -> dict[str, datetime]:
        """The changed instants by name; only after `is_valid`."""
        edges = {"opens": start_of, "due": end_of, "closes": end_of}
        return {name: edges[name](self.cleaned_data[name]) for name in self.changed_data}


class ExtensionForm(forms.Form):
    """More time for one unit."""

    plan_unit = forms.ModelChoiceField(label=_("单位"), queryset=PlanUnit.objects.none(), empty_label=_("请选择"))
    due = _day_field(_("按时截止"), _("延期后的最后一天。"))
    closes = _day_field(_("补报截止"), _("延期后的最后一天。"))
    counts_as_late = forms.BooleanField(
        label=_("原截止日后到达的仍计为逾期"), required=False, help_text=_("勾选后只是可以补报，按时填报不得分。")
    )
    reason = _reason_field(_("与延期一起留存，单位也能看到。"))

    def __init__(self, *args: Any, quarter: Quarter, user: User, **kwargs: Any) -> None:
        days = {"due": last_day_before(quarter.due), "closes": last_day_before(quarter.closes)}
        super().__init__(*args, **{"initial": days, **kwargs})
        units = PlanUnit.objects.visible_to(user).reporting().filter(plan=quarter.plan_id)
        self.fields["plan_unit"].queryset = units.select_related("unit").order_by("order")  # type: ignore[attr-defined]

    def terms(self) -> ExtensionTerms:
        """What was entered; only after `is_valid`."""
        data = self.cleaned_data
        return ExtensionTerms(
            due=end_of(data["due"]),
            closes=end_of(data["closes"]),
            counts_as_late=data["counts_as_late"],
            reason=data["reason"],
        )


class InstitutionForm(forms.ModelForm[Institution]):
    """An institution of a unit that the person may edit; `version` is the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Institution
        fields = [
            "unit", "name", "credit_code", "kind", "roof_class", "floor_area_m2", "headcount", "separately_metered",
            "active_from", "active_to",
        ]  # fmt: skip
        widgets = {
            "active_from": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
            "active_to": forms.DateInput({"type": "date"}, "%Y-%m-%d"),
            "credit_code": forms.TextInput({"autocomplete": "off", "spellcheck": "false"}),
        }
        help_texts = {
            "credit_code": _("18 位，见统一社会信用代码证书。最后一位是校验位，会自动核对。"),
            "roof_class": _("整县推进屋顶光伏按此分类：党政机关，或学校、医院等其他机构。"),
            "separately_metered": _("用电有独立的电表。迎峰度夏、度冬负荷只统计独立计量的机构。"),
            "active_to": _("仍在纳入范围的留空。"),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        for name in ("kind", "roof_class"):
            self.fields[name].choices = [("", _("请选择")), *self.fields[name].choices[1:]]  # type: ignore[attr-defined]
        self.fields["unit"].empty_label = _("请选择")  # type: ignore[attr-defined]
        units = Unit.objects.visible_to(user).filter(parent__isnull=False)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["version"].initial = self.instance.version
        if len(units) == 1:
            self.fields["unit"].initial = units[0]
            self.fields["unit"].disabled = True

    @property
    def seen_version(self) -> int:
        """The version that was shown; 0, which no institution has, where the form does not say."""
        return self.cleaned_data.get("version") or 0

    def clean_credit_code(self) -> str:
        """The code in capitals, unless somebody has registered it: the message says who."""
        code: str = self.cleaned_data["credit_code"].strip().upper()
        if Institution.objects.filter(credit_code=code).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(holder_of(code, self.user))
        return code


class InstitutionFilter(forms.Form):
    """What the list of institutions shows: a word of name, code or initials, a unit, a class."""

    q = forms.CharField(
        label=_("查找"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"data-search": "", "placeholder": _("名称、拼音首字母或信用代码")}),
    )
    unit = UnitChoiceField(
        label=_("单位"), required=False, queryset=Unit.objects.none(), to_field_name="code", empty_label=_("全部单位")
    )
    kind = forms.ChoiceField(
        label=_("机构类别"), required=False, choices=[("", _("全部类别")), *Institution.Kind.choices]
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        units = Unit.objects.visible_to(user).filter(parent__isnull=False)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def found(self) -> QuerySet[Institution]:
        """The institutions that were asked for."""
        chosen = self.chosen()
        return find_institutions(self.user, text=chosen["q"] or "", unit=chosen["unit"], kind=chosen["kind"] or "")

    def chosen(self) -> dict[str, Any]:
        """What was chosen and can be understood; what cannot is as if it had not been asked."""
        self.is_valid()
        return {name: self.cleaned_data.get(name) for name in self.fields}
