"""The pages of change requests: who sees a draft, what staff do from the first draft to the baseline, and lists."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from milestones.changes import change_requests
from milestones.changes.change_requests import Line
from milestones.models import Baseline, ChangeRequest, Milestone, ProposedChange
from milestones.poap import When
from tests import make
from tests.milestones.test_change_requests import published

DAY, LATER = date(2027, 3, 1), When.day(date(2027, 4, 1))
pytestmark = pytest.mark.django_db


@pytest.fixture
def milestone():
    """With a date in the current baseline."""
    one = make.milestone(code="X1", slug="x1", name="The one")
    baseline = make.baseline(number=1, slug="one", name="One")
    make.baseline_date(baseline, one, DAY)
    make.freeze(baseline, current=True)
    return one


@pytest.fixture
def change(milestone):
    return change_requests.draft_change(code="CR060", title="Later", by=None, lines=[Line("move", milestone, LATER)])


@pytest.fixture
def office():
    return make.office()


SECRET = "Zebra crossing"


@pytest.fixture
def secret(milestone):
    return change_requests.draft_change(
        code="CR099",
        title=SECRET,
        summary=SECRET,
        by=None,
        lines=[Line("add", new_code="Z99", new_name=SECRET, new_lane=milestone.lane), Line("move", milestone, LATER)],
    )


def _everywhere(org):
    return [
        "/",
        "/?view=table",
        "/baselines/",
        "/baselines/one/",
        "/baselines/compare/one/forecast/",
        "/change-requests/",
        "/change-requests/?state=draft",
        *(f"/change-requests/?format={kind}" for kind in ("csv", "json")),
        "/milestones/",
        "/milestones/x1/",
        "/milestones/?format=csv",
        "/milestones/?format=json",
        "/plan/releases/",
        "/search/?q=zebra",
        f"/o/{org.slug}/",
        f"/o/{org.slug}/change-requests/",
        f"/o/{org.slug}/change-requests/?format=json",
        "/changes.atom",
        "/calendar/milestones.ics",
        "/plan/export.xml",
    ]


@pytest.mark.parametrize("who", ["nobody", "lead", "viewer", "analyst", "board"])
def test_a_draft_is_seen_by_nobody_outside_the_programme(client, secret, org, who):
    people = {
        "lead": lambda: make.lead(org),
        "viewer": lambda: make.viewer(org),
        "analyst": make.analyst,
        "board": make.board_observer,
    }
    if who in people:
        client.force_login(people[who]().person)

    for address in _everywhere(org):
        answer = client.get(address)
        body = b"".join(answer) if answer.streaming else answer.content
        assert b"Zebra" not in body, address
        assert b"CR099" not in body.upper(), address
    assert client.get("/change-requests/cr099/").status_code == 404
    assert client.get(f"/o/{org.slug}/change-requests/cr099/").status_code in (302, 404)


def test_programme_staff_see_drafts(client, secret, office):
    client.force_login(office.person)

    assert SECRET in client.get("/o/programme/change-requests/").content.decode()
    page = client.get("/o/programme/change-requests/cr099/").content.decode()
    assert "Z99 Zebra crossing is added" in page
    assert "X1 moves from 1 March 2027 to 1 April 2027" in page


STAFF = [
    "/o/programme/plan/",
    "/o/programme/plan/releases/",
    "/o/programme/change-requests/",
    "/o/programme/change-requests/new/",
    "/o/programme/change-requests/cr060/",
    "/o/programme/change-requests/cr060/apply/",
]


@pytest.mark.parametrize("address", STAFF)
def test_staff_pages_are_for_staff_alone(client, change, org, address):
    assert client.get(address)["Location"].startswith("/sign-in/")
    for member in (make.lead(org), make.analyst(), make.board_observer()):
        client.force_login(member.person)
        assert client.get(address).status_code == 404
        assert client.post(address, {"do": "publish"}).status_code in (404, 405)
    client.force_login(make.office().person)
    assert client.get(address).status_code in (200, 302)


def test_staff_work_on_a_request_from_the_first_draft_to_the_baseline(client, milestone, office, org):
    make.lead(org)
    client.force_login(office.person)
    facts = {"code": "CR070", "title": "By hand", "summary": "", "reason": "", "raised_by_words": "PSG"}
    assert client.post("/o/programme/change-requests/new/", facts).status_code == 302
    page = "/o/programme/change-requests/cr070/"

    def press(**typed):
        answer = client.post(page, typed)
        assert answer.status_code == 302, answer.content.decode()[:4000]

    press(**{"do": "line-move", "move-milestone": "x1", "move-when": "1 April 2027"})
    press(**{"do": "line-add", "add-new_code": "X7", "add-new_name": "New", "add-new_lane": milestone.lane.slug})
    press(**{"do": "line-reword", "reword-milestone": "X1", "reword-new_name": "Other words"})
    first = ProposedChange.objects.get(kind="reword")
    press(do=f"drop-{first.pk}")
    press(do="save", title="By hand, better", summary="S", reason="R", raised_by_words="PSG")
    due = timezone.localdate() + timedelta(days=20)
    press(do="publish", due_on_day=due.day, due_on_month=due.month, due_on_year=due.year)
    press(do="chase")
    press(do="close")
    today = timezone.localdate()
    press(
        do="decide",
        decision="approve",
        decided_by="PSG",
        decided_on_day=today.day,
        decided_on_month=today.month,
        decided_on_year=today.year,
        words="Agreed.",
    )
    press(do="note", note="In plain words.")
    shown = client.get(f"{page}apply/").content.decode()
    assert "X1 moves from 1 March 2027 to 1 April 2027" in shown
    assert "X7 New is added in Lane" in shown
    assert Baseline.objects.count() == 1  # looking changes nothing
    assert client.post(f"{page}apply/", {"confirm": "nonsense"}).status_code == 200
    assert client.post(f"{page}apply/", {"confirm": "cr070"})["Location"] == "/baselines/cr070/"
    assert "In plain words." in client.get("/baselines/cr070/").content.decode()
    assert Milestone.objects.get(code="X7").name == "New"


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"do": "line-move", "move-milestone": "Q9", "move-when": "May 2027"}, "There is no milestone Q9"),
        ({"do": "line-move", "move-milestone": "X1", "move-when": "soon"}, "is no date"),
        ({"do": "line-move", "move-milestone": "X1", "move-when": ""}, "Enter the new date"),
        ({"do": "publish"}, "Enter the answers due on"),
        ({"do": "close"}, "Only an impact assessment that is open"),
        ({"do": "nonsense"}, "no such button"),
        ({"do": "drop-99999999999999"}, ""),
    ],
)
def test_what_cannot_be_done_is_said_and_nothing_is_lost(client, change, office, typed, words):
    client.force_login(office.person)

    answer = client.post("/o/programme/change-requests/cr060/", typed)

    assert words in answer.content.decode()
    assert ChangeRequest.objects.get().state == "draft"


def test_the_list_filters_by_state_and_is_a_file(client, change, milestone):
    published(change)
    other = change_requests.draft_change(code="CR064", title="Gone", by=None, lines=[Line("remove", milestone)])
    change_requests.withdraw(published(other), by=None)

    assert "CR064" not in client.get("/change-requests/?state=assessment").content.decode()
    rows = client.get("/change-requests/?state=withdrawn&format=json").json()["rows"]
    assert [row["code"] for row in rows] == ["CR064"]
    assert client.get("/change-requests/?format=xlsx").status_code == 200
    assert client.get("/change-requests/cr060/?format=csv").status_code == 200


def test_an_empty_list_says_so(client):
    assert "No change request here" in client.get("/change-requests/").content.decode()
    assert "No baseline is published yet" in client.get("/baselines/").content.decode()
    assert "No plan release is published yet" in client.get("/plan/releases/").content.decode()
