"""Colours that can be read, told apart without seeing red or green, and printed in grey; and browsers of 2021."""

import re
from itertools import combinations
from pathlib import Path

import pytest

from scripts.steps import ROOT

STYLES = sorted((ROOT / "static" / "css").glob("*.css"))
TOKENS = dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", (ROOT / "static" / "css" / "tokens.css").read_text()))
STATUSES = (
    "met", "missed", "on-pace", "behind", "far-behind", "no-data", "not-due", "not-applicable", "tracked",
)  # fmt: skip
PAIRS = list(combinations(["on-pace", "met", "behind", "far-behind", "missed"], 2))
TOO_NEW = re.compile(
    r"oklch|oklab|color-mix|light-dark|rgb\(from|:has\(|@container|@layer|@property|@scope|\bdvh\b|\bsvh\b|^\s*&",
    re.MULTILINE,
)

Rgb = tuple[float, float, float]
# Machado, Oliveira and Fernandes (2009), severity 1.0: what remains of linear light without one kind of cones.
NO_RED = ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998))
NO_GREEN = ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881))


def linear(colour: str) -> Rgb:
    """The linear light of "#rrggbb"."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return red, green, blue


def luminance(light: Rgb) -> float:
    """Relative luminance as WCAG defines it."""
    return 0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two tokens."""
    bright, dark = sorted((luminance(linear(TOKENS[one])), luminance(linear(TOKENS[other]))), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def seen_without(cones: tuple[Rgb, Rgb, Rgb], light: Rgb) -> Rgb:
    """The same light as somebody without these cones sees it."""
    red, green, blue = (max(0.0, sum(k * c for k, c in zip(row, light, strict=True))) for row in cones)
    return red, green, blue


def lab(light: Rgb) -> Rgb:
    """CIE L*a*b* (D65)."""
    matrix = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    xyz = [sum(k * c for k, c in zip(row, light, strict=True)) for row in matrix]
    x, y, z = (
        t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116
        for t in (v / w for v, w in zip(xyz, (0.95047, 1.0, 1.08883), strict=True))
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def distance(one: Rgb, other: Rgb) -> float:
    """How different two colours look (CIE 1976)."""
    return float(sum((a - b) ** 2 for a, b in zip(lab(one), lab(other), strict=True)) ** 0.5)


@pytest.mark.parametrize("ink", ["ink", "ink-2", "ink-3", "accent", "accent-strong", "bad", "warn", "good", "info"])
@pytest.mark.parametrize("ground", ["paper", "ground", "tint", "hover", "chosen"])
def test_every_ink_can_be_read_on_every_ground(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("status", STATUSES)
def test_a_status_can_be_read_on_its_own_colour(status: str) -> None:
    assert contrast(f"{status}-ink", status) >= 4.5


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("bar-ink", "bar"),
        ("bar-ink-2", "bar"),
        ("paper", "accent"),
        ("paper", "accent-strong"),
        ("paper", "bad"),
        ("ink", "warn-tint"),
        ("ink-2", "bad-tint"),
        ("bad", "bad-tint"),
        ("bad-strong", "bad-tint"),
        ("warn", "warn-tint"),
        ("good", "good-tint"),
        ("info", "info-tint"),
    ],
)
def test_words_on_coloured_grounds_can_be_read(ink: str, ground: str) -> None:
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize(("edge", "ground"), [("control", "paper"), ("focus", "ground"), ("focus-on-bar", "bar")])
def test_edges_of_fields_and_focus_can_be_seen(edge: str, ground: str) -> None:
    assert contrast(edge, ground) >= 3


def test_the_judging_statuses_get_darker_as_they_get_worse_so_that_grey_print_keeps_their_order() -> None:
    light = [luminance(linear(TOKENS[status])) for status in ("on-pace", "met", "behind", "far-behind", "missed")]

    assert light == sorted(light, reverse=True)
    assert light[-1] < 0.1


@pytest.mark.parametrize("cones", [NO_RED, NO_GREEN], ids=["no red", "no green"])
@pytest.mark.parametrize("pair", PAIRS, ids="-".join)
def test_the_judging_statuses_are_told_apart_without_red_or_green(
    cones: tuple[Rgb, Rgb, Rgb], pair: tuple[str, str]
) -> None:
    one, other = (seen_without(cones, linear(TOKENS[status])) for status in pair)

    assert distance(one, other) >= 12


def test_red_and_green_of_one_lightness_would_be_noticed() -> None:
    red, green = "#d9a2a2", "#9fb6a0"

    assert distance(linear(red), linear(green)) > 20
    assert distance(seen_without(NO_GREEN, linear(red)), seen_without(NO_GREEN, linear(green))) < 12


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_is_understood_by_browsers_of_2021(path: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)

    assert TOO_NEW.findall(text) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_a_style_sheet_loads_nothing_from_outside(path: Path) -> None:
    urls = re.findall(r"url\(\s*[\"']?([^\"')\s]+)", path.read_text(encoding="utf-8"))

    assert [url for url in urls if not url.startswith("data:image/svg+xml,")] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_colours_used_by_a_style_sheet_are_tokens(path: Path) -> None:
    names = set(re.findall(r"--([\w-]+):", "".join(style.read_text(encoding="utf-8") for style in STYLES)))

    used = set(re.findall(r"var\(--([\w-]+)", path.read_text(encoding="utf-8")))

    assert used - names == set()
