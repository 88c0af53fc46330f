"""Forms of the registers: they check and convert, services store. Made of a register's declaration, one for all."""

from typing import Any

from django import forms
from django.db.models import Q
from django.forms.models import modelform_factory
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from progress.ledgers import Ledger
from progress.models import Item, Nomination
from progress.nomination_stages import next_stages
from progress.queries.ledgers import Wanted, kinds_of
from targets.forms import UnitChoiceField
from targets.models import Institution, Plan, Unit

MOST_OPTIONS = 300  # beyond it a list to choose from helps nobody: one types
DAY = forms.DateInput({"type": "date"}, "%Y-%m-%d")


class InstitutionField(forms.CharField):
    """An institution by its credit code or whole name, among those that a person sees."""

    def __init__(self, *, user: User, **kwargs: Any) -> None:
        super().__init__(**{"label": _("机构"), "help_text": _("填机构全称或统一社会信用代码。"), **kwargs})
        self.visible = Institution.objects.visible_to(user).select_related("unit")

    def clean(self, value: Any) -> Any:
        """The institution; a name that several have asks for the code."""
        typed = super().clean(value).strip()
        found = list(self.visible.filter(Q(credit_code=typed.upper()) | Q(name=typed))[:2])
        if not found:
            raise forms.ValidationError(_("没有找到机构“%s”。请核对，或先在机构名录中登记。") % typed)
        if len(found) > 1:
            raise forms.ValidationError(_("有多个机构叫“%s”，请填统一社会信用代码。") % typed)
        return found[0]

    def names(self) -> list[str]:
        """The names to choose from; none where there are too many."""
        names = list(self.visible.order_by("name").values_list("name", flat=True)[: MOST_OPTIONS + 1])
        return names if len(names) <= MOST_OPTIONS else []


class ItemForm(forms.ModelForm[Item]):
    """An item of a register; `version` is the one that was shown."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    ledger: Ledger

    def __init__(self, *args: Any, user: User, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["version"].initial = self.instance.version
        self._add_owner(user)
        for name, field in self.fields.items():
            if isinstance(field, forms.TypedChoiceField):
                field.choices = [("", _("请选择")), *self.ledger.field(name).flatchoices]
            elif name == self.ledger.kind and self.ledger.kinds_of_plan:
                self.fields[name] = forms.ChoiceField(label=field.label, choices=self._kinds(plan))

    def _add_owner(self, user: User) -> None:
        """The field of whose item it is: an institution, typed; of a register above them a unit, chosen."""
        is_stored = self.instance.pk is not None
        if self.ledger.has_institution:
            if is_stored:
                self.initial["institution"] = self.instance.institution.name  # type: ignore[attr-defined]
            self.fields["institution"] = InstitutionField(user=user)
            self.fields["institution"].widget.attrs["list"] = "institutions"
        else:
            self.initial["unit"] = self.instance.owner.code if is_stored else user.unit_code
            units = Unit.objects.visible_to(user)
            self.fields["unit"] = UnitChoiceField(
                label=_("所属专家库"), queryset=units, to_field_name="code", empty_label=None
            )
        self.order_fields(["institution", "unit", *self.ledger.fields])

    def _kinds(self, plan: Plan) -> list[tuple[str, Any]]:
        """The kinds that the plan names, and the item's own, which a plan of before may have named."""
        kinds = kinds_of(self.ledger, plan)
        own = self.ledger.kind_of(self.instance)
        if own and own not in kinds:
            kinds[own] = own
        return [("", _("请选择")), *kinds.items()]

    @property
    def institution_names(self) -> list[str]:
        """What the field of the institution offers."""
        field = self.fields.get("institution")
        return field.names() if isinstance(field, InstitutionField) else []

    @property
    def seen_version(self) -> int:
        """The version that was shown; 0, which no item has, where the form does not say."""
        return self.cleaned_data.get("version") or 0

    def clean(self) -> dict[str, Any]:
        """The owner belongs to the item, although its field is not the model's own."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for name in ("institution", "unit"):
            if cleaned.get(name) is not None:
                setattr(self.instance, name, cleaned[name])
        return cleaned


def item_form(ledger: Ledger, item: Item | None) -> type[ItemForm]:
    """The form of a register's items. A nomination's later dates come by its moves: only those it has are in it."""
    fields = [name for name in ledger.fields if not ledger.has_stages or _is_reached(name, item)]
    typed = {"DateField": DAY, "TextField": forms.Textarea({"rows": 3})}
    kinds = {name: ledger.field(name).get_internal_type() for name in fields}
    widgets: dict[str, Any] = {name: typed[kind] for name, kind in kinds.items() if kind in typed}
    made = modelform_factory(ledger.model, form=ItemForm, fields=fields, widgets=widgets)
    return type(made.__name__, (made, ItemForm), {"ledger": ledger})


def _is_reached(name: str, item: Item | None) -> bool:
    later = set(Nomination.DATES.values()) - {"day"}
    return name not in later or (item is not None and getattr(item, name) is not None)


class MoveForm(forms.Form):
    """The next stage of a nomination, and on which day it was reached."""

    to = forms.ChoiceField(label=_("下一阶段"))
    on = forms.DateField(label=_("日期"), widget=DAY)

    def __init__(self, *args: Any, nomination: Nomination, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages = next_stages(nomination.stage)
        self.fields["to"].choices = [(stage, Nomination.Stage(stage).label) for stage in stages]  # type: ignore[attr-defined]


class LedgerFilter(forms.Form):
    """What the table of a register shows."""

    q = forms.CharField(
        label=_("查找"),
        required=False,
        max_length=60,
        widget=forms.TextInput({"data-search": "", "placeholder": _("名称、机构、拼音首字母")}),
    )
    unit = UnitChoiceField(
        label=_("单位"), required=False, queryset=Unit.objects.none(), to_field_name="code", empty_label=_("全部单位")
    )
    kind = forms.ChoiceField(label=_("类别"), required=False)
    since = forms.DateField(label=_("起"), required=False, widget=DAY)
    until = forms.DateField(label=_("止"), required=False, widget=DAY)
    withdrawn = forms.BooleanField(label=_("只看已作废的"), required=False)

    def __init__(self, *args: Any, user: User, ledger: Ledger, kinds: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        units = Unit.objects.visible_to(user).filter(parent__isnull=False)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("全部类别")), *kinds.items()]  # type: ignore[attr-defined]
        if not kinds:
            del self.fields["kind"]
        if user.unit is not None and user.unit.parent_id is not None:
            del self.fields["unit"]

    def wanted(self) -> Wanted:
        """What was asked for and can be understood; what cannot is as if it had not been asked."""
        self.is_valid()
        return Wanted(
            text=self._said("q", ""),
            unit=self._said("unit", None),
            since=self._said("since", None),
            until=self._said("until", None),
            kind=self._said("kind", ""),
            withdrawn=self._said("withdrawn", False),
        )

    def _said(self, name: str, otherwise: Any) -> Any:
        return self.cleaned_data.get(name) or otherwise

    @property
    def is_filtered(self) -> bool:
        return self.wanted() != Wanted()
