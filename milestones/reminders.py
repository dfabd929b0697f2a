"""Milestones on an organisation's path, and the steps of its own plan: what their reminders follow from.

A milestone is due at the end of the last day that its date may mean: a month stays a month. When they go, and to
whom, is the ladder's (mhhs_portal/reminders).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection
from django.urls import reverse

from mhhs_portal.deadlines import day_words, deadline, is_past, local_day
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft
from mhhs_portal.organisations.models import Organisation
from mhhs_portal.reminders.escalating import with_escalations
from mhhs_portal.reminders.kinds import Kind, Sql, Watch
from mhhs_portal.reminders.models import Reminder
from mhhs_portal.reminders.sweeping import key_of
from milestones import register
from milestones.models import CriticalPath, Milestone, MilestoneNote, StepPlan
from milestones.own_plans.plan_reminders import PLACED
from milestones.register import Entry

_PLAN = ("milestones_baselinedate", "milestones_baseline", "milestones_forecast", "milestones_achievement")
_ON_THE_PATH = """
    SELECT d.slug, h.organisation_id, 1, d.due_at, min(l.since_on)::timestamp AT TIME ZONE 'Europe/London',
        false, NULL::bigint, false
    FROM unnest(%s::text[], %s::timestamptz[]) AS d (slug, due_at)
    JOIN milestones_milestone m ON m.slug = d.slug
    JOIN milestones_milestone_paths mp ON mp.milestone_id = m.id
    JOIN milestones_placement l ON l.path_id = mp.criticalpath_id AND l.until_on IS NULL
    JOIN organisations_roleheld h ON h.id = l.role_held_id
    GROUP BY d.slug, h.organisation_id, d.due_at
"""
#: An own step is due on the day that its organisation forecasts, else on its target.
_STEPS = """
    SELECT s.id::text, h.organisation_id, 1, d.due_at, s.changed_at, false, s.changed_by_id, false
    FROM milestones_stepplan s
    JOIN milestones_placement l ON l.id = s.placement_id AND l.until_on IS NULL
    JOIN organisations_roleheld h ON h.id = l.role_held_id
    JOIN unnest(%s::date[], %s::timestamptz[]) AS d (day, due_at) ON d.day = COALESCE(s.forecast_on, s.target_on)
    WHERE s.achieved_on IS NULL
"""
_DAYS = """SELECT DISTINCT COALESCE(forecast_on, target_on) FROM milestones_stepplan
    WHERE achieved_on IS NULL AND COALESCE(forecast_on, target_on) IS NOT NULL"""


def _coming(now: datetime) -> dict[str, Entry]:
    """Milestones that have a date and are not reached; what has passed by more than the last rung reminds nobody."""
    today = local_day(now)
    return {
        entry.milestone.slug: entry
        for entry in register.read(today).entries
        if entry.now and entry.paths and not entry.achieved and not entry.milestone.is_removed
    }


def asked_of_paths(now: datetime) -> Sql:
    coming = _coming(now)
    dues = [deadline(entry.now.last) for entry in coming.values() if entry.now]
    return _ON_THE_PATH, [list(coming), dues]


def asked_of_plans(now: datetime) -> Sql:
    with connection.cursor() as cursor:
        cursor.execute(_DAYS)
        days = [row[0] for row in cursor.fetchall()]
    return _STEPS, [days, [deadline(day) for day in days]]


def milestone_messages(reminders: Sequence[Reminder], now: datetime) -> dict[int, Message]:
    """The register is read once, whatever the number of reminders."""
    coming = _coming(now)
    notes = MilestoneNote.objects.filter(
        milestone__slug__in={each.thing for each in reminders}, kind=MilestoneNote.Kind.CONSEQUENCE
    )
    follows: dict[str, list[str]] = {}
    for slug, words in notes.order_by("pk").values_list("milestone__slug", "words"):
        follows.setdefault(slug, []).append(words)
    places = _places({each.organisation_id for each in reminders})

    def message(each: Reminder) -> Message:
        entry = coming[each.thing]
        ours = [place for place in places.get(each.organisation_id, []) if place[0] in entry.path_slugs]
        return _milestone(each, entry, ours, follows.get(each.thing, []), now)

    there = [each for each in reminders if each.thing in coming]
    return with_escalations(MILESTONE, there, now, message)


def _places(organisations: set[int]) -> dict[int, list[tuple[str, str, str]]]:
    """(slug of the path, its name, the role on it) of each organisation."""
    rows = CriticalPath.objects.filter(
        placements__until_on__isnull=True, placements__role_held__organisation__in=organisations
    ).order_by("position", "placements__role_held__mpid")
    held = "placements__role_held__"
    found: dict[int, list[tuple[str, str, str]]] = {}
    for organisation, slug, name, role, mpid in rows.values_list(
        f"{held}organisation", "slug", "name", f"{held}market_role__short_name", f"{held}mpid"
    ):
        found.setdefault(organisation, []).append((slug, name, f"{role} ({mpid})"))
    return found


def _milestone(
    reminder: Reminder, entry: Entry, places: list[tuple[str, str, str]], follows: list[str], now: datetime
) -> Message:
    milestone, organisation = entry.milestone, reminder.organisation
    assert entry.now is not None
    roles, paths = sorted({role for _, _, role in places}), list(dict.fromkeys(name for _, name, _ in places))
    kind = "forecast" if entry.forecast else "in the current baseline"
    facts = [["Date", f"{entry.now.words}, {kind}"], ["Your roles on its path", ", ".join(roles)]]
    facts += [["What follows", words] for words in follows[:2]]
    return draft(
        "notice",
        to=reminder.person,
        dedupe_key=key_of(reminder),
        for_organisation=organisation,
        about=f"milestone/{milestone.slug}",
        about_url=reverse("milestones:detail", args=[milestone.slug]),
        headline=f"{milestone.code} {milestone.brief} is {_nearness(reminder.due_at, now)}: {entry.now.words}",
        lead=f"This milestone lies on the path of {organisation.name} ({' and '.join(paths)}). Nothing has to be sent "
        f"for it. Check that your own plan still fits its date. {milestone.summary}".strip(),
        facts=facts,
        action="See the milestone",
        why=f"You receive this because you are a contact of {organisation.name}, and its path leads through this "
        "milestone.",
        is_sample=organisation.is_sample,
    )


def _nearness(due_at: datetime, now: datetime) -> str:
    return "past its date and not reached" if is_past(due_at, now) else "near"


def step_messages(reminders: Sequence[Reminder], now: datetime) -> dict[int, Message]:
    plans = StepPlan.objects.filter(pk__in={int(each.thing) for each in reminders}).select_related(
        "step__path", "placement__role_held__market_role"
    )
    found = {str(plan.pk): plan for plan in plans}
    return with_escalations(STEP, reminders, now, lambda each: _step(each, found[each.thing], now))


def _step(reminder: Reminder, plan: StepPlan, now: datetime) -> Message:
    organisation: Organisation = reminder.organisation
    day: date | None = plan.forecast_on or plan.target_on
    assert day is not None
    kind = "forecast" if plan.forecast_on else "target"
    late = is_past(reminder.due_at, now)
    what_to_do = "Say when it was achieved, or when you expect it now." if late else "If you expect another, change it."
    head = "Is this step done?" if late else "A step of your plan is near:"
    return draft(
        "notice",
        to=reminder.person,
        dedupe_key=key_of(reminder),
        for_organisation=organisation,
        about=f"step/{plan.pk}",
        about_url=reverse("milestones:own_path", args=[organisation.slug]),
        headline=f"{head} {plan.step.short_name}, {day_words(day)}",
        lead=f"The plan of {organisation.name} has {day_words(day)} as its {kind} for “{plan.step.name}”. {what_to_do}",
        facts=[
            ["Step", str(plan.step)],
            ["Role", str(plan.placement.role_held)],
            [f"Your {kind}", day_words(day, weekday=True)],
        ],
        action="Open your plan",
        why=f"You receive this because you can change the plan of {organisation.name}. The date is your own.",
        is_sample=organisation.is_sample,
    )


def _milestone_titles(slugs: Sequence[str]) -> dict[str, str]:
    return {each.slug: str(each) for each in Milestone.objects.filter(slug__in=slugs)}


def _step_titles(numbers: Sequence[str]) -> dict[str, str]:
    plans = StepPlan.objects.filter(pk__in=[int(n) for n in numbers if n.isdecimal()]).select_related(
        "step__path", "placement__role_held__market_role"
    )
    return {f"{plan.pk}": f"{plan.step}, {plan.placement.role_held}" for plan in plans}


MILESTONE = Kind(
    key="milestone",
    label="Milestone on an organisation’s path",
    about="milestone/",
    asked=asked_of_paths,
    messages=milestone_messages,
    titles=_milestone_titles,
    watches=(
        *(Watch(table) for table in _PLAN),
        Watch("milestones_milestone", thing="c.slug", columns=("is_removed",)),
        Watch("milestones_milestone_paths"),
        *PLACED,
    ),
    start_words="When the organisation comes onto the path",
    page=lambda slug, home: reverse("milestones:detail", args=[slug]),
)
STEP = Kind(
    key="step",
    label="Step of an organisation’s own plan",
    about="step/",
    asked=asked_of_plans,
    messages=step_messages,
    titles=_step_titles,
    watches=(
        Watch(
            "milestones_stepplan",
            thing="c.id",
            columns=("target_on", "forecast_on", "achieved_on"),
        ),
        *PLACED,
    ),
    start_words="When its date was set",
)
