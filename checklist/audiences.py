"""Who is asked: rules typed by staff, resolved into a list of organisations with the reason for each.

Conditions within one rule must all hold; rules are joined by "or". Only participants are ever asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from hashlib import sha256
from operator import or_

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from checklist.models import AudienceRule
from mhhs_portal.organisations.access import RESPONDERS
from mhhs_portal.organisations.models import Constituency, Kind, MarketRole, Membership, Organisation, RoleHeld
from milestones.models import CriticalPath, Placement


@dataclass(frozen=True)
class Rule:
    """One line of the audience builder; market role by code, path and organisation by slug or name,
    "" for any."""

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
    without_contact: Sequence[Organisation] = ()

    @property
    def counted_twice(self) -> int:
        return sum(self.matches) - len(self.addressed)

    @property
    def fingerprint(self) -> str:
        """The same for the same organisations: a page sends back what its reader saw."""
        ids = ",".join(str(pk) for pk in sorted(row.organisation.pk for row in self.addressed))
        return sha256(ids.encode()).hexdigest()[:16]


def _meets(rule: Rule) -> Q:
    """What the organisation of the outer query must be."""
    if rule.is_empty:
        return Q(pk__in=[])
    condition = Q(kind=Kind.PARTICIPANT)
    if rule.market_role or rule.path:
        # One and the same role of theirs: "supplier on CP3" is not a CP1 supplier whose metering arm is on CP3.
        held = RoleHeld.objects.filter(organisation=OuterRef("pk"))
        if rule.market_role:
            held = held.filter(market_role__code=rule.market_role)
        if rule.path:
            placed = Placement.objects.current().filter(role_held=OuterRef("pk"), path__slug=rule.path)
            held = held.filter(Exists(placed))
        condition &= Q(Exists(held))
    if rule.constituency:
        condition &= Q(constituency=rule.constituency)
    if rule.organisation:
        condition &= Q(slug=rule.organisation) | Q(name__iexact=rule.organisation)
    return condition


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
    """Everybody whom the rules reach, by name; two queries however many rules and organisations there are."""
    conditions = {position: _meets(rule) for position, rule in enumerate(rules) if not rule.is_empty}
    if not conditions:
        return Audience(matches=[0 for _ in rules])
    names = dict(MarketRole.objects.values_list("code", "name"))
    reachable = Membership.objects.current(today).filter(organisation=OuterRef("pk"), role__in=RESPONDERS)
    met = {
        f"rule_{position}": ExpressionWrapper(condition, BooleanField()) for position, condition in conditions.items()
    }
    anybody = reduce(or_, conditions.values())
    found = Organisation.objects.filter(anybody).annotate(is_reachable=Exists(reachable), **met).order_by("name", "pk")
    addressed, without_contact = [], []
    for organisation in found:
        positions = tuple(position for position in conditions if getattr(organisation, f"rule_{position}"))
        reason = "; ".join(words(rules[position], names) for position in positions)
        addressed.append(Addressed(organisation, positions, reason[:500]))
        if not organisation.is_reachable:
            without_contact.append(organisation)
    matches = [sum(position in row.rules for row in addressed) for position in range(len(rules))]
    return Audience(addressed, matches, without_contact)


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
