"""Pages of review: what they cost, exports, readers on record, and what each role meets at each door."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.notifications.models import Message
from readiness.assurance import findings
from readiness.assurance.models import AnswersTaken, EvidenceView
from readiness.assurance.todo import open_tasks
from readiness.submissions import questions_of
from tests import make
from tests.readiness.assurance.test_findings import issued, written
from tests.readiness.assurance.test_reviewing import asked, marked

NOW = timezone.now()
DAY = timedelta(days=1)


def cost(client, address):
    with CaptureQueriesContext(connection) as queries:
        page = client.get(address)
    assert page.status_code == 200
    return len(queries)


@pytest.mark.parametrize("count", [1, 12])
def test_pages_cost_the_same_for_one_and_for_many(client, db, count):
    analyst, campaign = make.analyst(), make.campaign()
    for _ in range(count):
        organisation = make.organisation()
        lead = make.lead(organisation)
        one = marked(make.submitted(organisation, lead, campaign_=campaign), analyst)
        written(one, analyst)
        issued(one, analyst, lead)
        asked(one, analyst)
    client.force_login(analyst.person)
    work = reverse("readiness:review", args=["elexon", campaign.slug, organisation.slug])

    assert cost(client, work) == 11
    assert cost(client, reverse("assurance:queue", args=["elexon"]) + "?show=team") == 6
    assert cost(client, reverse("assurance:findings", args=["elexon"])) == 4
    assert cost(client, reverse("assurance:dashboard", args=["elexon", campaign.slug])) == 7
    client.force_login(lead.person)
    assert cost(client, reverse("assurance:own_findings", args=[organisation.slug])) == 4
    assert cost(client, reverse("assurance:own_standing", args=[organisation.slug])) == 6
    with CaptureQueriesContext(connection) as queries:
        assert len(open_tasks(lead, NOW)) == 1
    assert len(queries) == 3


def test_tasks_come_and_go_with_what_is_asked(org, lead):
    analyst, submission = make.analyst(), make.submitted(org, lead)
    query, finding = asked(submission, analyst), written(submission, analyst)
    findings.open_window(finding, due_at=NOW + DAY, acting=analyst, now=NOW)
    assert [task.verb for task in open_tasks(lead, NOW)] == ["Reply", "Reply"]

    from readiness.assurance.asking import reply

    reply(query, text="So", acting=lead, now=NOW)
    findings.reply_to_accuracy(finding, is_right=True, text="", acting=lead, now=NOW)

    assert open_tasks(lead, NOW) == []
    assert open_tasks(make.lead(make.organisation()), NOW) == []


def test_an_export_is_harmless_recorded_and_announced(client, org, lead):
    submission = make.submitted(org, lead)
    evil = make.organisation(name="=cmd|'/c calc'!A1")
    make.submitted(evil, campaign_=submission.campaign)
    analyst = make.analyst()
    client.force_login(analyst.person)
    address = reverse("assurance:answers", args=["elexon", submission.campaign.slug])

    csv = client.get(address, {"format": "csv"}).content.decode("utf-8-sig")

    assert csv.count("So it is") == 4
    assert "'=cmd|" in csv
    assert "\n=cmd" not in csv
    assert client.get(address, {"format": "xlsx"}).status_code == 200
    assert list(AnswersTaken.objects.values_list("form", "rows", "person")) == [
        ("xlsx", 4, analyst.person_id), ("csv", 4, analyst.person_id),
    ]  # fmt: skip
    told = Message.objects.filter(dedupe_key__contains="/taken/")
    assert {message.to_id for message in told} >= {analyst.person_id}
    assert analyst.person.name in client.get(address).content.decode()


def test_a_submission_goes_as_a_zip_with_hashes_and_readers_of_evidence_are_on_record(client, org, lead, settings):
    import hashlib

    settings.HOLD_BACK_UNSCANNED = False
    analyst, submission = make.analyst(), make.submitted(org, lead)
    finding = issued(submission, analyst, lead)
    file = SimpleUploadedFile("proof.pdf", b"%PDF-1.7 proof")
    kept = findings.add_evidence(finding, file=file, is_for_closing=True, acting=lead, now=NOW)
    client.force_login(analyst.person)

    parts = reverse("assurance:submission_zip", args=["elexon", submission.campaign.slug, org.slug])
    archive = zipfile.ZipFile(io.BytesIO(client.get(parts).content))
    client.get(reverse("assurance:finding_file", args=["elexon", finding.number, kept.pk]))

    manifest = json.loads(archive.read("manifest.json"))
    assert set(manifest["files"]) == {"round-1.csv", "round-1.json", f"evidence/F-001-{kept.pk}-proof.pdf"}
    for name, digest in manifest["files"].items():
        assert hashlib.sha256(archive.read(name)).hexdigest() == digest
    assert list(EvidenceView.objects.values_list("person", "title")) == [(analyst.person_id, "proof.pdf")] * 2
    client.force_login(lead.person)
    client.get(reverse("assurance:own_finding_file", args=[org.slug, finding.number, kept.pk]))
    assert EvidenceView.objects.count() == 2  # its own files are no restricted evidence to it


def test_unscanned_evidence_is_held_back_from_analysts_and_from_the_archive(client, org, lead):
    analyst, submission = make.analyst(), make.submitted(org, lead)
    finding = issued(submission, analyst, lead)
    file = SimpleUploadedFile("proof.pdf", b"%PDF-1.7 proof")
    kept = findings.add_evidence(finding, file=file, is_for_closing=True, acting=lead, now=NOW)
    client.force_login(analyst.person)

    held = client.get(reverse("assurance:finding_file", args=["elexon", finding.number, kept.pk]))
    parts = reverse("assurance:submission_zip", args=["elexon", submission.campaign.slug, org.slug])
    manifest = json.loads(zipfile.ZipFile(io.BytesIO(client.get(parts).content)).read("manifest.json"))

    assert held.status_code == 403
    assert manifest["held_back"] == ["proof.pdf"]
    assert not EvidenceView.objects.exists()


def test_one_press_reminds_exactly_those_who_have_not_submitted_once_a_day(client, org, lead):
    submission = make.submitted(org, lead)
    silent = make.lead(make.submission(make.organisation(), submission.campaign).organisation)
    analyst = make.analyst()
    client.force_login(analyst.person)
    for _ in range(2):
        client.post(reverse("assurance:chase", args=["elexon", submission.campaign.slug]))

    assert list(Message.objects.values_list("to", flat=True)) == [silent.person_id]


def test_the_second_round_shows_what_changed_first_and_both_side_by_side(client, org, lead):
    from readiness.review import mark_answer
    from readiness.submissions import save_answer, submit

    analyst, submission = make.analyst(), make.submitted(org, lead)
    answer = submission.answers.first()
    mark_answer(answer, mark="more-needed", reason="How many?", seen=None, acting=analyst, now=NOW)
    submission.refresh_from_db()
    make.sent_back(submission, "A1", acting=analyst)
    save_answer(submission, questions_of(submission)[0], "So it was", acting=lead, seen_version=1, now=NOW)
    submit(submission, acting=lead, authorised_by="M", declared=True, now=NOW)
    client.force_login(analyst.person)

    page = client.get(reverse("readiness:review", args=["elexon", submission.campaign.slug, org.slug]))
    both = client.get(reverse("assurance:rounds", args=["elexon", submission.campaign.slug, org.slug]))

    assert [row.question["number"] for row in page.context["rows"]] == ["A1"]
    assert "Changed in round 2" in page.content.decode()
    assert both.context["changed"] == 1


def test_in_a_later_round_the_participant_meets_exactly_what_is_asked_for(client, org, lead):
    submission = make.submitted(org, lead)
    marked(submission, make.analyst())
    make.sent_back(submission, "A2", words="Say how many.")
    client.force_login(lead.person)
    section = reverse("readiness:section", args=[org.slug, submission.campaign.slug, "a"])

    page = client.get(section)
    front = client.get(reverse("readiness:submission", args=[org.slug, submission.campaign.slug])).content.decode()
    saved = client.post(section, {"a2": "Forty", "seen-a2": page.context["rows"][0].seen, "save": "complete"})

    assert [row.question.number for row in page.context["rows"]] == ["A2"]
    assert [question.number for question, _ in page.context["stays"]] == ["A1"]
    assert "Say how many." in front
    assert saved.status_code == 302
    texts = submission.answers.filter(round_number=2).order_by("question__number").values_list("text", flat=True)
    assert list(texts) == ["So it is", "Forty"]
