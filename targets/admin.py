"""The plan's tables in Django's admin, to be looked up: the portal's pages and files change them, through services."""

from django.contrib import admin

from common.readonly_admin import ReadOnlyAdmin
from common.register_admin.admin import RegisterAdmin
from targets.models import (
    Extension,
    Holiday,
    Indicator,
    Institution,
    Plan,
    PlanUnit,
    Quarter,
    Target,
    TargetRevision,
    Unit,
    UnitAlias,
)
from targets.resources import AliasResource, InstitutionResource


class PlanAdmin(ReadOnlyAdmin):
    """What belongs to the plan is seen by who may see plans."""

    view_action = "plan.view"


@admin.register(Unit)
class UnitAdmin(PlanAdmin):
    scope_field = "path"
    list_display = ["code", "name", "full_name", "parent"]
    list_select_related = ["parent"]
    search_fields = ["search_key"]


@admin.register(UnitAlias)
class UnitAliasAdmin(RegisterAdmin):
    view_action = "plan.view"
    edit_action = "alias.edit"
    scope_field = "unit__path"
    resource_classes = [AliasResource]
    list_display = ["alias", "unit"]
    list_select_related = ["unit"]
    search_fields = ["alias"]


@admin.register(Institution)
class InstitutionAdmin(RegisterAdmin):
    view_action = "institution.view"
    edit_action = "institution.edit_all"
    resource_classes = [InstitutionResource]
    scope_field = "unit__path"
    list_display = ["name", "credit_code", "unit", "kind", "separately_metered", "active_from", "active_to"]
    list_select_related = ["unit"]
    list_filter = ["kind", "separately_metered"]
    search_fields = ["search_key"]


@admin.register(Plan)
class PlanTableAdmin(PlanAdmin):
    scope_field = "owner__path"
    list_display = ["year", "owner", "name", "state"]
    list_select_related = ["owner"]


@admin.register(PlanUnit)
class PlanUnitAdmin(PlanAdmin):
    scope_field = "unit__path"
    list_display = ["name", "plan", "kind", "is_reporting", "assessed"]
    list_select_related = ["plan", "unit"]
    list_filter = ["kind"]


@admin.register(Indicator)
class IndicatorAdmin(PlanAdmin):
    scope_field = "plan__owner__path"
    list_display = ["code", "name", "plan", "kind", "accumulate", "nature", "source"]
    list_select_related = ["plan"]
    list_filter = ["kind", "nature"]
    search_fields = ["code", "name"]


@admin.register(Target)
class TargetAdmin(PlanAdmin):
    scope_field = "plan_unit__unit__path"
    list_display = ["indicator", "plan_unit", "origin"]
    list_select_related = ["indicator", "plan_unit"]
    list_filter = ["origin"]
    search_fields = ["indicator__code", "indicator__name", "plan_unit__name"]


@admin.register(TargetRevision)
class TargetRevisionAdmin(PlanAdmin):
    scope_field = "target__plan_unit__unit__path"
    list_display = ["target", "value", "valid_from", "reason", "by_name", "created_at"]
    list_select_related = ["target__indicator", "target__plan_unit"]
    search_fields = ["reason", "by_name"]


@admin.register(Quarter)
class QuarterAdmin(PlanAdmin):
    scope_field = "plan__owner__path"
    list_display = ["plan", "number", "opens", "due", "closes", "counts_timeliness"]
    list_select_related = ["plan"]


@admin.register(Extension)
class ExtensionAdmin(PlanAdmin):
    scope_field = "plan_unit__unit__path"
    list_display = ["quarter", "plan_unit", "due", "closes", "counts_as_late", "reason", "by_name"]
    list_select_related = ["quarter__plan", "plan_unit"]


@admin.register(Holiday)
class HolidayAdmin(PlanAdmin):
    list_display = ["day", "name", "is_working"]
    list_filter = ["is_working"]
