"""A real LibreOffice, as people have it at their desks."""

import shutil
import subprocess
from pathlib import Path

CSV = "csv:Text - txt - csv (StarCalc):44,34,76"  # commas, quotes, UTF-8


def convert(sources: list[Path], target: str, folder: Path) -> str:
    """LibreOffice's conversion of files into a folder, with a profile of its own beside it; what it said."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice is missing: `make test` installs libreoffice-calc-nogui."
    command = [
        office, f"-env:UserInstallation={(folder.parent / 'profile').as_uri()}", "--headless", "--norestore",
        "--convert-to", target, "--outdir", str(folder), *map(str, sources),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, timeout=280, check=True)
    return done.stdout + done.stderr


def saved_by_office(content: bytes, target: str, folder: Path) -> bytes:
    """The .xlsx as LibreOffice saves it in another format."""
    source = folder / "given" / "a.xlsx"
    source.parent.mkdir()
    source.write_bytes(content)
    convert([source], target, folder / "saved")
    return (folder / "saved" / f"a.{target.partition(':')[0]}").read_bytes()
