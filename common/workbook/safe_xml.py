"""XML read as a stream, without document types, entities or depth without end (policy P3)."""

from collections.abc import Callable, Iterable, Mapping
from typing import NoReturn
from xml.parsers import expat

from common.workbook.problems import FileRefused

MAX_DEPTH = 200
Start = Callable[[dict[str, str]], None]
End = Callable[[], None]


class Elements:
    """What to do at elements, by their names without namespace; anything else is passed over."""

    def __init__(
        self,
        start: Mapping[str, Start] | None = None,
        end: Mapping[str, End] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        self.start = start or {}
        self.end = end or {}
        self.text = text


def parse(chunks: Iterable[bytes], elements: Elements | None = None) -> str:
    """The root element's name; FileRefused for a document type and for XML that is not well-formed.

    The chunks are read to their end, so that whoever gives them can check sizes and sums.
    """
    reading = _Reading(elements or Elements())
    stream = iter(chunks)
    for chunk in stream:
        reading.feed(chunk, final=False)
    reading.feed(b"", final=True)
    return reading.root


class _Reading:
    def __init__(self, elements: Elements) -> None:
        self.root = ""
        self._depth = 0
        self._start, self._end = elements.start, elements.end
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.EntityDeclHandler = _refuse_doctype
        self._parser.StartElementHandler = self._started
        self._parser.EndElementHandler = self._ended
        if elements.text:
            self._parser.CharacterDataHandler = elements.text

    def feed(self, chunk: bytes, *, final: bool) -> None:
        try:
            self._parser.Parse(chunk, final)
        except (expat.ExpatError, LookupError, ValueError) as error:
            # LookupError and ValueError: an encoding that Python does not know or that XML cannot use.
            raise FileRefused("damaged") from error

    def _started(self, name: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FileRefused("damaged")
        local = name.rpartition(" ")[2]
        self.root = self.root or local
        act = self._start.get(local)
        if act:
            act(attributes)

    def _ended(self, name: str) -> None:
        self._depth -= 1
        act = self._end.get(name.rpartition(" ")[2])
        if act:
            act()


def _refuse_doctype(*_declaration: object) -> NoReturn:
    raise FileRefused("dtd_forbidden")
