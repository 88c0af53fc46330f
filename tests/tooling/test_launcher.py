"""The launcher's children: one of each, restarted when they die, gone when it goes."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import family
from scripts.child import ALREADY_RUNNING
from scripts.family import Child, ChildFailed, fresh_log, stop
from scripts.serve import refuse_taken_port
from scripts.steps import ROOT, SetupError

STAY = (sys.executable, "-c", "import time; time.sleep(60)")
DIE = (sys.executable, "-c", "print('no such setting'); raise SystemExit(3)")


def make_child(folder: Path, command: tuple[str, ...], *, lock: Path | None = None) -> Child:
    return Child("child", command, os.environ, fresh_log(folder, "child"), lock)


def wait_until(happened: Callable[[], object], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if happened():
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and state.read_text().rpartition(")")[2].split()[0] != "Z"


def has_become_its_program(pid: int) -> bool:
    command = Path(f"/proc/{pid}/cmdline").read_bytes()
    return bool(command) and b"scripts.child" not in command  # for a moment of its first exec a process has none


def pid_of(child: Child) -> int:
    assert child.process is not None
    return child.process.pid


def tend_until_dead(child: Child) -> None:
    process = child.process
    assert process is not None
    process.wait(10)
    child.tend(time.monotonic())


def test_child_that_dies_is_started_again(tmp_path: Path) -> None:
    child = make_child(tmp_path, STAY)
    child.tend(time.monotonic())
    first = child.process
    assert first is not None

    first.kill()
    tend_until_dead(child)
    child.tend(time.monotonic() + 60)

    assert child.process is not None
    assert child.process.pid != first.pid
    stop([child])


def test_child_that_cannot_run_is_given_up_with_the_end_of_its_log(tmp_path: Path) -> None:
    child = make_child(tmp_path, DIE)

    def die_again_and_again() -> None:
        for _ in range(family.MOST_RESTARTS + 1):
            child.start_at = 0
            child.tend(time.monotonic())
            tend_until_dead(child)

    with pytest.raises(ChildFailed, match="no such setting"):
        die_again_and_again()


def test_second_child_with_the_same_lock_waits_for_the_first(tmp_path: Path) -> None:
    lock = tmp_path / "worker.lock"
    first = make_child(tmp_path / "a", STAY, lock=lock)
    second = make_child(tmp_path / "b", STAY, lock=lock)
    first.start()
    assert wait_until(lambda: has_become_its_program(pid_of(first)))

    second.start()
    assert second.process is not None
    assert second.process.wait(60) == ALREADY_RUNNING
    second.tend(time.monotonic())
    assert second.deaths == []

    stop([first])
    second.tend(time.monotonic() + family.LOCK_RETRY_S + 1)
    assert second.process.poll() is None
    stop([second])


def test_children_do_not_outlive_a_killed_launcher(tmp_path: Path) -> None:
    script = f"""
import os, sys, time
from pathlib import Path
from scripts.family import Child, fresh_log
folder = Path({str(tmp_path)!r})
child = Child("child", {STAY!r}, os.environ, fresh_log(folder, "child"))
child.start()
(folder / "pid").write_text(str(child.process.pid))
time.sleep(60)
"""
    launcher = subprocess.Popen([sys.executable, "-c", script], cwd=ROOT)
    assert wait_until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text())
    pid = int((tmp_path / "pid").read_text())
    assert wait_until(lambda: has_become_its_program(pid))
    assert is_alive(pid)

    launcher.kill()
    launcher.wait()

    assert wait_until(lambda: not is_alive(pid), seconds=3)


def test_child_that_ignores_a_request_to_stop_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "STOP_PATIENCE_S", 0.5)
    stubborn = (
        "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('on', flush=True); time.sleep(60)"
    )
    child = make_child(tmp_path, (sys.executable, "-c", stubborn))
    child.start()
    assert wait_until(lambda: "on" in child.log.read_text())
    assert child.process is not None

    stop([child])

    assert child.process.returncode == -9


def test_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        with pytest.raises(SetupError, match=str(port)):
            refuse_taken_port(port)

    refuse_taken_port(port)


def test_overlong_log_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(family, "LARGEST_LOG_BYTES", 3)
    (tmp_path / "web.log").write_text("long")

    log = fresh_log(tmp_path, "web")

    assert log.read_text() == ""
    assert (tmp_path / "web.log.1").read_text() == "long"
