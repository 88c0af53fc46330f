"""Tags and filters that every template may use (a builtin library: no {% load %} needed). docs/pages.md shows them."""

from datetime import date, datetime
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from assessments.models import Compliance
from calculations.rounding import Number
from jobs.models import Job
from lianyungang_portal import formatting
from lianyungang_portal.icons import icon_svg
from lianyungang_portal.navigation import Link, links_for, newest_plan
from progress.models import Report
from progress.queries.institution_items import items_of_institution
from targets.models import Indicator, Institution, Plan, Quarter

register = template.Library()

STATUS_WORDS: dict[str, Any] = dict(Compliance.Status.choices)
STATE_WORDS: dict[str, Any] = {
    **dict(Job.State.choices),
    **dict(Quarter.State.choices),
    **dict(Report.State.choices),
    "overdue": _("已逾期"),
    "not_started": _("未开始"),
}
MESSAGE_TONES = {"success": "success", "warning": "warning", "error": "error"}
TONE_ICONS = {
    "info": "info-circle",
    "success": "circle-check",
    "warning": "alert-triangle",
    "error": "alert-circle",
}

# --- numbers and times ------------------------------------------------------------------------------------------------


@register.filter
def number(value: Number | str | None, places: int = 0) -> str:
    """`{{ line.value|number:indicator.decimals }}`: "1,234.50", half-up; "—" for None."""
    return formatting.number_words(value, places)


@register.filter
def percent(value: Number | str | None, places: int = 1) -> str:
    """`{{ row.attainment|percent }}`: percent points as "83.3%"; "—" for None."""
    return formatting.percent_words(value, places)


@register.filter
def moment(instant: datetime | None) -> str:
    """`{{ report.submitted_at|moment }}`: "2023-04-10 09:30" in Asia/Shanghai; "—" for None."""
    return formatting.moment_words(instant)


@register.filter
def day(value: date | datetime | None) -> str:
    """`{{ quarter.opens|day }}`: "2023-04-10"; "—" for None."""
    return formatting.day_words(value)


@register.filter
def until(instant: datetime | None) -> str:
    """`{{ quarter.due|until }}`: the last day before a half-open deadline, "2023-04-15"; "—" for None."""
    return formatting.until_words(instant)


@register.filter
def local(indicator: Indicator, field: str) -> str:
    """`{{ indicator|local:"definition" }}`: a text of an indicator in the reader's language."""
    return indicator.local(field)


@register.simple_tag(takes_context=True)
def deadline(context: template.Context, due: datetime | None, as_of: datetime | None = None) -> str:
    """`{% deadline deadlines.due %}`: how long there still is, seen from the request's arrival or `as_of`."""
    now = as_of or context["request"].arrived_at
    if due is None:
        return formatting.NOTHING
    return format_html(
        '<time class="deadline deadline-{}" datetime="{}" title="{}">{}</time>',
        formatting.deadline_tone(due, now),
        due.isoformat(),
        formatting.until_words(due),
        formatting.deadline_words(due, now),
    )


# --- statuses and states ----------------------------------------------------------------------------------------------


@register.filter
def status_word(code: str) -> str:
    """`{{ row.status|status_word }}`: the word of one of the nine statuses; empty before the quarter opens."""
    return str(STATUS_WORDS.get(code, ""))


@register.simple_tag
def status(code: str, size: str = "") -> SafeString:
    """`{% status row.status %}`: the status as a chip with shape, word and colour. `size`: lg or plain (no ground)."""
    return _chip(code, STATUS_WORDS.get(code, ""), size)


@register.simple_tag
def state(code: str, label: str = "", size: str = "") -> SafeString:
    """`{% state report.state %}`: a report's, quarter's or job's state as a chip; also overdue and not_started."""
    return _chip(code, label or getattr(code, "label", "") or STATE_WORDS.get(code, ""), size)


def _chip(code: str, word: Any, size: str) -> SafeString:
    if not word:
        return format_html('<span class="text-muted">{}</span>', formatting.NOTHING)
    size_class = f" status-{size}" if size else ""
    return format_html('<span class="status is-{}{}">{}</span>', str(code), size_class, word)


# --- pieces of a page -------------------------------------------------------------------------------------------------


@register.simple_tag
def icon(name: str, css: str = "", label: str = "") -> SafeString:
    """`{% icon "check" %}`: an icon listed in scripts/assets.toml; with `label` only where nothing else says it."""
    return icon_svg(name, css=css, label=label)


@register.simple_block_tag
def card(content: str, title: str = "", icon: str = "", kind: str = "") -> SafeString:
    """`{% card title=… icon="target" %}…{% endcard %}`: a titled box; `kind="flush"`: a table or list to its edges."""
    return _rendered("components/card.html", content=content, title=title, icon=icon, kind=kind)


@register.simple_block_tag
def table(content: str, label: str, kind: str = "") -> SafeString:
    """`{% table label=… %}<table class="table">…</table>{% endtable %}`: scrolls, its head stays.

    `kind`: tall (a scroll box of its own, first columns may stick) or page (the head sticks to the window).
    """
    return _rendered("components/table.html", content=content, label=label, kind=kind)


@register.simple_block_tag
def alert(content: str, tone: str = "info", title: str = "") -> SafeString:
    """`{% alert tone="warning" title=… %}…{% endalert %}`: it stays. Tones: info, success, warning, error."""
    return _rendered("components/alert.html", content=content, tone=tone, title=title, icon=TONE_ICONS[tone])


def _rendered(name: str, **context: object) -> SafeString:
    return SafeString(render_to_string(name, context))


@register.inclusion_tag("progress/ledgers/_of_institution.html", takes_context=True)
def institution_items(context: template.Context, institution: Institution) -> dict[str, object]:
    """`{% institution_items institution %}`: what the registers hold of an institution; two queries."""
    user = context["request"].user
    items = items_of_institution(institution, user) if user.has_perm("ledger.view") else []
    return {"items": items, "institution": institution, "plan_place": newest_plan(user)}


# --- the frame --------------------------------------------------------------------------------------------------------


@register.simple_tag(takes_context=True)
def navigation(context: template.Context) -> list[Link]:
    """`{% navigation as links %}`: where the signed-in person can go from here."""
    plan = context.get("plan")
    return links_for(context["request"], plan=plan if isinstance(plan, Plan) else None)


@register.filter
def message_tone(tags: str) -> str:
    """The tone of one of Django's messages, by its tags."""
    return next((tone for tag, tone in MESSAGE_TONES.items() if tag in tags.split()), "info")


@register.filter
def tone_icon(tone: str) -> str:
    """The icon that goes with a tone."""
    return TONE_ICONS.get(tone, "info-circle")
