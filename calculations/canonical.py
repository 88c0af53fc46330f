"""Canonical JSON of frozen dataclasses, and back: what is stored, hashed and recomputed years later.

Keys sorted, numbers as the shortest exact text, no floats, no spaces. A field marked `text()` is words for people:
it is stored, but a digest leaves it out, so hashes cover natural keys and numbers only.
"""

from __future__ import annotations

import hashlib
import json
import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, Field, field, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar, cast

from calculations.errors import CalculationError
from calculations.rounding import exact, number_text

Plain = None | bool | int | str | list["Plain"] | dict[str, "Plain"]
"""What JSON can hold, without floats."""

T = TypeVar("T")


def text(default: str | None = "") -> Any:
    """A dataclass field for words: stored, but no part of a digest."""
    return field(default=default, metadata={"text": True})


def canonical(data: Plain) -> str:
    """The one JSON text of `data`. Raises CalculationError if there is a float in it."""
    _refuse_floats(data)
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(document: str) -> str:
    """The hexadecimal SHA-256 of a text in UTF-8."""
    return hashlib.sha256(document.encode()).hexdigest()


def digest(thing: object) -> str:
    """SHA-256 of the natural keys and numbers of a dataclass: the same in every language, database and release."""
    return sha256(canonical(to_data(thing, words=False)))


def to_data(thing: object, *, words: bool = True) -> Plain:
    """Plain data of a dataclass (or of a part of one); `words=False` leaves the text fields out.

    A variant of a union carries its `tag` under "type".
    """
    if thing is None or isinstance(thing, bool | int | str):
        return str(thing) if isinstance(thing, StrEnum) else thing
    if isinstance(thing, Decimal | Fraction):
        return number_text(thing)
    if isinstance(thing, tuple | list):
        return [to_data(each, words=words) for each in thing]
    if isinstance(thing, Mapping):
        return {str(key): to_data(each, words=words) for key, each in thing.items()}
    if is_dataclass(thing) and not isinstance(thing, type):
        return _dataclass_data(thing, words=words)
    raise CalculationError(f"无法保存 {type(thing).__name__} 类型的值")


def to_json(thing: object) -> str:
    """The canonical text in which a dataclass is stored, words included."""
    return canonical(to_data(thing))


def from_json(kind: type[T], document: str) -> T:
    """The dataclass `kind` from the text `to_json` made. Raises CalculationError as `from_data` does."""
    return from_data(kind, json.loads(document))


def from_data(kind: type[T], data: object, path: str = "") -> T:
    """The dataclass `kind` from plain data.

    Raises CalculationError that names the place of the first value that is missing, unknown or of a wrong type.
    """
    return cast("T", _read(kind, data, path))


def differences(stored: Plain, again: Plain, path: str = "") -> list[str]:
    """Where two plain data differ, one Chinese line each, by path; empty when they are equal."""
    if isinstance(stored, dict) and isinstance(again, dict):
        keys = sorted(stored.keys() | again.keys())
        pairs = [(f"{path}.{key}".lstrip("."), stored.get(key), again.get(key)) for key in keys]
    elif isinstance(stored, list) and isinstance(again, list) and len(stored) == len(again):
        pairs = [(f"{path}[{place}]", stored[place], again[place]) for place in range(len(stored))]
    else:
        same = type(stored) is type(again) and stored == again
        return [] if same else [f"{path}：保存为 {canonical(stored)}，重算为 {canonical(again)}"]
    return [line for at, one, other in pairs for line in differences(one, other, at)]


def _refuse_floats(data: object) -> None:
    if isinstance(data, Mapping):
        data = list(data.values())
    if isinstance(data, list | tuple):
        for each in data:
            _refuse_floats(each)
    elif not (data is None or isinstance(data, bool | int | str)):
        raise CalculationError(f"规范 JSON 里不能有 {data!r}")


def _dataclass_data(thing: Any, *, words: bool) -> dict[str, Plain]:
    data = {
        each.name: to_data(getattr(thing, each.name), words=words)
        for each in fields(thing)
        if words or not each.metadata.get("text")
    }
    tag = getattr(thing, "tag", None)
    return {"type": tag, **data} if tag else data


def _read(kind: Any, data: object, path: str) -> object:
    origin = typing.get_origin(kind)
    if origin in (types.UnionType, typing.Union):
        return _read_union(typing.get_args(kind), data, path)
    if origin is tuple:
        return _read_tuple(typing.get_args(kind)[0], data, path)
    if origin is not None:
        return _read_mapping(typing.get_args(kind)[1], data, path)
    if is_dataclass(kind):
        return _read_dataclass(kind, data, path)
    return _read_scalar(kind, data, path)


def _read_union(members: tuple[Any, ...], data: object, path: str) -> object:
    if data is None and type(None) in members:
        return None
    variants = [member for member in members if member is not type(None)]
    if len(variants) == 1:
        return _read(variants[0], data, path)
    by_tag = {variant.tag: variant for variant in variants}
    given = _mapping(data, path).get("type")
    if given not in by_tag:
        raise _error(path, f"没有名为 {given!r} 的类型，可用：{'、'.join(sorted(by_tag))}")
    return _read(by_tag[given], data, path)


def _read_tuple(member: Any, data: object, path: str) -> tuple[object, ...]:
    if not isinstance(data, list | tuple):
        raise _error(path, f"应为列表，读到 {data!r}")
    return tuple(_read(member, each, f"{path}[{place}]") for place, each in enumerate(data))


def _read_mapping(member: Any, data: object, path: str) -> dict[str, object]:
    return {str(key): _read(member, each, f"{path}.{key}") for key, each in _mapping(data, path).items()}


def _read_dataclass(kind: Any, data: object, path: str) -> object:
    given = {key: each for key, each in _mapping(data, path).items() if key != "type" or not hasattr(kind, "tag")}
    known = {each.name: each for each in fields(kind)}
    if unknown := sorted(given.keys() - known.keys()):
        raise _error(path, f"不认识的参数 {'、'.join(unknown)}")
    if missing := [name for name, each in known.items() if name not in given and _is_compulsory(each)]:
        raise _error(path, f"缺少参数 {'、'.join(missing)}")
    hints = _hints(kind)
    return kind(**{name: _read(hints[name], each, f"{path}.{name}".lstrip(".")) for name, each in given.items()})


def _read_scalar(kind: Any, data: object, path: str) -> object:
    if kind is Fraction or kind is Decimal:
        return _read_number(kind, data, path)
    if issubclass(kind, StrEnum):
        if data not in {each.value for each in kind}:
            raise _error(path, f"应为 {'、'.join(kind)} 之一，读到 {data!r}")
        return kind(data)
    if kind is int and isinstance(data, str) and data.removeprefix("-").isdecimal():
        return int(data)  # forms and data files write every number as text
    if type(data) is not kind:
        names = {str: "文字", int: "整数", bool: "是或否"}
        raise _error(path, f"应为{names.get(kind, kind.__name__)}，读到 {data!r}")
    return data


def _read_number(kind: type[Fraction | Decimal], data: object, path: str) -> Fraction | Decimal:
    try:
        number = exact(cast("str", data))
    except CalculationError as error:
        raise _error(path, str(error)) from None
    return number if kind is Fraction else Decimal(number_text(number))


def _mapping(data: object, path: str) -> Mapping[str, object]:
    if not isinstance(data, Mapping):
        raise _error(path, f"应为一组参数，读到 {data!r}")
    return data


def _is_compulsory(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _error(path: str, message: str) -> CalculationError:
    return CalculationError(f"{path}：{message}" if path else message)
