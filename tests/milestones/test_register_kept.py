"""The register is read again exactly when something that it says has changed."""

from __future__ import annotations

from datetime import date

import pgtrigger
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from milestones import register
from milestones.models import Achievement, Dependency, Forecast, Milestone, RagOverride, Tolerance
from milestones.register import kept
from tests import make

TODAY = date(2026, 11, 23)
DAY = {"first_on": date(2026, 5, 1), "last_on": date(2026, 5, 1), "precision": "day", "confidence": "stated"}


@pytest.fixture(autouse=True)
def keeping(the_register_is_read_afresh, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 2)


@pytest.fixture
def plan(db):
    baseline = make.baseline(number=1)
    rows = [make.milestone(code=code, slug=code.lower()) for code in ("K1", "K2")]
    for row in rows:
        make.baseline_date(baseline, row, date(2026, 3, 2))
    make.freeze(baseline, current=True)
    source = make.source()
    link = Dependency.objects.create(before=rows[0], after=rows[1], source=source, confidence="stated")
    path = make.on_path(make.role_held(make.organisation())).path
    rows[0].paths.add(path)
    return {"k1": rows[0], "k2": rows[1], "link": link, "path": path, "source": source, "person": make.office().person}


def said(read: register.Register) -> list[object]:
    """All that pages show of it."""
    return [
        (
            entry.milestone.name, entry.milestone.lane.name, entry.paths, entry.milestone.waits_for_codes,
            entry.rag.key, entry.forecast, entry.achieved,
            [(b, row.when, row.source.title) for b, row in entry.dates.items()],
        )
        for entry in read.entries
    ]  # fmt: skip


CHANGES = {
    "a word": lambda p: Milestone.objects.filter(pk=p["k1"].pk).update(name="Called otherwise"),
    "a milestone": lambda p: make.milestone(),
    "its lane": lambda p: type(p["k1"].lane).objects.filter(pk=p["k1"].lane_id).update(name="Other lane"),
    "its source": lambda p: type(p["source"]).objects.update(title="Other source"),
    "a path's code": lambda p: type(p["path"]).objects.filter(pk=p["path"].pk).update(code="CP9"),
    "a path less": lambda p: p["k1"].paths.clear(),
    "a path more": lambda p: p["k2"].paths.add(p["path"]),
    "a link less": lambda p: p["link"].delete(),
    "a forecast": lambda p: Forecast.objects.create(milestone=p["k1"], as_at=TODAY, source=p["source"], **DAY),
    "an outcome": lambda p: Achievement.objects.create(milestone=p["k1"], words="Done", source=p["source"], **DAY),
    "a colour": lambda p: RagOverride.objects.create(milestone=p["k1"], rag="red", reason="Ours", made_by=p["person"]),
    "a tolerance": lambda p: Tolerance.objects.create(amber_over=1, red_over=2, basis="Ours"),
    "a baseline": lambda p: make.baseline(frozen=True),
}


@pytest.mark.parametrize("what", CHANGES)
def test_any_change_of_the_plan_is_read(plan, what):
    before = kept.read(TODAY)

    CHANGES[what](plan)

    assert kept.read(TODAY) is not before
    assert said(kept.read(TODAY)) == said(register.read(TODAY))


def test_while_nothing_changes_one_question_is_enough(plan):
    first = kept.read(TODAY)

    with CaptureQueriesContext(connection) as asked:
        again = kept.read(TODAY)

    assert again is first
    assert len(asked) == 1
    assert kept.read(date(2026, 11, 24)).today == date(2026, 11, 24)


def test_what_was_taken_back_is_not_kept(plan):
    before = said(kept.read(TODAY))
    with transaction.atomic():
        plan["k1"].paths.clear()
        inside = said(kept.read(TODAY))
        transaction.set_rollback(True)

    assert inside != before
    assert said(kept.read(TODAY)) == before
    plan["k2"].paths.add(plan["path"])
    assert said(kept.read(TODAY)) == said(register.read(TODAY)) != before


def test_no_more_are_kept_than_memory_is_meant_for(plan):
    for day in range(1, 6):
        kept.read(date(2026, 11, day))

    assert len(kept._kept) == 2


def test_a_change_without_its_history_would_not_be_seen(plan):
    """Why nothing may write these tables with their history asleep and leave it at that."""
    before = kept.read(TODAY)
    with pgtrigger.ignore("milestones.Milestone:update_update"):
        Milestone.objects.filter(pk=plan["k1"].pk).update(name="Unseen")

    assert kept.read(TODAY) is before
