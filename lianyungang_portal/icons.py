"""Icons drawn inside the page, read once from static/vendor/icons."""

import logging
import re
from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

logger = logging.getLogger(__name__)

FOLDER = Path(settings.BASE_DIR) / "static" / "vendor" / "icons"
_NAME = re.compile(r"[a-z0-9-]+")
_SHAPES = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)
_BOUNDS = re.compile(r'\s*<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def icon_svg(name: str, *, css: str = "", label: str = "") -> SafeString:
    """The icon as inline SVG: hidden from screen readers unless it has a label; nothing where there is no such file."""
    shapes = _shapes(name)
    if not shapes:
        return mark_safe("")
    meaning = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html(
        '<svg class="{}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75" '
        'stroke-linecap="round" stroke-linejoin="round" focusable="false" {}>{}</svg>',
        f"icon {css}".strip(),
        meaning,
        shapes,
    )


@cache
def _shapes(name: str) -> SafeString:
    """What is inside the icon's `<svg>`; the files come with the assets and hold no text of anybody's."""
    path = FOLDER / f"{name}.svg"
    if not _NAME.fullmatch(name) or not path.is_file():
        logger.warning("There is no icon %r: add it to scripts/assets.toml and run `make setup`.", name)
        return mark_safe("")
    found = _SHAPES.search(path.read_text(encoding="utf-8"))
    shapes = _BOUNDS.sub("", found.group(1)) if found else ""
    return mark_safe("".join(line.strip() for line in shapes.splitlines()))  # noqa: S308
