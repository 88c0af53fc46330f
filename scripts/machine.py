"""Programs of this machine that the tests need and pip cannot bring: found, else installed, else named."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.steps import complain, say

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))


def has_program(*names: str) -> bool:
    """Whether one of these programs is on PATH."""
    return any(shutil.which(name) for name in names)


def has_chinese_font() -> bool:
    """Whether a font with Chinese glyphs is installed where Debian puts fonts."""
    patterns = ("*wqy*", "NotoSansCJK*", "NotoSerifCJK*", "SourceHan*")
    return any(True for folder in FONT_FOLDERS for pattern in patterns for _ in folder.rglob(pattern))


@dataclass(frozen=True)
class Tool:
    """A program, the Debian package that has it, and the pytest marker of the tests that need it."""

    name: str
    package: str
    marker: str
    is_there: Callable[[], bool]


TOOLS = (
    Tool("Chromium", "chromium", "browser", lambda: has_program("chromium", "chromium-browser", "google-chrome")),
    Tool("Chinese fonts", "fonts-wqy-microhei", "browser", has_chinese_font),
    Tool("LibreOffice Calc", "libreoffice-calc-nogui", "office", lambda: has_program("soffice", "libreoffice")),
)


def missing_tools() -> list[Tool]:
    """The tools this machine lacks."""
    return [tool for tool in TOOLS if not tool.is_there()]


def install_command(tools: Sequence[Tool]) -> str:
    """The one command that installs them on Debian or Ubuntu."""
    return "apt-get install -y --no-install-recommends " + " ".join(tool.package for tool in tools)


def install(tools: Sequence[Tool]) -> None:
    """Install them with apt as root, without questions and without starting any service."""
    say(f"安装 Installing: {', '.join(tool.name for tool in tools)}")
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for command in ("apt-get update -q", install_command(tools) + " -q"):
        done = subprocess.run(
            command.split(),
            env=environ,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            complain(f"{command} failed:\n{done.stdout[-2000:]}")


def provide_tools() -> list[Tool]:
    """Install what is missing where we may; what is missing all the same comes back, and is named."""
    missing = missing_tools()
    if missing and os.geteuid() == 0 and shutil.which("apt-get"):
        install(missing)
        missing = missing_tools()
    if missing:
        complain(f"没有找到 not found: {', '.join(tool.name for tool in missing)}")
        complain(f"可用一条命令安装 one command installs it: sudo {install_command(missing)}")
    return missing


if __name__ == "__main__":
    sys.exit(1 if provide_tools() else 0)
