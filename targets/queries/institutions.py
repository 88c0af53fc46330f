"""The register of public institutions."""

from django.utils.translation import gettext as _

from accounts.models import User
from targets.models import Institution


def holder_of(credit_code: str, viewer: User) -> str:
    """Who has registered a credit code, in words; another unit's institution is not named to whom it is not visible."""
    mine = Institution.objects.visible_to(viewer).filter(credit_code=credit_code).select_related("unit").first()
    if mine is None:
        return _("统一社会信用代码 %s 已由其他单位登记。") % credit_code
    return _("统一社会信用代码 %(code)s 已登记为%(unit)s的“%(name)s”。") % {
        "code": credit_code,
        "unit": mine.unit.label,
        "name": mine.name,
    }
