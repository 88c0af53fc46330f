"""Who may do what: one table, action → roles (domain.md, section 1). An unknown action or role allows nothing."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """The six roles."""

    REPORTER = "reporter", _("填报员")
    OFFICER = "officer", _("市局管理员")
    REVIEWER = "reviewer", _("审核员")
    LEADER = "leader", _("领导")
    AUDITOR = "auditor", _("审计员")
    SYSADMIN = "sysadmin", _("系统管理员")


_R, _O, _V, _L, _A, _S = Role.REPORTER, Role.OFFICER, Role.REVIEWER, Role.LEADER, Role.AUDITOR, Role.SYSADMIN
_READERS = frozenset({_R, _O, _V, _L, _A})
_BUREAU = frozenset({_O, _V, _L, _A})

POLICY: dict[str, frozenset[Role]] = {
    # seeing
    "plan.view": _READERS,
    "dashboard.view": _READERS,
    "report.view": _READERS,
    "assessment.view": _READERS,
    "institution.view": _READERS,
    "ledger.view": _READERS,
    "job.view": frozenset(Role),
    "job.view_all": frozenset({_S}),
    "trail.view": frozenset({_A}),
    # the plan and the year
    "plan.edit": frozenset({_O}),
    "quarter.manage": frozenset({_O}),
    "alias.edit": frozenset({_O}),
    "institution.edit": frozenset({_R, _O}),
    "institution.edit_all": frozenset({_O}),
    "ledger.edit": frozenset({_R, _O}),
    # reports
    "report.edit": frozenset({_R, _O}),
    "report.submit": frozenset({_R, _O}),
    "report.withdraw": frozenset({_R, _O}),
    "report.import": frozenset({_R, _O}),
    "report.backdate": frozenset({_O}),
    "report.review": frozenset({_O, _V}),
    "report.reopen": frozenset({_O}),
    "report.fix_base": frozenset({_O}),
    # the assessment
    "assessment.run": frozenset({_O}),
    "assessment.score": frozenset({_O, _V}),
    "assessment.flag": frozenset({_O}),
    "assessment.self_score": frozenset({_R}),
    "assessment.adjust": frozenset({_O}),
    "assessment.announce": frozenset({_O}),
    "assessment.appeal": frozenset({_R}),
    "assessment.decide": frozenset({_O}),
    "assessment.publish": frozenset({_O}),
    "assessment.revise": frozenset({_O}),
    "assessment.export": _BUREAU,
    "scheme.edit": frozenset({_O}),
    # accounts
    "account.manage": frozenset({_S}),
    "status.view": frozenset({_S}),
}


def allows(role: str, action: str) -> bool:
    """Whether a role may do an action."""
    return role in POLICY.get(action, frozenset())
