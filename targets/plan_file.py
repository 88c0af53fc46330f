"""Reading a plan file (YAML) into `PlanFile`, with every problem of the file said at once."""

from dataclasses import dataclass
from pathlib import Path

from common.data_file import Record, read_record
from targets.plan_checks import check_indicator, check_quarter, check_units
from targets.plan_entries import (
    ACCUMULATIONS,
    ALL,
    BASE_RULES,
    CITY,
    KINDS,
    KINDS_WITH_BASE,
    LEDGERS,
    NATURES,
    NOT_APPLICABLE,
    ORIGINS,
    PACES,
    TARGETS,
    UNIT_KINDS,
    ClauseEntry,
    IndicatorEntry,
    NamedEntry,
    NoticeEntry,
    Pace,
    PlanFile,
    QuarterEntry,
    TargetEntry,
    UnitEntry,
)
