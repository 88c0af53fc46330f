"""Files of the register of institutions: previewed, stored all or none, taken back as one."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.undoing import ChangedSince
from common.workbook.book import Book
from common.workbook.register import Labels, read_register
from files.models import StoredFile
from progress.models import ImportBatch
from progress.services.import_kinds import Change, Choice, FileCheck, Json, Touched
from progress.services.import_undoing import explained
from progress.services.register_imports import RegisterKind, changes_of, register_help, unchanged_of
from targets.excel.institutions import INSTITUTIONS
from targets.models import Plan, Unit
from targets.queries.institution_rows import InstitutionRow, institution_ground
from targets.services.institution_rows import save_institutions, undo_institutions


class InstitutionKind(RegisterKind):
    """The register of public institutions."""

    code = "institutions"
    label = _("公共机构名录")
    action = "institution.edit"
    headers = INSTITUTIONS.headers
    register = INSTITUTIONS
    named = ("name", "credit_code")
    form = "targets:institutions_form"
    export = "targets:institutions_export"

    def labels(self, plan: Plan) -> Labels:
        """The units of the plan's city by code."""
        units = Unit.objects.filter(path__startswith=plan.owner.path)
        return {"unit": {unit.code: unit.label for unit in units}}

    def help(self, plan: Plan, *, by: User) -> Mapping[str, Any]:
        """What to write in each column of the form that this person takes away."""
        return register_help(institution_ground(by).register, self.form, self.export)

    def check(self, book: Book, *, plan: Plan, by: User, at: datetime) -> FileCheck:
        """The rows of the person's own units; five queries."""
        ground = institution_ground(by)
        read = read_register(book, ground.register, ground.world, self.limits())
        rows = ground.check(read)
        changes = list(changes_of(read, [row.said for row in rows]))
        return FileCheck(self.code, read.problems, read.skipped, changes, unchanged_of(read), payload=rows)

    def apply(self, check: FileCheck, choice: Choice, *, batch: ImportBatch, by: User, at: datetime) -> Json:
        """Store the rows that change something; their versions are compared again."""
        rows: list[InstitutionRow] = check.payload if isinstance(check.payload, list) else []
        if not rows:
            return {}
        source = {"import": str(batch.uuid), "file": batch.file.name, "sha256": batch.file.sha256}
        return {"changes": str(save_institutions(rows, by=by, at=at, source=source).changes.uuid)}

    def undo(self, batch: ImportBatch, *, by: User, at: datetime) -> None:
        """Put back what stood, unless something has been changed since or uses what was added."""
        if not batch.undo_facts:
            return
        try:
            undo_institutions(StoredFile.objects.get(uuid=batch.undo_facts["changes"]), by=by, at=at)
        except ChangedSince as changed:
            raise explained(changed, batch) from None

    def touched(self, plan: Plan, changes: Sequence[Change]) -> Sequence[Touched]:
        """The register itself: thousands of institutions are no list of links."""
        return [Touched(str(self.label), "targets:institutions")] if changes else []
