"""Compile the pinned, hashed lists from requirements/*.in: `python -m scripts.lock [--upgrade]`."""

import sys

from scripts import environment
from scripts.steps import ROOT, SetupError, complain, say

FOLDER = ROOT / "requirements"
LISTS = {
    "run.in": ROOT / "requirements.txt",
    "dev.in": ROOT / "requirements-dev.txt",
    "node.in": FOLDER / "node.txt",
    "services.in": FOLDER / "services.txt",
    "lock.in": FOLDER / "lock.txt",
}
OPTIONS = ("--quiet", "--generate-hashes", "--python-version", "3.11", "--only-binary", ":all:", "--universal")


def main(arguments: list[str]) -> int:
    """Compile every list; the header that would name hosts and machines is left out."""
    tools = ROOT / ".venv-lock"
    try:
        environment.discard_unfinished(tools)
        environment.install_step(tools, FOLDER / "lock.txt", "安装 uv… Installing uv").run()
        for source, target in LISTS.items():
            say(f"requirements/{source} → {target.relative_to(ROOT)}")
            command = (tools / "bin" / "uv", "pip", "compile", FOLDER / source, "-o", target, *OPTIONS, "--no-header")
            environment.run(*command, *arguments, what=f"compiling {source}", quiet=True)
    except SetupError as error:
        complain(str(error))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
