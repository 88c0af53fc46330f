"""What was reached: quarterly reports with their lines and evidence, imports of workbooks."""

from progress.models.comments import LineComment
from progress.models.evidence import Evidence
from progress.models.imports import ImportBatch
from progress.models.items import Item, ItemChange, ItemFile, LedgerItem, LedgerSeal
from progress.models.ledgers import (
    ChargingPile,
    NewBuilding,
    Nomination,
    OverQuota,
    Project,
    PvProject,
    RoofSurvey,
)
from progress.models.registers import DemonstrationCase, Expert
from progress.models.reminders import ReminderRules
from progress.models.reports import Line, Report, ReportContributor, ReportMove

__all__ = [
    "ChargingPile",
    "DemonstrationCase",
    "Evidence",
    "Expert",
    "ImportBatch",
    "Item",
    "ItemChange",
    "ItemFile",
    "LedgerItem",
    "LedgerSeal",
    "Line",
    "LineComment",
    "NewBuilding",
    "Nomination",
    "OverQuota",
    "Project",
    "PvProject",
    "ReminderRules",
    "Report",
    "ReportContributor",
    "ReportMove",
    "RoofSurvey",
]
