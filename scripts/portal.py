"""The steps that bring database, plan and demo year to where the portal can be used."""

import os
from collections.abc import Iterator
from pathlib import Path

from scripts import environment
from scripts.steps import ROOT, VAR, Step, fingerprint

STAMPS = VAR / "stamps"
PLAN_YEAR = "2023"
YES = ("true", "on", "ok", "y", "yes", "1")  # as the settings read it
DATABASE_URL = os.environ.get("DATABASE_URL", "")
EMBEDDED_DATABASE = VAR / "portal.sqlite3"


def manage(*arguments: str, what: str, quiet: bool) -> None:
    """Run one management command in the portal's own environment."""
    environment.run(environment.PYTHON, "manage.py", *arguments, what=what, quiet=quiet)


def schema() -> Step:
    """The step that applies migrations; a database named by DATABASE_URL is asked every time."""
    migrations = [*ROOT.glob("*/migrations/*.py"), environment.RUN_LIST]
    return Step(
        message="建立或升级数据库… Preparing the database",
        stamp=STAMPS / "schema",
        key=fingerprint(migrations, DATABASE_URL),
        action=lambda: manage("migrate", "--no-input", what="migrating the database", quiet=True),
        results=(STAMPS / "never",) if DATABASE_URL else (EMBEDDED_DATABASE,),
    )


def plan() -> Step:
    """The step that loads the plan of 2023, once for a database: afterwards the officer's edits count."""
    return Step(
        message=f"载入 {PLAN_YEAR} 年计划… Loading the plan of {PLAN_YEAR}",
        stamp=STAMPS / "plan",
        key=fingerprint([], DATABASE_URL, PLAN_YEAR),
        action=lambda: manage("load_plan", PLAN_YEAR, what="loading the plan", quiet=True),
    )


def demo() -> Step:
    """The step that makes the demo year, once for a database."""
    return Step(
        message="生成示例数据（约一分钟）… Making a demo year, about a minute",
        stamp=STAMPS / "demo",
        key=fingerprint([], DATABASE_URL),
        action=lambda: manage("demo", what="making the demo year", quiet=False),
    )


def wants_demo() -> bool:
    """Whether invented data may be made: never in production, nor where PORTAL_DEMO says no."""
    if os.environ.get("PORTAL_MODE") == "production":
        return False
    return os.environ.get("PORTAL_DEMO", "on").lower() in YES


def forget_lost_database(database: Path = EMBEDDED_DATABASE) -> None:
    """If somebody removed the embedded database, make its plan and demo year again as well."""
    if DATABASE_URL or database.exists():
        return
    for stamp in STAMPS.glob("*"):
        stamp.unlink()


def data() -> Iterator[Step]:
    """Database, plan and, outside production, the demo year."""
    forget_lost_database()
    yield schema()
    yield plan()
    if wants_demo():
        yield demo()
