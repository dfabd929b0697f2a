"""Fills a database with a programme of real size, set by set. Running it again changes nothing.

The models of the programme's parts are named by string, since this package imports none of them.
"""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from mhhs_portal.bench.checklist_rows import seed_checklist
from mhhs_portal.history.verbs import doing
from mhhs_portal.loading import load_facts, load_samples
from mhhs_portal.organisations.models import MarketRole, Membership, Organisation, Person, Role, RoleHeld

#: Each organisation's market roles in turn: mostly suppliers and agents, one network operator in twenty.
ROLES = (("supplier", "mem"), ("supplier",), ("smart-data-service", "advanced-data-service"), ("nhhdc",), ("mem",))
CONSTITUENCIES = ("small-supplier", "medium-supplier", "agent", "agent", "large-supplier")
STAFF = (Role.LEAD, Role.CONTRIBUTOR, Role.CONTRIBUTOR, Role.VIEWER, Role.VIEWER)
ITEMS = 3000
DIGITS = string.digits + string.ascii_uppercase


def seed(organisations: int, items: int = ITEMS) -> bool:
    """True when anything was written; False when a seeding of at least that size is there."""
    if Organisation.objects.filter(slug__startswith="bench-").count() >= organisations:
        return False
    now = timezone.now()
    with doing("bench.seeded", by=None):
        load_facts(now.date())
        load_samples(now.date())
    # Not one act: every row of history would change the one row of that act's context, thousands of times.
    with transaction.atomic():
        everybody = _organisations(organisations)
        leads = _people(everybody)
        _roles(everybody)
        seed_checklist(organisations, items, now)
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
