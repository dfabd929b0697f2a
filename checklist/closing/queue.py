"""The comments on one item, in the order and the part that the address asks for, with numbers that add up.

One light query reads every comment of the item once (state, owner, who, where): from it come the numbers of the
comments, the counts of the tabs, the choices of the filters and the page. Only the page's own rows are read in full.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import Case, CharField, F, Q, QuerySet, TextField, Value, When, Window
from django.db.models.functions import Coalesce, NullIf, RowNumber

from checklist.models import ChecklistItem, Comment, CommentKind, Severity

#: Each comment is in one of them; those that their author replaced by a later response need no answer.
STATES = {"to-decide": "To decide", "drafted": "Draft reply", "decided": "Decided", "replaced": "Replaced"}
ORDERS = {"clause": "Document and clause", "organisation": "Organisation", "number": "Order of arrival"}
PER_PAGE = 50

_NOTHING = Value("", output_field=TextField())
_ORIGINAL = "disposition__duplicate_of__"
#: The original's answer, where the comment is a duplicate, else its own.
OUTCOME = Coalesce(NullIf(F(f"{_ORIGINAL}outcome"), Value("")), F("disposition__outcome"), Value(""))
REPLY = Coalesce(NullIf(F(f"{_ORIGINAL}reply"), _NOTHING), F("disposition__reply"), _NOTHING, output_field=TextField())
STATE = Case(
    When(response__is_current=False, then=Value("replaced")),
    When(Q(disposition__is_decided=True) | Q(disposition__duplicate_of__is_decided=True), then=Value("decided")),
    When(
        (Q(disposition__isnull=False) & ~(Q(disposition__outcome="") & Q(disposition__reply="")))
        | (
            Q(disposition__duplicate_of__isnull=False)
            & ~(Q(disposition__duplicate_of__outcome="") & Q(disposition__duplicate_of__reply=""))
        ),
        then=Value("drafted"),
    ),
    default=Value("to-decide"),
    output_field=CharField(),
)
ARRIVAL = Window(RowNumber(), order_by=["response__given_at", "response_id", "number"])


@dataclass(frozen=True)
class Choice:
    """What the address asks for."""

    state: str = ""
    owner: str = ""
    organisation: str = ""
    document: str = ""
    clause: str = ""
    kind: str = ""
    severity: str = ""
    q: str = ""
    by: str = "clause"

    @classmethod
    def of(cls, sent: Mapping[str, Any]) -> Choice:
        said = {name: str(sent.get(name, "")).replace("\x00", "").strip()[:200] for name in cls.__dataclass_fields__}
        said["by"] = said["by"] if said["by"] in ORDERS else "clause"
        said["state"] = said["state"] if said["state"] in STATES else ""
        return cls(**said)

    @property
    def query(self) -> str:
        """The address's part that says so, without the page."""
        said = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return urlencode({name: value for name, value in said.items() if value and (name, value) != ("by", "clause")})

    def with_state(self, state: str) -> str:
        said = {name: getattr(self, name) for name in self.__dataclass_fields__} | {"state": state}
        return "?" + Choice(**said).query

    @property
    def is_filtered(self) -> bool:
        return any(getattr(self, name) for name in self.__dataclass_fields__ if name not in {"by", "state"})


class Slot(NamedTuple):
    """One comment, as far as lists and counts need it."""

    pk: int
    number: int
    state: str
    owner: int | None
    organisation: str
    organisation_name: str
    document: str
    clause: str
    original: int | None
    matches: bool


@dataclass
class Queue:
    slots: list[Slot]
    choice: Choice
    numbers: dict[int, int] = field(init=False)

    def __post_init__(self) -> None:
        self.numbers = {slot.pk: slot.number for slot in self.slots}
        #: What fits the filters, in every state: the tabs count it.
        self.matching = [slot for slot in self.slots if slot.matches or str(slot.number) == self.choice.q]
        self.counts = Counter(slot.state for slot in self.matching)
        wanted = self.choice.state
        shown = [s for s in self.matching if (s.state == wanted if wanted else s.state != "replaced")]
        self.shown = sorted(shown, key=_ORDER[self.choice.by])

    @property
    def in_force(self) -> int:
        return sum(slot.state != "replaced" for slot in self.slots)

    @property
    def organisation_count(self) -> int:
        return len({slot.organisation for slot in self.slots if slot.state != "replaced"})

    @property
    def tabs(self) -> list[tuple[str, str, int]]:
        """Address, words and number; the first three add up to the fourth."""
        rows = [(self.choice.with_state(state), words, self.counts[state]) for state, words in STATES.items()]
        in_force = sum(self.counts[state] for state in STATES if state != "replaced")
        everything = (self.choice.with_state(""), "All", in_force)
        return [*rows[:3], everything, *([rows[3]] if self.counts["replaced"] else [])]

    @property
    def sum_words(self) -> str:
        parts = [self.counts[state] for state in ("to-decide", "drafted", "decided")]
        return f"{' + '.join(map(str, parts))} = {sum(parts)}"

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """For the filters: only what occurs."""
        return {
            "organisation": sorted({(slot.organisation, slot.organisation_name) for slot in self.slots}, key=_second),
            "document": [(name, name) for name in sorted({slot.document for slot in self.slots if slot.document})],
            "kind": [(str(value), str(label)) for value, label in CommentKind.choices],
            "severity": [(str(value), str(label).split(":")[0]) for value, label in Severity.choices],
        }

    def after(self, pk: int) -> Slot | None:
        """The next comment of the list that needs a decision of its own; the first again after the last."""
        places = [slot.pk for slot in self.shown]
        start = places.index(pk) + 1 if pk in places else 0
        rest = [*self.shown[start:], *self.shown[:start]]
        open_ = (s for s in rest if s.pk != pk and s.state in {"to-decide", "drafted"} and not s.original)
        return next(open_, None)

    def page_of(self, pk: int) -> int:
        places = [slot.pk for slot in self.shown]
        return places.index(pk) // PER_PAGE + 1 if pk in places else 1


def _second(pair: tuple[str, str]) -> str:
    return pair[1].casefold()


@lru_cache(maxsize=4096)
def natural(text: str) -> list[tuple[int, int, str]]:
    """ "2.10" after "2.9", and "Table 3" among the words."""
    parts = re.findall(r"\d+|[^\d.]+", text.casefold())
    return [(0, int(part[:9]), "") if part.isdecimal() else (1, 0, part.strip()) for part in parts]


_ORDER: dict[str, Any] = {
    "clause": lambda slot: (slot.document.casefold(), natural(slot.clause), slot.number),
    "organisation": lambda slot: (slot.organisation_name.casefold(), slot.number),
    "number": lambda slot: slot.number,
}


def _condition(choice: Choice) -> Q:
    found = Q(pk__isnull=False)
    if choice.owner == "nobody":
        found &= Q(disposition__isnull=True) | Q(disposition__owner__isnull=True)
    elif choice.owner:
        found &= Q(disposition__owner=int(choice.owner[:9])) if choice.owner.isdecimal() else Q(pk__isnull=True)
    if choice.organisation:
        found &= Q(response__organisation__slug=choice.organisation)
    for name in ("document", "kind", "severity"):
        if value := getattr(choice, name):
            found &= Q(**{name: value})
    if choice.clause:
        found &= Q(clause__icontains=choice.clause)
    if choice.q:
        found &= (
            Q(comment__icontains=choice.q)
            | Q(suggested_change__icontains=choice.q)
            | Q(disposition__reply__icontains=choice.q)
            | Q(document__icontains=choice.q)
        )
    return found


def queue_of(item: ChecklistItem, choice: Choice) -> Queue:
    """One query, whatever is asked for."""
    rows = (
        Comment.objects.filter(response__item=item)
        .order_by()
        .values_list(
            "pk",
            ARRIVAL,
            STATE,
            "disposition__owner",
            "response__organisation__slug",
            "response__organisation__name",
            "document",
            "clause",
            "disposition__duplicate_of__comment",
            Case(When(_condition(choice), then=Value(True)), default=Value(False)),
        )
    )
    return Queue([Slot(*row) for row in rows], choice)


def full_rows(pks: Iterable[int]) -> QuerySet[Comment]:
    """Comments with everything that a row of the queue shows."""
    return (
        Comment.objects.filter(pk__in=list(pks))
        .select_related("response__organisation", "response__given_by", "response__signed_off_by")
        .select_related("disposition__owner", "disposition__saved_by", "disposition__duplicate_of")
        .annotate(state=STATE, said_outcome=OUTCOME, said_reply=REPLY)
        .order_by()
    )
