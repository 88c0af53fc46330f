"""The rules of a plan as its page shows them: what holds, and whether that is still the portal's default."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from targets.models import Plan


@dataclass(frozen=True)
class RuleShown:
    """One rule in words; `default` is what held before anybody changed it."""

    label: str
    explanation: str
    value: str
    default: str

    @property
    def is_default(self) -> bool:
        return self.value == self.default


def rules_shown(plan: Plan) -> list[RuleShown]:
    """Every rule of a plan that the notice does not state; no query."""
    return [
        RuleShown(
            label=str(field.verbose_name),
            explanation=str(field.help_text),
            value=_words(field.name, getattr(plan, field.name)),
            default=_words(field.name, field.get_default()),
        )
        for field in Plan.rule_fields()
    ]


def _words(name: str, value: int) -> str:
    if isinstance(value, bool):
        return _("要求") if value else _("不要求")
    template = _("%d 个工作日") if name.endswith("_working_days") else _("%d 倍")
    return template % value
