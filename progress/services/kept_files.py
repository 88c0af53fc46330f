"""Files kept behind a number, whatever the number is in: checked, stored once, numbered and never numbered twice.

Shared by the lines of reports and the items of ledgers. Rights, locks and the trail are those of the owner's service.
"""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from common.errors import Invalid
from files.models import StoredFile
from files.services import clean_name, read_upload, store_bytes
from progress.services.uploads import EVIDENCE, check_kind


@dataclass(frozen=True, slots=True)
class ReadFile:
    """An upload that may be evidence: its bytes, its name without a path, and what it is by its content."""

    content: bytes
    name: str
    content_type: str
    sha256: str

    def store(self, *, at: datetime) -> StoredFile:
        """The bytes kept under a name of our own."""
        return store_bytes(self.content, name=self.name, content_type=self.content_type, at=at)


def read_evidence(upload: "UploadedFile[bytes]") -> ReadFile:
    """The upload, read; Invalid where it is too large, empty, of another kind than evidence may be or than its name."""
    content = read_upload(upload, max_bytes=settings.EVIDENCE_MAX_BYTES, advice=_("请压缩或拆分后重新上传。"))
    name = clean_name(upload.name or "")
    kind = check_kind(content, name, EVIDENCE)
    return ReadFile(content, name, kind.content_type, hashlib.sha256(content).hexdigest())


def check_room(read: ReadFile, kept: Collection[str]) -> None:
    """Invalid where the file is kept there already, or one would be too many; `kept` are the SHA-256 of those there."""
    if read.sha256 in kept:
        raise Invalid(_("这份材料已经上传过。"), _("同一份材料不必重复上传。"))
    if len(kept) >= settings.EVIDENCE_MAX_FILES:
        limit = settings.EVIDENCE_MAX_FILES
        raise Invalid(_("最多 %d 份佐证材料。") % limit, _("请合并成一份文件，或先删去不需要的。"))


def next_ordinal(head: str, numbers: Iterable[str], *, given: int = 0) -> int:
    """The ordinal after those of `numbers` ("320722-CP-Q1-02" behind the head "320722-CP-Q1-") and after `given`.

    `given` is the highest that was ever given out: the number of a file that was taken away is never another's.
    """
    return max([given, *(int(number.removeprefix(head)) for number in numbers)]) + 1
