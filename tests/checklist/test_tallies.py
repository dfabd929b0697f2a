"""How many were asked and have answered is counted by PostgreSQL, whoever writes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from checklist.models import Addressee, ItemTally
from checklist.responding import respond
from tests import make

pytestmark = pytest.mark.django_db


def tally(item) -> tuple[int, int, int, int]:
    return ItemTally.objects.values_list("asked", "sent", "late", "missing").get(item=item)


def test_a_count_follows_whatever_happens_to_an_item(org):
    now, others = timezone.now(), [make.organisation(), make.organisation()]
    item, untouched = make.item(for_=[org, *others]), make.item(for_=org)
    assert (tally(item), tally(untouched)) == ((3, 0, 0, 3), (1, 0, 0, 1))

    lead = make.lead(org)
    respond(item, answer="no-comments", acting=lead, seen_revision=1, now=now)
    make.response(item, others[0], is_late=True)
    assert tally(item) == (3, 2, 1, 1)
    respond(item, answer="not-applicable", reason="No", acting=lead, seen_revision=1, seen_number=1, now=now)
    assert tally(item) == (3, 2, 1, 1)  # the next version of one response
    Addressee.objects.create(item=item, organisation=make.organisation(), reason="Joined later")
    assert tally(item) == (4, 2, 1, 2)

    make.revised(item)
    assert tally(item) == (4, 0, 0, 4)
    assert tally(untouched) == (1, 0, 0, 1)


def test_overdue_for_the_office_is_what_somebody_has_not_answered(client, org):
    past = {"for_": org, "due_at": timezone.now() - timedelta(days=1)}
    make.response(make.item(title="Answered", **past), org)
    make.item(title="Missing", **past)
    make.item(title="Missing and closed", state="closed", closed_at=timezone.now(), **past)
    make.item(title="Still open", for_=org)
    client.force_login(make.office().person)

    page = client.get("/o/programme/checklist/?due=overdue")

    assert [row.item.title for row in page.context["rows"]] == ["Missing"]
    [row] = page.context["rows"]
    assert (row.asked, row.answered, row.late, row.outstanding) == (1, 0, 0, 1)
