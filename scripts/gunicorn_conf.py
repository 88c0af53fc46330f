"""Gunicorn: one process loads the portal, threads answer; its workers end with it."""

import os
from typing import Any

from scripts.child import die_with_parent

wsgi_app = "lianyungang_portal.wsgi:application"
bind = os.environ.get("BIND", "127.0.0.1:8000")
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
preload_app = True
graceful_timeout = 4
timeout = 60
control_socket_disable = True  # it would lie in HOME, which may be missing
accesslog = "-"
access_log_format = '%(t)s %(h)s "%(r)s" %(s)s %(b)s %(M)sms'


def post_fork(server: Any, worker: Any) -> None:
    """Let no worker outlive the process that started it."""
    die_with_parent()
