"""Loads the invented organisations and people of a sample portal from data/samples.toml."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import make_password

from mhhs_portal.history.verbs import doing
from mhhs_portal.loading import put, read_toml
from mhhs_portal.organisations.models import (
    Kind,
    MarketRole,
    Membership,
    Organisation,
    Person,
    Role,
    RoleHeld,
)

SAMPLES = Path(__file__).parent / "data" / "samples.toml"
SAMPLE_PASSWORD = "half-hourly-sample"  # noqa: S105  # guards nothing but invented data


@dataclass(frozen=True)
class SignIn:
    role: str
    organisation: str
    email: str
    password: str = SAMPLE_PASSWORD

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def load(today: date) -> list[str]:
    rows = read_toml(SAMPLES)["organisation"]
    with doing("organisations.samples_loaded", by=None):
        for row in rows:
            organisation = _organisation(row)
            for held in row.get("roles", []):
                _role(organisation, held)
            for someone in row["people"]:
                _person(organisation, someone, joined=today - timedelta(days=365))
    return [f"Sample organisations: {len(rows)}"]


def _organisation(row: dict[str, Any]) -> Organisation:
    if "name" not in row:  # a body at the centre, which is a fact and not a sample
        return Organisation.objects.get(slug=row["slug"])
    facts = {field: row[field] for field in ("name", "short_name", "constituency")}
    facts |= {"kind": Kind.PARTICIPANT, "is_sample": True}
    return put(Organisation, by={"slug": row["slug"]}, to=facts)[0]


def _role(organisation: Organisation, held: dict[str, Any]) -> None:
    market_role = MarketRole.objects.get(code=held["role"])
    qualifies = held.get("qualifies", True)
    put(
        RoleHeld,
        by={"mpid": held["mpid"], "market_role": market_role},
        to={"organisation": organisation, "is_qualifying": qualifies},
    )


def _person(organisation: Organisation, someone: dict[str, Any], *, joined: date) -> None:
    person = Person.objects.filter(email=someone["email"]).first()
    if person is None:
        person = Person.objects.create(
            email=someone["email"], name=someone["name"], password=_hashed_password(), is_sample=True
        )
    if not Membership.objects.filter(person=person, organisation=organisation).exists():
        Membership.objects.create(person=person, organisation=organisation, role=someone["role"], starts_on=joined)


@cache
def _hashed_password() -> str:
    """Hashed once for all samples: a good hash is slow on purpose, and there is no secret to keep apart."""
    return make_password(SAMPLE_PASSWORD)


def sign_ins() -> list[SignIn]:
    """Who can sign in to a sample portal, the people at the centre last."""
    return [
        SignIn(role=Role(someone["role"]).value, organisation=row["slug"], email=someone["email"])
        for row in read_toml(SAMPLES)["organisation"]
        for someone in row["people"]
    ]
