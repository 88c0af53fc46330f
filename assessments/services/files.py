"""Files that units keep behind their own scores and their appeals: checked as evidence is, stored once."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile

from assessments.models import Appeal, AssessmentFile
from assessments.services.adjustments import Line
from assessments.services.moves import line_event
from audit.services import record
from common.actions import Actor
from progress.services.kept_files import check_room, read_evidence


def keep_file(
    line: Line, upload: "UploadedFile[bytes]", *, by: Actor, at: datetime, appeal: Appeal | None = None
) -> AssessmentFile:
    """The kept file. Invalid where it is too large, no evidence by its content, there already or one too many.

    In the caller's transaction, which holds the assessment's lock.
    """
    read = read_evidence(upload)
    beside = AssessmentFile.objects.filter(**line.own(), appeal=appeal)
    check_room(read, list(beside.values_list("file__sha256", flat=True)))
    stored = read.store(at=at)
    kept = AssessmentFile.objects.create(**line.own(), appeal=appeal, file=stored, uploaded_by=by.name, uploaded_at=at)
    after = {"name": read.name, "sha256": read.sha256, "size": stored.size}
    action = "assessment.appeal_file" if appeal else "assessment.self_file"
    record(line_event(action, line.place, {"after": after}, reason=""), by=by)
    return kept
