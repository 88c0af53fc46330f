"""Typed getters over the environment: every one fails at start and names the variable to set."""

import os
import secrets
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()


def mode() -> str:
    """`embedded` or `production`, from PORTAL_MODE."""
    value = str(env.str("PORTAL_MODE", default="embedded"))
    if value not in ("embedded", "production"):
        raise ImproperlyConfigured(f"PORTAL_MODE is {value!r}: set it to 'embedded' or 'production'.")
    return value


def secret_key(*, production: bool, var_dir: Path) -> str:
    """The signing key: SECRET_KEY, or in embedded mode one made once in var/ (mode 0600)."""
    given = str(env.str("SECRET_KEY", default=""))
    if production:
        if len(given) < 50 or given.startswith(("change", "django-insecure")):
            raise ImproperlyConfigured(
                "SECRET_KEY is missing, short or a default: set it to at least 50 random characters."
            )
        return given
    return given or _own_key(var_dir / "secret_key")


def _own_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL: of two processes that start together one writes, both read the same key.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text()
    with os.fdopen(handle, "w") as out:
        out.write(secrets.token_urlsafe(60))
    return path.read_text()


def allowed_hosts(*, production: bool) -> list[str]:
    """Hosts the portal answers to; localhost only in embedded mode unless ALLOWED_HOSTS is set."""
    hosts: list[str] = env.list("ALLOWED_HOSTS", default=[])
    if not production:
        return hosts or ["127.0.0.1", "localhost", "[::1]"]
    if not hosts or "*" in hosts:
        raise ImproperlyConfigured("ALLOWED_HOSTS is missing or '*': set it to the portal's host names.")
    return hosts


def refuse_debug(*, production: bool) -> bool:
    """DEBUG; production refuses it."""
    debug: bool = env.bool("DEBUG", default=False)
    if production and debug:
        raise ImproperlyConfigured("DEBUG is on: production mode refuses it. Unset DEBUG.")
    return debug
