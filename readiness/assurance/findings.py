"""From a draft to a closed finding. `move` is the only way to another status; FINDING_STEPS says which there are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import connection
from django.db.models import Max
from django.urls import reverse

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import spoken
from mhhs_portal.documents.models import bytes_go_with_rows, keep
from mhhs_portal.history.verbs import doing
from mhhs_portal.library.uploads import checked
from mhhs_portal.organisations.models import Kind, Membership
from readiness.assurance.models import (
    FINDING_STEPS,
    AccuracyReply,
    Finding,
    FindingAnswer,
    FindingCheck,
    FindingEvidence,
    FindingStatus,
    Severity,
    Theme,
)
from readiness.assurance.people import check_analyst, check_own, tell_organisation, tell_person
from readiness.models import Answer, Submission

_NUMBERS = 7_310_552  # the lock under which findings are numbered


def page_for_analysts(finding: Finding) -> str:
    return reverse("assurance:finding", args=["elexon", finding.number])


def page_for_participant(finding: Finding) -> str:
    return reverse("assurance:own_finding", args=[finding.submission.organisation.slug, finding.number])


def move(finding: Finding, step: str, **changes: Any) -> None:
    """Take one step of the life, unless the rules or somebody quicker forbid it. Called inside a verb's `doing`."""
    before = FindingStatus(finding.status)
    after = FINDING_STEPS.get((step, before))
    if after is None:
        raise ValidationError(f"A finding in the state “{before.label}” cannot be changed this way.")
    there = Finding.objects.filter(pk=finding.pk, status=before, version=finding.version)
    if not there.update(status=after, **changes):
        raise ValidationError("Somebody else has just changed this finding. Reload to see it.")
    finding.status = after
    for name, value in changes.items():
        setattr(finding, name, value)


def write(
    submission: Submission,
    *,
    answers: Iterable[Answer],
    theme: str = "",
    acting: Membership,
    now: datetime,
    **said: Any,
) -> Finding:
    """A new draft, with its number. Only analysts read it."""
    check_analyst(acting, submission.organisation)
    with doing("readiness.finding_written", by=acting.person):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_NUMBERS])
        number = (Finding.objects.aggregate(most=Max("number"))["most"] or 0) + 1
        finding = Finding(
            number=number,
            submission=submission,
            author=acting.person,
            written_at=now,
            theme=theme_of(theme, now),
            **_tidy(said),
        )
        save_checked(finding)
        FindingAnswer.objects.bulk_create(FindingAnswer(finding=finding, answer=answer) for answer in answers)
    return finding


def _tidy(said: dict[str, Any]) -> dict[str, Any]:
    return {name: value.strip() if isinstance(value, str) else value for name, value in said.items()}


def theme_of(name: str, now: datetime) -> Theme | None:
    """The theme of this name, made when it is new; None for no name."""
    name = name.strip()
    return Theme.objects.get_or_create(name=name, defaults={"made_at": now})[0] if name else None


def rewrite(finding: Finding, *, seen: int, theme: str = "", acting: Membership, now: datetime, **said: Any) -> Finding:
    """Change a draft on top of the version that the person saw; nothing of a colleague's is overwritten."""
    check_analyst(acting, finding.submission.organisation)
    with doing("readiness.finding_changed", by=acting.person):
        current = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
        if current.status != FindingStatus.DRAFT:
            raise ValidationError("Only a draft can be changed.")
        if current.version != seen:
            raise ValidationError(
                "A colleague changed this finding while you were writing. Theirs is kept and shown below;"
                " compare, and save again what should stand."
            )
        for name, value in _tidy(said).items():
            setattr(current, name, value)
        current.theme, current.version = theme_of(theme, now), current.version + 1
        save_checked(current)
    return current


def send_for_check(finding: Finding, *, acting: Membership) -> None:
    check_analyst(acting, finding.submission.organisation)
    with doing("readiness.finding_sent_for_check", by=acting.person):
        move(finding, "send_for_check")


def check(finding: Finding, *, agrees: bool, reason: str, acting: Membership, now: datetime) -> FindingCheck:
    """A second analyst's judgement. When it differs, the finding goes back to its author."""
    check_analyst(acting, finding.submission.organisation)
    if acting.person == finding.author:
        raise ValidationError("The second check is made by an analyst who did not write the finding.")
    with doing("readiness.finding_checked", by=acting.person):
        finding = (
            Finding.objects.select_for_update(of=("self",)).select_related("submission", "author").get(pk=finding.pk)
        )
        if finding.status != FindingStatus.CHECK:
            raise ValidationError("This finding does not wait for a second check.")
        made = FindingCheck(
            finding=finding,
            version=finding.version,
            agrees=agrees,
            reason=reason.strip(),
            checked_by=acting.person,
            checked_at=now,
        )
        save_checked(made)
        if not agrees:
            move(finding, "disagree")
        tell_person(
            finding.author,
            finding.submission,
            f"finding/{finding.pk}/check/{made.pk}",
            url=page_for_analysts(finding),
            headline=f"{finding}: second check",
            lead=f"{acting.person} {'agrees' if agrees else 'sees it differently'}.",
            action="Open the finding",
        )
    return made


def open_window(finding: Finding, *, due_at: datetime, acting: Membership, now: datetime) -> None:
    """Show the finding to the participant, who says by the deadline whether the facts are right."""
    check_analyst(acting, finding.submission.organisation)
    if due_at <= now:
        raise ValidationError({"due_at": "The deadline must lie in the future."})
    if finding.severity == Severity.HIGH and not finding.checks.filter(version=finding.version, agrees=True).exists():
        raise ValidationError("A high severity finding needs a second check by another analyst first.")
    with doing("readiness.finding_shown", by=acting.person):
        move(finding, "open_window", accuracy_due_at=due_at)
        tell_organisation(
            finding.submission,
            f"finding/{finding.pk}/accuracy/{finding.version}",
            now,
            url=page_for_participant(finding),
            headline=f"Are these facts right? {finding}",
            lead="Elexon has written a finding about your submission. Nobody else reads it before you have been heard.",
            facts=[["Finding", f"{finding} {finding.title}"], ["Reply by", spoken(due_at)]],
            action="Read and reply",
        )


def reply_to_accuracy(
    finding: Finding, *, is_right: bool, text: str, acting: Membership, now: datetime
) -> AccuracyReply:
    """What the participant says of the facts: once for each version, within the window."""
    check_own(acting, finding.submission.organisation_id)
    if finding.status != FindingStatus.ACCURACY or finding.accuracy_due_at is None:
        raise ValidationError("This finding is not open for a reply.")
    if now > finding.accuracy_due_at:
        raise ValidationError(f"The time to reply ended at {spoken(finding.accuracy_due_at)}. Write to Elexon.")
    made = AccuracyReply(
        finding=finding,
        version=finding.version,
        is_right=is_right,
        text=text.strip(),
        replied_by=acting.person,
        replied_at=now,
    )
    with doing("readiness.accuracy_replied", by=acting.person):
        save_checked(made)
        tell_person(
            finding.author,
            finding.submission,
            f"finding/{finding.pk}/accuracy/{finding.version}/reply",
            url=page_for_analysts(finding),
            headline=f"{finding}: the participant has replied",
            lead=f"{finding.submission.organisation}: the facts are {'right' if is_right else 'disputed'}.",
            action="Open the finding",
        )
    return made


def revise(finding: Finding, *, acting: Membership) -> None:
    """Take it back to a draft; the participant no longer sees it, and is asked about the new words."""
    check_analyst(acting, finding.submission.organisation)
    with doing("readiness.finding_revised", by=acting.person):
        move(finding, "revise", version=finding.version + 1)


def withdraw(finding: Finding, *, acting: Membership) -> None:
    check_analyst(acting, finding.submission.organisation)
    with doing("readiness.finding_withdrawn", by=acting.person):
        move(finding, "withdraw")


def issue(finding: Finding, *, acting: Membership, now: datetime) -> None:
    """The finding stands. Not before the participant has replied, or has let the window pass."""
    check_analyst(acting, finding.submission.organisation)
    heard = finding.accuracy_replies.filter(version=finding.version).exists()
    if finding.accuracy_due_at and now <= finding.accuracy_due_at and not heard:
        raise ValidationError("The participant still has time to say whether the facts are right.")
    with doing("readiness.finding_issued", by=acting.person):
        move(finding, "issue", issued_at=now)
        tell_organisation(
            finding.submission,
            f"finding/{finding.pk}/issued",
            now,
            url=page_for_participant(finding),
            headline=f"Finding {finding} is issued",
            lead=f"Recommended: {finding.get_recommendation_display()}.",
            facts=[["Finding", finding.title], ["Severity", finding.get_severity_display()]],
            action="Read what to do",
        )


def add_evidence(
    finding: Finding, *, file: UploadedFile, is_for_closing: bool, acting: Membership, now: datetime
) -> FindingEvidence:
    """A file with the finding: by an analyst, or by the participant for one that it can read."""
    if acting.organisation.kind == Kind.ELEXON:
        check_analyst(acting, finding.submission.organisation)
    else:
        check_own(acting, finding.submission.organisation_id)
        if not finding.is_shown:
            raise ValidationError("This finding does not take files.")
    if finding.status in (FindingStatus.CLOSED, FindingStatus.WITHDRAWN):
        raise ValidationError("A finding that has ended takes no files.")
    content, name, media_type = checked(file)
    with bytes_go_with_rows(), doing("readiness.finding_evidence_added", by=acting.person):
        stored = keep(content, name=name, content_type=media_type, by=acting.person)
        made = FindingEvidence(
            finding=finding,
            file=stored,
            title=name,
            is_for_closing=is_for_closing,
            added_by=acting.person,
            added_at=now,
            is_from_participant=acting.organisation.kind != Kind.ELEXON,
        )
        save_checked(made)
    return made


def close(finding: Finding, *, words: str, acting: Membership, now: datetime) -> None:
    """End the finding. Needs evidence, and an analyst other than its author."""
    check_analyst(acting, finding.submission.organisation)
    if acting.person == finding.author:
        raise ValidationError("A finding is closed by an analyst other than its author.")
    if not words.strip():
        raise ValidationError({"words": "Say why it can be closed."})
    if not finding.evidence.filter(is_for_closing=True).exists():
        raise ValidationError("A finding is closed only with evidence. Add the file that shows it first.")
    with doing("readiness.finding_closed", by=acting.person):
        move(finding, "close", closed_at=now, closed_by=acting.person, closing_words=words.strip())
        tell_organisation(
            finding.submission,
            f"finding/{finding.pk}/closed",
            now,
            url=page_for_participant(finding),
            headline=f"Finding {finding} is closed",
            lead=words.strip(),
            action="Read the finding",
        )
