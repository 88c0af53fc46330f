"""Addresses of the targets app."""

from django.urls import path

from targets.views import indicators, institutions, plan, quarters, rules, workbooks

app_name = "targets"

_PLAN = "<str:root>/<int:year>"
_QUARTER = f"{_PLAN}/quarters/<int:number>"

urlpatterns = [
    path("institutions/", institutions.institution_list, name="institutions"),
    path("institutions/form.xlsx", workbooks.institutions_form, name="institutions_form"),
    path("institutions/export.xlsx", workbooks.institutions_export, name="institutions_export"),
    path("institutions/new/", institutions.institution_add, name="institution_add"),
    path("institutions/<str:credit_code>/", institutions.institution_page, name="institution"),
    path("institutions/<str:credit_code>/edit/", institutions.institution_edit, name="institution_edit"),
    path(f"{_PLAN}/plan/", plan.plan_page, name="plan"),
    path(f"{_PLAN}/plan/targets.xlsx", workbooks.targets_form, name="targets_form"),
    path(f"{_PLAN}/plan/rules/", rules.plan_rules, name="plan_rules"),
    path(f"{_PLAN}/units/", plan.unit_list, name="units"),
    path(f"{_PLAN}/plan/units/<str:unit>/", plan.unit_page, name="unit"),
    path(f"{_PLAN}/indicators/", indicators.indicator_list, name="indicators"),
    path(f"{_PLAN}/indicators/<str:code>/", indicators.indicator_page, name="indicator"),
    path(f"{_PLAN}/indicators/<str:code>/targets/<str:unit>/", indicators.target_page, name="target"),
    path(f"{_PLAN}/quarters/", quarters.quarter_list, name="quarters"),
    path(f"{_QUARTER}/open/", quarters.quarter_open, name="quarter_open"),
    path(f"{_QUARTER}/close/", quarters.quarter_close, name="quarter_close"),
    path(f"{_QUARTER}/timeliness/", quarters.quarter_timeliness, name="quarter_timeliness"),
    path(f"{_QUARTER}/times/", quarters.quarter_times, name="quarter_times"),
    path(f"{_QUARTER}/extend/", quarters.quarter_extend, name="quarter_extend"),
]
