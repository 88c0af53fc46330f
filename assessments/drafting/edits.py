"""Adding, removing and reordering the parts of a scheme in the editor: from one typed scheme to the next."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from assessments.drafting.typed import (
    TypedBand,
    TypedCriterion,
    TypedScheme,
    TypedSection,
    TypedStep,
    TypedVeto,
)
from common.errors import Conflict

T = TypeVar("T")
Members = tuple[Any, ...]
Change = Callable[[Members, int], Members]

LISTS = frozenset({"sections", "criteria", "bonus", "deduction", "bands", "vetoes", "steps"})
BONUS, DEDUCTION, VETO = "P", "D", "V"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def edit(scheme: TypedScheme, wish: str, *, used_codes: Collection[str] = ()) -> TypedScheme:
    """The scheme after one wish of a button: "up sections-0", "add-criterion bonus", "preset KEY" …

    New parts get codes that neither the scheme nor `used_codes` has. Conflict where the wish fits no part of it, as
    from a page that is out of date; an empty or unknown wish changes nothing.
    """
    verb, _blank, place = wish.partition(" ")
    if verb in _MOVES:
        return _rewritten(scheme, place, _MOVES[verb])
    if verb in _ADDITIONS:
        return _ADDITIONS[verb](scheme, place, {*used_codes, *_codes(scheme)})
    return scheme


def relocate(scheme: TypedScheme, place: str, part: str) -> TypedScheme:
    """The scheme with the criterion at `place` moved to the end of another part: "sections-1", "bonus", "deduction"."""
    moved = _member(scheme, place.split("-"))
    without = _rewritten(scheme, place, _removed)
    return _appended(without, part, moved)


def _up(members: Members, index: int) -> Members:
    return members if index == 0 else _swapped(members, index - 1)


def _down(members: Members, index: int) -> Members:
    return members if index == len(members) - 1 else _swapped(members, index)


def _swapped(members: Members, index: int) -> Members:
    return (*members[:index], members[index + 1], members[index], *members[index + 2 :])


def _removed(members: Members, index: int) -> Members:
    return (*members[:index], *members[index + 1 :])


_MOVES: dict[str, Change] = {"up": _up, "down": _down, "remove": _removed}


def _add_section(scheme: TypedScheme, place: str, used: set[str]) -> TypedScheme:
    free = (letter for letter in LETTERS if letter not in used and letter not in (BONUS, DEDUCTION, VETO))
    code = next(free, None) or _next_code("S", used)
    return replace(scheme, sections=(*scheme.sections, TypedSection(code)))


def _add_criterion(scheme: TypedScheme, place: str, used: set[str]) -> TypedScheme:
    prefixes = {"bonus": _prefix(scheme.bonus, BONUS), "deduction": _prefix(scheme.deduction, DEDUCTION)}
    prefix = prefixes.get(place) or _only(TypedSection, _member(scheme, place.split("-"))).code
    return _appended(scheme, place, TypedCriterion(_next_code(prefix, used)))


def _add_step(scheme: TypedScheme, place: str, used: set[str]) -> TypedScheme:
    def longer(criterion: TypedCriterion) -> TypedCriterion:
        return replace(criterion, steps=(*_only(TypedCriterion, criterion).steps, TypedStep()))

    return _with_member(scheme, place, longer)


def _add_band(scheme: TypedScheme, place: str, used: set[str]) -> TypedScheme:
    return replace(scheme, bands=(*scheme.bands, TypedBand()))


def _add_veto(scheme: TypedScheme, place: str, used: set[str]) -> TypedScheme:
    code = _next_code(_prefix(scheme.vetoes, VETO), used)
    return replace(scheme, vetoes=(*scheme.vetoes, TypedVeto(code)))


def _take_preset(scheme: TypedScheme, place: str, used: set[str]) -> TypedScheme:
    found = next((each for each in scheme.presets if each.key == place), None)
    if found is None:
        raise _out_of_date()
    return replace(scheme, bands=found.bands)


def _name_by_marks(scheme: TypedScheme, place: str, used: set[str]) -> TypedScheme:
    """The bands called after their bounds: 90分以上 … 60分以下, for bureaus that publish marks instead of grades."""
    named = [
        TypedBand(f"{band.lower}分以上", f"{band.lower} points and above", band.lower) for band in scheme.bands[:-1]
    ]
    if named:
        last = scheme.bands[-1]
        named.append(TypedBand(f"{named[-1].lower}分以下", f"below {named[-1].lower} points", last.lower))
    return replace(scheme, bands=tuple(named) or scheme.bands)


_ADDITIONS: dict[str, Callable[[TypedScheme, str, set[str]], TypedScheme]] = {
    "add-section": _add_section,
    "add-criterion": _add_criterion,
    "add-step": _add_step,
    "add-band": _add_band,
    "add-veto": _add_veto,
    "preset": _take_preset,
    "marks": _name_by_marks,
}


def _codes(scheme: TypedScheme) -> set[str]:
    parts: list[Sequence[Any]] = [scheme.sections, tuple(scheme.criteria()), scheme.vetoes]
    return {each.code for part in parts for each in part}


def _prefix(members: Sequence[Any], default: str) -> str:
    """The letters that the codes of a part begin with."""
    found = re.match(r"[^0-9]+", members[-1].code) if members else None
    return found[0] if found else default


def _next_code(prefix: str, used: Collection[str]) -> str:
    """The prefix and the number after the highest one used: a code once given never comes again for another thing."""
    prefix = prefix[:6]
    taken = (re.fullmatch(re.escape(prefix) + r"([0-9]{1,3})", code) for code in used)
    return f"{prefix}{max((int(found[1]) for found in taken if found), default=0) + 1}"


def _appended(scheme: TypedScheme, part: str, criterion: TypedCriterion) -> TypedScheme:
    if part == "bonus":
        return replace(scheme, bonus=(*scheme.bonus, criterion))
    if part == "deduction":
        return replace(scheme, deduction=(*scheme.deduction, criterion))

    def longer(section: TypedSection) -> TypedSection:
        return replace(section, criteria=(*_only(TypedSection, section).criteria, criterion))

    return _with_member(scheme, part, longer)


def _with_member(scheme: TypedScheme, place: str, change: Callable[[Any], Any]) -> TypedScheme:
    def changed(members: Members, index: int) -> Members:
        return (*members[:index], change(members[index]), *members[index + 1 :])

    return _rewritten(scheme, place, changed)


def _rewritten(scheme: TypedScheme, place: str, change: Change) -> TypedScheme:
    rewritten: TypedScheme = _changed(scheme, place.split("-"), change)
    return rewritten


def _member(thing: Any, way: Sequence[str]) -> Any:
    members, index, rest = _step(thing, way)
    return _member(members[index], rest) if rest else members[index]


def _changed(thing: Any, way: Sequence[str], change: Change) -> Any:
    members, index, rest = _step(thing, way)
    if not rest:
        return replace(thing, **{way[0]: change(members, index)})
    member = _changed(members[index], rest, change)
    return replace(thing, **{way[0]: (*members[:index], member, *members[index + 1 :])})


def _step(thing: Any, way: Sequence[str]) -> tuple[Members, int, Sequence[str]]:
    """The list that a way begins with, the place in it, and the rest of the way."""
    members = getattr(thing, way[0], None) if way[0] in LISTS else None
    index = int(way[1]) if len(way) > 1 and way[1].isdecimal() else -1
    if not isinstance(members, tuple) or not 0 <= index < len(members):
        raise _out_of_date()
    return members, index, way[2:]


def _only(kind: type[T], thing: object) -> T:
    """The thing, if it is of the kind that the wish is for."""
    if not isinstance(thing, kind):
        raise _out_of_date()
    return thing


def _out_of_date() -> Conflict:
    return Conflict(_("页面上的方案已不是最新的。"), _("请刷新页面后重试。"))
