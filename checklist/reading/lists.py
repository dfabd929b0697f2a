"""The three lists of the checklist: everybody's, an organisation's own, the Programme's. One page of each is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, Exists, F, FloatField, Func, IntegerField, OuterRef, Q, Value, When
from django.http import QueryDict

from checklist.models import AudienceRule, ChecklistItem, ItemKind, State
from checklist.models.items import ItemQuerySet
from checklist.own import ANSWERED, TABS, standing, under_tabs
from checklist.reading.choice import DUE, OVERDUE, SORTS, Choice, Option
from checklist.reading.searching import highlighted, matching, query_of, ranked
from checklist.standings import MIDNIGHT, with_phase, with_standing_of
from mhhs_portal.deadlines import deadline, local_day
from mhhs_portal.organisations.models import MarketRole, Membership
from milestones.models import CriticalPath

PER_PAGE = 25
#: As many as one sheaf of paper, or one page that shows everything, has. Our own number.
MOST_AT_ONCE = 1000


@dataclass(frozen=True)
class Shown:
    """A word that the address may say about states: what it is called and which standings it means; none means all."""

    label: str
    standings: tuple[str, ...] = ()
    is_tab: bool = True


PUBLIC = {
    "all": Shown("Everything"),
    "open": Shown("Open", ("open",)),
    "upcoming": Shown("Upcoming", ("upcoming",)),
    "closed": Shown("Closed", ("closed", "outcome")),
    "outcome": Shown("Outcome published", ("outcome",)),
}
OFFICE = PUBLIC | {"withdrawn": Shown("Withdrawn", ("withdrawn",))}
_OWN_TABS = {
    "awaiting": "Needs action",
    "overdue": "Overdue",
    "upcoming": "Upcoming",
    "answered": "Answered",
    "closed": "Closed",
    "all": "Everything",
}
OWN = {key: Shown(label, TABS[key]) for key, label in _OWN_TABS.items()} | {
    "draft-saved": Shown("Draft saved", ("draft-saved",), is_tab=False),
    "change-waits-for-sign-off": Shown("Change waits for sign-off", ("change-waits-for-sign-off",), is_tab=False),
    "due-soon": Shown("Due soon", ("due-soon",), is_tab=False),
    "new-today": Shown("New today", ("new-today",), is_tab=False),
    "open": Shown("Open, not started", ("due-soon", "new-today", "open"), is_tab=False),
    "response-sent": Shown("Response sent", ("response-sent",), is_tab=False),
    "no-comments-sent": Shown("No comments sent", ("no-comments-sent",), is_tab=False),
    "does-not-apply": Shown("Does not apply", ("does-not-apply",), is_tab=False),
    "sent-late": Shown("Sent late", ("sent-late",), is_tab=False),
    "withdrawn": Shown("Withdrawn", ("withdrawn",), is_tab=False),
}


@dataclass(frozen=True)
class Tab:
    key: str
    label: str
    count: int
    address: str


@dataclass
class ItemList:
    """One of the three lists as one address asks for it. Five queries at most, however many items there are."""

    query: QueryDict
    now: datetime
    #: Whose list it is; nobody's for the public one.
    acting: Membership | None = None
    shows: dict[str, Shown] = field(default_factory=lambda: PUBLIC)
    usual: str = "all"

    # --- what there is ------------------------------------------------------------------------------------------------

    def items(self) -> ItemQuerySet:
        """Everything that this list could show. Nothing else is ever counted, offered, found or sent."""
        return ChecklistItem.objects.public()

    def with_standing(self, items: ItemQuerySet) -> Any:
        return with_phase(items, self.now)

    def is_overdue(self) -> Any:
        return Q(pk__in=[])

    @cached_property
    def facets(self) -> dict[str, Any]:
        """How many items there are, and what they are sorted under."""
        some: dict[str, Any] = {"distinct": True, "default": Value([])}
        return self.items().aggregate(
            total=Count("pk"),
            kinds=ArrayAgg("kind", **some),
            workstreams=ArrayAgg("workstream", **some),
            groups=ArrayAgg("governance_group", filter=~Q(governance_group=""), **some),
            milestones=ArrayAgg("milestone__code", filter=Q(milestone__isnull=False), **some),
        )

    @cached_property
    def offered(self) -> dict[str, list[Option]]:
        """What can be chosen: only what is in the list."""
        facets, kinds = self.facets, dict(ItemKind.choices)
        milestones = sorted(facets["milestones"], key=lambda code: (len(code), code))
        roles, paths = _roles_and_paths()
        return {
            "kind": [Option(kind, kinds[kind]) for kind in kinds if kind in facets["kinds"]],
            "workstream": [Option(name, name) for name in facets["workstreams"]],
            "group": [Option(name, name) for name in facets["groups"]],
            "role": roles,
            "path": paths,
            "milestone": [Option(code, code) for code in milestones],
            "due": [Option(*pair) for pair in (DUE | (OVERDUE if self.acting else {})).items()],
            "state": [Option(key, shown.label) for key, shown in self.shows.items()],
        }

    @property
    def sorts(self) -> list[Option]:
        """The orders that can be chosen; the best match needs words to match."""
        return [Option(key, label) for key, label in SORTS.items() if key != "fit" or self.choice.q]

    @cached_property
    def choice(self) -> Choice:
        return Choice.of(self.query, self.offered, self.usual)

    # --- what is asked for --------------------------------------------------------------------------------------------

    @cached_property
    def search(self) -> Any:
        return query_of(self.choice.q) if self.choice.q else None

    @cached_property
    def found(self) -> Any:
        """What the filters leave, in every state."""
        return self.narrowed(self.items())

    def narrowed(self, items: Any) -> Any:
        """Those of the items that all filters but the state leave."""
        choice = self.choice
        items = self.with_standing(items)
        for name in ("kind", "workstream"):
            if value := getattr(choice, name):
                items = items.filter(**{name: value})
        if choice.group:
            items = items.filter(governance_group=choice.group)
        if choice.milestone:
            items = items.filter(milestone__code=choice.milestone)
        if choice.path:
            items = items.filter(Q(path__slug=choice.path) | _asks(path__slug=choice.path))
        if choice.role:
            items = items.filter(_asks(Q(market_role__code=choice.role) | Q(everyone=True)))
        if choice.due == "overdue":
            items = items.filter(self.is_overdue())
        first, after = choice.due_between(self.now)
        if first:
            items = items.filter(ends_at__gte=first)
        if after:
            items = items.filter(ends_at__lt=after)
        if choice.q:
            items = matching(items, self.search) if self.search else items.none()
        return items

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many of what is found each word about states shows."""
        rows = self.found.order_by().values("standing").annotate(count=Count("pk"))
        states = {key: shown.standings for key, shown in self.shows.items()}
        return under_tabs(states, {row["standing"]: row["count"] for row in rows})

    @property
    def tabs(self) -> list[Tab]:
        return [
            Tab(key, shown.label, self.counts[key], self.choice.address(state=key))
            for key, shown in self.shows.items()
            if shown.is_tab
        ]

    @property
    def count(self) -> int:
        return self.counts[self.choice.state]

    @property
    def total(self) -> int:
        return int(self.facets["total"])

    @cached_property
    def chosen(self) -> Any:
        """What is shown, in order; not cut into pages."""
        wanted = self.shows[self.choice.state].standings
        items = self.found.filter(standing__in=wanted) if wanted else self.found
        if self.choice.sort == "title":
            return items.order_by("title", "reference")
        if self.choice.sort == "issued":
            return items.order_by("-issued_at", "reference")
        if self.choice.sort == "fit" and self.search:
            return ranked(items, self.search).order_by("-rank", "-ends_at", "reference")
        return self.by_deadline(items)

    def by_deadline(self, items: Any) -> Any:
        """What is still to come by deadline, then what is over, the latest first."""
        over = Case(
            When(standing__in=["closed", "outcome", "withdrawn"], then=1), default=0, output_field=IntegerField()
        )
        coming = Case(When(over=0, then=F("ends_at")))
        return items.annotate(over=over).order_by("over", coming.asc(), F("ends_at").desc(), "reference")

    def page(self) -> Page[Any]:
        """Twenty-five rows, or with ?page=all as many as one page can hold."""
        rows = self.chosen
        if self.search:
            rows = highlighted(rows, self.search)
        rows = self.detailed(rows)
        if self.query.get("page") == "all":
            return _Counted(rows, MOST_AT_ONCE, self.count).get_page(1)
        return _Counted(rows, PER_PAGE, self.count).get_page(self.query.get("page"))

    def detailed(self, items: Any) -> Any:
        """With what a row says beyond its standing."""
        return items

    def rows(self, items: Iterable[ChecklistItem]) -> list[Any]:
        return [Row(item, item.standing) for item in items]  # type: ignore[attr-defined]  # with_phase() adds it


@dataclass(frozen=True)
class Row:
    """An item of the public list or the Programme's."""

    item: ChecklistItem
    #: "upcoming", "open", "closed", "outcome" or "withdrawn".
    standing: str

    @property
    def phase(self) -> str:
        return "closed" if self.standing == "outcome" else self.standing

    @property
    def is_over(self) -> bool:
        return self.phase in {"closed", "withdrawn"}


class OfficeList(ItemList):
    """Everything that was published, restricted and withdrawn items too, with how many have responded."""

    def items(self) -> ItemQuerySet:
        return ChecklistItem.objects.issued()

    def is_overdue(self) -> Any:
        """Somebody who was asked has not answered, and the deadline is over."""
        return Q(state=State.PUBLISHED, due_at__lt=self.now, tally__missing__gt=0)

    def detailed(self, items: Any) -> Any:
        return items.with_counts()

    def rows(self, items: Iterable[ChecklistItem]) -> list[Any]:
        return [
            OfficeRow(item, item.standing, item.asked or 0, item.sent or 0, item.late or 0, item.missing or 0)  # type: ignore[attr-defined]
            for item in items
        ]


@dataclass(frozen=True)
class OfficeRow(Row):
    asked: int
    answered: int
    late: int
    outstanding: int

    @property
    def in_time(self) -> int:
        return self.answered - self.late


class _Place(Func):
    """Where an item stands in an organisation's list, as one number: whatever tells it is worked out only once."""

    _ANSWERED = ", ".join(f"'{standing}'" for standing in ANSWERED)
    template = (
        "(SELECT CASE WHEN s = 'overdue' THEN e WHEN s = 'upcoming' THEN 2e11 + e"  # noqa: S608
        f" WHEN s IN ('closed', 'withdrawn') OR (s IN ({_ANSWERED}) AND e < %(monday)s) THEN 4e11 - e"
        " ELSE 1e11 + e END FROM (SELECT %(expressions)s) AS k (s, e))"
    )
    output_field = FloatField()


class OwnList(ItemList):
    """What was asked of one organisation, with where it stands."""

    def items(self) -> ItemQuerySet:
        assert self.acting
        return ChecklistItem.objects.addressed_to(self.acting.organisation)

    def with_standing(self, items: ItemQuerySet) -> Any:
        assert self.acting
        return with_standing_of(items, self.acting.organisation, self.now)

    def is_overdue(self) -> Any:
        return Q(standing="overdue")

    @property
    def whose(self) -> str:
        return f" for {self.acting.organisation.name}" if self.acting else ""

    @cached_property
    def upcoming(self) -> ChecklistItem | None:
        """The next item to open, for those who have nothing to do."""
        return self.items().filter(state=State.PUBLISHED, opens_at__gt=self.now).order_by("opens_at").first()

    def by_deadline(self, items: Any) -> Any:
        """As checklist.own.by_period() puts them: overdue, coming, opening later, and over."""
        today = local_day(self.now)
        monday = deadline(today - timedelta(days=today.weekday()), MIDNIGHT)
        ends = Func(F("ends_at"), template="EXTRACT(EPOCH FROM %(expressions)s)", output_field=FloatField())
        place = _Place(F("standing"), ends, monday=int(monday.timestamp()))
        return items.annotate(place=place).order_by("place", "reference")

    def detailed(self, items: Any) -> Any:
        assert self.acting
        return items.with_answer_of(self.acting.organisation)

    def rows(self, items: Iterable[ChecklistItem]) -> list[Any]:
        assert self.acting
        return [standing(item, self.acting, self.now) for item in items]


class _Counted(Paginator):  # type: ignore[type-arg]
    """A paginator that has been told how many rows there are."""

    def __init__(self, rows: Any, per_page: int, count: int) -> None:
        super().__init__(rows, per_page)
        self.__dict__["count"] = count


def _roles_and_paths() -> tuple[list[Option], list[Option]]:
    """Every market role by name and every path in its order; one query."""
    roles = MarketRole.objects.order_by().values_list(Value("role"), Value(0), "code", "name")
    paths = CriticalPath.objects.order_by().values_list(Value("path"), "position", "slug", "code")
    rows = sorted(roles.union(paths, all=True), key=lambda row: (row[1], row[3]))
    return tuple([Option(*row[2:]) for row in rows if row[0] == what] for what in ("role", "path"))  # type: ignore[return-value]


def _asks(*conditions: Q, **facts: Any) -> Exists:
    return Exists(AudienceRule.objects.filter(*conditions, item=OuterRef("pk"), **facts))


def public_items(query: QueryDict, now: datetime) -> ItemList:
    return ItemList(query, now)


def own_items(query: QueryDict, acting: Membership, now: datetime) -> OwnList:
    return OwnList(query, now, acting, OWN, "awaiting")


def office_items(query: QueryDict, acting: Membership, now: datetime) -> OfficeList:
    return OfficeList(query, now, acting, OFFICE, "all")
