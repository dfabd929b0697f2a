"""The files that a participant sent about what was found in its submission; each opening by others is recorded."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.organisations.models import Person
from readiness.assurance.models import EvidenceView, FindingEvidence
from readiness.models import Submission


def evidence_of(submission: Submission) -> QuerySet[FindingEvidence]:
    """What the participant itself has sent, oldest first."""
    sent = FindingEvidence.objects.filter(finding__submission=submission, is_from_participant=True)
    return sent.select_related("file__scan", "finding").order_by("pk")


def record_view(file: StoredFile, title: str, submission: Submission, person: Person, now: datetime) -> None:
    """Kept before the bytes leave, whoever reads them."""
    EvidenceView.objects.create(file=file, title=title, submission=submission, person=person, at=now)
