"""Who is asked: rules typed by staff, resolved into a list of organisations with the reason for each.

Conditions within one rule must all hold; rules are joined by "or". Only participants are ever asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from hashlib import sha256
from operator import or_

from django.core.exceptions import ValidationError
from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from checklist.models import AudienceRule, GroupMember, NamedGroup
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
    group: str = ""

    @property
    def is_empty(self) -> bool:
        named = self.market_role or self.path or self.constituency or self.organisation or self.group
        return not (self.everyone or named)


@dataclass(frozen=True)
class Apart:
    """An exception as typed: one organisation, by slug, that is asked anyway or left out anyway, and why."""

    organisation: str
    reason: str
    is_left_out: bool = True


@dataclass(frozen=True)
class Addressed:
    organisation: Organisation
    #: Positions of the rules that it met, and all of them in words.
    rules: tuple[int, ...]
    reason: str


@dataclass(frozen=True)
class LeftOut:
    organisation: Organisation
    reason: str
    #: No rule reaches it, so leaving it out changes nothing.
    is_idle: bool = False


@dataclass(frozen=True)
class Audience:
    """The resolved list. `sum(matches) - counted_twice + added - withheld == len(addressed)`, always."""

    addressed: list[Addressed] = field(default_factory=list)
    #: How many organisations each rule matches, in the order of the rules.
    matches: list[int] = field(default_factory=list)
    #: Those of the list whom no lead or contributor of theirs would hear of it.
    without_contact: Sequence[Organisation] = ()
    #: Exceptions: asked although no rule reaches them, and not asked although one does.
    added: int = 0
    left_out: Sequence[LeftOut] = ()

    @property
    def counted_twice(self) -> int:
        return sum(self.matches) - (len(self.addressed) - self.added + self.withheld)

    @property
    def withheld(self) -> int:
        """How many the rules reach that are left out."""
        return sum(not row.is_idle for row in self.left_out)

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
    if rule.group:
        member = GroupMember.objects.filter(organisation=OuterRef("pk"), group__slug=rule.group)
        condition &= Q(Exists(member))
    return condition


def words(rule: Rule, role_names: dict[str, str]) -> str:
    """ "Supplier, path CP3": the rule as it is kept beside each name."""
    if rule.everyone:
        return "Every participant"
    parts = [
        role_names.get(rule.market_role, rule.market_role),
        f"path {rule.path.upper()}" if rule.path else "",
        Constituency(rule.constituency).label if rule.constituency else "",
        f"group {rule.group}" if rule.group else "",
        "chosen by name" if rule.organisation else "",
    ]
    return ", ".join(part for part in parts if part)


def resolve(
    rules: Sequence[Rule], today: date, apart: Sequence[Apart] = (), names: dict[str, str] | None = None
) -> Audience:
    """Everybody whom the rules reach, by name, with the exceptions; two queries however many organisations there are.

    `names` are the names of the market roles where the caller has them; then it is one query.
    """
    conditions = {position: _meets(rule) for position, rule in enumerate(rules) if not rule.is_empty}
    exceptions = {row.organisation: row for row in apart if row.organisation}
    if not conditions and not exceptions:
        return Audience(matches=[0 for _ in rules])
    names = dict(MarketRole.objects.values_list("code", "name")) if names is None else names
    reachable = Membership.objects.current(today).filter(organisation=OuterRef("pk"), role__in=RESPONDERS)
    met = {
        f"rule_{position}": ExpressionWrapper(condition, BooleanField()) for position, condition in conditions.items()
    }
    anybody = reduce(or_, conditions.values(), Q(kind=Kind.PARTICIPANT, slug__in=list(exceptions)))
    found = Organisation.objects.filter(anybody).annotate(is_reachable=Exists(reachable), **met).order_by("name", "pk")
    addressed, without_contact, left_out, added = [], [], [], 0
    matches = [0 for _ in rules]
    for organisation in found:
        positions = tuple(position for position in conditions if getattr(organisation, f"rule_{position}"))
        for position in positions:
            matches[position] += 1
        exception = exceptions.get(organisation.slug)
        if exception and exception.is_left_out:
            left_out.append(LeftOut(organisation, exception.reason, is_idle=not positions))
            continue
        reason = "; ".join(words(rules[position], names) for position in positions)
        if exception and not positions:
            reason, added = f"Added: {exception.reason}", added + 1
        addressed.append(Addressed(organisation, positions, reason[:500]))
        if not organisation.is_reachable:
            without_contact.append(organisation)
    return Audience(addressed, matches, without_contact, added, left_out)


def rules_of(rows: Iterable[AudienceRule]) -> list[Rule]:
    """Kept rows as typed rules; the rows carry what they name."""
    return [
        Rule(
            everyone=row.everyone,
            market_role=row.market_role.code if row.market_role else "",
            path=row.path.slug if row.path else "",
            constituency=row.constituency,
            organisation=row.organisation.slug if row.organisation else "",
            group=row.group.slug if row.group else "",
        )
        for row in rows
    ]


def rows_of(rules: Sequence[Rule]) -> list[AudienceRule]:
    """The rules as rows to be kept with an item; raises ValidationError in words for a name that does not exist."""
    paths = {path.slug: path for path in CriticalPath.objects.all()}
    roles = {role.code: role for role in MarketRole.objects.all()}
    slugs = [rule.organisation for rule in rules if rule.organisation]
    named = {o.slug: o for o in Organisation.objects.participants().filter(slug__in=slugs)}
    wanted = [rule.group for rule in rules if rule.group]
    groups = {group.slug: group for group in NamedGroup.objects.filter(slug__in=wanted)} if wanted else {}
    rows = []
    for position, rule in enumerate(rules):
        if rule.is_empty:
            raise ValidationError(f"Rule {position + 1} is empty: choose something or remove the rule")
        if {rule.market_role, rule.path, rule.organisation, rule.group} - {"", *roles, *paths, *named, *groups}:
            raise ValidationError(
                f"Rule {position + 1} names a role, path, group or organisation that is not in the portal"
            )
        rows.append(
            AudienceRule(
                position=position,
                everyone=rule.everyone,
                market_role=roles.get(rule.market_role),
                path=paths.get(rule.path),
                constituency=rule.constituency,
                organisation=named.get(rule.organisation),
                group=groups.get(rule.group),
            )
        )
    return rows
