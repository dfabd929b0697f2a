"""What the reminders about findings follow from: facts that the participant checks, steps of agreed plans.

When they go, and to whom, is the ladder's (mhhs_portal/reminders), which Elexon's analysts set.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.urls import reverse

from mhhs_portal.deadlines import deadline, is_past, spoken
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft
from mhhs_portal.organisations.models import Kind as Body
from mhhs_portal.reminders.escalating import with_escalations
from mhhs_portal.reminders.kinds import Kind, Sql, Watch
from mhhs_portal.reminders.models import Reminder
from mhhs_portal.reminders.sweeping import key_of
from readiness.assurance.findings import page_for_participant
from readiness.assurance.models import Finding, PlanStep
from readiness.models import Submission

_FACTS = """
    SELECT f.number::text, s.organisation_id, f.version, f.accuracy_due_at, f.written_at, false, NULL::bigint, false
    FROM assurance_finding f JOIN readiness_submission s ON s.id = f.submission_id
    WHERE f.status = 'factual-accuracy' AND NOT EXISTS
        (SELECT 1 FROM assurance_accuracyreply r WHERE r.finding_id = f.id AND r.version = f.version)
"""
_STEPS = """
    SELECT t.id::text, s.organisation_id, 1, d.due_at, f.issued_at, false, NULL::bigint, false
    FROM assurance_planstep t
    JOIN assurance_actionplan p ON p.id = t.plan_id AND p.status = 'agreed'
    JOIN assurance_finding f ON f.id = p.finding_id
    JOIN readiness_submission s ON s.id = f.submission_id
    JOIN unnest(%s::date[], %s::timestamptz[]) AS d (day, due_at) ON d.day = t.due_on
    WHERE t.done_at IS NULL
"""


def facts_asked(now: datetime) -> Sql:
    return _FACTS, []


def steps_asked(now: datetime) -> Sql:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT due_on FROM assurance_planstep WHERE done_at IS NULL")
        days = [row[0] for row in cursor.fetchall()]
    return _STEPS, [days, [deadline(day) for day in days]]


def _rows(model: Any, name: str, related: str, reminders: Sequence[Reminder]) -> dict[str, Any]:
    found = model.objects.filter(**{f"{name}__in": [int(each.thing) for each in reminders]})
    parts = [f"{related}submission__campaign", f"{related}submission__organisation"]
    return {str(getattr(row, name)): row for row in found.select_related(*parts)}


def fact_messages(reminders: Sequence[Reminder], now: datetime) -> dict[int, Message]:
    found = _rows(Finding, "number", "", reminders)

    def message(each: Reminder) -> Message:
        finding = found[each.thing]
        words = f"Are the facts of {finding} right?"
        return _message(each, finding.submission, now, words, page_for_participant(finding))

    return with_escalations(ACCURACY, reminders, now, message)


def step_messages(reminders: Sequence[Reminder], now: datetime) -> dict[int, Message]:
    found = _rows(PlanStep, "pk", "plan__finding__", reminders)

    def message(each: Reminder) -> Message:
        step = found[each.thing]
        finding = step.plan.finding
        words = f"{finding} step {step.number}: {step.text}"
        return _message(each, finding.submission, now, words, page_for_participant(finding))

    return with_escalations(STEP, reminders, now, message)


def _message(reminder: Reminder, submission: Submission, now: datetime, words: str, url: str) -> Message:
    organisation = submission.organisation
    return draft(
        "notice",
        to=reminder.person,
        dedupe_key=key_of(reminder),
        for_organisation=organisation,
        about=f"readiness/{submission.campaign.slug}",
        about_url=url,
        headline=words,
        lead="The deadline has passed." if is_past(reminder.due_at, now) else "The deadline comes near.",
        facts=[["Request", submission.campaign.name], ["Due", spoken(reminder.due_at)]],
        action="Open the page",
        why=f"You receive this because you answer for {organisation.name}.",
        is_sample=submission.campaign.is_sample,
    )


def _titles(words: str) -> Any:
    return lambda things: {thing: f"{words} {thing}" for thing in things}


ACCURACY = Kind(
    key="assurance-accuracy",
    label="Finding whose facts are to be checked",
    about="readiness/finding/",
    asked=facts_asked,
    messages=fact_messages,
    titles=_titles("Finding"),
    watches=(
        Watch("assurance_finding", thing="c.number", columns=("status", "version", "accuracy_due_at")),
        Watch(
            "assurance_accuracyreply",
            thing="(SELECT f.number FROM assurance_finding f WHERE f.id = c.finding_id)",
        ),
    ),
    desk=Body.ELEXON,
    page=lambda thing, home: reverse("assurance:finding", args=[home, int(thing)]),
)
STEP = Kind(
    key="assurance-step",
    label="Step of an action plan or EFR plan",
    about="readiness/step/",
    asked=steps_asked,
    messages=step_messages,
    titles=_titles("Step"),
    watches=(
        Watch("assurance_planstep", thing="c.id", columns=("due_on", "done_at")),
        Watch("assurance_actionplan", columns=("status",)),
    ),
    desk=Body.ELEXON,
    page=lambda thing, home: reverse("assurance:findings", args=[home]),
)
