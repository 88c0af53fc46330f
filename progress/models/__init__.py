"""What was reached: quarterly reports with their lines and evidence, imports of workbooks."""

from progress.models.comments import LineComment
from progress.models.evidence import Evidence
from progress.models.imports import ImportBatch
from progress.models.reminders import ReminderRules
from progress.models.reports import Line, Report, ReportContributor, ReportMove

__all__ = ["Evidence", "ImportBatch", "Line", "ReminderRules", "Report", "ReportContributor", "ReportMove"]
