"""Staff see what will go to whom, and set ladders; each body its own."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from checklist.reminders import ITEM
from mhhs_portal.deadlines import add_working_days, deadline, local_day
from mhhs_portal.history.panel import verbs_on
from mhhs_portal.history.verbs import doing
from mhhs_portal.reminders.ladders import set_ladder, take_back
from mhhs_portal.reminders.models import Ladder, Reminder
from mhhs_portal.reminders.rungs import Rung
from tests import make

NOW = timezone.now()
DUE = deadline(add_working_days(local_day(NOW), 15))
KIND = reverse("reminders:kind", args=["programme", "checklist-item"])


@pytest.fixture
def staff(client, db):
    acting = make.office()
    client.force_login(acting.person)
    return acting


@pytest.fixture
def item(org, lead):
    with doing("test.asked", by=None):
        return make.item(for_=org, due_at=DUE, title="Thresholds")


def page_of(item) -> str:
    return reverse("reminders:thing", args=["programme", "checklist-item", item.reference])


def posted(do: str, *rungs: dict, **facts) -> dict:
    blank = {"unit": "working", "when": "before", "at": "09:00", "audience": ["lead"]}
    lines = {f"rung-{n}-{name}": value for n, rung in enumerate(rungs) for name, value in (blank | rung).items()}
    return {"do": do, "seen_version": "0", "reason": "Too many"} | lines | facts


def planned(**which) -> set[str]:
    return set(Reminder.objects.planned().filter(to_staff=False, **which).values_list("rung", flat=True))


def test_a_ladder_is_tried_before_it_is_saved_and_taken_back(client, staff, item, lead):
    before = planned()
    shown = client.get(page_of(item)).text
    assert lead.person.name in shown
    assert "5 working days before" in shown
    assert "1 organisation, 1 person" in shown

    tried = client.post(page_of(item), posted("preview", {"days": "2"}))
    assert "What would go if you save" in tried.text
    assert "2 working days before" in tried.text
    assert planned() == before

    assert client.post(page_of(item), posted("save", {"days": "2"}, {"days": "1", "when": "after"})).status_code == 302
    assert planned(thing=item.reference) == {"due-2w", "due+1w"}
    after = client.get(page_of(item)).text
    assert f"Set by {staff.person.name}" in after
    assert "Thresholds" in client.get(reverse("reminders:overview", args=["programme"])).text

    assert client.post(page_of(item), {"do": "standard", "seen_version": "1"}).status_code == 302
    assert planned() == before
    assert verbs_on(Ladder.objects.get()) == ["reminders.ladder_set", "reminders.ladder_taken_back"]


def test_the_kind_s_ladder_holds_for_all_but_those_with_their_own(staff, item, org):
    with doing("test.asked", by=None):
        other = make.item(for_=org, due_at=DUE)
    facts = {"is_paused": False, "reason": "Ours", "seen_version": 0, "by": staff.person, "now": NOW}
    set_ladder(ITEM, item.reference, rungs=[], **facts | {"is_paused": True})
    set_ladder(ITEM, rungs=[Rung(offset=-3)], **facts)

    assert planned(thing=item.reference) == set()
    assert planned(thing=other.reference) == {"due-3w"}
    with pytest.raises(ValidationError, match="A colleague has changed"):
        take_back(ITEM, seen_version=0, by=staff.person, now=NOW)


@pytest.mark.parametrize(
    ("rungs", "facts", "words"),
    [
        ([{"days": "2", "audience": []}], {}, "Choose whom the rung reaches"),
        ([{"days": "2", "at": "06:00"}], {}, "Choose a time from 08:00 to 18:00"),
        ([{"days": "2"}, {"days": "2"}], {}, "Two rungs fall on the same day"),
        ([{"days": "2"}], {"reason": ""}, "Enter the reason for the change"),
        ([{"days": "2", "remove": "on"}], {}, "A ladder needs at least one rung"),
        ([{"days": "2"}], {"seen_version": "4"}, "A colleague has changed this ladder"),
    ],
)
def test_what_is_wrong_with_a_ladder_is_said(client, staff, rungs, facts, words):
    page = client.post(KIND, posted("save", *rungs, **facts))

    assert words in page.text
    assert not Ladder.objects.exists()


def test_each_body_has_its_own_and_participants_see_theirs(client, staff, item, lead, org):
    campaign = make.submission(org).campaign
    assurance = reverse("reminders:thing", args=["elexon", "air-submission", campaign.slug])
    assert client.get(assurance.replace("/elexon/", "/programme/")).status_code == 403
    assert "readiness submission" not in client.get(reverse("reminders:overview", args=["programme"])).text
    assert client.get(page_of(item).replace(item.reference, "PCL-9999")).status_code == 404
    client.force_login(make.analyst().person)
    assert campaign.name in client.get(assurance).text
    assert client.get(KIND.replace("/programme/", "/elexon/")).status_code == 403

    client.force_login(lead.person)
    own = client.get(reverse("reminders:own", args=[org.slug])).text
    assert "Thresholds" in own
    assert client.get(KIND.replace("/programme/", f"/{org.slug}/")).status_code == 403


def test_an_empty_kind_says_so_and_a_full_one_costs_no_more(client, staff, lead, org, django_assert_max_num_queries):
    assert "Nothing will go" in client.get(KIND).text
    assert "Nobody will be reminded" in client.get(KIND + "all/").text
    costs = []
    for _ in range(2):
        with doing("test.asked", by=None):
            for _ in range(5):
                make.item(for_=org, due_at=DUE)
        with django_assert_max_num_queries(24) as asked:
            client.get(KIND)
        costs.append(len(asked))
    assert costs[0] == costs[1]
    with django_assert_max_num_queries(6):  # person, memberships, count, rows, titles
        client.get(KIND + "all/")
    rows = client.get(KIND + "?format=csv").content.decode().splitlines()
    assert len(rows) > 20
