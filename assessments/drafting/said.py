"""What is wrong with a scheme, looked up by where it is said."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from assessments.drafting.reading import Reading
from calculations.scheme_problems import Part, SchemeProblem


class Said:
    """The problems of a reading by part, code and field, in the reader's language."""

    def __init__(self, reading: Reading) -> None:
        self.count = len(reading.problems)
        self._found: dict[tuple[Part, str, str], list[SchemeProblem]] = {}
        for each in reading.problems:
            self._found.setdefault((each.part, each.code, each.where), []).append(each)

    def of(self, part: Part, code: str = "", where: str = "") -> tuple[str, ...]:
        """What is wrong with one field."""
        return tuple(each.words(_) for each in self._found.get((part, code, where), []))

    def rest(self, part: Part, code: str, known: Collection[str]) -> tuple[str, ...]:
        """What is wrong with a part and belongs to none of the fields that are shown."""
        return tuple(
            each.words(_)
            for (its_part, its_code, where), problems in self._found.items()
            if (its_part, its_code) == (part, code) and where not in known
            for each in problems
        )

    def elsewhere(self, part: Part, known: Collection[str]) -> tuple[str, ...]:
        """What is wrong with the members of a list together: what no member of these codes says."""
        return tuple(
            each.words(_)
            for (its_part, code, _where), problems in self._found.items()
            if its_part is part and code not in known
            for each in problems
        )
