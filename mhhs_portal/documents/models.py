from __future__ import annotations

import hashlib
import secrets
from typing import Any

from django.core.files.base import ContentFile, File
from django.db import models
from django.utils import timezone

from mhhs_portal.frozen import never_changes


def _opaque(instance: StoredFile, filename: str) -> str:
    """A name that tells nothing and cannot be guessed; the folder keeps directories small."""
    name = secrets.token_hex(16)
    return f"files/{name[:2]}/{name}"


class StoredFile(models.Model):
    """Bytes that the portal keeps, found by their hash. Nothing changes them afterwards."""

    file = models.FileField(upload_to=_opaque, max_length=120)
    #: What a reader's download is called.
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64, db_index=True)
    size = models.PositiveBigIntegerField()
    content_type = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        triggers = never_changes("stored_file", "A stored file is kept as it was.")

    def __str__(self) -> str:
        return self.name

    @property
    def is_there(self) -> bool:
        """Whether the storage still has the bytes."""
        return self.file.storage.exists(str(self.file.name))

    def read(self) -> bytes:
        with self.file.storage.open(str(self.file.name)) as file:
            content: bytes = file.read()
        return content


def keep(content: bytes, *, name: str, content_type: str) -> StoredFile:
    """Store the bytes under an opaque name and return the row that says what they are."""
    stored = StoredFile(
        name=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content), content_type=content_type
    )
    stored.file.save(name, ContentFile(content), save=True)
    return stored


def keep_upload(file: File[Any], *, name: str, content_type: str) -> StoredFile:
    """The same for a file that somebody sends: read bit by bit, however large it is."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    stored = StoredFile(name=name, sha256=digest.hexdigest(), size=file.size, content_type=content_type)
    stored.file.save(name, file, save=True)
    return stored
