"""The register of public institutions: entered and changed by the units themselves and by the bureau."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.forms.models import model_to_dict
from django.utils.translation import gettext as _

from accounts.models import User, require
from audit.services import Entry, record
from common.errors import Conflict, Invalid, NotAllowed
from targets.models import Institution, Unit
from targets.queries import holder_of
from targets.search import search_key

FIELDS = (
    "unit", "name", "credit_code", "kind", "roof_class", "floor_area_m2", "headcount", "separately_metered",
    "active_from", "active_to",
)  # fmt: skip


def add_institution(institution: Institution, *, by: User) -> Institution:
    """The new institution, stored. Raises NotAllowed, Invalid, or Conflict where its credit code is registered."""
    _prepare(institution, by=by)
    with transaction.atomic():
        _store_new(institution, by=by)
        record(_entry("institution.add", institution, after=_facts(institution)), by=by)
    return institution


def change_institution(institution: Institution, *, by: User, version: int) -> Institution:
    """The institution as changed; `version` is the one whoever changed it had seen.

    Raises as `add_institution`, and Conflict where somebody else has changed it since.
    """
    before = Institution.objects.visible_to(by).select_related("unit").filter(pk=institution.pk).first()
    if before is None:
        raise NotAllowed(_("这个机构不属于您的单位。"), _("请联系市局。"))
    _prepare(institution, by=by)
    with transaction.atomic():
        _store_change(institution, version=version, by=by)
        record(_entries_of_change(before, institution), by=by)
    institution.version = version + 1
    return institution


def _prepare(institution: Institution, *, by: User) -> None:
    require(by, "institution.edit")
    if not Unit.objects.visible_to(by).filter(pk=institution.unit_id, parent__isnull=False).exists():
        raise NotAllowed(_("只能登记本单位的机构。"), _("请选择本单位；如机构已划出，请联系市局。"))
    institution.search_key = search_key((institution.name, institution.credit_code))
    try:
        institution.full_clean(validate_unique=False)
    except ValidationError as error:
        raise Invalid(" ".join(error.messages), _("请改正后重试。")) from None


def _store_new(institution: Institution, *, by: User) -> None:
    try:
        with transaction.atomic():
            institution.save(force_insert=True)
    except IntegrityError:
        raise _taken(institution, by=by) from None


def _store_change(institution: Institution, *, version: int, by: User) -> None:
    values: dict[str, Any] = {name: getattr(institution, name) for name in (*FIELDS, "search_key")}
    seen = Institution.objects.filter(pk=institution.pk, version=version)
    try:
        with transaction.atomic():
            changed = seen.update(version=F("version") + 1, **values)
    except IntegrityError:
        raise _taken(institution, by=by) from None
    if not changed:
        raise Conflict(
            _("“%s”刚刚被他人修改，本次未作任何更改。") % institution.name, _("请刷新页面，在最新内容上修改。")
        )


def _taken(institution: Institution, *, by: User) -> Conflict:
    return Conflict(holder_of(institution.credit_code, by), _("请核对代码；如机构已划转，请联系市局。"))


def _entries_of_change(before: Institution, after: Institution) -> list[Entry]:
    """One event a unit concerned: both, where the institution moves from one to another."""
    facts = {"before": _facts(before), "after": _facts(after)}
    return [
        _entry("institution.change", after, stream=unit.code, **facts)
        for unit in {before.unit_id: before.unit, after.unit_id: after.unit}.values()
    ]


def _facts(institution: Institution) -> dict[str, Any]:
    return {**model_to_dict(institution, fields=FIELDS), "unit": institution.unit.code}


def _entry(action: str, institution: Institution, **said: Any) -> Entry:
    return Entry(
        action=action,
        object_key=f"institution/{institution.credit_code}",
        object_name=institution.name,
        **{"stream": institution.unit.code, **said},
    )
