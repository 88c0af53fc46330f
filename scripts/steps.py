"""Steps that run once and again only when what they depend on changes."""

import fcntl
import hashlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("PORTAL_VAR") or ROOT / "var")


class SetupError(Exception):
    """What went wrong and what to do about it, for the person at the terminal."""


def say(message: str) -> None:
    """Print one line for the person at the terminal, at once."""
    print(f"▸ {message}", flush=True)


def complain(message: str) -> None:
    """Print one line about something that is wrong."""
    print(f"✗ {message}", file=sys.stderr, flush=True)


def fingerprint(files: Iterable[Path], *words: str) -> str:
    """SHA-256 over the names and bytes of `files` (those that exist) and over `words`."""
    digest = hashlib.sha256("\0".join(words).encode())
    for path in sorted(files):
        if path.is_file():
            digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True)
class Step:
    """Something to make: `action` runs unless `stamp` holds `key` and every one of `results` exists."""

    message: str
    stamp: Path
    key: str
    action: Callable[[], None]
    results: tuple[Path, ...] = ()

    def is_done(self) -> bool:
        """Whether the last run came to its end with the same inputs and its results are still there."""
        if not all(result.exists() for result in self.results):
            return False
        return self.stamp.is_file() and self.stamp.read_text().strip() == self.key

    def run(self) -> None:
        """Do it if it is not done; the stamp is written last, so an interrupted step runs again."""
        if self.is_done():
            return
        say(self.message)
        self.stamp.unlink(missing_ok=True)
        self.action()
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        self.stamp.write_text(self.key + "\n")


@contextmanager
def one_at_a_time(path: Path) -> Iterator[None]:
    """Hold a lock file: two set-ups in one folder wait for each other instead of mixing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("另一个安装正在进行，等待…… Another set-up is running here; waiting for it.")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield
