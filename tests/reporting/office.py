"""A workbook through a real LibreOffice: cached values stripped, some inputs changed, everything recalculated."""

from __future__ import annotations

import re
import subprocess
import zipfile
from io import BytesIO
from pathlib import Path

from openpyxl import Workbook, load_workbook

FORMULA = re.compile(rb"(<c [^>]*?)( t=\"\w+\")?(>|[^>]*>)(<f>.*?</f>)<v>[^<]*</v>", re.DOTALL)


def strip_cached(content: bytes) -> bytes:
    """The same workbook without the values of its formulas."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            part = old.read(item)
            if item.filename.startswith("xl/worksheets/sheet"):
                part = re.sub(
                    rb'(<c r="[A-Z]+\d+"(?: s="\d+")?)(?: t="\w+")?>(<f>.*?</f>)<v>[^<]*</v>', rb"\1>\2", part
                )
            new.writestr(item.filename, part)
    return out.getvalue()


def recalculated(content: bytes, folder: Path) -> Workbook:
    """The workbook as LibreOffice calculates it from nothing; values only."""
    folder.mkdir(parents=True, exist_ok=True)
    source = folder / "stripped.xlsx"
    source.write_bytes(strip_cached(content))
    convert(source, "xlsx:Calc MS Excel 2007 XML", folder / "out")
    return load_workbook(folder / "out" / "stripped.xlsx", data_only=True)


def convert(source: Path, target: str, folder: Path) -> str:
    """LibreOffice's conversion of a file into a folder, with a profile of its own; what it said."""
    profile = folder.parent / "profile"
    command = [
        "soffice", f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore",
        "--convert-to", target, "--outdir", str(folder), str(source),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=True)
    return done.stdout + done.stderr
