"""What a row asks of its line: value, base and note read together (policies P5, P8 to P11, P15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from common.workbook.book import Kind
from common.workbook.texts import template_of
from common.workbook.values import Asks, Measure, ReadValue, read_value
from progress.excel.headers import Column
from progress.excel.rows import Rows
from progress.excel.tables import Findings, Record
from progress.excel.world import IndicatorFacts
from progress.line_checks import BASE_NOT_USED, EnteredLine


def _(message: str) -> str:
    """The message itself: the underscore marks it for the catalogue."""
    return message


NOTE_NOT_READ = _("第 %(row)s 行没有填“%(column)s”，原有数据不变，这一行的备注也没有读取。如要写备注，请同时填写数值。")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a row asks for. `base` and `note` are None where the row says nothing of them: what stands, stays."""

    value: ReadValue
    base: Decimal | None = None
    clears_base: bool = False
    note: str | None = None

    def applied_to(self, standing: EnteredLine) -> EnteredLine:
        """The line as it will stand."""
        note = standing.note if self.note is None else self.note
        if self.value.asks is Asks.CLEAR:
            return EnteredLine()
        if self.value.asks is Asks.NOT_APPLICABLE:
            return EnteredLine(None, self.base, not_applicable=True, note=note)
        base = self.base if self.base is not None or self.clears_base else standing.base
        return EnteredLine(self.value.number, base, note=note)


class LineReader:
    """Reads value, base and note of rows, and notes what is wrong with each cell."""

    def __init__(self, rows: Rows, facts: Mapping[str, IndicatorFacts], findings: Findings) -> None:
        self._rows = rows
        self._facts = facts
        self._findings = findings
        self._units = next(iter(facts.values())).value.units if facts else frozenset[str]()

    def read(self, record: Record, indicator: str | None) -> Asked | None:
        """What the row asks for; None where it asks for nothing, or where a cell was refused."""
        before = len(self._findings.problems)
        facts = self._facts.get(indicator or "")
        value = self._number(record, Column.VALUE, facts.value if facts else Measure("", self._units))
        base = self._number(record, Column.BASE, facts.base if facts else Measure("", self._units))
        note = self._note(record)
        if base.asks is Asks.NOT_APPLICABLE:
            self._findings.refuse("not_a_number", record, Column.BASE, record.cell(Column.BASE))
        if value.asks is Asks.NOTHING and value.refused is None:
            self._nothing(record, base, note, facts)
            return None
        if note is None:
            self._tell_shared_note(record)
        if self._findings.has_error_since(before):
            return None
        return Asked(value, base.number, base.asks is Asks.CLEAR, note)

    def _nothing(self, record: Record, base: ReadValue, note: str | None, facts: IndicatorFacts | None) -> None:
        """A blank value: no change, unless it is blank only because several rows share one cell, or has a base.

        A note beside it is not read either, which is said.
        """
        if self._rows.is_in_merge(record, Column.VALUE):
            self._findings.refuse("required", record, Column.VALUE, template=template_of("required_in_merge"))
        elif base.asks is Asks.NUMBER and facts and not facts.rules.has_base:
            said = {"template": template_of("line_problem"), "detail": BASE_NOT_USED.template}
            self._findings.refuse(BASE_NOT_USED.code, record, Column.BASE, record.cell(Column.BASE), **said)
        elif base.asks is Asks.NUMBER:
            self._findings.refuse("required", record, Column.VALUE)
        elif note and note.strip():
            self._findings.tell("blank_value", record, Column.VALUE, template=NOTE_NOT_READ)
        else:
            self._findings.tell("blank_value", record, Column.VALUE)

    def _number(self, record: Record, column: Column, measure: Measure) -> ReadValue:
        cell = record.cell(column)
        if cell is None:
            if column is Column.BASE and measure.unit and self._rows.is_in_merge(record, column):
                self._findings.refuse("required", record, column, template=template_of("required_in_merge"))
            return ReadValue()
        read = read_value(cell, measure)
        # Of an unknown indicator nothing can be said about its unit.
        if read.refused is not None and (measure.unit or read.refused.code != "unit_mismatch"):
            refused = read.refused
            template = template_of(refused.template) if refused.template else ""
            self._findings.refuse(refused.code, record, column, cell, template=template, **refused.values)
        for told in read.told:
            self._findings.tell(told.code, record, column, cell, **told.values)
        return read

    def _tell_shared_note(self, record: Record) -> None:
        """A note that stands once for several rows is the upper row's; the others are not given it in silence."""
        shared = self._rows.key_cell(record, Column.NOTE)
        if shared is not None:
            self._findings.tell("note_in_merge", record, Column.NOTE, shared)

    def _note(self, record: Record) -> str | None:
        cell = record.cell(Column.NOTE)
        if cell is None:
            return None
        if cell.kind is Kind.ERROR:
            self._findings.refuse("excel_error", record, Column.NOTE, cell)
        elif cell.kind is Kind.UNCALCULATED:
            self._findings.refuse("formula_without_value", record, Column.NOTE, cell)
        elif cell.cut:
            self._findings.refuse("text_too_long", record, Column.NOTE, cell, limit=str(cell.cut))
        elif cell.formula:
            self._findings.tell("formula_used", record, Column.NOTE, cell)
        return cell.text
