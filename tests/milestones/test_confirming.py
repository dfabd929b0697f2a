"""Reporting periods, confirmations, reminders and the chase."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.deadlines import LONDON, deadline
from mhhs_portal.notifications.mail import render
from mhhs_portal.notifications.models import Message
from mhhs_portal.organisations import facts as organisations
from mhhs_portal.reminders.sweeping import sweep
from mhhs_portal.todo import todo_of
from milestones import facts
from milestones.journeys import journeys_of
from milestones.models import CriticalPath, PathStep, Placement, PlanConfirmation, ReportingPeriod, StepPlan
from milestones.own_plans.confirming import confirm, fingerprint, snapshot, standings
from milestones.own_plans.own_plan import save_step
from milestones.own_plans.plan_reminders import chase, leads_to_ask
from milestones.own_plans.reporting_periods import add_period, current_period, make_periods, move_due_day
from tests import kept, make


def at(day, month, hour=9, year=2025):
    return datetime(year, month, day, hour, tzinfo=LONDON)


NOW = at(6, 5)  # a Tuesday; May 2025 ends on a Saturday


@pytest.fixture
def plan(db):
    kept.load(NOW.date(), organisations.load, facts.load)
    make_periods(NOW)


@pytest.fixture
def ours(plan):
    lead = make.lead(make.organisation(name="Northmoor"), starts_on=date(2025, 1, 1))
    held = make.role_held(lead.organisation)
    lead.placement = Placement.objects.create(
        role_held=held, path=CriticalPath.objects.get(slug="cp3"), route="non-sit"
    )
    return lead


def may():
    return ReportingPeriod.objects.get(starts_on=date(2025, 5, 1))


def plan_of(lead, now=NOW):
    return snapshot(journeys_of(lead.organisation, now.date(), duties=False))


def confirm_as_seen(lead, now=NOW):
    return confirm(may(), seen=fingerprint(plan_of(lead, now)), acting=lead, now=now)


def change(lead, words="Changed", now=NOW):
    step = PathStep.objects.get(path=lead.placement.path, key="pit")
    plan = StepPlan.objects.filter(step=step).first()
    values = {"evidence_title": words}
    save_step(lead.placement, step, values, seen=plan.version if plan else None, acting=lead, now=now)


# --- periods


def test_calendar_months_are_made_once_due_on_their_last_working_day(plan):
    months = [
        (period.starts_on, period.ends_on, period.due_at) for period in ReportingPeriod.objects.order_by("starts_on")
    ]

    assert months == [
        (date(2025, 5, 1), date(2025, 5, 31), deadline(date(2025, 5, 30))),
        (date(2025, 6, 1), date(2025, 6, 30), deadline(date(2025, 6, 30))),
    ]
    assert make_periods(NOW) == 0
    assert str(may()) == "May 2025"
    assert current_period(NOW) == may()


def test_a_month_that_a_period_of_staff_covers_is_not_made(plan):
    office = make.office()
    starts, ends = date(2025, 7, 14), date(2025, 8, 3)
    made = add_period(starts_on=starts, ends_on=ends, due_on=date(2025, 8, 1), by=office.person, now=NOW)

    assert make_periods(at(2, 7)) == 0  # July and August both touch it
    assert str(made) == "14 July 2025 to 3 August 2025"


def test_periods_never_overlap_not_even_by_sql(plan):
    with pytest.raises(ValidationError, match="Another reporting period"):
        add_period(
            starts_on=date(2025, 5, 20), ends_on=date(2025, 6, 3), due_on=date(2025, 6, 2), by=make.person(), now=NOW
        )
    with pytest.raises(IntegrityError, match="reporting_period_one_at_a_time"), transaction.atomic():
        ReportingPeriod.objects.create(starts_on=date(2025, 5, 31), ends_on=date(2025, 5, 31), due_at=NOW)


def test_the_due_day_moves_within_bounds(plan):
    office = make.office().person
    assert move_due_day(may(), due_on=date(2025, 6, 5), by=office, now=NOW).due_at == deadline(date(2025, 6, 5))
    for wrong in (date(2025, 4, 30), date(2025, 5, 5), date(2026, 5, 5)):
        with pytest.raises(ValidationError, match="due day must"):
            move_due_day(may(), due_on=wrong, by=office, now=NOW)
    with pytest.raises(ValidationError, match="This period is over"):
        move_due_day(may(), due_on=date(2025, 7, 5), by=office, now=at(4, 7))


# --- confirming


def test_a_lead_confirms_with_the_plan_as_it_stands(ours):
    change(ours, "Report")
    made = confirm_as_seen(ours)

    pit = next(step for step in made.plan[0]["steps"] if step["key"] == "pit")
    assert (pit["evidence_title"], made.plan[0]["route"], made.confirmed_by) == ("Report", "non-sit", ours.person)
    assert "comment" not in pit
    [standing] = standings(ours.organisation, plan_of(ours), NOW)
    assert standing.is_settled


def test_a_confirmation_is_never_changed(ours):
    confirm_as_seen(ours)
    with pytest.raises(DatabaseError, match="kept as it was given"), transaction.atomic():
        PlanConfirmation.objects.update(plan=[])


def test_pressed_twice_it_confirms_once_and_after_a_change_again(ours):
    first = confirm_as_seen(ours)
    assert confirm_as_seen(ours) == first
    change(ours)
    [standing] = standings(ours.organisation, plan_of(ours), NOW)
    assert (standing.is_settled, standing.has_changed) == (False, True)

    again = confirm_as_seen(ours)

    assert again != first
    assert PlanConfirmation.objects.count() == 2
    assert PlanConfirmation.objects.get(pk=first.pk).plan != again.plan


def test_what_the_lead_has_not_seen_is_not_confirmed(ours):
    seen = fingerprint(plan_of(ours))
    change(ours)
    with pytest.raises(ValidationError, match="has changed since you opened this page"):
        confirm(may(), seen=seen, acting=ours, now=NOW)


def test_only_a_lead_only_in_time_and_only_with_a_plan(ours):
    contributor = make.contributor(ours.organisation)
    with pytest.raises(PermissionDenied):
        confirm(may(), seen="", acting=contributor, now=NOW)
    with pytest.raises(ValidationError, match="no longer, or not yet"):
        confirm(may(), seen=fingerprint(plan_of(ours)), acting=ours, now=at(1, 6))
    with pytest.raises(ValidationError, match="no plan to confirm"):
        confirm(may(), seen="", acting=make.lead(make.organisation()), now=NOW)


def test_one_click_on_the_page_and_the_task_is_gone(client, plan):
    make_periods(timezone.now())
    lead = make.lead(make.organisation())
    held = make.role_held(lead.organisation)
    Placement.objects.create(role_held=held, path=CriticalPath.objects.get(slug="cp3"), route="non-sit")
    client.force_login(lead.person)
    period = current_period(timezone.now())
    title = f"Confirm your plan for {period}"
    page = reverse("milestones:own_path", args=[lead.organisation.slug])
    assert title in [task.title for task in todo_of(lead, timezone.now()).tasks]
    assert title in client.get(reverse("organisation_home", args=[lead.organisation.slug])).text

    seen = fingerprint(plan_of(lead, timezone.now()))
    address = reverse("milestones:confirm_plan", args=[lead.organisation.slug, period.pk])
    answer = client.post(address, {"seen": seen}, follow=True)

    assert answer.redirect_chain[-1][0] == page
    assert f"The plan is confirmed for {period}" in answer.text
    assert title not in [task.title for task in todo_of(lead, timezone.now()).tasks]
    for role in (make.contributor, make.viewer):
        client.force_login(role(lead.organisation).person)
        assert client.post(address, {"seen": seen}).status_code == 403
    client.force_login(make.lead(make.organisation()).person)
    assert client.post(address, {"seen": seen}).status_code == 404


def test_no_task_without_a_plan(plan):
    lead = make.lead(make.organisation())
    assert [task for task in todo_of(lead, NOW).tasks if "Confirm your plan" in task.title] == []


# --- reminders and the chase


def test_leads_are_reminded_before_the_due_day_once_for_each_rung(ours):
    make.contributor(ours.organisation, starts_on=date(2025, 1, 1))
    sent = {}
    for day in (6, 15, 16, 22, 23, 29, 30):
        sent[day] = sweep(at(day, 5))
        assert sweep(at(day, 5, 10)) == 0

    assert sent == {6: 0, 15: 1, 16: 0, 22: 1, 23: 0, 29: 1, 30: 1}
    first = Message.objects.order_by("pk").first()
    assert first.to == ours.person
    mail = render(first)
    assert "Confirm the plan of" in mail.subject
    assert "30 May 2025" in mail.text


def test_whoever_has_confirmed_is_left_in_peace_and_a_moved_due_day_reminds_again(ours):
    confirm_as_seen(ours)
    assert sweep(at(29, 5)) == 0
    other = make.lead(make.organisation(), starts_on=date(2025, 1, 1))
    make.on_path(make.role_held(other.organisation))
    assert sweep(at(29, 5)) == 1
    move_due_day(may(), due_on=date(2025, 6, 2), by=make.office().person, now=at(29, 5))
    assert sweep(at(30, 5)) == 1


def test_the_chase_writes_once_a_day_and_is_logged(ours):
    office = make.office().person
    leads = leads_to_ask(may(), NOW)
    assert [lead.person for lead in leads] == [ours.person]

    assert chase(may(), leads, by=office, now=NOW) == 1
    assert chase(may(), leads, by=office, now=NOW + timedelta(hours=1)) == 0
    assert chase(may(), leads, by=office, now=NOW + timedelta(days=1)) == 1
    assert set(Message.objects.values_list("about", flat=True)) == {"plan/2025-05-01"}


def test_staff_see_count_and_text_before_anything_is_sent(client, plan):
    make_periods(timezone.now())
    lead = make.lead(make.organisation(short_name="Tidewater"))
    make.on_path(make.role_held(lead.organisation))
    period = current_period(timezone.now())
    client.force_login(make.office().person)
    address = reverse("milestones:chase_period", args=["programme", period.pk])

    page = client.get(address)
    assert "1 lead contact of 1 organisation would be written to" in page.text
    assert f"Confirm the plan of Tidewater for {period}" in page.text
    assert Message.objects.count() == 0

    assert "has changed since you looked" in client.post(address, {"count": "7"}, follow=True).text
    assert Message.objects.count() == 0
    assert "1 message will be sent" in client.post(address, {"count": "1"}, follow=True).text
    assert "Everybody has been written to today" in client.post(address, {"count": "1"}, follow=True).text
    assert Message.objects.get().to == lead.person
    assert "Written by staff" in client.get(address).text


def test_staff_define_a_period_and_move_its_due_day(client, plan):
    client.force_login(make.office().person)
    address = reverse("milestones:periods", args=["programme"])
    year = str(timezone.localdate().year + 3)
    day = {"starts_on": ("1", "2"), "ends_on": ("9", "2"), "due_on": ("8", "2")}
    form = {
        f"{name}_{part}": value
        for name, (d, m) in day.items()
        for part, value in (("day", d), ("month", m), ("year", year))
    }

    page = client.post(address, form | {"ends_on_day": "31"})
    assert "must be a real date" in page.text
    assert client.post(address, form, follow=True).status_code == 200
    made = ReportingPeriod.objects.get(ends_on=date(int(year), 2, 9))
    due = reverse("milestones:period_due", args=["programme", made.pk])
    moved = {"due_on_day": "10", "due_on_month": "2", "due_on_year": year}
    assert client.post(due, moved, follow=True).status_code == 200
    made.refresh_from_db()
    assert made.due_at == deadline(date(int(year), 2, 10))
