from __future__ import annotations

from datetime import date, timedelta

import pghistory.models
import pytest
from django.utils import timezone

from checklist import demo
from checklist.models import Addressee, ChecklistItem, Comment, Response, ResponseDraft
from checklist.own import own_items
from mhhs_portal.loading import load_facts
from mhhs_portal.organisations import demo as people
from mhhs_portal.organisations.models import Membership
from milestones import demo as placements
from tests import kept

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(request):
    """The day as of which the samples were loaded: today, unless the test asks for another."""
    today = timezone.localdate()
    day = {"today": today, "Saturday": today + timedelta(days=5 - today.weekday()), "Christmas": date(2026, 12, 25)}
    chosen = day[getattr(request, "param", "today")]
    kept.load(chosen, load_facts, people.load, placements.load, demo.load)
    return chosen


def written() -> list[int]:
    models = (ChecklistItem, Addressee, Response, Comment, ResponseDraft)
    return [model.objects.count() for model in models] + [pghistory.models.Events.objects.count()]


def test_loading_again_even_on_a_later_day_writes_nothing(loaded):
    before = written()

    for days in (0, 1, 30):
        demo.load(loaded + timedelta(days=days))

    assert written() == before


def test_every_sample_says_that_it_is_one(loaded):
    assert ChecklistItem.objects.count() == 8
    assert not ChecklistItem.objects.filter(is_sample=False).exists()


@pytest.mark.parametrize("loaded", ["Saturday", "Christmas"], indirect=True)
def test_northmoor_has_one_of_every_state(loaded):
    lead = Membership.objects.get(person__email="sam.whitlock@sample.example")
    noon = timezone.make_aware(timezone.datetime(loaded.year, loaded.month, loaded.day, 12))

    states = sorted(own.state for own in own_items(lead, noon))

    assert set(states) >= {"overdue", "due-soon", "draft-saved", "response-sent", "upcoming"}
    assert len(states) == 8
