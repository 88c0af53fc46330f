"""Set up what is missing and serve the portal with its background jobs: `python -m scripts.serve --port 8000`."""

import argparse
import os
import signal
import socket
import sys
import time
from pathlib import Path
from types import FrameType
from typing import NoReturn

from scripts.child import die_with_parent
from scripts.environment import PYTHON, tool_environment
from scripts.family import Child, ChildFailed, fresh_log, stop
from scripts.setup import set_up
from scripts.steps import ROOT, VAR, SetupError, complain, say

HOST = "127.0.0.1"
LOOK_EVERY_S = 0.1
CELERY = (str(PYTHON), "-m", "celery", "-A", "lianyungang_portal.celery:app")


class Stopped(Exception):
    """Somebody asked the launcher to stop."""


def refuse_taken_port(port: int) -> None:
    """Raise SetupError naming the port if another program listens on it."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except PermissionError:
            raise SetupError(f"端口 {port} 需要管理员权限 port {port} needs root: make run PORT=8001") from None
        except OSError:
            raise SetupError(
                f"端口 {port} 已被其他程序占用，请换一个：make run PORT={port + 1}\n"
                f"  Port {port} is taken by another program; choose another: make run PORT={port + 1}"
            ) from None


def family(port: int) -> list[Child]:
    """Web server first, worker and beat: three separate children, none of which outlives the launcher."""
    environ = {**tool_environment(), "BIND": f"{HOST}:{port}"}
    quiet = ("--loglevel", "WARNING")
    web = (str(PYTHON), "-m", "gunicorn", "--config", "python:scripts.gunicorn_conf")
    worker = (*CELERY, "worker", "--pool=threads", "-c", "2", "--without-mingle", "--without-gossip", *quiet)
    beat = (*CELERY, "beat", "--pidfile=", *quiet)
    logs = VAR / "log"
    return [
        Child("web", web, environ, fresh_log(logs, "web")),
        Child("worker", worker, environ, fresh_log(logs, "worker"), lock=VAR / "worker.lock"),
        Child("beat", beat, environ, fresh_log(logs, "beat"), lock=VAR / "beat.lock"),
    ]


def answers(port: int) -> bool:
    """Whether something listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def shown(path: Path) -> str:
    """A path as a person would type it from the project's folder."""
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else str(path)


def announce(port: int) -> None:
    """Tell where the portal is and where its data lies."""
    database = "DATABASE_URL" if os.environ.get("DATABASE_URL") else shown(VAR / "portal.sqlite3")
    say(f"门户已启动 The portal runs at http://{HOST}:{port}")
    say(f"数据 data: {database}   日志 logs: {shown(VAR / 'log')}   停止 stop: Ctrl-C")


def watch(children: list[Child], port: int) -> NoReturn:
    """Keep the children alive until somebody stops the launcher or one of them cannot run.

    The others start when the web server answers: side by side they would all be slow.
    """
    web, *_others = children
    while not answers(port):
        web.tend(time.monotonic())
        time.sleep(LOOK_EVERY_S)
    announce(port)
    while True:
        for child in children:
            child.tend(time.monotonic())
        time.sleep(LOOK_EVERY_S)


def on_signal(number: int, frame: FrameType | None) -> None:
    """Leave the watch."""
    raise Stopped


def serve(port: int) -> int:
    """Set up, start and watch; 0 after a wanted stop, 1 when something cannot run."""
    refuse_taken_port(port)
    set_up("portal")
    children = family(port)
    try:
        watch(children, port)
    except ChildFailed as error:
        complain(str(error))
        return 1
    except Stopped:
        say("正在停止… Stopping")
        return 0
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        stop(children)


def main(arguments: list[str]) -> int:
    """Serve until stopped; see serve()."""
    parser = argparse.ArgumentParser(prog="serve", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    port: int = parser.parse_args(arguments).port
    if os.environ.get("UNDER_MAKE"):
        die_with_parent(signal.SIGTERM)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        return serve(port)
    except SetupError as error:
        complain(str(error))
        return 1
    except Stopped:
        complain("已中断；再次运行会继续。Interrupted; run it again to go on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
