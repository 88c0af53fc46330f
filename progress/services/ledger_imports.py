"""Files of the registers: one kind for each, of its declaration."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from accounts.models import User
from common.instants import local_day
from common.undoing import ChangedSince
from common.workbook.book import Book
from common.workbook.register import Labels, read_register
from files.models import StoredFile
from progress.ledgers import LEDGERS, Ledger
from progress.models import ImportBatch
from progress.queries.ledger_columns import register_of
from progress.queries.ledger_ground import ItemRow, ledger_ground
from progress.queries.ledgers import kinds_of
from progress.services.import_kinds import Change, Choice, FileCheck, Json, Touched
from progress.services.import_undoing import explained
from progress.services.item_rows import save_items, undo_items
from progress.services.register_imports import RegisterKind, changes_of, register_help, unchanged_of
from targets.models import Institution, Plan, Unit


class LedgerKind(RegisterKind):
    """The files of one register."""

    action = "ledger.edit"
    form = "progress:ledger_form"
    export = "progress:ledger_export"

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.code = f"ledger-{ledger.code}"  # type: ignore[misc]
        self.label = ledger.label  # type: ignore[misc]
        self.register = register_of(ledger)  # type: ignore[misc]
        self.headers = self.register.headers  # type: ignore[misc]

    def labels(self, plan: Plan) -> Labels:
        """The names of institutions or units, and of the kinds that the plan names."""
        owner = self.ledger.key[0]
        if self.ledger.has_institution:
            institutions = Institution.objects.filter(unit__path__startswith=plan.owner.path)
            names = dict(institutions.values_list("credit_code", "name"))
        else:
            names = {unit.code: unit.label for unit in Unit.objects.filter(path__startswith=plan.owner.path)}
        kinds = {self.ledger.kind: kinds_of(self.ledger, plan)} if self.ledger.kinds_of_plan else {}
        return {owner: names, **kinds}

    def check(self, book: Book, *, plan: Plan, by: User, at: datetime) -> FileCheck:
        """The rows of the person's own institutions; three queries."""
        ground = ledger_ground(self.ledger, by=by, plan=plan, today=local_day(at))
        read = read_register(book, ground.register, ground.world, self.limits())
        rows = ground.check(read)
        changes, unchanged = list(changes_of(read)), unchanged_of(read)
        return FileCheck(self.code, read.problems, read.skipped, changes, unchanged, payload=rows)

    def apply(self, check: FileCheck, choice: Choice, *, batch: ImportBatch, by: User, at: datetime) -> Json:
        """Store the rows that change something; their versions are compared again."""
        rows: list[ItemRow] = check.payload if isinstance(check.payload, list) else []
        if not rows:
            return {}
        source = {"import": str(batch.uuid), "file": batch.file.name, "sha256": batch.file.sha256}
        return {"changes": str(save_items(self.ledger, rows, by=by, at=at, source=source).uuid)}

    def undo(self, batch: ImportBatch, *, by: User, at: datetime) -> None:
        """Put back what stood, unless something has been changed since or an approved report rests on it."""
        if not batch.undo_facts:
            return
        changes = StoredFile.objects.get(uuid=batch.undo_facts["changes"])
        try:
            undo_items(self.ledger, changes, by=by, at=at)
        except ChangedSince as changed:
            raise explained(changed, batch) from None

    def touched(self, plan: Plan, changes: Sequence[Change]) -> Sequence[Touched]:
        """The register itself."""
        args = [plan.owner.code, plan.year, self.ledger.code]
        return [Touched(str(self.label), "progress:ledger", args)] if changes else []

    def help(self, plan: Plan, *, by: User) -> Mapping[str, Any]:
        """What to write in each column, and where the form and the export are."""
        args = [plan.owner.code, plan.year, self.ledger.code]
        return register_help(self.register, self.form, self.export, args)


def ledger_kinds() -> list[LedgerKind]:
    """A kind for every register."""
    return [LedgerKind(ledger) for ledger in LEDGERS]
