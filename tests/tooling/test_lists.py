"""What is installed is pinned, hashed, licensed, and named without saying where it comes from."""

import json
import re
import tomllib

import pytest

from scripts import assets
from scripts.node import MODULES
from scripts.steps import ROOT

LISTS = ("requirements.txt", "requirements-dev.txt", "requirements/node.txt", "requirements/services.txt")


@pytest.mark.parametrize("name", LISTS)
def test_every_requirement_is_pinned_and_hashed(name: str) -> None:
    lines = (ROOT / name).read_text().replace("\\\n", " ").splitlines()
    requirements = [line for line in lines if line and not line.lstrip().startswith("#")]

    assert requirements
    assert [
        line for line in requirements if not re.match(r"[a-z0-9-]+(\[[a-z,]+\])?==\S+ .*--hash=sha256:", line)
    ] == []


@pytest.mark.parametrize("name", [*LISTS, "package-lock.json", ".npmrc"])
def test_no_list_names_a_registry(name: str) -> None:
    text = (ROOT / name).read_text()

    assert not re.search(r"index-url|find-links|\"resolved\"|^registry\s*=", text, re.MULTILINE)


def test_lock_file_has_the_versions_of_package_json() -> None:
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert {name: locked[f"node_modules/{name}"]["version"] for name in wanted} == wanted
    assert all("integrity" in entry for name, entry in locked.items() if name)


def test_every_listed_asset_is_in_static_vendor_with_its_licence() -> None:
    for package, entry in tomllib.loads(assets.LIST.read_text()).items():
        folder = assets.VENDOR / entry["to"]
        names = [path.rpartition("/")[2] for path in entry.get("files", [])]
        names += [f"{icon}.svg" for icon in entry.get("outline", [])]

        assert (MODULES / package).is_dir()
        assert [name for name in names if not (folder / name).is_file()] == []
        assert len(list(folder.glob("LICENSE-*.txt"))) == len(entry["licences"])


def test_assets_ask_for_no_source_map() -> None:
    vendored = [path for path in assets.VENDOR.rglob("*") if path.suffix in (".js", ".css")]

    assert vendored
    assert [path.name for path in vendored if b"sourceMappingURL" in path.read_bytes()] == []


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (b"a{}\n/*# sourceMappingURL=a.css.map */\n", b"a{}\n"),
        (b"f();\n//# sourceMappingURL=f.js.map", b"f();\n"),
        (b'say("no map here");\n', b'say("no map here");\n'),
    ],
)
def test_source_map_comment_is_cut_and_nothing_else(given: bytes, wanted: bytes) -> None:
    assert assets.without_source_map(given) == wanted
