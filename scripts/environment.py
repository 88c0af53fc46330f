"""Virtual environments: built, then stamped, so that a half-made one is never taken for whole."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.steps import ROOT, VAR, SetupError, Step, fingerprint

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
RUN_LIST = ROOT / "requirements.txt"
DEV_LIST = ROOT / "requirements-dev.txt"
# What this machine trusts, for a Node.js that brings its own list: Debian's and Red Hat's places.
TRUSTED = (Path("/etc/ssl/certs/ca-certificates.crt"), Path("/etc/pki/tls/certs/ca-bundle.crt"))
UNFINISHED = "installing"  # a file that stands in the environment while pip works


def tool_environment() -> dict[str, str]:
    """The environment for pip, npm and our own programs: UTF-8, and caches that need no HOME."""
    cache = VAR / "cache"
    trusted = next((str(path) for path in TRUSTED if path.exists()), "")
    return {
        **({"NODE_EXTRA_CA_CERTS": trusted} if trusted else {}),
        "PIP_CACHE_DIR": str(cache / "pip"),
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        "PIP_NO_INPUT": "1",
        "PIP_ROOT_USER_ACTION": "ignore",
        "npm_config_cache": str(cache / "npm"),
        **os.environ,
        "PYTHONUTF8": "1",
    }


def run(*command: str | Path, what: str, quiet: bool = False) -> None:
    """Run a program from the project's folder; if it fails, say which step did and show its output.

    It dies with this process, so that a killed set-up leaves nothing that writes on behind the next one.
    """
    done = subprocess.run(
        [sys.executable, "-m", "scripts.child", "--parent", str(os.getpid()), "--", *map(str, command)],
        cwd=ROOT,
        env=tool_environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE if quiet else None,
        stderr=subprocess.STDOUT if quiet else None,
        text=True,
        check=False,
    )
    if done.returncode:
        shown = f"\n{done.stdout.strip()[-2000:]}" if quiet else ""
        raise SetupError(f"{what} failed (exit code {done.returncode}).{shown}")


def create(folder: Path) -> None:
    """Make an empty virtual environment at `folder`, in place of whatever was there."""
    shutil.rmtree(folder, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", str(folder)], capture_output=True, text=True, check=False)
    if done.returncode:
        shutil.rmtree(folder, ignore_errors=True)
        output = (done.stdout + done.stderr).strip()
        raise SetupError(
            f"the virtual environment could not be made with {sys.executable}.\n{output}\n"
            "缺少 venv 模块？ On Debian or Ubuntu: apt-get install python3-venv"
        )


def install(folder: Path, requirements: Path) -> None:
    """Install a pinned list into the environment, wheels only, every file checked against its hash."""
    if not (folder / "bin" / "python").exists():
        create(folder)
    unfinished = folder / UNFINISHED
    unfinished.touch()
    run(
        folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes",
        "--only-binary", ":all:", "-r", requirements, what=f"installing {requirements.name}", quiet=True,
    )  # fmt: skip
    unfinished.unlink()


def discard_unfinished(folder: Path) -> None:
    """Remove an environment in which pip was killed halfway: what it holds cannot be trusted."""
    if (folder / UNFINISHED).exists():
        shutil.rmtree(folder)


def install_step(folder: Path, requirements: Path, message: str) -> Step:
    """The step that brings `folder` to what `requirements` lists."""
    return Step(
        message=message,
        stamp=folder / f"{requirements.stem}.stamp",
        key=fingerprint([requirements], str(folder), sys.version),
        action=lambda: install(folder, requirements),
        results=(folder / "bin" / "python",),
    )


def portal_packages() -> Step:
    """Everything the portal and its commands need, in .venv."""
    return install_step(VENV, RUN_LIST, "安装运行所需的 Python 包（.venv）… Installing Python packages")


def developer_packages() -> Step:
    """What the tests and checks need besides, in .venv."""
    return install_step(VENV, DEV_LIST, "安装测试与检查工具（.venv）… Installing tools for tests and checks")
