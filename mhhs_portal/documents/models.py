from __future__ import annotations

import contextlib
import hashlib
import secrets
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from mhhs_portal.frozen import never_changes, refuse, refuse_truncate
from mhhs_portal.organisations.models import Membership, Person, Role


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


class ScanState(models.TextChoices):
    WAITING = "not-scanned", "Not scanned"
    CLEAN = "clean", "No virus found"
    INFECTED = "infected", "Infected"
    FAILED = "failed", "Could not be scanned"
    MADE_HERE = "made-here", "Made by the portal"


class FileScanQuerySet(models.QuerySet["FileScan"]):
    def open(self) -> FileScanQuerySet:
        """What a scanner has not judged yet, or could not."""
        return self.filter(state__in=[ScanState.WAITING, ScanState.FAILED])


@pghistory.track(exclude=["attempts", "next_try_at", "claimed_at"])
class FileScan(models.Model):
    """What is known about the bytes of one file: whether a scanner has looked at them, and what it said."""

    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="scan")
    state = models.CharField(max_length=12, choices=ScanState, default=ScanState.WAITING)
    #: As the scanner calls itself: "ClamAV 1.4.3/27800/…".
    engine = models.CharField(max_length=120, blank=True)
    #: What was found, or why it could not be scanned.
    signature = models.CharField("what was found", max_length=200, blank=True)
    scanned_at = models.DateTimeField(null=True, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: Programme staff put it there, and may answer for it with a reason.
    is_from_staff = models.BooleanField("from Programme staff", default=False)
    released_at = models.DateTimeField(null=True, blank=True)
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    released_reason = models.CharField("why it was released", max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField(default=timezone.now)
    claimed_at = models.DateTimeField(null=True, blank=True)

    objects = FileScanQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=ScanState.values), name="file_scan_state_known"),
            models.CheckConstraint(
                condition=~Q(state__in=["clean", "infected"]) | (Q(scanned_at__isnull=False) & ~Q(engine="")),
                name="file_scan_judged_by_an_engine",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["infected", "failed"]) | ~Q(signature=""), name="file_scan_says_what"
            ),
            models.CheckConstraint(
                condition=Q(released_at__isnull=True, released_by__isnull=True, released_reason="")
                | (
                    Q(released_at__isnull=False, released_by__isnull=False, is_from_staff=True) & ~Q(released_reason="")
                ),
                name="file_scan_released_with_a_reason",
                violation_error_message="Say why the file is released. Only files of Programme staff can be.",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at", "id"],
                name="file_scan_waiting",
                condition=Q(state__in=["not-scanned", "failed"]),
            ),
            models.Index(fields=["state", "-id"], name="file_scan_by_state"),
        ]
        triggers = [
            refuse(
                "file_scan_infected_stays",
                pgtrigger.Update | pgtrigger.Delete,
                when="TG_OP = 'DELETE' OR NEW.file_id <> OLD.file_id"
                " OR (OLD.state = 'infected' AND NEW.state <> 'infected')"
                " OR (NEW.state = 'made-here' AND OLD.state <> 'made-here')",
                words="What a scanner found in a file stays with it.",
            ),
            refuse_truncate("file_scan", "What scanners found is kept."),
        ]

    def __str__(self) -> str:
        return f"{self.file}: {self.get_state_display()}"

    @property
    def is_released(self) -> bool:
        return self.released_at is not None

    @property
    def is_open(self) -> bool:
        return self.state in {ScanState.WAITING, ScanState.FAILED}


#: The files kept so far in the innermost bytes_go_with_rows().
_kept: ContextVar[list[StoredFile] | None] = ContextVar("kept", default=None)


@contextlib.contextmanager
def bytes_go_with_rows() -> Iterator[None]:
    """When the block fails, the bytes kept in it go as their rows do: nobody would find them again."""
    kept: list[StoredFile] = []
    token = _kept.set(kept)
    try:
        yield
    except BaseException:
        for stored in kept:
            stored.file.delete(save=False)
        raise
    finally:
        _kept.reset(token)
    if (outer := _kept.get()) is not None:
        outer += kept


def keep(
    content: bytes, *, name: str, content_type: str, by: Person | None = None, made_here: bool = False
) -> StoredFile:
    """Store the bytes under an opaque name and return the row that says what they are.

    `made_here` is for what the portal itself has drawn or invented: no scanner need look at it. Everything else is
    held back from other organisations until one has. `by` is who sent it, and is told when something is found in it.
    """
    stored = StoredFile(
        name=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content), content_type=content_type
    )
    return _put(stored, ContentFile(content), by, made_here)


def keep_upload(
    file: File[Any], *, name: str, content_type: str, by: Person | None = None, made_here: bool = False
) -> StoredFile:
    """The same for a file that somebody sends: read bit by bit, however large it is."""
    digest = hashlib.sha256()
    file.seek(0)
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    stored = StoredFile(name=name, sha256=digest.hexdigest(), size=file.size, content_type=content_type)
    return _put(stored, file, by, made_here)


def _put(stored: StoredFile, content: File[Any], by: Person | None, made_here: bool) -> StoredFile:
    with transaction.atomic():
        stored.file.save(stored.name, content, save=True)
        if (kept := _kept.get()) is not None:
            kept.append(stored)
        from_staff = by is not None and Membership.objects.current().filter(person=by, role=Role.OFFICE).exists()
        FileScan.objects.create(
            file=stored,
            state=ScanState.MADE_HERE if made_here else ScanState.WAITING,
            uploaded_by=by,
            is_from_staff=from_staff,
        )
    return stored
