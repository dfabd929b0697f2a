"""What happened on a checklist since somebody last read it.

A visit is a session of reading: it goes on while the list is read again within half an hour, so that looking at an item
and coming back loses nothing. Only the list of the organisation itself counts as reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Greatest

from checklist.models import Addressee, ChecklistItem, Extension, ItemRevision, State
from checklist.models.items import ItemQuerySet
from checklist.reading.models import LastVisit
from mhhs_portal.organisations.models import Kind, Membership, Organisation

#: After so long without reading, the next reading is a new visit. Our own number.
PAUSE = timedelta(minutes=30)
#: How exactly the reading of a visit is kept: more often nothing is written.
EVERY = timedelta(minutes=1)
#: As many are named; the others are in the list. Our own number.
MOST_NAMED = 100

#: What can happen to an item, in the order of the panel, and how many of it are told.
HAPPENINGS = {
    "new": ("New", "new item", "new items"),
    "extended": ("More time", "with more time", "with more time"),
    "revised": ("Wording changed", "with a new wording", "with a new wording"),
    "closed": ("Closed", "closed", "closed"),
    "withdrawn": ("Withdrawn", "withdrawn", "withdrawn"),
    "outcome": ("Outcome published", "with an outcome", "with an outcome"),
    "log": ("Comments log published", "with a comments log", "with a comments log"),
}


@dataclass(frozen=True)
class Happening:
    what: str
    at: datetime
    reference: str
    title: str
    #: Its words: the reason, or what changed.
    words: str

    @property
    def label(self) -> str:
        return HAPPENINGS[self.what][0]


@dataclass(frozen=True)
class News:
    #: None when this is the first visit.
    since: datetime | None
    happenings: list[Happening] = field(default_factory=list)

    @property
    def counts(self) -> list[str]:
        """ "3 new items", "1 with more time"."""
        found = []
        for key, (_, one, many) in HAPPENINGS.items():
            if count := sum(happening.what == key for happening in self.happenings):
                found.append(f"{count} {one if count == 1 else many}")
        return found

    @property
    def is_cut(self) -> bool:
        return len(self.happenings) >= MOST_NAMED


def seen_until(acting: Membership, now: datetime) -> datetime | None:
    """Without reading: for other pages, which say what waits in the list."""
    found = _visit_of(acting).first()
    if found is None:
        return None
    return found.read_at if now - found.read_at > PAUSE else found.seen_until


def visit(acting: Membership, now: datetime) -> datetime | None:
    """Note that the list is being read; until when everything had been seen before, None at the first visit."""
    found = _visit_of(acting).first()
    if found is None:
        LastVisit.objects.bulk_create(
            [LastVisit(organisation=acting.organisation, person=acting.person, seen_until=now, read_at=now)],
            ignore_conflicts=True,
        )
        return None
    if now - found.read_at > PAUSE:
        _visit_of(acting).filter(read_at=found.read_at).update(seen_until=found.read_at, read_at=now)
        return found.read_at
    if now - found.read_at > EVERY:
        _visit_of(acting).update(read_at=Greatest(F("read_at"), Value(now)))
    return found.seen_until


def mark_all_seen(acting: Membership, now: datetime) -> None:
    LastVisit.objects.update_or_create(
        organisation=acting.organisation, person=acting.person, defaults={"seen_until": now, "read_at": now}
    )


def _visit_of(acting: Membership) -> QuerySet[LastVisit]:
    return LastVisit.objects.filter(organisation=acting.organisation, person=acting.person)


def happened_since(acting: Membership, since: datetime | None, now: datetime) -> News:
    """What happened to the items that the reader may see, the latest first; one query."""
    if since is None:
        return News(None)
    sql, asked_with = _question(acting.organisation.kind == Kind.PROGRAMME)
    given: dict[Any, Any] = {_SOMEBODY: acting.organisation_id, _SINCE: since, _NOW: now}
    with connection.cursor() as cursor:
        cursor.execute(sql, [given.get(value, value) for value in asked_with])
        return News(since, [Happening(*row) for row in cursor.fetchall()])


#: They stand in the question for what is not known when it is put into SQL.
_SOMEBODY = -1
_SINCE, _NOW = datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 2, tzinfo=UTC)


@cache
def _question(is_staff: bool) -> tuple[str, tuple[Any, ...]]:
    """The question in SQL with its parameters; put together once: that costs more than the answer."""
    parts = list(_parts(Organisation(pk=_SOMEBODY), is_staff, _SINCE, _NOW))
    rows = parts[0].union(*parts[1:], all=True).order_by("-n_at", "n_reference")[:MOST_NAMED]
    return rows.query.sql_with_params()


def _parts(organisation: Organisation, is_staff: bool, since: datetime, now: datetime) -> Iterable[QuerySet[Any]]:
    issued = ChecklistItem.objects.issued()
    items = issued if is_staff else issued.addressed_to(organisation)
    own = items if is_staff else items.with_deadline_of(organisation)
    due = F("due_at") if is_staff else F("own_due_at")
    yield _told(items.filter(issued_at__gt=since, issued_at__lte=now), "new", F("issued_at"), "summary")
    if not is_staff:
        later = Addressee.objects.filter(organisation=organisation, added_at__gt=since, added_at__lte=now)
        yield _of(later.filter(item__issued_at__lte=since), "new", F("added_at"), F("item__summary"))
    whose = Extension.objects.all() if is_staff else Extension.objects.seen_by(organisation)
    visible = Exists(items.filter(pk=OuterRef("item")))
    yield _of(whose.filter(visible, granted_at__gt=since), "extended", F("granted_at"), F("reason"))
    raised = ItemRevision.objects.filter(visible, raised_at__gt=since, raised_at__lte=now).exclude(
        number=1, correction=0
    )
    yield _of(raised, "revised", F("raised_at"), F("what_changed"))
    yield _told(items.filter(closed_at__gt=since), "closed", F("closed_at"), "closed_reason")
    by_clock = own.annotate(over_at=due).filter(over_at__gt=since, over_at__lt=now, closed_at=None)
    yield _told(by_clock.exclude(state=State.WITHDRAWN), "closed", F("over_at"), "")
    yield _told(items.filter(withdrawn_at__gt=since), "withdrawn", F("withdrawn_at"), "withdrawn_reason")
    yield _told(items.filter(outcome_at__gt=since), "outcome", F("outcome_at"), "outcome_decision")
    # The part that publishes logs stands beside this one; neither imports the other.
    logs = apps.get_model("closing", "LogPublication")._default_manager
    yield _of(logs.filter(visible, published_at__gt=since), "log", F("published_at"), F("what_changed"))


def _told(items: ItemQuerySet, what: str, at: F, words: str) -> QuerySet[Any]:
    return _columns(items, what, at, F("reference"), F("title"), F(words) if words else Value(""))


def _of(rows: QuerySet[Any], what: str, at: F, words: F) -> QuerySet[Any]:
    """For rows that belong to an item."""
    return _columns(rows, what, at, F("item__reference"), F("item__title"), words)


def _columns(rows: QuerySet[Any], what: str, at: Any, reference: Any, title: Any, words: Any) -> QuerySet[Any]:
    said = Value(what, output_field=CharField())
    names = {"n_what": said, "n_at": at, "n_reference": reference, "n_title": title, "n_words": words}
    return rows.order_by().annotate(**names).values_list(*names)
