"""Copy the listed files of node_modules to static/vendor: `python -m scripts.assets`."""

import re
import shutil
import tomllib
from pathlib import Path
from typing import Any

from scripts.node import MODULES
from scripts.steps import ROOT, SetupError, Step, fingerprint

LIST = ROOT / "scripts" / "assets.toml"
VENDOR = ROOT / "static" / "vendor"
SOURCE_MAP = re.compile(rb"\s*(?://[#@]\s*sourceMappingURL=\S*|/\*[#@]\s*sourceMappingURL=.*?\*/)\s*$")


def without_source_map(content: bytes) -> bytes:
    """`content` without the comment that would make a browser ask for a file that is not there."""
    return SOURCE_MAP.sub(b"\n", content)


def licence(package: str) -> Path:
    """The licence text inside a package.

    Raises SetupError when there is none: what may be passed on must say under which terms.
    """
    found = sorted((MODULES / package).glob("LICENSE*"))
    if not found:
        raise SetupError(f"{package} has no licence file; name the one that applies in {LIST.name}.")
    return found[0]


def copy_package(package: str, entry: dict[str, Any], vendor: Path) -> None:
    """Copy one package's listed files, icons and licences into `vendor`."""
    target = vendor / str(entry["to"])
    target.mkdir(parents=True)
    for name in entry.get("files", []):
        (target / Path(name).name).write_bytes(without_source_map((MODULES / package / name).read_bytes()))
    for name in entry.get("outline", []):
        shutil.copyfile(MODULES / package / "icons" / "outline" / f"{name}.svg", target / f"{name}.svg")
    for owner in entry["licences"]:
        shutil.copyfile(licence(owner), target / f"LICENSE-{owner.strip('@').replace('/', '-')}.txt")


def copy_assets() -> None:
    """Make static/vendor anew from the list; it is put in place only when whole."""
    fresh = VENDOR.with_name(".vendor-new")
    shutil.rmtree(fresh, ignore_errors=True)
    for package, entry in tomllib.loads(LIST.read_text(encoding="utf-8")).items():
        copy_package(package, entry, fresh)
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


def assets() -> Step:
    """The step that brings static/vendor to what the list and the lock file say."""
    return Step(
        message="整理前端资源（static/vendor）… Copying the assets that pages use",
        stamp=VENDOR / ".copied",
        key=fingerprint([LIST, ROOT / "package-lock.json", Path(__file__)]),
        action=copy_assets,
    )
