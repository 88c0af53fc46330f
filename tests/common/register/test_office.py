"""Forms of a register filled in and saved by a real LibreOffice."""

from decimal import Decimal
from pathlib import Path

import pytest

from common.workbook.reading import read_file
from common.workbook.register import Head, read_register, write_register
from tests.common.register.piles import AT, INSTITUTIONS, LIMITS, PILES, stands, world
from tests.office import CSV, saved_by_office

LABELS = {"unit": {"u1": "海州区"}, "institution": INSTITUTIONS}


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "xls", CSV], ids=["xlsx", "xls", "csv"])
def test_form_saved_by_libreoffice_then_the_same_rows(kind: str, tmp_path: Path) -> None:
    rows = [stands(), stands(site="西门", code="000123", power=Decimal("0.25"), is_new=False, note="一\n二")]
    form = write_register(PILES, rows, Head(title="台账", labels=LABELS), at=AT)
    name = f"台账.{kind.partition(':')[0]}"

    book = read_file(saved_by_office(form, kind, tmp_path), name, LIMITS)
    found = read_register(book, PILES, world({PILES.key_of(one): one for one in rows}), LIMITS)

    assert [problem.text(str) for problem in found.problems] == []
    assert (found.changes, len(found.unchanged)) == ([], 2)
