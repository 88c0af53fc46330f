"""The error workbook: the sender's own file, with every problem where it is."""

from django.utils.translation import gettext

from common.errors import Invalid
from common.workbook.problems import FileRefused, Problem
from common.workbook.reading import marked_file, marking_of
from progress.models import ImportBatch
from progress.services.import_kinds import kind_of


def mark_batch(batch: ImportBatch) -> bytes:
    """The refused file as its sender's own workbook, with every problem marked, in the reader's language.

    Raises Invalid where the file cannot be marked.
    """
    kind = kind_of(batch.kind)
    marks = [
        {
            "level": problem.level,
            "sheet": problem.sheet,
            "row": problem.row,
            "cell": problem.cell,
            "column": problem.column,
            "text": problem.text(gettext),
            "code": problem.code,
        }
        for problem in map(Problem.from_json, batch.problems)
    ]
    with batch.file.content.open("rb") as stored:
        content = stored.read()
    try:
        return marked_file(content, batch.file.name, marking_of(marks, kind.headers, gettext), kind.limits())
    except FileRefused as refused:
        raise Invalid(
            gettext("这个文件太大或太复杂，不能标注。"), gettext("请按页面上列出的问题改正原文件。")
        ) from refused
