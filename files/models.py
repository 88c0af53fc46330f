"""Stored bytes: evidence, imports and exports refer to them; they never change."""

import uuid
from pathlib import PurePosixPath

from django.db import models


def path_of(stored: "StoredFile", filename: str) -> str:
    """Where the bytes lie: a name of our own, for what a person calls a file never becomes a path."""
    name = str(stored.uuid)
    return str(PurePosixPath(name[:2]) / name)


# What a browser shows by itself, and how.
_SHOWN_AS = {"application/pdf": "pdf", "image/jpeg": "picture", "image/png": "picture"}


class StoredFile(models.Model):
    """The bytes of one file under a name of our own, with the name people gave it and its SHA-256."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=120)
    content = models.FileField(upload_to=path_of, max_length=120)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name

    @property
    def shown_as(self) -> str:
        """How a page can show it in place: "pdf", "picture", or "" where it can only be downloaded."""
        return _SHOWN_AS.get(self.content_type, "")
