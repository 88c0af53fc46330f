"""An import as JSON, for programs and for the command line."""

from typing import Any

from common.workbook.problems import Problem
from progress.models import ImportBatch
from progress.queries.import_problems import problem_text

_COUNTS = ("created", "changed", "unchanged", "skipped", "conflicts")


def batch_document(batch: ImportBatch) -> dict[str, Any]:
    """All that a batch's page says: state and outcome, counts, every problem with its stable code, every change.

    `digest` names the preview: who confirms says which one they saw. Values of changes are texts, true, false or null.
    """
    return {
        "uuid": str(batch.uuid),
        "kind": batch.kind,
        "layout": batch.layout,
        "state": batch.state,
        "outcome": batch.outcome,
        "file": {"name": batch.file.name, "size": batch.file.size, "sha256": batch.file.sha256},
        "arrived_at": batch.arrived_at.isoformat(),
        **{name: getattr(batch, name) for name in _COUNTS},
        "digest": batch.digest,
        "remark": batch.remark,
        "problems": [problem_document(Problem.from_json(kept)) for kept in batch.problems],
        "changes": batch.changes,
    }


def problem_document(problem: Problem) -> dict[str, Any]:
    """A problem with its place and its message in the reader's language."""
    return {
        "level": problem.level,
        "code": problem.code,
        "sheet": problem.sheet,
        "row": problem.row,
        "column": problem.column,
        "read": problem.read,
        "message": problem_text(problem),
    }
