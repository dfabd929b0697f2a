"""Answers taken away: by question for a campaign, and one submission with its evidence and a manifest of hashes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from mhhs_portal.documents.serving import is_held_back, make_safe
from mhhs_portal.exports import FORMATS, Column, Table, as_csv, file_of
from mhhs_portal.history.panel import events_of
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.models import Membership, Person
from readiness.assurance.evidence import evidence_of, record_view
from readiness.assurance.models import AnswersTaken
from readiness.assurance.people import analysts
from readiness.models import Campaign, Submission, SubmittedRound

COLUMNS = [
    Column("organisation", "Organisation"),
    Column("roles", "Roles"),
    Column("round", "Round"),
    Column("submitted_at", "Submitted"),
    Column("section", "Section"),
    Column("number", "Question"),
    Column("question", "Wording"),
    Column("answer", "Answer"),
]


def rows_of(rounds: Any) -> Iterator[dict[str, Any]]:
    """One row for each question as it was asked and answered, from what was submitted and never changes."""
    for made in rounds:
        for row in made.answers:
            yield {
                "organisation": made.submission.organisation.name,
                "roles": made.submission.roles_words,
                "round": made.round_number,
                "submitted_at": made.submitted_at,
                "section": row["section"],
                "number": row["number"],
                "question": row["question"],
                "answer": row["text"],
            }


def latest_rounds(campaign: Campaign) -> Any:
    """The latest submitted round of each organisation, by name."""
    newest = SubmittedRound.objects.filter(submission=OuterRef("submission")).order_by("-round_number")
    rounds = SubmittedRound.objects.filter(submission__campaign=campaign, pk=Subquery(newest.values("pk")[:1]))
    return rounds.select_related("submission__organisation").order_by("submission__organisation__name")


def campaign_file(request: HttpRequest, campaign: Campaign, *, acting: Membership, now: datetime) -> HttpResponse:
    """The file that the address asks for. It is recorded, and whoever opened the campaign is told."""
    form = request.GET.get("format", "")
    if form not in FORMATS:
        raise BadRequest(f"There is no format “{form[:20]}”. Use csv, xlsx or json.")
    rows = list(rows_of(latest_rounds(campaign)))
    with doing("readiness.answers_taken", by=acting.person):
        AnswersTaken.objects.create(campaign=campaign, form=form, rows=len(rows), person=acting.person, at=now)
        enqueue_many(
            draft(
                "notice",
                to=owner,
                dedupe_key=f"readiness/{campaign.slug}/taken/{now.isoformat()}/{owner.pk}",
                about=f"readiness/{campaign.slug}",
                about_url=reverse("readiness:campaign", args=[acting.organisation.slug, campaign.slug]),
                headline=f"All answers were exported: {campaign.name}",
                lead=f"{acting.person} took all submitted answers of this campaign as a file.",
                facts=[["Rows", str(len(rows))], ["Format", form]],
                action="Open the campaign",
                why="You receive this because this campaign is yours.",
            )
            for owner in owners(campaign, now)
        )
    response = file_of(request, Table(f"answers-{campaign.slug}", COLUMNS, rows))
    assert response is not None
    return response


def owners(campaign: Campaign, now: datetime) -> list[Person]:
    """Who opened the campaign, as far as they still review; else everybody who reviews, so that somebody is told."""
    names = {event.actor for event in events_of(campaign) if event.verb == "readiness.campaign_opened"}
    everybody = list(analysts(now))
    return [person for person in everybody if person.name in names] or everybody


def zip_response(submission: Submission, *, acting: Membership, now: datetime) -> HttpResponse:
    content, count = zipped(submission, acting.person, now)
    with doing("readiness.answers_taken", by=acting.person):
        AnswersTaken.objects.create(
            campaign=submission.campaign, submission=submission, form="zip", rows=count, person=acting.person, at=now
        )
    response = HttpResponse(content, content_type="application/zip")
    name = f"{submission.campaign.slug}-{submission.organisation.slug}.zip"
    response["Content-Disposition"] = content_disposition_header(True, name)
    make_safe(response)
    return response


def zipped(submission: Submission, person: Person, now: datetime) -> tuple[bytes, int]:
    """Every submitted round as CSV and JSON, the evidence, and a manifest with the SHA-256 of each part."""
    parts: dict[str, bytes] = {}
    count = 0
    held: list[str] = []
    for made in submission.rounds.select_related("submission__organisation").order_by("round_number"):
        rows = list(rows_of([made]))
        count += len(rows)
        parts[f"round-{made.round_number}.csv"] = as_csv(Table("answers", COLUMNS, rows))
        facts = {"reference": made.reference, "sha256": made.sha256, "answers": made.answers}
        parts[f"round-{made.round_number}.json"] = json.dumps(facts, ensure_ascii=False, indent=1).encode()
    for sent in evidence_of(submission):
        if is_held_back(sent.file) or not sent.file.is_there:
            held.append(sent.title)
            continue
        parts[f"evidence/{sent.finding}-{sent.pk}-{sent.title}"] = sent.file.read()
        record_view(sent.file, sent.title, submission, person, now)
    manifest = {
        "campaign": submission.campaign.name,
        "organisation": submission.organisation.name,
        "made_at": now.isoformat(timespec="seconds"),
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in parts.items()},
        "held_back": held,
    }
    parts["manifest.json"] = json.dumps(manifest, ensure_ascii=False, indent=1).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue(), count
