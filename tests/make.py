"""Builders with defaults that nobody needs to look up. Each app's builders stand under its own heading."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from django.utils import timezone

from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import enqueue
from mhhs_portal.organisations.models import Kind, MarketRole, Membership, Organisation, Person, Role, RoleHeld

PASSWORD = "a-long-enough-password"

_number = itertools.count(1)


# --- organisations ----------------------------------------------------------------------------------------------------


def organisation(**fields: Any) -> Organisation:
    n = next(_number)
    defaults = {"slug": f"org-{n}", "name": f"Organisation {n}", "short_name": f"Org {n}", "kind": Kind.PARTICIPANT}
    return Organisation.objects.create(**defaults | fields)


def programme() -> Organisation:
    facts = {"name": "MHHS Programme", "short_name": "Programme", "kind": Kind.PROGRAMME}
    return Organisation.objects.get_or_create(slug="programme", defaults=facts)[0]


def elexon() -> Organisation:
    facts = {"name": "Elexon", "short_name": "Elexon", "kind": Kind.ELEXON}
    return Organisation.objects.get_or_create(slug="elexon", defaults=facts)[0]


def board() -> Organisation:
    facts = {"name": "Performance Assurance Board (PAB)", "short_name": "PAB", "kind": Kind.BOARD}
    return Organisation.objects.get_or_create(slug="pab", defaults=facts)[0]


def market_role(code: str = "supplier", **fields: Any) -> MarketRole:
    name = code.replace("-", " ").capitalize()
    return MarketRole.objects.get_or_create(code=code, defaults={"name": name, "short_name": name[:20]} | fields)[0]


def role_held(organisation: Organisation, code: str = "supplier", **fields: Any) -> RoleHeld:
    defaults = {"mpid": f"Z{next(_number) % 1000:03}", "market_role": market_role(code)}
    return RoleHeld.objects.create(organisation=organisation, **defaults | fields)


def person(**fields: Any) -> Person:
    """Signs in with `make.PASSWORD`."""
    n = next(_number)
    defaults = {"email": f"person-{n}@sample.example", "name": f"Person {n}", "password": PASSWORD}
    return Person.objects.create_user(**defaults | fields)


def member(organisation: Organisation, role: Role, **fields: Any) -> Membership:
    """A membership that began a month ago; give `person=` for somebody who exists."""
    defaults = {"starts_on": timezone.localdate() - timedelta(days=30)}
    someone = fields.pop("person", None) or person()
    return Membership.objects.create(person=someone, organisation=organisation, role=role, **defaults | fields)


def lead(organisation: Organisation, **fields: Any) -> Membership:
    return member(organisation, Role.LEAD, **fields)


def contributor(organisation: Organisation, **fields: Any) -> Membership:
    return member(organisation, Role.CONTRIBUTOR, **fields)


def viewer(organisation: Organisation, **fields: Any) -> Membership:
    return member(organisation, Role.VIEWER, **fields)


def office() -> Membership:
    return member(programme(), Role.OFFICE)


def analyst() -> Membership:
    return member(elexon(), Role.ANALYST)


def board_observer() -> Membership:
    return member(board(), Role.BOARD)


def former_lead(organisation: Organisation) -> Membership:
    """Somebody whose membership ended yesterday."""
    return lead(organisation, ends_on=timezone.localdate() - timedelta(days=1))


# --- messages ---------------------------------------------------------------------------------------------------------


def message(*, to: Person | None = None, **facts: Any) -> Message:
    """A promised notice, due a minute ago."""
    n = next(_number)
    defaults = {
        "dedupe_key": f"made/{n}",
        "not_before": timezone.now() - timedelta(minutes=1),
        "about_url": f"/made/{n}/",
        "headline": f"Notice {n}",
        "lead": "Something is due.",
    }
    promised = enqueue("notice", to=to or person(), **defaults | facts)
    assert promised is not None
    return promised
