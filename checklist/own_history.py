"""What one organisation's people did with an item, and what the Programme did that concerns them, newest first.

Nothing of the Programme's own work on the item, and nothing of another organisation: every question names the one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import Case, Count, F, IntegerField, Max, Min, OuterRef, Subquery, Value, When
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, TruncDate
from django.utils.module_loading import import_string

from checklist.history import VERBS
from checklist.models import Answer, ChecklistItem, Extension, Response
from checklist.receipts import address
from checklist.response_reading import versions_of
from checklist.wording import revisions_of
from mhhs_portal.deadlines import LONDON, spoken
from mhhs_portal.exports import Column, Table
from mhhs_portal.organisations.models import Organisation

PROGRAMME = "The Programme"
#: Told one by one; all else that one person does to a draft on one day is told in one line.
_ALONE = ("checklist.handed_for_sign_off", "checklist.handed_back")
COLUMNS = [
    Column("at", "When (UK time)"),
    Column("since", "Since (UK time)"),
    Column("what", "What"),
    Column("times", "Times"),
    Column("who", "Who"),
    Column("words", "In words"),
]


@dataclass(frozen=True)
class OwnLine:
    at: datetime
    what: str
    who: str
    words: str = ""
    #: Where what was sent can be read.
    url: str = ""
    #: How often, and when for the first time, where one line stands for several.
    times: int = 1
    since: datetime | None = None


def own_happenings(item: ChecklistItem, organisation: Organisation) -> list[OwnLine]:
    """Five queries, and those of the parts that settings.OWN_ITEM_HISTORY names."""
    lines = [*_drafting(item, organisation), *_sent(item, organisation), *_programme(item, organisation)]
    for source in settings.OWN_ITEM_HISTORY:
        lines += import_string(source)(item, organisation)
    return sorted(lines, key=lambda line: line.at, reverse=True)


def _drafting(item: ChecklistItem, organisation: Organisation) -> Iterator[OwnLine]:
    """Every change to the draft, its rows and its files raises the draft's version, and so leaves an event of it."""
    events = apps.get_model("checklist", "ResponseDraftEvent")._default_manager
    verb = KeyTextTransform("verb", "pgh_context__metadata")
    rows = (
        events.filter(item=item, organisation=organisation)
        .annotate(verb=verb, actor=Cast(KeyTextTransform("actor", "pgh_context__metadata"), IntegerField()))
        .annotate(alone=Case(When(verb__in=_ALONE, then=F("pgh_id")), default=Value(0), output_field=IntegerField()))
        .annotate(who=Subquery(get_user_model().objects.filter(pk=OuterRef("actor")).values("name")))
        .values("verb", "who", "alone", day=TruncDate("pgh_created_at", tzinfo=LONDON))
        .annotate(
            last=Max("pgh_created_at"),
            first=Min("pgh_created_at"),
            times=Count("pgh_context", distinct=True),
            words=Max("returned_words"),
        )
        .order_by("last")
    )
    for row in rows:
        what = VERBS.get(row["verb"], "Draft changed")
        words = row["words"] if row["verb"] == "checklist.handed_back" else ""
        since = row["first"] if row["times"] > 1 else None
        yield OwnLine(row["last"], what, row["who"] or "The portal", words, "", max(row["times"], 1), since)


def _sent(item: ChecklistItem, organisation: Organisation) -> Iterator[OwnLine]:
    for response in versions_of(item, organisation):
        what = "Response entered by the Programme" if response.is_on_behalf else "Response sent"
        if response.number > 1:
            what += f", version {response.number}"
        who = PROGRAMME if response.is_on_behalf else response.given_by.name
        yield OwnLine(response.given_at, what, who, _about(response), address(response))


def _about(response: Response) -> str:
    said = [Answer(response.answer).label]
    if total := response.comment_total:  # type: ignore[attr-defined]  # versions_of() adds it
        said.append(f"{total:,} comment{'s' * (total != 1)}")
    if total := response.file_total:  # type: ignore[attr-defined]
        said.append(f"{total} file{'s' * (total != 1)}")
    said += ["late"] * response.is_late
    said += [f"signed off by {response.signed_off_by.name}"] if response.signed_off_by else []
    said += [response.on_behalf_reason] if response.is_on_behalf else []
    return ", ".join(said)


def _programme(item: ChecklistItem, organisation: Organisation) -> Iterator[OwnLine]:
    asked = item.addressees.filter(organisation=organisation).first()
    if asked:
        yield OwnLine(asked.added_at, "Asked to respond", PROGRAMME, asked.reason[:1].upper() + asked.reason[1:])
    for given in Extension.objects.seen_by(organisation).filter(item=item):
        whose = "your organisation" if given.organisation_id else "everybody"
        yield OwnLine(
            given.granted_at, f"More time for {whose}", PROGRAMME, f"Until {spoken(given.due_at)}. {given.reason}"
        )
    for row in revisions_of(item):
        if row.what_changed:
            what = "Wording changed: everybody is asked again" if row.asks_again else "Wording corrected"
            yield OwnLine(row.raised_at, what, PROGRAMME, row.what_changed)
    ends = (
        (item.closed_at, "Closed", item.closed_reason),
        (item.withdrawn_at, "Withdrawn", item.withdrawn_reason),
        (item.outcome_at, "Outcome published", item.outcome_decision),
    )
    yield from (OwnLine(at, what, PROGRAMME, words) for at, what, words in ends if at)


def table(item: ChecklistItem, lines: list[OwnLine]) -> Table:
    rows = [{column.key: getattr(line, column.key) for column in COLUMNS} for line in lines]
    return Table(f"history-{item.reference.lower()}", COLUMNS, rows)
