"""An .xlsx workbook read in one streaming pass over each part: what was checked is what is read.

The numbers of cells stay the digits of the file, so that nothing is rounded before it is judged.
"""

import posixpath
from dataclasses import dataclass

from common.workbook.book import Book, Sheet
from common.workbook.cell_text import clean_text
from common.workbook.kinds import no_workbook_of_type, zip_archive
from common.workbook.limits import Limits
from common.workbook.number_formats import Shown
from common.workbook.package import Package
from common.workbook.problems import FileRefused
from common.workbook.safe_xml import Elements, parse
from common.workbook.xlsx_sheet import SheetReader
from common.workbook.xlsx_tables import read_strings, read_styles

_CONTENT_TYPES = "[Content_Types].xml"
_MAIN = "spreadsheetml.sheet.main+xml"
_MIMETYPE = "mimetype"  # of an OpenDocument
_MACRO_MAIN = "sheet.macroenabled.main+xml"


def read_xlsx(content: bytes, limits: Limits) -> Book:
    """The book of a zip container; every part is read to its end, so that all of it is known to be sound."""
    package = Package(content, limits)
    _check_kind(package)
    root = _relations(package, "")
    workbook = next((r.target for r in root.values() if r.kind == "officeDocument"), "")
    sheets, dates_from_1904 = _sheets(package, workbook, limits)
    relations = _relations(package, workbook)
    reader = SheetReader(
        strings=read_strings(package.chunks(part), limits) if (part := _target(relations, "sharedStrings")) else [],
        styles=read_styles(package.chunks(part)) if (part := _target(relations, "styles")) else [Shown.PLAIN],
        limits=limits,
        dates_from_1904=dates_from_1904,
    )
    book = Book("xlsx", [])
    for entry in sheets:
        relation = relations.get(entry.relation)
        if relation is None or relation.outside or relation.target not in package:
            raise FileRefused("damaged")
        if relation.kind == "worksheet":
            visible = reader.read(entry.name, package.chunks(relation.target)) if not entry.hidden else None
            book.sheets.append(visible or Sheet(entry.name, hidden=True))
    for name in package.unread:
        _check_part(package, name)
    return book


def _check_kind(package: Package) -> None:
    if _CONTENT_TYPES not in package:
        raise _not_typed(package)
    types: set[str] = set()
    parse(
        package.chunks(_CONTENT_TYPES),
        Elements(start={"Override": lambda attributes: types.add(attributes.get("ContentType", "").lower())}),
    )
    has_macros = any(name.lower().endswith("vbaproject.bin") for name in package.names)
    if has_macros or any(kind.endswith(_MACRO_MAIN) for kind in types):
        raise FileRefused("macro_file")
    if not any(kind.endswith(_MAIN) for kind in types):
        raise no_workbook_of_type(" ".join(types))


def _not_typed(package: Package) -> FileRefused:
    if "xl/workbook.xml" in package:
        return FileRefused("damaged")
    if _MIMETYPE in package:
        return no_workbook_of_type(next(package.chunks(_MIMETYPE), b"").decode("latin-1").lower())
    return zip_archive()


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str
    outside: bool


def _relations(package: Package, part: str) -> dict[str, _Relation]:
    """The relations of a part ("" is the package) by their ids."""
    folder, name = posixpath.split(part)
    found: dict[str, _Relation] = {}

    def add(attributes: dict[str, str]) -> None:
        target = attributes.get("Target", "")
        found[attributes.get("Id", "")] = _Relation(
            kind=attributes.get("Type", "").rpartition("/")[2],
            target=posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/"),
            outside=attributes.get("TargetMode") == "External",
        )

    parse(package.chunks(posixpath.join(folder, "_rels", f"{name}.rels")), Elements(start={"Relationship": add}))
    return found


def _target(relations: dict[str, _Relation], kind: str) -> str:
    return next((r.target for r in relations.values() if r.kind == kind and not r.outside), "")


@dataclass(frozen=True, slots=True)
class _SheetEntry:
    name: str
    hidden: bool
    relation: str


def _sheets(package: Package, workbook: str, limits: Limits) -> tuple[list[_SheetEntry], bool]:
    """The workbook's sheets in their order, and whether its days count from 1904."""
    sheets: list[_SheetEntry] = []
    properties: dict[str, str] = {}

    def add(attributes: dict[str, str]) -> None:
        relation = next((v for k, v in attributes.items() if k.rpartition(" ")[2] == "id" and " " in k), "")
        hidden = attributes.get("state", "visible") != "visible"
        sheets.append(_SheetEntry(clean_text(attributes.get("name", "")), hidden, relation))
        if len(sheets) > limits.sheets:
            raise FileRefused("too_many_sheets", limit=str(limits.sheets))

    parse(package.chunks(workbook), Elements(start={"sheet": add, "workbookPr": properties.update}))
    if not sheets:
        raise FileRefused("damaged")
    return sheets, properties.get("date1904") in ("1", "true")


def _check_part(package: Package, name: str) -> None:
    """Read a part that holds no cells: drawings by Excel itself (.vml) need not be well-formed."""
    if not name.lower().endswith((".xml", ".rels", ".vml")):
        for _chunk in package.chunks(name):
            pass  # the sums are checked while it is read
        return
    try:
        parse(package.chunks(name))
    except FileRefused as refused:
        if refused.problem.code != "damaged" or not name.lower().endswith(".vml"):
            raise
