"""What a file must be to be kept with a report: taken by its content, and named as its content says."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common.errors import Invalid, Text
from progress.evidence_files import FileKind, fits_name, kind_of


@dataclass(frozen=True, slots=True)
class Accepted:
    """The kinds of file that one place takes, how others are refused (with the name as %s), and what to do then."""

    kinds: tuple[str, ...]
    refusal: Text
    advice: Text


EVIDENCE = Accepted(
    ("pdf", "jpg", "png", "xlsx", "docx"),
    gettext_lazy("“%s”不是可用的佐证材料。"),
    gettext_lazy("可上传 PDF、JPG、PNG、XLSX、DOCX；请另存为其中一种后重试。"),
)
SEALED_SCAN = Accepted(
    ("pdf", "jpg", "png"),
    gettext_lazy("“%s”不能作为盖章扫描件。"),
    gettext_lazy("可上传 PDF、JPG、PNG；请把签字盖章的报表扫描或拍照后上传。"),
)


def check_kind(content: bytes, name: str, accepted: Accepted) -> FileKind:
    """The kind of an upload; Invalid for an empty file, another kind, or content that is not what the name says."""
    if not content:
        raise Invalid(_("“%s”是空文件。") % name, _("请选择有内容的文件。"))
    kind = kind_of(content)
    if kind is None or kind.suffix not in accepted.kinds:
        raise Invalid(str(accepted.refusal) % name, accepted.advice)
    if not fits_name(kind, name):
        raise Invalid(
            _("“%(name)s”的内容是 %(kind)s，与文件名不符。") % {"name": name, "kind": kind.suffix.upper()},
            accepted.advice,
        )
    return kind
