"""Who is asked: rules typed by staff, resolved into a list of organisations with the reason for each.

Conditions within one rule must all hold; rules are joined by "or". Only participants are ever asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet

from checklist.models import AudienceRule
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Constituency, MarketRole, Membership, Organisation, RoleHeld
from milestones.models import CriticalPath, Placement


@dataclass(frozen=True)
class Rule:
    """One line of the audience builder; market role by code, path and organisation by slug, "" for any."""

    everyone: bool = False
    market_role: str = ""
    path: str = ""
    constituency: str = ""
    organisation: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.everyone or self.market_role or self.path or self.constituency or self.organisation)


@dataclass(frozen=True)
class Addressed:
    organisation: Organisation
    #: Positions of the rules that it met, and all of them in words.
    rules: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class Audience:
    """The resolved list. `sum(matches) - counted_twice == len(addressed)`, always."""

    addressed: list[Addressed] = field(default_factory=list)
    #: How many organisations each rule matches, in the order of the rules.
    matches: list[int] = field(default_factory=list)
    #: Those of the list whom no lead or contributor of theirs would hear of it.
    without_contact: list[Organisation] = field(default_factory=list)

    @property
    def counted_twice(self) -> int:
        return sum(self.matches) - len(self.addressed)

    @property
    def fingerprint(self) -> str:
        """The same for the same organisations: a page sends back what its reader saw."""
        ids = ",".join(str(pk) for pk in sorted(row.organisation.pk for row in self.addressed))
        return sha256(ids.encode()).hexdigest()[:16]


def organisations_matching(rule: Rule) -> QuerySet[Organisation]:
    found = Organisation.objects.participants()
    if rule.is_empty:
        return found.none()
    if rule.market_role or rule.path:
        # One and the same role of theirs: "supplier on CP3" is not a CP1 supplier whose metering arm is on CP3.
        held = RoleHeld.objects.filter(organisation=OuterRef("pk"))
        if rule.market_role:
            held = held.filter(market_role__code=rule.market_role)
        if rule.path:
            placed = Placement.objects.current().filter(role_held=OuterRef("pk"), path__slug=rule.path)
            held = held.filter(Exists(placed))
        found = found.filter(Exists(held))
    if rule.constituency:
        found = found.filter(constituency=rule.constituency)
    if rule.organisation:
        found = found.filter(slug=rule.organisation)
    return found


def words(rule: Rule, role_names: dict[str, str]) -> str:
    """ "Supplier, path CP3": the rule as it is kept beside each name."""
    if rule.everyone:
        return "Every participant"
    parts = [
        role_names.get(rule.market_role, rule.market_role),
        f"path {rule.path.upper()}" if rule.path else "",
        Constituency(rule.constituency).label if rule.constituency else "",
        "chosen by name" if rule.organisation else "",
    ]
    return ", ".join(part for part in parts if part)


def resolve(rules: Sequence[Rule], today: date) -> Audience:
    """Everybody whom the rules reach, by name; two queries and one for each rule."""
    names = dict(MarketRole.objects.values_list("code", "name"))
    met: dict[int, list[int]] = {}
    organisations: dict[int, Organisation] = {}
    matches = []
    for position, rule in enumerate(rules):
        found = list(organisations_matching(rule))
        matches.append(len(found))
        for organisation in found:
            organisations[organisation.pk] = organisation
            met.setdefault(organisation.pk, []).append(position)
    by_name = sorted(organisations.values(), key=lambda organisation: organisation.name)
    addressed = [
        Addressed(
            organisation=organisation,
            rules=tuple(met[organisation.pk]),
            reason="; ".join(words(rules[position], names) for position in met[organisation.pk])[:500],
        )
        for organisation in by_name
    ]
    return Audience(addressed, matches, _without_contact(by_name, today))


def _without_contact(organisations: list[Organisation], today: date) -> list[Organisation]:
    reachable = set(
        Membership.objects.current(today)
        .filter(organisation__in=organisations, role__in=RESPONDERS)
        .values_list("organisation", flat=True)
    )
    return [organisation for organisation in organisations if organisation.pk not in reachable]


def rows_of(rules: Sequence[Rule]) -> list[AudienceRule]:
    """The rules as rows to be kept with an item; raises ValidationError in words for a name that does not exist."""
    paths = {path.slug: path for path in CriticalPath.objects.all()}
    roles = {role.code: role for role in MarketRole.objects.all()}
    slugs = [rule.organisation for rule in rules if rule.organisation]
    named = {o.slug: o for o in Organisation.objects.participants().filter(slug__in=slugs)}
    rows = []
    for position, rule in enumerate(rules):
        if rule.is_empty:
            raise ValidationError(f"Rule {position + 1} is empty: choose something or remove the rule")
        if {rule.market_role, rule.path, rule.organisation} - {"", *roles, *paths, *named}:
            raise ValidationError(f"Rule {position + 1} names a role, path or organisation that is not in the portal")
        rows.append(
            AudienceRule(
                position=position,
                everyone=rule.everyone,
                market_role=roles.get(rule.market_role),
                path=paths.get(rule.path),
                constituency=rule.constituency,
                organisation=named.get(rule.organisation),
            )
        )
    return rows
