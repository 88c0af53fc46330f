"""Child processes of the launcher: started, watched, restarted, stopped."""

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from scripts.child import ALREADY_RUNNING
from scripts.steps import ROOT, complain, say

MOST_RESTARTS = 5  # within RESTART_WINDOW_S; more often means that it cannot run at all
RESTART_WINDOW_S = 60.0
LOCK_RETRY_S = 5.0
STOP_PATIENCE_S = 5.0
LARGEST_LOG_BYTES = 5_000_000


class ChildFailed(Exception):
    """A child died again and again; its message shows the end of its log."""


@dataclass
class Child:
    """One process beside the launcher."""

    name: str
    command: tuple[str, ...]
    environ: Mapping[str, str]
    log: Path
    lock: Path | None = None
    process: subprocess.Popen[bytes] | None = None
    deaths: list[float] = field(default_factory=list)
    start_at: float = 0.0
    waits_for_lock: bool = False

    def start(self) -> None:
        """Start it in a session of its own, so that Ctrl-C reaches only the launcher."""
        lock = ("--lock", str(self.lock)) if self.lock else ()
        wrapper = (sys.executable, "-m", "scripts.child", "--parent", str(os.getpid()), *lock, "--")
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                [*wrapper, *self.command],
                cwd=ROOT,
                env=dict(self.environ),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def tend(self, now: float) -> None:
        """Start it if it is due; if it died, note when to start it again.

        Raises ChildFailed when it died too often.
        """
        if self.process is None:
            if now >= self.start_at:
                self.start()
            return
        code = self.process.poll()
        if code is None:
            return
        self.process = None
        if code == ALREADY_RUNNING:
            self._wait_for_lock(now)
        else:
            self._note_death(now, code)

    def _wait_for_lock(self, now: float) -> None:
        if not self.waits_for_lock:
            say(f"{self.name} 已在此目录的另一个实例中运行 is already run by another portal of this folder")
        self.waits_for_lock = True
        self.start_at = now + LOCK_RETRY_S

    def _note_death(self, now: float, code: int) -> None:
        self.deaths = [at for at in self.deaths if now - at < RESTART_WINDOW_S] + [now]
        if len(self.deaths) > MOST_RESTARTS:
            raise ChildFailed(f"{self.name} ended {len(self.deaths)} times. From {self.log}:\n{self.last_lines()}")
        complain(f"{self.name} 已退出（{code}），正在重启 ended with code {code}; starting it again")
        self.start_at = now + 0.5 * len(self.deaths)

    def last_lines(self, count: int = 15) -> str:
        """The end of its log."""
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])


def fresh_log(folder: Path, name: str) -> Path:
    """The log file for `name`; an overlong one from earlier is kept once as NAME.log.1."""
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / f"{name}.log"
    if log.exists() and log.stat().st_size > LARGEST_LOG_BYTES:
        log.rename(log.with_suffix(".log.1"))
    log.touch()
    return log


def stop(children: list[Child]) -> None:
    """End all: ask, wait five seconds, kill."""
    running = [child.process for child in children if child.process and child.process.poll() is None]
    for process in running:
        process.terminate()
    deadline = time.monotonic() + STOP_PATIENCE_S
    for process in running:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
