"""Fills a database with a programme of real size, set by set. Running it again changes nothing.

The models of the programme's parts are named by string, since this package imports none of them.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.utils import timezone

from mhhs_portal.history.verbs import doing
from mhhs_portal.loading import load_facts, load_samples
from mhhs_portal.organisations.models import MarketRole, Membership, Organisation, Person, Role, RoleHeld

#: Each organisation's market roles in turn: mostly suppliers and agents, one network operator in twenty.
ROLES = (("supplier", "mem"), ("supplier",), ("smart-data-service", "advanced-data-service"), ("nhhdc",), ("mem",))
CONSTITUENCIES = ("small-supplier", "medium-supplier", "agent", "agent", "large-supplier")
STAFF = (Role.LEAD, Role.CONTRIBUTOR, Role.CONTRIBUTOR, Role.VIEWER, Role.VIEWER)
ITEMS = 100
ASKED_OF = 3  # every third organisation is asked, a different third for each item
DIGITS = string.digits + string.ascii_uppercase


def seed(organisations: int, items: int = ITEMS) -> bool:
    """True when anything was written; False when a seeding of at least that size is there."""
    if Organisation.objects.filter(slug__startswith="bench-").count() >= organisations:
        return False
    now = timezone.now()
    with doing("bench.seeded", by=None):
        load_facts(now.date())
        load_samples(now.date())
        everybody = _organisations(organisations)
        leads = _people(everybody)
        _roles(everybody)
        _checklist(everybody, leads, items, now)
        _submissions(everybody, leads, now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # autovacuum would only come in a minute
    return True


def _model(label: str) -> Any:
    return apps.get_model(label)


def _put(model: Any, rows: Iterable[Model]) -> list[Any]:
    made: list[Any] = model._default_manager.bulk_create(rows, batch_size=2000)
    return made


def _organisations(count: int) -> list[Organisation]:
    return _put(
        Organisation,
        [
            Organisation(
                slug=f"bench-{n:05}",
                name=f"Invented Energy {n:05}",
                short_name=f"Invented {n:05}",
                constituency=CONSTITUENCIES[n % len(CONSTITUENCIES)],
                is_sample=True,
            )
            for n in range(count)
        ],
    )


def _people(everybody: list[Organisation]) -> dict[int, Person]:
    """Five in each organisation; the leads by their organisation's id."""
    places = [(organisation, n, role) for organisation in everybody for n, role in enumerate(STAFF)]
    people = _put(
        Person,
        [
            Person(
                email=f"{organisation.slug}-{n}@bench.example",
                name=f"Person {n} of {organisation.short_name}",
                password="!",  # noqa: S106 - nobody signs in with it
                is_sample=True,
            )
            for organisation, n, _ in places
        ],
    )
    began = timezone.localdate() - timedelta(days=300)
    held = zip(people, places, strict=True)
    _put(
        Membership,
        [Membership(person=p, organisation=place[0], role=place[2], starts_on=began) for p, place in held],
    )
    return {place[0].pk: p for p, place in zip(people, places, strict=True) if place[2] == Role.LEAD}


def _mpids() -> Iterator[str]:
    return (f"Y{a}{b}{c}" for a in DIGITS for b in DIGITS for c in DIGITS)


def _roles(everybody: list[Organisation]) -> None:
    market, mpids = {role.code: role for role in MarketRole.objects.all()}, _mpids()
    held = _put(
        RoleHeld,
        [
            RoleHeld(
                organisation=o, mpid=next(mpids), market_role=market[code], is_qualifying=not market[code].is_legacy
            )
            for n, o in enumerate(everybody)
            for code in (("ldso",) if n % 20 == 0 else ROLES[n % len(ROLES)])
        ],
    )
    placement, paths = _model("milestones.Placement"), list(_model("milestones.CriticalPath")._default_manager.all())
    began = timezone.localdate() - timedelta(days=200)
    qualifying = [role for role in held if role.is_qualifying]
    _put(
        placement,
        [
            placement(role_held=role, path=paths[role.organisation_id % len(paths)], since_on=began, is_sample=True)
            for role in qualifying
        ],
    )


def _checklist(everybody: list[Organisation], leads: dict[int, Person], count: int, now: datetime) -> None:
    """Items with deadlines from two months ago to two months ahead; half of those asked have responded."""
    item_model, addressee, response = (_model(f"checklist.{n}") for n in ("ChecklistItem", "Addressee", "Response"))
    patterns = list(item_model._default_manager.filter(state="published"))
    items = _put(item_model, [_like(patterns[n % len(patterns)], n, count, now) for n in range(count)])
    rule = _model("checklist.AudienceRule")
    rules = {r.item_id: r for r in _put(rule, [rule(item=item, position=1, everyone=True) for item in items])}
    asked = [(item, o) for n, item in enumerate(items) for o in everybody[n % ASKED_OF :: ASKED_OF]]
    _put(addressee, [addressee(item=i, organisation=o, rule=rules[i.pk], reason="Every participant") for i, o in asked])
    _put(
        response,
        [
            response(
                item=item,
                revision=item.revision,
                organisation=organisation,
                answer="no-comments",
                given_by=leads[organisation.pk],
                given_at=item.opens_at + timedelta(days=1),
            )
            for item, organisation in asked[::2]
        ],
    )


def _like(pattern: Any, n: int, count: int, now: datetime) -> Any:
    """A published item like this one, with dates of its own."""
    due_at = (now + timedelta(days=round(120 * n / count) - 60)).replace(hour=17, minute=0, second=0, microsecond=0)
    copied = ("kind", "summary", "body", "workstream", "governance_group", "contact", "state", "issued_by_id")
    return type(pattern)(
        **{field: getattr(pattern, field) for field in copied},
        reference=f"PCL-{50_000 + n}",
        title=f"{pattern.title} ({n + 1})"[:200],
        due_on=due_at.date(),
        due_at=due_at,
        opens_at=due_at - timedelta(days=90),
        issued_at=due_at - timedelta(days=90),
        is_public=True,
        is_sample=True,
    )


def _submissions(everybody: list[Organisation], leads: dict[int, Person], now: datetime) -> None:
    """Everybody is asked; three of five have begun, and every third has submitted, as the sample submission reads."""
    submission, answer, given = (_model(f"readiness.{n}") for n in ("Submission", "Answer", "SubmittedRound"))
    pattern = given._default_manager.select_related("submission__campaign").earliest("pk")
    campaign = pattern.submission.campaign
    asked = _put(submission, [submission(campaign=campaign, organisation=o) for o in everybody])
    begun = [s for n, s in enumerate(asked) if n % 5 < 3]
    submission._default_manager.filter(pk__in=[s.pk for s in begun]).update(status="in-progress")
    typed = list(answer._default_manager.filter(submission=pattern.submission))
    copied = ("question_id", "typed", "value", "text", "problem", "saved_at")
    _put(
        answer,
        [
            answer(
                submission=s,
                round_number=1,
                saved_by=leads[s.organisation_id],
                **{field: getattr(one, field) for field in copied},
            )
            for s in begun
            for one in typed
        ],
    )
    of_round = ("authorised_by", "declaration", "answers", "sha256", "submitted_at", "due_at", "is_late")
    sent = begun[::2]
    _put(
        given,
        [
            given(
                submission=s,
                round_number=1,
                reference=f"BENCH-{s.pk}",
                submitted_by=leads[s.organisation_id],
                **{field: getattr(pattern, field) for field in of_round},
            )
            for s in sent
        ],
    )
    submission._default_manager.filter(pk__in=[s.pk for s in sent]).update(status="submitted")
