"""The Programme office's pages about milestones: criteria, colour, owner, tolerances."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from milestones.models import Criterion, Milestone, RagOverride, Tolerance
from milestones.register import criteria, standing_data
from tests import make
from tests.milestones.test_pages import text_of


@pytest.fixture
def office(client, db):
    """Signed in as staff, with one milestone whose forecast is late."""
    standing_data.load(date(2026, 11, 23))
    milestone = make.milestone(code="K1", slug="k1", name="Kept")
    baseline = make.baseline()
    make.baseline_date(baseline, milestone, date(2027, 1, 4))
    make.freeze(baseline, current=True)
    make.forecast(milestone, date(2027, 1, 6))
    held = make.office()
    client.force_login(held.person)
    return held


def at(name: str, *args: object) -> str:
    return reverse(f"milestones:{name}", args=["programme", *args])


def test_a_criterion_is_added_shown_to_everybody_changed_and_waived(client, office):
    client.post(at("new_criterion", "k1"), {"words": "All meters moved", "state": "not-started"})
    row = Criterion.objects.get()
    assert "All meters moved" in text_of(client.get("/milestones/k1/"))

    page = client.get(at("office_criterion", "k1", row.pk))
    seen = page.context["form"]["seen_version"].value()
    answer = client.post(
        at("office_criterion", "k1", row.pk), {"words": "All meters moved", "state": "waived", "seen_version": seen}
    )

    assert answer["Location"] == at("office_milestone", "k1")
    assert "Waived" in text_of(client.get("/milestones/k1/"))
    assert "State: not-started to waived" in text_of(client.get(at("office_milestone", "k1")))


def test_met_without_evidence_is_refused_in_words_and_nothing_is_lost(client, office):
    page = client.post(at("new_criterion", "k1"), {"words": "All meters moved", "state": "met"})

    assert "names its evidence or the meeting that found it met" in text_of(page)
    assert "All meters moved</textarea>" in page.text
    assert not Criterion.objects.exists()


def test_evidence_is_a_web_address(client, office):
    sent = {"words": "X", "state": "met", "evidence_url": "javascript:alert(1)"}

    assert "Enter a whole address" in text_of(client.post(at("new_criterion", "k1"), sent))


def test_two_people_do_not_overwrite_each_other(client, office):
    row = criteria.add(Milestone.objects.get(), words="One", by=None)
    seen = criteria.version_of(row)
    criteria.change(row, words="One", state="in-progress", by=None)

    sent = {"words": "One", "state": "not-met", "seen_version": seen}
    page = client.post(at("office_criterion", "k1", row.pk), sent)

    assert "Somebody has changed this criterion" in text_of(page)


def test_a_colour_is_set_with_a_reason_and_goes_back_to_the_rule(client, office):
    assert "Amber" in text_of(client.get("/milestones/k1/"))

    client.post(at("office_milestone", "k1"), {"do": "rag", "rag": "red", "reason": "Supplier gave notice"})
    said = text_of(client.get("/milestones/k1/"))
    assert "Red, set by the Programme office: Supplier gave notice. By the rule it would be amber." in said

    client.post(at("office_milestone", "k1"), {"do": "rag", "rag": "rule", "reason": "Notice withdrawn"})
    assert "Amber by the rule" in text_of(client.get("/milestones/k1/"))
    assert RagOverride.objects.count() == 2


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"rag": "red"}, "Enter the reason"),
        ({"reason": "So"}, "Choose a colour, or back to the rule"),
        ({"rag": "rule", "reason": "So"}, "K1 follows the rule already."),
        ({"rag": "blue", "reason": "So"}, "not one of the available choices"),
    ],
)
def test_a_colour_that_cannot_be_saved_says_why(client, office, sent, words):
    assert words in text_of(client.post(at("office_milestone", "k1"), {"do": "rag"} | sent))
    assert not RagOverride.objects.exists()


def test_the_owner_is_saved_and_shown(client, office):
    client.post(at("office_milestone", "k1"), {"do": "owner", "owner": "Head of Testing"})

    assert "Owner Head of Testing" in text_of(client.get("/milestones/k1/"))


def test_tolerances_are_the_portals_own_and_count_at_once(client, office):
    row = Tolerance.objects.get(tier=None)
    assert "The Programme’s own tolerances are not published" in text_of(client.get(at("office_tolerances")))

    client.post(at("office_tolerances"), {"tolerance": row.pk, "amber_over": "2", "red_over": "12"})

    assert "Green by the rule" in text_of(client.get("/milestones/k1/"))
    assert "Red over: 10 to 12" in text_of(client.get(at("office_tolerances")))


def test_red_before_amber_is_refused_beside_the_number(client, office):
    row = Tolerance.objects.get(tier=1)

    page = client.post(at("office_tolerances"), {"tolerance": row.pk, "amber_over": "9", "red_over": "3"})

    assert "Red begins after amber" in text_of(page)
    row.refresh_from_db()
    assert row.red_over == 5


def test_the_list_is_a_file_too(client, office):
    assert b"K1,Kept" in client.get(at("office_milestones") + "?format=csv").content


@pytest.mark.parametrize("name", ["office_milestones", "office_tolerances"])
def test_nobody_else_gets_in(client, office, name):
    client.force_login(make.lead(make.organisation()).person)

    assert client.get(at(name)).status_code == 404


def test_a_milestone_or_criterion_that_does_not_exist_is_a_404(client, office):
    assert client.get(at("office_milestone", "m99")).status_code == 404
    assert client.get(at("office_criterion", "k1", 999)).status_code == 404
    assert client.get(at("office_criterion", "k1", 999_999_999)).status_code == 404
