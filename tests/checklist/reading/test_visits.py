from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from checklist.models import Addressee
from checklist.reading.models import LastVisit
from checklist.reading.panels import news_panel
from checklist.reading.visits import PAUSE, happened_since, seen_until, visit
from checklist.steps import close, extend, publish_outcome, withdraw
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def told(acting, since, now) -> list[tuple[str, str]]:
    return sorted((h.what, h.title) for h in happened_since(acting, since, now).happenings)


def test_a_visit_goes_on_while_somebody_reads_and_moves_after_a_pause(lead):
    start = timezone.now()

    assert visit(lead, start) is None
    assert visit(lead, start + timedelta(minutes=20)) == start
    assert visit(lead, start + timedelta(minutes=49)) == start
    later = start + timedelta(minutes=49) + PAUSE + timedelta(seconds=1)
    assert seen_until(lead, later) == start + timedelta(minutes=49)
    assert visit(lead, later) == start + timedelta(minutes=49)
    assert seen_until(lead, later + timedelta(minutes=1)) == start + timedelta(minutes=49)


def test_everything_that_happened_is_told_once_and_to_those_it_concerns(org, lead):
    other, staff, now = make.organisation(), make.office(), timezone.now()
    since, by = now - DAY, staff.person
    old = {"for_": [org, other], "opens_at": now - 9 * DAY, "issued_at": now - 9 * DAY}
    make.item(title="Nothing happened", **old)
    make.item(title="New", for_=[org, other], issued_at=now - timedelta(hours=2))
    make.item(title="Theirs alone", for_=other, issued_at=now - timedelta(hours=2))
    make.item(title="Draft", for_=org, state="draft")
    more = make.item(title="More time", **old)
    extend(more, due_on=(now + 60 * DAY).date(), reason="Holidays", by=by, now=now)
    one = make.item(title="More for one", **old)
    extend(one, due_on=(now + 60 * DAY).date(), reason="Ill", by=by, now=now, organisation=other)
    make.revised(make.item(title="Revised", **old), what_changed="Section 4", by=by, now=now)
    close(make.item(title="Closed", **old), reason="Done", by=by, now=now)
    make.item(title="Over", due_at=now - timedelta(hours=1), **old)
    withdraw(make.item(title="Withdrawn", **old), reason="A mistake", by=by, now=now)
    ended = make.item(title="Outcome", **old | {"due_at": now - 3 * DAY})
    publish_outcome(ended, outcome="Approved", by=by, now=now)
    late = make.item(title="Asked later", opens_at=now - 9 * DAY, issued_at=now - 9 * DAY)
    Addressee.objects.create(item=late, organisation=org, reason="Joined", added_at=now - timedelta(hours=1))
    everywhere = [
        ("closed", "Closed"),
        ("closed", "Over"),
        ("extended", "More time"),
        ("new", "New"),
        ("outcome", "Outcome"),
        ("revised", "Revised"),
        ("withdrawn", "Withdrawn"),
    ]

    assert told(lead, since, now) == sorted([*everywhere, ("new", "Asked later")])
    assert told(staff, since, now) == sorted([*everywhere, ("new", "Theirs alone"), ("extended", "More for one")])
    assert ("extended", "More for one") in told(make.lead(other), since, now)
    words = {h.title: h.words for h in happened_since(lead, since, now).happenings}
    assert (words["Revised"], words["Withdrawn"], words["More time"]) == ("Section 4", "A mistake", "Holidays")


@pytest.mark.parametrize("count", [1, 30])
def test_what_changed_costs_one_query(lead, org, count, django_assert_num_queries):
    for _ in range(count):
        make.item(for_=org)

    with django_assert_num_queries(1):
        news = happened_since(lead, timezone.now() - 5 * DAY, timezone.now())

    assert len(news.happenings) == count


def test_the_list_and_home_say_what_is_new_until_it_is_marked_as_seen(lead_client, lead, org):
    home, items = f"/o/{org.slug}/", f"/o/{org.slug}/checklist/"
    assert "Since your last visit" not in lead_client.get(items).text
    LastVisit.objects.update(seen_until=timezone.now() - 3 * DAY, read_at=timezone.now() - 2 * DAY)
    make.item(for_=org, title="Brand new", issued_at=timezone.now() - DAY)

    assert "Brand new" in lead_client.get(home).text.partition("New on your checklist")[2]
    assert "1 new item" in lead_client.get(items).text.partition("Since your last visit")[2]
    assert "Brand new" in lead_client.get(f"{items}changes/").text
    assert "1 new item" in lead_client.get(items).text

    assert lead_client.post(f"{items}seen/", follow=True).redirect_chain[-1][0] == items
    assert "Since your last visit" not in lead_client.get(items).text
    assert news_panel(lead, timezone.now()) is None
    assert "Nothing has changed" in lead_client.get(f"{items}changes/").text


def test_each_person_has_visits_of_their_own(lead, org):
    now = timezone.now()
    visit(lead, now)

    assert seen_until(make.contributor(org), now) is None
