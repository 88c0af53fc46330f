"""Data files (YAML) read without guessing: every value is text, and each record says what it must be.

YAML alone would turn `no` into False, `0.10` into a float and `2023-05-15` into a date. Every problem of a file is
collected with its line and the way to it, so that whoever wrote the file sees all of them at once.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import TypeVar

import yaml

from common.data_values import (
    LOCAL_TIME,
    DataFileError,
    Problem,
    UnreadableError,
    to_day,
    to_decimal,
    to_instant,
    to_text,
    to_whole,
)

T = TypeVar("T")
Word = TypeVar("Word", bound=str)

ABSENT = ("", "~", "null")


@dataclass
class _Reading:
    """What one reading of a file has met so far."""

    problems: list[Problem] = field(default_factory=list)
    records: list["Record"] = field(default_factory=list)


class Record:
    """A mapping of a data file. Asking for a value that is wrong notes the problem and gives a neutral value instead.

    `finish` raises `DataFileError` if anything was wrong anywhere in the file, a key nobody asked for included.
    """

    def __init__(self, node: yaml.MappingNode, path: str, reading: _Reading) -> None:
        self.path = path
        self._line = node.start_mark.line + 1
        self._reading = reading
        self._values: dict[str, yaml.Node] = {}
        self._lines: dict[str, int] = {}
        self._asked: set[str] = set()
        self._inside: dict[str, list[Record]] = {}
        reading.records.append(self)
        for key, value in node.value:
            self._add(str(key.value), key.start_mark.line + 1, value)

    def _add(self, key: str, line: int, value: yaml.Node) -> None:
        self._lines[key] = line
        if key in self._values:
            self.refuse(key, "这一项写了两次", "请只保留一处")
        self._values[key] = value

    # --- problems --------------------------------------------------------------------------------------------------

    def refuse(self, key: str, message: str, remedy: str) -> None:
        """Note that what stands under `key` is wrong, and what to do about it."""
        line = self._lines.get(key, self._line)
        self._reading.problems.append(Problem(line, self._way_to(key), message, remedy))

    @property
    def is_sound(self) -> bool:
        """Whether nothing in the file has been wrong so far."""
        return not self._reading.problems

    def finish(self) -> None:
        """Raise `DataFileError` if anything was wrong; to be called once everything has been asked for."""
        for record in self._reading.records:
            record.refuse_unasked()
        if not self.is_sound:
            raise DataFileError(self._reading.problems)

    def refuse_unasked(self) -> None:
        """Note every key of this mapping that nobody asked for."""
        for key in self.keys:
            if key not in self._asked:
                self.refuse(key, "这里用不到这一项", "请核对拼写，或删除它")

    def _way_to(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    # --- single values ---------------------------------------------------------------------------------------------

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in the file's order."""
        return tuple(self._values)

    def has(self, key: str) -> bool:
        """Whether something stands under the key."""
        return self._node(key) is not None

    def is_text(self, key: str) -> bool:
        """Whether a single value stands under the key."""
        return isinstance(self._node(key), yaml.ScalarNode)

    def text(self, key: str, default: str | None = None) -> str:
        """The text under `key`; without a default it must be there."""
        return self._single(key, to_text, default, neutral="")

    def code(self, key: str, *, pattern: str, remedy: str) -> str:
        """A text that matches the pattern from end to end."""

        def convert(text: str) -> str:
            if not re.fullmatch(pattern, text):
                raise UnreadableError(f"“{text}”写法不对", remedy)
            return text

        return self._single(key, convert, None, neutral="")

    def word(self, key: str, allowed: Sequence[Word], default: Word | None = None) -> Word:
        """One of the allowed words."""

        def convert(text: str) -> Word:
            for word in allowed:
                if text == word:
                    return word
            raise UnreadableError(f"不认识“{text}”", f"请从 {'、'.join(allowed)} 中选一个")

        return self._single(key, convert, default, neutral=allowed[0])

    def flag(self, key: str, *, default: bool) -> bool:
        """`true` or `false`."""
        return self.word(key, ("true", "false"), "true" if default else "false") == "true"

    def whole(self, key: str, *, lowest: int, highest: int) -> int:
        """A whole number, bounds included."""
        return self._single(key, partial(to_whole, lowest=lowest, highest=highest), None, neutral=lowest)

    def decimal(self, key: str, default: Decimal | None = None) -> Decimal:
        """An exact number of at most 4 places and 15 digits."""
        return self._single(key, to_decimal, default, neutral=Decimal(1))

    def day(self, key: str) -> date:
        """A calendar day such as 2023-05-15."""
        return self._single(key, to_day, None, neutral=date.max)

    def instant(self, key: str) -> datetime:
        """A time such as 2023-05-16T00:00, of Asia/Shanghai where it names no zone."""
        return self._single(key, to_instant, None, neutral=datetime.min.replace(tzinfo=LOCAL_TIME))

    def _single(self, key: str, convert: Callable[[str], T], default: T | None, *, neutral: T) -> T:
        node = self._node(key)
        if node is None:
            if default is None:
                self.refuse(key, "缺少这一项", "请补上")
            return neutral if default is None else default
        found = self._converted(key, [node], convert)
        return found[0] if found else neutral

    def _node(self, key: str) -> yaml.Node | None:
        self._asked.add(key)
        node = self._values.get(key)
        is_absent = isinstance(node, yaml.ScalarNode) and node.style is None and node.value in ABSENT
        return None if is_absent else node

    # --- lists -----------------------------------------------------------------------------------------------------

    def is_list(self, key: str) -> bool:
        """Whether a list stands under the key."""
        return isinstance(self._node(key), yaml.SequenceNode)

    def texts(self, key: str) -> tuple[str, ...]:
        """The texts of a list; a single text is a list of one, a missing key an empty one."""
        return self._converted(key, self._items(key), to_text)

    def decimals(self, key: str) -> tuple[Decimal, ...]:
        """The exact numbers of a list."""
        return self._converted(key, self._items(key), to_decimal)

    def decimal_rows(self, key: str) -> tuple[tuple[Decimal, ...], ...]:
        """The exact numbers of a list of lists, row by row."""
        rows = [row.value if isinstance(row, yaml.SequenceNode) else [row] for row in self._items(key)]
        return tuple(self._converted(key, row, to_decimal) for row in rows)

    def _items(self, key: str) -> list[yaml.Node]:
        node = self._node(key)
        if node is None:
            return []
        return list(node.value) if isinstance(node, yaml.SequenceNode) else [node]

    def _converted(self, key: str, nodes: list[yaml.Node], convert: Callable[[str], T]) -> tuple[T, ...]:
        found = []
        for node in nodes:
            if not isinstance(node, yaml.ScalarNode):
                self.refuse(key, "这里应是单个值", "请去掉里面的列表或子项")
                continue
            try:
                found.append(convert(node.value))
            except UnreadableError as unreadable:
                self.refuse(key, unreadable.message, unreadable.remedy)
        return tuple(found)

    # --- records inside --------------------------------------------------------------------------------------------

    def record(self, key: str) -> "Record":
        """The mapping under `key`; an empty one where there is none. Asked again, it is the same record."""
        if key not in self._inside:
            node = self._node(key)
            if node is None:
                self.refuse(key, "缺少这一项", "请补上")
            self._inside[key] = [self._record(key, self._way_to(key), node)]
        return self._inside[key][0]

    def records(self, key: str) -> list["Record"]:
        """The mappings of the list under `key`; none where it is missing. Asked again, they are the same records."""
        if key not in self._inside:
            self._inside[key] = [
                self._record(key, f"{self._way_to(key)}[{_label(item) or number}]", item)
                for number, item in enumerate(self._items(key), start=1)
            ]
        return self._inside[key]

    def named_records(self, key: str) -> dict[str, "Record"]:
        """The mappings under `key` by their names; none where it is missing."""
        if not self.has(key):
            return {}
        inside = self.record(key)
        return {name: inside.record(name) for name in inside.keys}

    def _record(self, key: str, path: str, node: yaml.Node | None) -> "Record":
        if isinstance(node, yaml.MappingNode):
            return Record(node, path, self._reading)
        if node is not None:
            self.refuse(key, "这里应是“名称: 值”的形式", "请改写成若干个“名称: 值”")
        return _nothing(path)


def read_record(text: str) -> Record:
    """The outermost mapping of a YAML text. Raises `DataFileError` where the text is no YAML mapping."""
    try:
        node = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        problem = Problem(line, "", "YAML 写法有误", f"请核对缩进、冒号和引号（{error.problem}）")
        raise DataFileError([problem]) from None
    except yaml.YAMLError:
        raise DataFileError([Problem(1, "", "文件里有不能读的字符", "请另存为 UTF-8 文本")]) from None
    if not isinstance(node, yaml.MappingNode):
        raise DataFileError([Problem(1, "", "文件是空的，或不是“名称: 值”的形式", "请参照随附的计划文件")])
    return Record(node, "", _Reading())


def _nothing(path: str) -> Record:
    """Stands for a mapping that is not there, which has been said: what is missing inside it is not said again."""
    mark = yaml.Mark("", 0, 0, 0, None, 0)
    return Record(yaml.MappingNode("tag:yaml.org,2002:map", [], mark, mark), path, _Reading())


def _label(item: yaml.Node) -> str:
    """What a person calls an item of a list: its code, key or scope; empty where it has none."""
    if isinstance(item, yaml.MappingNode):
        for key, value in item.value:
            if key.value in ("code", "key", "scope") and isinstance(value, yaml.ScalarNode):
                return str(value.value)
    return ""
