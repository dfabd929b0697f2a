"""Groups, meetings, decisions: the facts, the pages, and what staff may do."""

from __future__ import annotations

import tomllib
from datetime import date, time, timedelta

import icalendar
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.history.panel import verbs_on
from mhhs_portal.organisations.models import Role
from milestones.governance import facts, office
from milestones.governance.models import Decision, GovernanceGroup, Meeting, Standing
from milestones.poap import When
from tests import make

TODAY = timezone.localdate()
AHEAD = TODAY + timedelta(days=30)


@pytest.fixture
def group(db):
    facts = {"short_name": "TSG", "name": "Test Steering Group", "level": 2, "standing": Standing.LIVE}
    return GovernanceGroup.objects.create(slug="tsg", source=make.source(), confidence="stated", **facts)


@pytest.fixture
def staff(db):
    return make.office()


def announce(staff, group, **said):
    defaults = {"starts_on": AHEAD, "state": "planned"}
    return office.save_meeting(acting=staff, now=timezone.now(), group=group, **defaults | said)


# --- facts ------------------------------------------------------------------------------------------------------------


def test_tmag_went_on_in_its_three_successors(sample_portal, db):
    tmag = GovernanceGroup.objects.get(slug="tmag")

    assert {group.short_name for group in tmag.successors.all()} == {"SITAG", "QAG", "MCAG"}
    assert (tmag.until.words, tmag.until.precision) == ("February 2024", "month")
    assert tmag.since is None
    assert tmag.standing == Standing.HISTORIC


def test_what_is_not_published_stays_unknown(sample_portal, db):
    steg = GovernanceGroup.objects.get(slug="steg")

    assert (steg.name, steg.level, steg.cadence) == ("", None, "")
    assert steg.confidence == "stated_second_hand"
    assert not GovernanceGroup.objects.filter(slug="pag").exists()


def test_no_meeting_is_invented(sample_portal, db):
    """Whatever is loaded has a source and was announced by it: nothing lies after the notes were written."""
    assert not Meeting.objects.filter(source=None).exists()
    assert Meeting.objects.order_by("-starts_on").first().starts_on == date(2026, 9, 25)


def test_loading_twice_writes_nothing(sample_portal, db):
    assert facts.load(TODAY) == ["Governance: 0 rows written"]


def test_loading_leaves_alone_what_staff_changed(sample_portal, db):
    staff, psg = make.office(), GovernanceGroup.objects.get(slug="psg")
    office.save_group(acting=staff, group=psg, short_name="PSG", name="Changed", standing="live")

    facts.load(TODAY)

    psg.refresh_from_db()
    assert psg.name == "Changed"


def test_m10_and_m13_were_decided_at_the_extraordinary_psg(sample_portal, db, client):
    decided = Decision.objects.get(milestones__code="M10")

    assert decided.meeting.words == "ePSG"
    assert decided.meeting.starts_on == date(2025, 9, 24)
    assert {milestone.code for milestone in decided.milestones.all()} == {"M10", "M13"}
    page = client.get(reverse("milestones:detail", args=["m10"])).content.decode()
    assert reverse("governance:meeting", args=["psg-2025-09-24-e"]) in page


def test_every_decision_about_a_milestone_names_one_that_exists():
    with (facts.DATA / "meetings.toml").open("rb") as file:
        meetings = tomllib.load(file)["meeting"]
    days = [(meeting["group"], meeting["on"], meeting.get("is_extraordinary")) for meeting in meetings]

    assert len(days) == len(set(days))


# --- rules ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"ends_on": AHEAD - timedelta(days=1)}, "cannot end before it starts"),
        ({"starts_time": time(12), "ends_time": time(11)}, "must end after the time"),
        ({"ends_time": time(11)}, "time at which the meeting starts"),
        ({"state": "held"}, "has not been held"),
    ],
)
def test_a_meeting_that_makes_no_sense_is_refused_in_words(staff, group, said, words):
    with pytest.raises(ValidationError, match=words):
        announce(staff, group, **said)


def test_the_database_wants_a_reason_for_a_cancelled_meeting(staff, group):
    meeting = announce(staff, group)

    with pytest.raises(IntegrityError, match="meeting_cancelled_says_why"), transaction.atomic():
        Meeting.objects.filter(pk=meeting.pk).update(state="cancelled")


def test_two_meetings_of_a_group_on_a_day_have_addresses_of_their_own(staff, group):
    keys = [announce(staff, group, **extra).key for extra in ({}, {}, {"is_extraordinary": True})]

    assert keys == [f"tsg-{AHEAD}", f"tsg-{AHEAD}-2", f"tsg-{AHEAD}-e"]


def test_a_cancelled_meeting_stays_with_its_reason_and_cannot_change(staff, group):
    meeting = announce(staff, group)

    office.cancel_meeting(meeting, acting=staff, reason="Not quorate", now=timezone.now())

    meeting.refresh_from_db()
    assert (meeting.state, meeting.cancel_reason) == ("cancelled", "Not quorate")
    assert verbs_on(meeting) == ["governance.meeting_saved", "governance.meeting_cancelled"]
    with pytest.raises(ValidationError, match="is cancelled"):
        office.save_meeting(acting=staff, now=timezone.now(), meeting=meeting, group=group, starts_on=AHEAD)
    with pytest.raises(ValidationError, match="cancelled already"):
        office.cancel_meeting(meeting, acting=staff, reason="Again", now=timezone.now())


def test_a_decision_makes_a_meeting_held_and_a_held_one_is_not_cancelled(staff, group):
    meeting = announce(staff, group, starts_on=TODAY - timedelta(days=1))
    milestone = make.milestone()

    decision = office.save_decision(
        acting=staff, meeting=meeting, now=timezone.now(), kind="decided", words="Agreed.", milestones=[milestone]
    )

    meeting.refresh_from_db()
    assert meeting.state == "held"
    assert list(decision.milestones.all()) == [milestone]
    with pytest.raises(ValidationError, match="has been held"):
        office.cancel_meeting(meeting, acting=staff, reason="Oops", now=timezone.now())


def test_a_meeting_ahead_has_decided_nothing(staff, group):
    meeting = announce(staff, group)

    with pytest.raises(ValidationError, match="still ahead"):
        office.save_decision(acting=staff, meeting=meeting, now=timezone.now(), kind="decided", words="Agreed.")


def test_a_group_keeps_its_month_when_staff_save_it(staff, group):
    office.save_group(
        acting=staff, group=group, until=When.month(2024, 2), short_name="TSG", name="Changed", standing="historic"
    )

    group.refresh_from_db()
    assert group.until.words == "February 2024"
    assert group.is_edited


def test_a_group_cannot_end_before_it_starts_nor_follow_itself(staff, group):
    with pytest.raises(ValidationError, match="cannot end before"):
        office.save_group(
            acting=staff,
            group=group,
            since=When.month(2025, 1),
            until=When.month(2024, 1),
            short_name="TSG",
            standing="live",
        )
    with pytest.raises(ValidationError, match="own successor"):
        office.save_group(acting=staff, group=group, successors=[group], short_name="TSG", standing="live")


# --- calendar ---------------------------------------------------------------------------------------------------------


def events(client):
    content = client.get("/calendar/governance.ics").content
    return {str(e["UID"]).partition("@")[0]: e for e in icalendar.Calendar.from_ical(content).walk("VEVENT")}


def test_a_meeting_is_in_the_calendar_and_is_cancelled_there_with_the_next_sequence(client, staff, group):
    meeting = announce(staff, group, starts_time=time(10), ends_time=time(12), title="Plan", place="Room 1")
    first = events(client)[f"meeting-{meeting.key}"]
    office.cancel_meeting(meeting, acting=staff, reason="Moved", now=timezone.now())
    second = events(client)[f"meeting-{meeting.key}"]

    assert str(first["SUMMARY"]) == "TSG: Plan"
    assert first["DTSTART"].params["TZID"] == "Europe/London"
    assert f"{first['DTSTART'].dt:%H:%M}-{first['DTEND'].dt:%H:%M}" == "10:00-12:00"
    assert (str(first["STATUS"]), first["SEQUENCE"]) == ("CONFIRMED", 0)
    assert (str(second["STATUS"]), second["SEQUENCE"]) == ("CANCELLED", 1)
    assert "Cancelled: Moved" in str(second["DESCRIPTION"])


def test_a_meeting_of_which_only_the_day_is_known_takes_the_whole_day(client, staff, group):
    meeting = announce(staff, group, ends_on=AHEAD + timedelta(days=1))
    event = events(client)[f"meeting-{meeting.key}"]

    assert (event["DTSTART"].dt, event["DTEND"].dt) == (AHEAD, AHEAD + timedelta(days=2))


# --- pages ------------------------------------------------------------------------------------------------------------


def test_the_page_has_groups_by_level_and_meetings_by_day(sample_portal, db, client):
    said = client.get(reverse("governance:governance")).content.decode()

    assert said.index("Level 1: the sponsor") < said.index("Level 2: steering") < said.index("Level 4: working groups")
    assert "No meeting ahead is published here" in said
    assert said.index("Friday 25 September 2026") < said.index("Wednesday 24 September 2025")


def test_meetings_are_filtered_by_group_year_and_words_and_downloaded_so(sample_portal, db, client):
    address = reverse("governance:governance")

    rows = client.get(f"{address}?group=psg&year=2025&format=json").json()["rows"]
    assert [(row["meeting"], row["starts_on"], row["milestones"]) for row in rows] == [
        ("ePSG", "2025-09-24", "M10, M13")
    ]
    assert client.get(f"{address}?q=thresholds&format=csv").content.decode().count("\r\n") == 3
    assert "No past meeting fits" in client.get(f"{address}?q=zzzz").content.decode()
    assert client.get(f"{address}?year=x&group=%00").status_code == 200
    groups = client.get(f"{address}?list=groups&format=json").json()["rows"]
    assert {"short_name": "TMAG", "until": "February 2024", "successors": "SITAG, QAG, MCAG"}.items() <= next(
        row for row in groups if row["short_name"] == "TMAG"
    ).items()


def test_a_meeting_and_a_group_have_pages_of_their_own(sample_portal, db, client):
    meeting = client.get(reverse("governance:meeting", args=["psg-2025-09-24-e"])).content.decode()
    group = client.get(reverse("governance:group", args=["steg"])).content.decode()

    assert "approved M10" in meeting
    assert "Stated by the source" in meeting
    assert "full name not published" in group
    assert "No day of a meeting is published" in group
    assert client.get(reverse("governance:group", args=["nobody"])).status_code == 404


def test_pages_cost_the_same_for_few_and_for_many_meetings(client, group, staff, django_assert_num_queries):
    def read():
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("governance:governance"))
        return len(asked)

    announce(staff, group)
    few = read()
    on = {"starts_on": date(2025, 1, 1), "ends_on": date(2025, 1, 1)}
    past = [Meeting(key=f"m-{n}", group=group, **on) for n in range(200)]
    Meeting.objects.bulk_create(past)

    assert read() <= few + 3  # decisions and milestones are asked for once there is a past meeting
    assert read() <= 12


# --- staff ------------------------------------------------------------------------------------------------------------


def office_url(name, *args):
    return reverse(f"governance:{name}", args=["programme", *args])


def day(name, on):
    return {f"{name}_day": on.day, f"{name}_month": on.month, f"{name}_year": on.year}


def test_staff_announce_change_and_cancel_a_meeting_on_the_pages(client, staff, group):
    client.force_login(staff.person)
    sent = {"group": group.pk, "state": "planned", "title": "Plan", **day("starts_on", AHEAD), "starts_time": "10:00"}

    made = client.post(office_url("office_new_meeting"), sent)
    meeting = Meeting.objects.get(group=group)
    assert made["Location"] == office_url("office_meeting", meeting.key)
    changed = client.post(made["Location"], sent | {"title": "Another"})
    assert changed.status_code == 302
    refused = client.post(office_url("office_cancel", meeting.key), {"reason": ""})
    assert "There is a problem" in refused.content.decode()
    client.post(office_url("office_cancel", meeting.key), {"reason": "Not quorate"})

    meeting.refresh_from_db()
    assert (meeting.title, meeting.state, meeting.cancel_reason) == ("Another", "cancelled", "Not quorate")
    assert "Not quorate" in client.get(reverse("governance:meeting", args=[meeting.key])).content.decode()


def test_staff_write_down_a_decision_and_the_milestone_links_to_it(client, staff, group):
    client.force_login(staff.person)
    meeting, milestone = announce(staff, group, starts_on=TODAY), make.milestone(code="X9", slug="x9")

    client.post(
        office_url("office_new_decision", meeting.key),
        {"kind": "decided", "words": "X9 is reached.", "milestones": [milestone.pk]},
    )

    page = client.get(reverse("milestones:detail", args=["x9"])).content.decode()
    assert "X9 is reached." in page
    assert reverse("governance:meeting", args=[meeting.key]) in page


def test_staff_add_and_change_a_group(client, staff, group):
    client.force_login(staff.person)

    client.post(office_url("office_new_group"), {"short_name": "NEW", "standing": "live", "since": "March 2026"})
    made = GovernanceGroup.objects.get(slug="new-group")
    client.post(
        office_url("office_group", "tsg"),
        {"short_name": "TSG", "standing": "historic", "until": "March 2026", "successors": [made.pk]},
    )
    wrong = client.post(office_url("office_group", "tsg"), {"short_name": "TSG", "standing": "live", "since": "soon"})

    group.refresh_from_db()
    assert made.since.words == group.until.words == "March 2026"
    assert list(group.successors.all()) == [made]
    assert "“soon” is no date" in wrong.content.decode()


@pytest.mark.parametrize("role", [Role.LEAD, Role.CONTRIBUTOR, Role.VIEWER])
def test_participants_cannot_reach_the_staff_pages(client, org, group, role):
    client.force_login(make.member(org, role).person)

    assert client.get(office_url("office")).status_code == 404
    assert client.post(office_url("office_new_meeting"), {}).status_code == 404
    assert client.get(reverse("governance:office", args=[org.slug])).status_code == 403


def test_nobody_anonymous_reaches_the_staff_pages(client, group):
    assert client.get(office_url("office")).status_code == 302
