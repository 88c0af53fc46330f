"""The two forms of an import in the admin: a file, and the confirmation of its preview."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core import signing
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.forms import ImportForm

from common.errors import SeveralFiles, TooLarge
from common.register_admin.formats import RegisterFile
from common.register_admin.uploads import KEPT, expired

KINDS = (".xlsx", ".csv", ".xls", ".et")
_MEGABYTE = 1024 * 1024
_FORMAT = "0"  # the library's number for the only one


class RegisterImportForm(ImportForm):  # type: ignore[misc]
    """A file; there is one format, so nobody is asked for it: what the file is, its reader finds out."""

    def __init__(self, formats: Sequence[type[RegisterFile]], resources: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(formats, resources, **kwargs)
        self.fields["format"].required = False
        self.fields["format"].widget = forms.HiddenInput()
        file = self.fields["import_file"]
        file.allow_empty_file = True  # refused by the reader, as everything else
        file.label = gettext_lazy("要导入的文件")
        file.help_text = _("%(kinds)s，最大 %(limit)d MB。") % {
            "kinds": " / ".join(KINDS),
            "limit": settings.IMPORT_MAX_BYTES // _MEGABYTE,
        }
        file.widget.attrs = {
            "accept": ",".join(KINDS),
            "data-max-bytes": settings.IMPORT_MAX_BYTES,
            "data-too-large": str(TooLarge(settings.IMPORT_MAX_BYTES)),
            "data-several": str(SeveralFiles()),
            "aria-describedby": "file-problem",
        }

    @property
    def media(self) -> forms.Media:
        """No script: the library's only guesses the format."""
        return forms.Media()

    @property
    def codes(self) -> list[str]:
        """What is wrong with the file before anybody reads it."""
        return [error.code or "" for error in self.errors.as_data().get("import_file", ())]

    def clean_import_file(self) -> "UploadedFile[bytes]":
        """The file, if it is not too large."""
        file: UploadedFile[bytes] = self.cleaned_data["import_file"]
        if (file.size or 0) > settings.IMPORT_MAX_BYTES:
            raise forms.ValidationError(str(TooLarge(settings.IMPORT_MAX_BYTES)), code="file_too_large")
        return file

    def clean(self) -> dict[str, Any]:
        """The fields, with the only format."""
        return {**(super().clean() or {}), "format": _FORMAT}


class ConfirmForm(forms.Form):
    """What was previewed: the file, known to its sender alone, and what it would have changed."""

    token = forms.CharField(widget=forms.HiddenInput)
    digest = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, salt: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.salt = salt

    def clean(self) -> dict[str, Any]:
        """What the library asks of a confirmation; Conflict for a token that is old, foreign or made up."""
        data: dict[str, Any] = super().clean() or {}
        try:
            said = signing.loads(data.get("token", ""), salt=self.salt, max_age=KEPT)
        except signing.BadSignature:
            raise expired() from None
        return {**data, **said}


def token_of(form: RegisterImportForm, *, salt: str) -> str:
    """The token of a file that was sent; `salt` names register and sender."""
    file = form.cleaned_data["import_file"]
    said = {
        "import_file_name": file.tmp_storage_name,
        "original_file_name": file.name,
        "format": _FORMAT,
        "resource": "0",
    }
    return signing.dumps(said, salt=salt)
