"""What nobody but analysts may read is planted everywhere, and looked for in every answer and message."""

from __future__ import annotations

import io
import zipfile
from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from mhhs_portal.documents.models import keep
from mhhs_portal.notifications.models import Message
from mhhs_portal.organisations.models import Membership, Role
from readiness.assurance import assigning, findings, plans
from readiness.assurance.models import FindingEvidence, SampleCheck
from readiness.papers import writing
from readiness.papers.models import AnnexPermission
from readiness.review import mark_answer, write_note
from tests import make

#: Words that are planted where nobody but analysts may read them; no answer to anybody else may have one.
MARKERS = {
    name: f"zqx{n}planted"
    for n, name in enumerate(
        (
            "note",
            "reason of a mark",
            "another organisation's answer",
            "draft finding",
            "theme",
            "analyst's file",
            "interest",
            "unreleased paper",
        )
    )
}


def assurance(submission: Any) -> dict[str, Any]:
    """An issued finding with a file of the participant's own, a second check, and a paper that everybody may read."""

    acting, now = make.analyst(), timezone.now()
    own = make.lead(submission.organisation)
    _plant(submission, acting)
    said = {"title": "Walked", "text": "Walked", "severity": "low", "risk": "", "recommendation": "support"}
    finding = findings.write(submission, answers=[], acting=acting, now=now, **said)
    findings.open_window(finding, due_at=now + timedelta(days=1), acting=acting, now=now)
    findings.reply_to_accuracy(finding, is_right=True, text="", acting=own, now=now)
    findings.issue(finding, acting=acting, now=now)
    plans.add_step(finding, text="Walked", due_on=timezone.localdate(), acting=own, now=now)
    file = keep(b"%PDF-1.7", name="walked.pdf", content_type="application/pdf", made_here=True)
    facts = {"title": "walked.pdf", "added_by": own.person, "added_at": now, "is_from_participant": True}
    evidence = FindingEvidence.objects.create(finding=finding, file=file, **facts)
    secret = MARKERS["analyst's file"]
    file = keep(secret.encode(), name="a.csv", content_type="text/csv", made_here=True)
    facts = {"title": secret, "added_by": acting.person, "added_at": now}
    FindingEvidence.objects.create(finding=finding, file=file, **facts)
    SampleCheck.objects.get_or_create(
        submission=submission, round_number=submission.round_number, defaults={"drawn_at": now}
    )
    meeting = date(2026, 12, 3)
    paper = writing.begin(campaign=submission.campaign, title="Walked", meeting_on=meeting, acting=acting, now=now)
    asked = writing.recommend(paper, asks="note", text="Walked", acting=acting)
    writing.freeze(paper, acting=acting, now=now)
    paper.refresh_from_db()
    writing.put_to_the_board(paper, acting=acting, now=now)
    asked.paper.refresh_from_db()
    writing.decide(asked, outcome="approved", words="", acting=acting, now=now)
    for step in (writing.conclude, writing.release_to_qag, writing.release_to_qwg):
        step(paper, acting=acting, now=now)
    return {
        "finding": finding.number,
        "evidence": evidence.pk,
        "paper": paper.number,
        "figure": "F1",
        "form": "pdf",
    }


def _plant(submission: Any, acting: Any) -> None:
    """Puts each marker where no participant may ever read it."""

    now = timezone.now()
    answers = list(submission.answers.select_related("question", "submission__organisation")[:2])
    for question in (None, answers[0].question):
        write_note(submission, text=MARKERS["note"], question=question, acting=acting, now=now)
    reason = MARKERS["reason of a mark"]
    mark_answer(answers[0], mark="not-adequate", reason=reason, seen=None, acting=acting, now=now)
    other = make.organisation(name="Other Planted Energy")
    theirs = make.answered(
        make.submission(other, submission.campaign), make.lead(other), MARKERS["another organisation's answer"]
    )
    theirs.refresh_from_db()
    text = MARKERS["draft finding"]
    said = {"title": text, "text": text, "severity": "high", "risk": text, "recommendation": "support"}
    theme = MARKERS["theme"]
    findings.write(submission, answers=answers, theme=theme, acting=acting, now=now, **said)
    shown = findings.write(
        submission,
        answers=answers,
        theme=theme,
        acting=acting,
        now=now,
        **said | {"severity": "low", "title": "S"} | dict.fromkeys(("text", "risk"), "S"),
    )
    findings.open_window(shown, due_at=now + timedelta(days=2), acting=acting, now=now)
    assigning.declare_interest(organisation=other, nature=MARKERS["interest"], acting=acting, now=now)
    title = MARKERS["unreleased paper"]
    meeting = date(2026, 12, 3)
    paper = writing.begin(campaign=submission.campaign, title=title, meeting_on=meeting, acting=acting, now=now)
    writing.recommend(paper, asks="note", text=title, acting=acting)
    writing.freeze(paper, acting=acting, now=now)


def allow_annex(person: Any) -> None:
    """Analysts and board members open named annexes only with a permission of their own."""

    AnnexPermission.objects.create(person=person, given_by=person, given_at=timezone.now())


def leaked(role: Role | None, answer: Any) -> list[str]:
    """The planted secrets that this answer tells somebody who may not know them, whatever form it has."""
    if role in (Role.ANALYST, Role.BOARD) or answer.status_code >= 400:
        return []
    content = _readable(answer)
    return [name for name, marker in MARKERS.items() if marker.encode() in content]


def told_by_message() -> list[str]:
    """The planted secrets that a message to anybody but Elexon's analysts and the board has in it."""

    inside = Membership.objects.filter(role__in=[Role.ANALYST, Role.BOARD]).values("person")
    outside = Message.objects.exclude(to__in=inside).values_list("context", flat=True)
    text = " ".join(map(str, outside))
    return [name for name, marker in MARKERS.items() if marker in text]


def _readable(answer: Any) -> bytes:
    """The bytes that somebody could read: of archives and spreadsheets what is inside, of a PDF its text."""
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return b" ".join(archive.read(name) for name in archive.namelist())
    if content.startswith(b"%PDF") and len(content) > 100:
        from pypdf import PdfReader

        return " ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).encode()
    return bytes(content)
