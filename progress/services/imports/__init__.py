"""The way of a file: stored, checked, previewed, confirmed in one transaction, undone (excel.md, section 1)."""

from progress.services.imports.direct import (
    Imported,
    import_progress_file,
    import_sent_file,
    try_sent_file,
    years_named_in,
)
from progress.services.imports.flow import (
    confirm_import,
    discard_import,
    receive_file,
    retry_import,
    save_decisions,
    undo_import,
)
from progress.services.imports.marking import mark_batch
from progress.services.imports.sent import SentFile, read_sent_file

__all__ = [
    "Imported",
    "SentFile",
    "confirm_import",
    "discard_import",
    "import_progress_file",
    "import_sent_file",
    "mark_batch",
    "read_sent_file",
    "receive_file",
    "retry_import",
    "save_decisions",
    "try_sent_file",
    "undo_import",
    "years_named_in",
]
