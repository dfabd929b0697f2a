"""The walk over all addresses as every kind of visitor: what is declared at the door against what is observed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, get_resolver, resolve

from mhhs_portal.organisations.models import Membership, Organisation, Role
from tests import make
from tests.planted import MARKERS, allow_annex, leaked
from tests.walk_values import OWN, SCENARIO

#: Where each role is at home; an address is walked under the homes of the roles that it is for, and always under `OWN`.
FOREIGN = "brightwell"
HOMES = {Role.OFFICE: "programme", Role.ANALYST: "elexon", Role.BOARD: "pab"}
SIGN_IN = "/sign-in/?next="
FINE = {200, 202, 302}
#: Public addresses that may rightly answer something else.
MAY_ANSWER = {
    "health_jobs": {200, 503},
    "plan_pdf": {200, 404, 503},
    "supplier_journey_pdf": {200, 503},
    "plan_version": {200, 404},
    "account_confirm_login_code": {302},
}


@dataclass(frozen=True)
class Route:
    pattern: str
    view: Any
    name: str
    converters: dict[str, Any] = field(hash=False)
    url: str = ""

    def address(self, **values: Any) -> str:
        """The address with these values; the path is put together from the pattern, not by `reverse`, so that two
        routes of one name are both walked."""
        [(form, names)] = self.forms
        return "/" + form % {name: self.converters[name].to_url(values[name]) for name in names}

    @property
    def forms(self) -> list[tuple[str, list[str]]]:
        from django.utils.regex_helper import normalize

        return normalize(self.url)


def routes(urlconf: Any = None) -> list[Route]:
    return list(_routes(get_resolver(urlconf).url_patterns, "", "", {}))


def _routes(patterns: Any, shown: str, regex: str, converters: dict[str, Any]) -> Iterator[Route]:
    for pattern in patterns:
        here = pattern.pattern
        path, known = regex + here.regex.pattern.lstrip("^").removesuffix(r"\Z"), converters | here.converters
        if isinstance(pattern, URLPattern):
            names = {name: known.get(name, _AsIs()) for name in here.regex.groupindex} | known
            yield Route(f"{shown}{here}", pattern.callback, pattern.name or "", names, path)
        else:
            yield from _routes(pattern.url_patterns, f"{shown}{here}", path, known)


class _AsIs:
    """The converter of a named group in a regular expression."""

    def to_url(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Visitor:
    name: str
    role: Role | None
    #: The slug of the organisation where the role is held today; empty for nobody's.
    at: str
    client: Client


def visitors() -> list[Visitor]:
    """One of every kind; the sample portal must be loaded."""
    homes = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    former = make.former_lead(homes[OWN])
    kinds = [(f"{role} of {OWN}", role, OWN) for role in (Role.LEAD, Role.CONTRIBUTOR, Role.VIEWER)]
    kinds += [(f"lead of {FOREIGN}", Role.LEAD, FOREIGN)] + [
        (f"{role} of {at}", role, at) for role, at in HOMES.items()
    ]
    everybody = [Visitor("anonymous", None, "", Client(raise_request_exception=False))]
    for name, role, at in kinds:
        everybody.append(Visitor(name, role, at, _signed_in(make.member(homes[at], role).person)))
        if role in (Role.ANALYST, Role.BOARD):
            allow_annex(Membership.objects.filter(organisation=homes[at], role=role).latest("pk").person)
        if role == Role.OFFICE:
            _scenario_of(Membership.objects.filter(organisation=homes[at], role=role).latest("pk"))
    return [*everybody, Visitor("former lead", None, "", _signed_in(former.person))]


def _scenario_of(acting: Membership) -> None:
    """A scenario is one person's alone, so it is made with its visitor."""
    from milestones.network.models import Scenario

    Scenario.objects.get_or_create(
        pk=SCENARIO, defaults={"person": acting.person, "organisation": acting.organisation, "name": "Walk"}
    )


def _signed_in(person: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def expected(route: Route, visitor: Visitor, org: str) -> set[int | str]:
    """The statuses that the declaration at the door allows; "sign in" is the redirect to the sign-in page."""
    access = route.view.access
    if isinstance(access, str) and access.startswith("public"):
        return MAY_ANSWER.get(route.name, FINE)
    if visitor.name == "anonymous":
        return {"sign in"}
    if isinstance(access, str):
        return FINE
    if visitor.at != org:
        return {404}
    return FINE | {404} if visitor.role in access else {403}


def observed(visitor: Visitor, method: str, address: str, told: set[str] | None = None) -> int | str:
    with transaction.atomic():
        answer = getattr(visitor.client, method)(address)
        if found := leaked(visitor.role, answer):
            transaction.set_rollback(True)
            return f"leaks: {', '.join(found)}"
        if told is not None and visitor.role == Role.ANALYST and answer.status_code == 200 and not answer.streaming:
            told.update(name for name, marker in MARKERS.items() if marker.encode() in answer.content)
        transaction.set_rollback(True)  # a POST without fields should change nothing; the next visitor relies on it
    return "sign in" if answer.status_code == 302 and answer["Location"].startswith(SIGN_IN) else answer.status_code


def orgs_for(route: Route) -> list[str]:
    if "org" not in route.converters:
        return [""]
    access = route.view.access
    return [OWN, *(HOMES[role] for role in access if role in HOMES)] if isinstance(access, tuple) else [OWN]


def addresses(values: dict[str, Any]) -> Iterator[tuple[Route, str, str]]:
    """Every route that can be reached, with the organisation in its address, and the address itself."""
    for route in routes():
        for org in orgs_for(route):
            try:
                address = route.address(org=org, **values)
                reached = resolve(address).func
            except Resolver404:  # the converter does not take this organisation
                continue
            if reached is route.view:
                yield route, org, address


def walk(
    values: dict[str, Any],
    everybody: list[Visitor],
    methods: tuple[str, ...] = ("get", "post"),
    opened: set[str] | None = None,
    told: set[str] | None = None,
) -> Iterator[str]:
    """What was observed against the declarations, in words; nothing when every door is as declared.

    `opened` takes up the routes through which somebody got in: a walk over addresses that exist for nobody proves
    nothing. `told` takes up the planted secrets that an analyst has read, for the same reason.
    """
    for route, org, address in addresses(values):
        for visitor in everybody:
            for method in methods:
                allowed = expected(route, visitor, org)
                if visitor.name != "anonymous" or allowed != {"sign in"}:
                    allowed = allowed | {405}  # said before anybody is looked at, and to everybody alike
                if method == "post" and visitor.role == Role.VIEWER:
                    allowed = allowed | {403}  # some pages are for reading to viewers and for writing to others
                if method == "post" and allowed & FINE:
                    allowed = allowed | {400}  # some pages refuse in words a POST that no button of theirs sends
                status = observed(visitor, method, address, told)
                if opened is not None and allowed & FINE and status in FINE | {503}:
                    opened.add(route.pattern)
                if status not in allowed:
                    yield f"{method.upper()} {address} as {visitor.name}: {status}, not {sorted(map(str, allowed))}"
