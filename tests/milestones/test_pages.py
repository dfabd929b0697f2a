"""The public pages and an organisation's own path, on the real plan."""

from __future__ import annotations

import gzip
import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.organisations import facts as organisations
from milestones import facts
from milestones.journeys import journeys_of
from milestones.models import CriticalPath, Milestone, Placement, StepPlan
from milestones.panels import path_panel
from tests import kept, make

HTMX = {"HX-Request": "true"}
PUBLIC = ["/", "/?view=table", "/milestones/", "/milestones/m10/", "/critical-paths/", "/critical-paths/cp3/"]


@pytest.fixture
def plan(db):
    kept.load(date(2026, 11, 23), organisations.load, facts.load)


@pytest.fixture
def northmoor(plan):
    """A lead whose supplier role is on CP3: through PQS, in PIT, late against its own target."""
    lead = make.lead(make.organisation(name="Northmoor"))
    cp3 = CriticalPath.objects.get(slug="cp3")
    placement = Placement.objects.create(role_held=make.role_held(lead.organisation), path=cp3)
    steps = {step.key: step for step in cp3.steps.all()}
    StepPlan.objects.create(placement=placement, step=steps["pqs"], achieved_on=date(2026, 4, 29))
    StepPlan.objects.create(
        placement=placement, step=steps["pit"], target_on=date(2026, 12, 2), forecast_on=date(2026, 12, 14)
    )
    return lead


def text_of(page) -> str:
    """What a reader sees, in one line."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("&#x27;", "'")


def many_milestones(count: int) -> None:
    baseline = make.baseline()
    for n in range(count):
        make.baseline_date(baseline, make.milestone(lane=make.lane("migration")), date(2026, 1, 1) + timedelta(days=n))
    make.freeze(baseline, current=True)


@pytest.mark.parametrize("address", PUBLIC)
def test_everybody_may_read_the_plan(client, plan, address):
    assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/", 8),  # 7 once a sheet of the plan is kept, and two less while the plan does not change
        ("/?view=table", 8),
        ("/milestones/", 3),
        ("/milestones/m10/", 8),
        ("/critical-paths/", 6),
        ("/critical-paths/cp3/", 8),
    ],
)
@pytest.mark.parametrize("more", [0, 184])
def test_pages_cost_the_same_for_16_milestones_and_for_200(client, plan, address, queries, more):
    if more:
        many_milestones(more)

    with CaptureQueriesContext(connection) as asked:
        client.get(address)

    assert len(asked) == queries, [query["sql"][:90] for query in asked]


def test_signed_in_the_dearest_page_stays_within_ten_queries(client, northmoor):
    client.force_login(northmoor.person)
    client.get("/")

    for address in ["/", *PUBLIC, reverse("milestones:own_path", args=[northmoor.organisation.slug])]:
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        assert len(asked) <= 10, (address, [query["sql"][:90] for query in asked])


def test_a_part_of_the_home_page_stays_within_five_queries(client, plan, django_assert_num_queries):
    with django_assert_num_queries(5):
        part = client.get("/?view=table&path=cp3", headers=HTMX)

    assert part.text.strip().startswith('<section class="panel" id="plan"')
    assert "<html" not in part.text


def test_the_home_page_says_baseline_next_milestone_and_that_no_forecast_is_published(client, plan):
    said = text_of(client.get("/"))

    assert "CR055, published 20 December 2024 Approved by Ofgem on 29 November 2024" in said
    assert "Latest forecast No forecast release" in said
    assert "M8 moves from 7 March 2025 to 24 September 2025, 138 working days later." in said
    assert "CP1 October 2025, inferred" in said
    assert "CP3 May 2026, trade press only" in said


def test_the_chart_is_drawn_with_every_milestone_a_link_that_selects_it(client, plan):
    page = client.get("/").text

    assert len(re.findall(r'<a id="plan-[^"]+"', page)) >= 8
    assert 'href="/?sel=m10#selected"' in page


def test_a_selected_milestone_shows_what_it_was_and_what_it_holds_up(client, plan):
    said = text_of(client.get("/?sel=M10"))

    assert "Selected milestone M10 Central systems ready to migrate MPANs" in said
    assert "Was, CR022 March to June 2025" in said
    assert "Holds up M11 , M12" in said


def test_a_choice_that_does_not_exist_shows_the_usual_page(client, plan):
    assert text_of(client.get("/?path=cp9&compare=xx&sel=m99&view=pie")) == text_of(client.get("/"))


def test_choices_are_kept_from_one_link_to_the_next(client, plan):
    page = client.get("/?path=cp3&compare=none").text

    assert 'href="/?view=table&amp;path=cp3&amp;compare=none"' in page
    assert 'href="/?path=cp3&amp;compare=original"' in page


def test_the_table_holds_every_date_with_precision_and_source_and_says_not_published(client, plan):
    said = text_of(client.get("/?view=table"))

    assert "M16 Cutover to the new settlement timetable No forecast published" in said
    for cell in (
        "Mar to Jun 2025 Range of months, stated, RECFRZ",
        "Dec 2026 or May 2027 Month only, stated, ELX55 ; alternative: trade press, UW22",
        "Sep 2025 Month only, inferred, M10P",
        "28 Oct 2026 Day, second hand, KPM",
        "M1 Name not published" + " Not published" * 4 + " No forecast published Not published",
        "Component Integration Testing (CIT)",
    ):
        assert cell in said


def test_m8_shows_both_of_its_days_and_both_sources(client, plan):
    page = client.get("/milestones/m8/")
    said = text_of(page)

    assert (
        "Sources differ The planning page gives 24 September 2025. The code pages give Monday 22 September 2025" in said
    )
    assert 'href="https://mhhsprogramme.co.uk/planning"' in page.text
    assert "approved-code-artefacts-for-milestone-8-m8" in page.text
    assert "138 working days later" in said


def test_m14_has_passed_and_its_outcome_is_said_to_be_unknown(client, plan):
    said = text_of(client.get("/milestones/m14/"))

    assert "Achieved Outcome not known" in said
    assert "confirmed that this milestone was on track" in said


def test_a_milestone_that_nobody_names_says_so(client, plan):
    said = text_of(client.get("/milestones/m3/"))

    assert "M3 Name not published" in said
    assert "Baseline CR055 Not published" in said
    assert "Decided by Not published" in said


def test_what_is_inferred_is_labelled_on_the_milestones_page(client, plan):
    said = text_of(client.get("/milestones/m13/"))

    assert "Published as a month, not a day; inferred" in said
    assert "Inferred: MHHS Programme: Milestone 10 (M10) programme updates Approved together with M10." in said


def test_capital_letters_lead_to_the_one_address(client, plan):
    assert client.get("/milestones/M10/").headers["Location"] == "/milestones/m10/"
    assert client.get("/critical-paths/CP1/").headers["Location"] == "/critical-paths/cp1/"


@pytest.mark.parametrize("address", ["/milestones/m99/", "/critical-paths/cp9/"])
def test_what_does_not_exist_is_a_helpful_404(client, plan, address):
    page = client.get(address)

    assert page.status_code == 404
    assert "There is no" in page.text


def test_a_path_shows_who_approves_and_what_it_was_called_and_when(client, plan):
    said = text_of(client.get("/critical-paths/cp1/"))

    assert "Supplier Approves Approves Approves" in said
    assert "SIT Minimum Viable Cohort (MVC) 20 December 2024 to May 2025" in said
    assert "M10 Ready, M11 Ready or Not M11 Ready Since May 2025" in said
    assert "October 2025 Inferred" in said


def test_the_home_page_weighs_less_than_sixty_kilobytes(client, plan):
    page = client.get("/").content

    assert len(gzip.compress(page)) < 20_000  # the rest of the 60 is CSS, htmx and our own JavaScript


def test_own_path_says_you_are_here_and_the_next_gate(client, northmoor):
    client.force_login(northmoor.person)

    said = text_of(client.get(reverse("milestones:own_path", args=[northmoor.organisation.slug])))

    assert "You are here Pre-Integration Testing (PIT) In progress" in said
    assert "14 December 2026 Forecast finish 8 working days late" in said
    assert "1 of 9 steps completed" in said


def test_a_journey_goes_on_where_the_last_role_is(northmoor):
    org = northmoor.organisation
    cp3 = CriticalPath.objects.get(slug="cp3")
    Placement.objects.create(role_held=make.role_held(org, "mem"), path=cp3)

    (journey,) = journeys_of(org, date(2026, 11, 23))

    assert journey.here.step.key == "pqs"  # the second role has not begun
    assert journey.done == 0


def test_the_next_gate_is_the_paths_own_until_it_has_passed(northmoor):
    org = northmoor.organisation

    (before,) = journeys_of(org, date(2026, 5, 31))
    (after,) = journeys_of(org, date(2026, 6, 1))

    assert (before.next_gate.when.words, before.next_gate.confidence) == ("May 2026", "Trade press only")
    assert before.next_gate.working_days_left is None  # a month has no day to count to
    assert (after.next_gate.code, after.next_gate.when.words) == ("M14", "28 October 2026")
    assert after.next_gate.working_days_left == 106


def test_a_legacy_role_is_sent_to_the_air(client, plan):
    lead = make.lead(make.organisation())
    make.role_held(lead.organisation, "nhhdc", is_qualifying=False)
    client.force_login(lead.person)

    page = client.get(reverse("milestones:own_path", args=[lead.organisation.slug]))

    assert "1 role stays on legacy arrangements" in text_of(page)
    assert "How the AIR works" in page.text
    assert path_panel(lead, timezone.now()) is None


def test_the_panel_for_the_home_page_costs_three_queries(northmoor, django_assert_num_queries):
    with django_assert_num_queries(3):
        panel = path_panel(northmoor, timezone.now())

    assert panel.template == "milestones/path_panel.html"
    assert [journey.here.step.key for journey in panel.context["journeys"]] == ["pit"]


def test_an_organisations_home_says_where_it_is_and_its_next_gate(client, northmoor):
    client.force_login(northmoor.person)

    said = text_of(client.get(reverse("organisation_home", args=[northmoor.organisation.slug])))

    assert "My path Open my path" in said
    assert "Pre-Integration Testing (PIT) You are here." in said
    assert "Next gate" in said


def test_sources_that_differ_are_told_once(client, plan):
    said = text_of(client.get(reverse("milestones:detail", args=["m8"])))

    assert "Sources differ" in said
    assert " Notes " not in said


def test_another_organisations_path_does_not_exist_for_us(client, northmoor):
    client.force_login(make.lead(make.organisation()).person)

    assert client.get(reverse("milestones:own_path", args=[northmoor.organisation.slug])).status_code == 404


def test_milestone_numbers_are_one_in_any_case(plan):
    assert Milestone.objects.filter(code__iexact="m10").count() == 1
