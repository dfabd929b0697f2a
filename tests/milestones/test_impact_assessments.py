"""What participants say to a change request, and who reads it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mhhs_portal.notifications.models import Message
from mhhs_portal.todo import todo_of
from milestones.changes import change_requests, impact_assessments, telling
from milestones.changes.change_requests import Line
from milestones.models import ImpactAssessment
from milestones.poap import When
from tests import make

pytestmark = pytest.mark.django_db
SECRET = "Our migration would stop"


@pytest.fixture
def change(db):
    made = change_requests.draft_change(
        code="CR060", title="Later", by=None, lines=[Line("move", make.milestone(code="X1"), When.month(2027, 5))]
    )
    due_on = timezone.localdate() + timedelta(days=20)
    change_requests.publish_for_assessment(made, due_on=due_on, by=None, now=timezone.now())
    return made


def say(change, acting, position="support", now=None, **facts):
    return change_requests.assess(change, acting=acting, now=now or timezone.now(), position=position, **facts)


def test_an_answer_has_a_receipt_and_is_confirmed_by_mail(change, lead):
    answer = say(change, lead, reasons="Good")

    assert (answer.reference, answer.organisation, answer.submitted_by) == ("IA-00001", lead.organisation, lead.person)
    message = Message.objects.get(dedupe_key__contains="receipt")
    assert (message.to, message.context["headline"]) == (lead.person, "CR060: impact assessment received")


def test_a_later_answer_replaces_the_first_and_both_stay(change, lead):
    first = say(change, lead)
    second = say(change, make.contributor(lead.organisation), "object", reasons="Too late")

    assert second.replaces == first
    assert list(impact_assessments.in_force()) == [second]
    assert ImpactAssessment.objects.count() == 2


def test_an_objection_gives_its_reasons(change, lead):
    with pytest.raises(ValidationError) as refusal:
        say(change, lead, "object", reasons="  ")
    assert refusal.value.message_dict == {"reasons": ["Say why you object"]}


def test_after_the_closing_time_nothing_is_taken(change, lead):
    in_time = change.assessment_due_at
    say(change, lead, now=in_time)

    with pytest.raises(ValidationError, match=r"closed at 17:00 on .*, UK time: no more answers"):
        say(change, lead, now=in_time + timedelta(seconds=1))
    change_requests.close_assessment(change, by=None, now=timezone.now())
    with pytest.raises(ValidationError, match="has been closed"):
        say(change, lead)


def test_after_the_closing_time_sql_takes_nothing_either(change, lead):
    say(change, lead)
    columns = ", ".join(
        f.column for f in ImpactAssessment._meta.concrete_fields if f.column not in ("id", "submitted_at", "reference")
    )
    late = (
        f"INSERT INTO milestones_impactassessment ({columns}, reference, submitted_at) SELECT "
        f"{columns.replace('replaces_id', 'id')}, 'IA-9', %s FROM milestones_impactassessment"
    )
    with pytest.raises(IntegrityError, match="has closed"), transaction.atomic():
        connection.cursor().execute(late, [change.assessment_due_at + timedelta(seconds=1)])
    change_requests.close_assessment(change, by=None, now=timezone.now())
    with pytest.raises(IntegrityError, match="has closed"), transaction.atomic():
        connection.cursor().execute(late, [timezone.now()])


@pytest.mark.parametrize(
    "statement",
    ["UPDATE {} SET reasons = 'other'", "DELETE FROM {}", "TRUNCATE {} CASCADE"],
)
def test_an_answer_is_never_edited(change, lead, statement):
    say(change, lead)
    with pytest.raises(IntegrityError, match="never edited"), transaction.atomic():
        connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE; " + statement.format("milestones_impactassessment"))


def test_an_answer_does_not_replace_that_of_another_organisation(change, lead):
    first, other = say(change, lead), make.lead(make.organisation())
    facts = {"position": "support", "submitted_at": timezone.now(), "submitted_by": other.person, "reference": "IA-7"}
    with pytest.raises(IntegrityError, match="of the same organisation"), transaction.atomic():
        ImpactAssessment.objects.create(change_request=change, organisation=other.organisation, replaces=first, **facts)


def test_the_counts_add_up_to_those_asked(change, lead):
    make.organisation(), make.organisation()
    say(change, lead)
    say(change, make.lead(make.organisation()), "object", reasons="No")
    say(change, make.lead(make.organisation()), "no-view")

    counts = impact_assessments.counts(change)

    assert (counts.support, counts.object, counts.no_view, counts.waiting, counts.asked) == (1, 1, 1, 2, 5)
    rows = impact_assessments.standings(change)
    assert len(rows) == counts.asked
    assert sum(row.answer is None for row in rows) == counts.waiting


def test_those_without_an_answer_are_chased_once_a_day(change, lead):
    other = make.lead(make.organisation())
    say(change, lead)

    assert telling.chase(change, timezone.now()) == 1
    assert telling.chase(change, timezone.now()) == 0
    assert Message.objects.get(dedupe_key__contains="chased").to == other.person


def test_the_to_do_list_has_it_until_it_is_answered(change, lead):
    now = timezone.now()
    [task] = [task for task in todo_of(lead, now).tasks if "CR060" in task.title]
    assert (task.due_at, task.verb) == (change.assessment_due_at, "Assess")
    assert impact_assessments.open_tasks(make.viewer(lead.organisation), now) == []
    assert impact_assessments.open_tasks(make.office(), now) == []
    assert impact_assessments.open_tasks(lead, change.assessment_due_at + timedelta(seconds=1)) == []

    say(change, lead)

    assert impact_assessments.open_tasks(lead, now) == []


# --- pages ------------------------------------------------------------------------------------------------------------


def test_a_participant_answers_on_its_page(client, change, lead):
    client.force_login(lead.person)
    page = f"/o/{lead.organisation.slug}/change-requests/cr060/"
    assert "Send the impact assessment" in client.get(page).content.decode()

    wrong = client.post(f"{page}assess/", {"position": "object", "date_impact_days": "many", "other_impact": "Kept"})
    said = wrong.content.decode()
    assert "Enter a whole number of working days" in said
    assert "Kept" in said
    answer = client.post(f"{page}assess/", {"position": "object", "reasons": SECRET, "date_impact_days": "-3"})

    assert answer["Location"] == page
    said = client.get(page).content.decode()
    assert all(words in said for words in ("IA-00001", SECRET, "-3 working days", "Replace your answer"))
    client.post(f"{page}assess/", {"position": "support"})
    said = client.get(page).content.decode()
    assert "Earlier versions" in said
    assert SECRET in said


def test_an_answer_that_comes_too_late_is_refused_in_words_and_kept_on_the_page(client, change, lead):
    client.force_login(lead.person)
    change_requests.close_assessment(change, by=None, now=timezone.now())

    answer = client.post(
        f"/o/{lead.organisation.slug}/change-requests/cr060/assess/", {"position": "support", "reasons": SECRET}
    )

    said = answer.content.decode()
    assert "has been closed: no more answers are taken" in said
    assert SECRET in said
    assert not ImpactAssessment.objects.exists()


def test_viewers_read_and_do_not_answer(client, change, org):
    client.force_login(make.viewer(org).person)
    page = f"/o/{org.slug}/change-requests/cr060/"

    assert "Lead contacts and contributors" in client.get(page).content.decode()
    assert client.post(f"{page}assess/", {"position": "support"}).status_code == 403
    assert not ImpactAssessment.objects.exists()


@pytest.mark.parametrize("who", ["nobody", "other lead", "analyst", "board"])
@pytest.mark.parametrize("is_confidential", [True, False])
def test_nobody_else_reads_an_answer(client, change, lead, who, is_confidential):
    say(change, lead, "object", reasons=SECRET, cost_words=SECRET, is_confidential=is_confidential)
    other = make.lead(make.organisation())
    people = {"other lead": other, "analyst": make.analyst(), "board": make.board_observer()}
    if who in people:
        client.force_login(people[who].person)

    addresses = [
        "/change-requests/",
        "/change-requests/cr060/",
        "/change-requests/cr060/?format=json",
        "/change-requests/cr060/?format=csv",
        f"/o/{other.organisation.slug}/change-requests/",
        f"/o/{other.organisation.slug}/change-requests/cr060/",
        f"/o/{other.organisation.slug}/change-requests/?format=json",
        f"/o/{lead.organisation.slug}/change-requests/cr060/",
        "/o/programme/change-requests/cr060/",
        "/o/programme/change-requests/cr060/?format=json",
    ]
    for address in addresses:
        said = client.get(address).content.decode()
        assert SECRET not in said, address
        assert lead.organisation.name not in said, address
    assert "<b>1</b>" in client.get("/change-requests/cr060/").content.decode()  # the count of objections


def test_programme_staff_read_all_answers_and_export_them(client, change, lead):
    say(change, lead, "object", reasons=SECRET, is_confidential=True)
    client.force_login(make.office().person)
    page = "/o/programme/change-requests/cr060/"

    said = client.get(page).content.decode()
    assert SECRET in said
    assert "Confidential" in said
    [row] = client.get(f"{page}?format=json").json()["rows"]
    assert (row["position"], row["reasons"], row["is_confidential"]) == ("Object", SECRET, True)


def test_the_list_of_a_participant_says_what_waits(client, change, lead):
    client.force_login(lead.person)
    page = f"/o/{lead.organisation.slug}/change-requests/"
    assert "1 request waits for" in client.get(page).content.decode()
    say(change, lead)
    assert "Nothing waits for" in client.get(page).content.decode()
    assert client.get(f"{page}?format=json").json()["rows"][0]["reference"] == "IA-00001"
