"""Keeping bytes: stored once under a name of our own, with size and SHA-256 taken while they stream in."""

import hashlib
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile

from common.errors import Text, TooLarge
from files.models import StoredFile


def store_bytes(content: bytes, *, name: str, content_type: str, at: datetime) -> StoredFile:
    """The stored file of some bytes that the portal made or has read."""
    stored = StoredFile(
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        name=clean_name(name),
        content_type=content_type,
        created_at=at,
    )
    stored.content.save(name, ContentFile(content), save=False)
    stored.save()
    return stored


def is_intact(stored: StoredFile) -> bool:
    """Whether the bytes that lie there are those that were stored; False where there are none."""
    digest = hashlib.sha256()
    try:
        with stored.content.open("rb") as content:
            for chunk in content.chunks():
                digest.update(chunk)
    except OSError:
        return False
    return digest.hexdigest() == stored.sha256


def read_upload(upload: "UploadedFile[bytes]", *, max_bytes: int, advice: Text = "") -> bytes:
    """The bytes of an upload; TooLarge with `advice` (a workbook's by default) once over `max_bytes` have come."""
    chunks: list[bytes] = []
    size = 0
    for chunk in upload.chunks():
        size += len(chunk)
        if size > max_bytes:
            raise TooLarge(max_bytes, advice)
        chunks.append(chunk)
    return b"".join(chunks)


def clean_name(name: str) -> str:
    """A file's name as shown: no path, no control characters, at most 255 characters."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in base if c.isprintable())
    return kept[-255:] or "file"
