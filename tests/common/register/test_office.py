"""Forms of a register filled in and saved by a real LibreOffice."""

import shutil
import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from common.workbook.reading import read_file
from common.workbook.register import Head, read_register, write_register
from tests.common.register.piles import AT, INSTITUTIONS, LIMITS, PILES, stands, world

LABELS = {"unit": {"u1": "海州区"}, "institution": INSTITUTIONS}


@pytest.mark.office
@pytest.mark.parametrize(
    "kind", ["xlsx", "xls", "csv:Text - txt - csv (StarCalc):44,34,76"], ids=["xlsx", "xls", "csv"]
)
def test_form_saved_by_libreoffice_then_the_same_rows(kind: str, tmp_path: Path) -> None:
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice is missing: `make test` installs libreoffice-calc-nogui."
    rows = [stands(), stands(site="西门", code="000123", power=Decimal("0.25"), is_new=False, note="一\n二")]
    source = tmp_path / "in" / "台账.xlsx"
    source.parent.mkdir()
    source.write_bytes(write_register(PILES, rows, Head(title="台账", labels=LABELS), at=AT))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [office, profile, "--headless", "--convert-to", kind, "--outdir", str(tmp_path), str(source)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    name = f"台账.{kind.partition(':')[0]}"

    book = read_file((tmp_path / name).read_bytes(), name, LIMITS)
    found = read_register(book, PILES, world({PILES.key_of(one): one for one in rows}), LIMITS)

    assert [problem.text(str) for problem in found.problems] == []
    assert (found.changes, len(found.unchanged)) == ([], 2)
