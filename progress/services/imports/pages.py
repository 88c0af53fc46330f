"""What the page of one import shows: its preview with what is to be decided, its problems, or its receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.policy import allows
from common.errors import PortalError, Text
from common.pieces import Piece, piece_of
from jobs.models import Job
from progress.models import ImportBatch
from progress.queries.import_problems import ProblemsPage, problems_page
from progress.services.import_kinds import (
    Change,
    ImportKind,
    Question,
    ShownChange,
    ShownChanges,
    ShownValue,
    Touched,
    kind_of,
)
from progress.services.imports.batches import answered_in, answers_of, choice_of

State = ImportBatch.State
ROWS = 100
TOUCHED_MOST = 24


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A change with its place in the batch, whether nothing stood before, whether it is overwritten where it must be
    decided or was kept where that is done, its names and values with their headers, and, in a wide table, what of it
    differs."""

    place: int
    row: int
    change: ShownChange
    is_new: bool
    is_overwritten: bool
    is_kept: bool
    names: Sequence[tuple[Text, str]]
    values: Sequence[tuple[Text, ShownValue]]
    changed: Sequence[tuple[Text, ShownValue]]


@dataclass(frozen=True, slots=True)
class ShownRows:
    """The rows of a batch: a page of the changes that wait for a decision, one of the others, and one of the rows that
    say what stands, which is open where it was turned."""

    table: ShownChanges
    conflicts: Sequence[ShownRow]
    conflicts_piece: Piece
    others: Sequence[ShownRow]
    others_piece: Piece
    same: Sequence[ShownRow]
    same_piece: Piece
    shows_same: bool


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """A question with what was answered so far, and what is wrong with that where the batch was just refused for it."""

    question: Question
    answer: str
    problem: Text = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownBatch:
    """A batch as its page shows it to one person."""

    batch: ImportBatch
    kind: ImportKind
    problems: ProblemsPage
    changes: ShownRows
    questions: Sequence[ShownQuestion]
    answers: Sequence[tuple[Text, str]]
    touched: Sequence[Touched]
    job: Job | None
    is_sender: bool
    may_undo: bool

    @property
    def is_waiting(self) -> bool:
        """Whether it waits for this person's confirmation."""
        return self.is_sender and self.batch.state == State.CHECKED

    @property
    def is_refused_as_file(self) -> bool:
        """Whether it is the file itself that cannot be used, and nothing in a sheet of it."""
        has_place = any(problem["sheet"] or problem["row"] for problem in self.batch.problems)
        return self.batch.outcome == ImportBatch.Outcome.REJECTED_FILE and not has_place

    @property
    def says_nothing(self) -> bool:
        """Whether no row of the file says anything: it is a form that nobody has filled in."""
        return not self.batch.changes and not self.batch.same

    @property
    def has_failed(self) -> bool:
        """Whether its job has ended without a result: it can be tried again."""
        return self.job is not None and not self.job.is_unfinished

    @property
    def tells_decisions(self) -> bool:
        """Whether the list of changes says of each what became of it."""
        return self.batch.conflicts > 0 and self.batch.applied_at is not None

    @property
    def overwritten(self) -> int:
        """How many rows were decided 覆盖."""
        return len(choice_of(self.batch).overwrite)

    @property
    def kept(self) -> int:
        """How many rows were decided 保留, or not at all."""
        return self.batch.conflicts - self.overwritten


def shown_batch(
    batch: ImportBatch, *, viewer: User, asked: Mapping[str, str], refused: PortalError | None = None
) -> ShownBatch:
    """A batch for its page. `asked`: `level` and `page` of the problems; pages of the `rows`, `conflicts` and `same`.
    `refused`: why it was just not written.

    At most six queries, and no more rows than fit on a page, whatever the file holds.
    """
    kind = kind_of(batch.kind)
    changes = [Change.from_json(kept) for kept in batch.changes]
    is_waiting = batch.by_id == viewer.pk and batch.state == State.CHECKED
    return ShownBatch(
        batch=batch,
        kind=kind,
        problems=problems_page(batch.problems, level=asked.get("level", ""), page=asked.get("page", "")),
        changes=_rows(batch, kind, changes, asked),
        questions=_questions(batch, kind, changes, refused) if is_waiting else (),
        answers=answers_of(batch, changes) if batch.applied_at else (),
        touched=_touched(batch, kind, changes),
        job=batch.job if batch.state in ImportBatch.WORKING else None,
        is_sender=batch.by_id == viewer.pk,
        may_undo=batch.state == State.APPLIED and allows(viewer.role, kind.action),
    )


def _rows(batch: ImportBatch, kind: ImportKind, changes: Sequence[Change], asked: Mapping[str, str]) -> ShownRows:
    to_decide = [place for place, one in enumerate(changes) if one.conflict and batch.state == State.CHECKED]
    others = sorted(set(range(len(changes))) - set(to_decide))
    conflicts_piece = piece_of(asked.get("conflicts", ""), items=len(to_decide), size=ROWS)
    others_piece = piece_of(asked.get("rows", ""), items=len(others), size=ROWS)
    same_piece = piece_of(asked.get("same", ""), items=len(batch.same), size=ROWS)
    placed = [(place, changes[place]) for place in [*conflicts_piece.cut(to_decide), *others_piece.cut(others)]]
    placed += [(-1, Change.from_json(kept)) for kept in same_piece.cut(batch.same)]
    table = kind.shown(batch.plan, [change for _place, change in placed])
    overwritten = set(batch.decisions.get("overwrite", ()))
    rows = [
        ShownRow(
            place,
            change.row,
            one,
            is_new=change.old is None,
            is_overwritten=place in overwritten,
            is_kept=batch.applied_at is not None and bool(change.conflict) and place not in overwritten,
            names=list(zip(table.names, one.names, strict=True)),
            values=list(zip(table.values, one.values, strict=True)),
            changed=table.changed(one) if table.is_wide else (),
        )
        for (place, change), one in zip(placed, table.rows, strict=True)
    ]
    decided = len(conflicts_piece.cut(to_decide))
    changed = decided + len(others_piece.cut(others))
    return ShownRows(
        table,
        rows[:decided],
        conflicts_piece,
        rows[decided:changed],
        others_piece,
        rows[changed:],
        same_piece,
        shows_same="same" in asked,
    )


def _questions(
    batch: ImportBatch, kind: ImportKind, changes: Sequence[Change], refused: PortalError | None
) -> list[ShownQuestion]:
    """What the kind asks, each with what was answered so far."""
    answered = answered_in(batch)
    asked = [(one, answered.get(one.name) or one.initial) for one in kind.questions(batch.plan, changes)]
    return [ShownQuestion(one, answer, _problem(one, answer, refused)) for one, answer in asked]


def _problem(question: Question, answer: str, refused: PortalError | None) -> Text:
    """What is said at the question where the batch was refused."""
    is_meant = refused is not None and refused.message == question.missing
    lacks_it = refused is not None and question.is_required and not answer.strip()
    return question.missing if is_meant or lacks_it else ""


def _touched(batch: ImportBatch, kind: ImportKind, changes: Sequence[Change]) -> Sequence[Touched]:
    """What was written, as far as one looks through it."""
    if batch.state != State.APPLIED:
        return ()
    overwritten = set(batch.decisions.get("overwrite", ()))
    written = [one for place, one in enumerate(changes) if not one.conflict or place in overwritten]
    return kind.touched(batch.plan, written)[:TOUCHED_MOST] if written else ()
