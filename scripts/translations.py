"""Compile the catalogues locale/*/LC_MESSAGES/*.po, which git keeps, to the .mo files that Django reads."""

import sys
from pathlib import Path

from scripts import environment
from scripts.steps import ROOT, Step, fingerprint

LOCALE = ROOT / "locale"


def catalogues() -> list[Path]:
    """The catalogues, in a fixed order."""
    return sorted(LOCALE.glob("*/LC_MESSAGES/*.po"))


def translations() -> Step:
    """The step that compiles every catalogue; Babel does it in the portal's own environment."""
    return Step(
        message="编译翻译… Compiling translations",
        stamp=environment.VENV / "translations.stamp",
        key=fingerprint(catalogues()),
        action=lambda: environment.run(
            environment.PYTHON, "-m", "scripts.translations", what="compiling the translations", quiet=True
        ),
        results=tuple(path.with_suffix(".mo") for path in catalogues()),
    )


def compile_catalogue(path: Path) -> None:
    """Write the .mo file beside a .po file."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    with path.open("rb") as source:
        catalogue = read_po(source, abort_invalid=True)
    unfinished = path.with_suffix(".mo.new")
    with unfinished.open("wb") as target:
        write_mo(target, catalogue)
    unfinished.rename(path.with_suffix(".mo"))


def main() -> int:
    """Compile all; 0 when done."""
    for path in catalogues():
        compile_catalogue(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
