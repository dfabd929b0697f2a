"""Who is reminded, when, and how often; and the sample that is loaded."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from mhhs_portal.deadlines import add_working_days, deadline
from mhhs_portal.notifications.mail import render
from mhhs_portal.notifications.models import Message
from mhhs_portal.organisations import demo as organisations
from mhhs_portal.organisations import facts
from mhhs_portal.reminders.models import Reminder
from mhhs_portal.reminders.sweeping import sweep
from readiness import demo
from readiness.models import Campaign, Status, Submission
from tests import kept, make


def test_each_person_is_told_once_for_each_stage(org, lead):
    make.contributor(org)
    make.viewer(org)
    submission = make.submission(org)
    due_at = submission.campaign.due_at

    assert sweep(timezone.now()) == 2  # the 10-day stage, for lead and contributor
    assert sweep(timezone.now()) == 0
    assert sweep(due_at) == 2
    assert sweep(due_at + timedelta(days=5)) == 2
    assert sweep(due_at + timedelta(days=50)) == 0
    assert Message.objects.count() == 6


def test_who_has_submitted_is_left_alone(org, lead):
    make.submitted(org, lead)
    make.submission(make.organisation())  # nobody there to be told

    assert sweep(timezone.now()) == 0


def test_a_round_that_was_sent_back_is_reminded_of_by_its_own_deadline(org, lead):
    due_at = deadline(add_working_days(timezone.localdate(), 10))
    make.sent_back(make.submitted(org, lead), due_at=due_at)

    planned = Reminder.objects.planned().filter(kind="air-submission", to_staff=False)
    assert set(planned.values_list("version", "due_at")) == {(2, due_at)}
    assert set(planned.values_list("rung", flat=True)) == {"due-5w", "due-1w", "due+0w", "due+1w", "due+3w"}


def test_the_mail_leads_to_the_exact_task_and_stops_by_itself(org, lead):
    submission = make.submission(org)
    sweep(timezone.now())

    mail = render(Message.objects.get())

    address = f"/o/{org.slug}/readiness/{submission.campaign.slug}/"
    assert submission.campaign.name in mail.subject
    for part in (mail.text, mail.html):
        assert address in part
        assert "has not started" in part
        assert "NHHDC (ZZX1)" in part
    assert max(map(len, mail.text.splitlines())) <= 72 or "http" in max(mail.text.splitlines(), key=len)


def test_the_programme_does_not_read_what_assurance_asks(client, org, lead):
    make.submission(org)
    assert sweep(timezone.now()) == 1
    client.force_login(make.office().person)

    page = client.get("/o/programme/messages/").text

    assert "No messages here" in page
    assert lead.person.name not in page


def test_the_sample_is_open_marked_and_the_same_when_loaded_again(db):
    today = timezone.localdate()
    kept.load(today, facts.load, organisations.load)

    demo.load(today)
    before = list(Submission.objects.values_list("organisation__slug", "status"))
    assert demo.load(today + timedelta(days=3)) == ["Sample assurance request: already there"]

    assert before == list(Submission.objects.values_list("organisation__slug", "status"))
    assert dict(before) == {"northmoor": Status.IN_PROGRESS, "oldcastle": Status.SUBMITTED}
    campaign = Campaign.objects.get()
    assert campaign.is_sample
    assert "Sample" in campaign.name
    assert campaign.submissions.get(organisation__slug="oldcastle").rounds.get().facts == {"answers": 12, "given": 12}
