"""A file between its preview and its confirmation."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.translation import gettext as _
from import_export.tmp_storages import BaseStorage

from common.errors import Conflict

FOLDER = "waiting"
KEPT = timedelta(days=1)


class WaitingFile(BaseStorage):  # type: ignore[misc]
    """The bytes of one upload under a name of our own; what nobody confirms is forgotten after a day.

    The library's own storage leaves every file that is not confirmed in the machine's temporary folder, and opens any
    file there that a form names.
    """

    def save(self, data: bytes) -> None:
        """Keep the bytes; `name` then says where."""
        _forget_old()
        self.name = str(uuid4())
        default_storage.save(self._path, ContentFile(data))

    def read(self) -> bytes:
        """The bytes; Conflict once they were imported or are forgotten."""
        try:
            with default_storage.open(self._path) as stored:
                content: bytes = stored.read()
                return content
        except FileNotFoundError:
            raise expired() from None

    def remove(self) -> None:
        """Forget the file."""
        default_storage.delete(self._path)

    @property
    def _path(self) -> str:
        return f"{FOLDER}/{self.name}"


def expired() -> Conflict:
    """What is said of a preview that cannot be confirmed any more."""
    return Conflict(_("这次预览已经确认过或已过期，未作任何更改。"), _("请重新上传文件。"))


def _forget_old() -> None:
    if not default_storage.exists(FOLDER):
        return
    oldest = timezone.now() - KEPT
    for name in default_storage.listdir(FOLDER)[1]:
        if default_storage.get_modified_time(f"{FOLDER}/{name}") < oldest:
            default_storage.delete(f"{FOLDER}/{name}")
