"""The editor's form: every field with its name, value, choices and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

Choice = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Shown:
    """A field: `kind` is text, number, area, select, or chosen (a select whose choice changes the form).

    `values` has one value; a field for several (indicators) has one select for each and an empty one to add to.
    """

    name: str
    label: str
    values: tuple[str, ...]
    kind: str = "text"
    help: str = ""
    unit: str = ""
    choices: tuple[Choice, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def value(self) -> str:
        """The value of a field that has one."""
        return self.values[0] if self.values else ""


@dataclass(frozen=True, slots=True)
class Slot:
    """Where problems are said: under a field, or under a part as a whole."""

    name: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownPart:
    """A section, the bonus, the deduction, a criterion, a step, a grade or a veto: its place, fields and members.

    `key` stays with the thing when it moves: the focus finds its buttons again. `slot`: where its own problems
    are said, None where all are said by its fields or by the list it is in.
    """

    place: str
    key: str
    title: str
    fields: dict[str, Shown]
    slot: Slot | None = None
    members: tuple["ShownPart", ...] = ()
    parameters: tuple[Shown, ...] = ()
    steps: tuple["ShownPart", ...] = ()
    notes: dict[str, str] = field(default_factory=dict)
    is_first: bool = False
    is_last: bool = False

    def slots(self) -> Iterator[Slot]:
        """Every place within where a problem may be said."""
        if self.slot:
            yield self.slot
        for each in (*self.fields.values(), *self.parameters):
            yield Slot(each.name, each.problems)
        for part in (*self.members, *self.steps):
            yield from part.slots()


@dataclass(frozen=True, slots=True)
class ShownScheme:
    """The whole form."""

    own: ShownPart
    parts: tuple[ShownPart, ...]
    bands: ShownPart
    vetoes: ShownPart
    sections: Slot
    points: str
    problem_count: int

    def slots(self) -> Iterator[Slot]:
        """Every place where a problem may be said."""
        yield self.sections
        for part in (self.own, *self.parts, self.bands, self.vetoes):
            yield from part.slots()


def in_order(parts: Sequence[ShownPart]) -> tuple[ShownPart, ...]:
    """The members of a list, the first and the last marked: they cannot move further."""
    last = len(parts) - 1
    return tuple(replace(each, is_first=index == 0, is_last=index == last) for index, each in enumerate(parts))
