"""Become another program that dies with its parent: `python -m scripts.child --parent PID -- PROGRAM...`."""

import argparse
import ctypes
import fcntl
import os
import pwd
import signal
import sys

ALREADY_RUNNING = 75  # the exit code EX_TEMPFAIL: another one holds the lock
PR_SET_PDEATHSIG = 1


def die_with_parent(how: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to end this process when its parent ends, however that happens (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, int(how), 0, 0, 0)


def hold(path: str) -> bool:
    """Take the lock file and keep it over exec until this process ends; False if another holds it."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    os.set_inheritable(handle, True)
    return True


def become(user: str) -> None:
    """Give up root for the rights of `user`."""
    entry = pwd.getpwnam(user)
    os.initgroups(user, entry.pw_gid)
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def main(arguments: list[str]) -> int:
    """Take the lock and become the program; returns only when it could not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--lock", help="a file to hold while the program runs; ends with code 75 if another does")
    parser.add_argument("--user", help="the user to run as, when started by root")
    parser.add_argument("program", nargs="+")
    wanted = parser.parse_args(arguments)
    if wanted.user:
        become(wanted.user)
    die_with_parent()  # after the change of user, which makes the kernel forget it
    if os.getppid() != wanted.parent:  # it died before the kernel was asked
        return 1
    if wanted.lock and not hold(wanted.lock):
        return ALREADY_RUNNING
    os.execvp(wanted.program[0], wanted.program)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
