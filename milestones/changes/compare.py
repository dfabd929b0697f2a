"""What is different between two baselines, or between a baseline and the forecast; nothing else.

What a timetable from before this portal left out or worded otherwise is not known. It is listed as such, and never
called added, removed or re-worded.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal, NamedTuple

from mhhs_portal.deadlines import working_days_between
from mhhs_portal.exports import Column, Table
from milestones.models import Baseline, BaselineLink, BaselineMilestone, Milestone
from milestones.movement import is_later, movement, sentence
from milestones.poap import When
from milestones.poap.text import same_dates
from milestones.register import Entry, Register

FORECAST = "forecast"
#: Every kind of change, in the order in which pages and notes say them.
KINDS = {
    "moved": "Moved",
    "added": "Added",
    "removed": "Removed",
    "re-worded": "Re-worded",
    "re-linked": "Re-linked",
}


@dataclass(frozen=True)
class Change:
    kind: str
    milestone: Milestone
    before: When | None
    after: When | None
    #: A full sentence.
    words: str
    #: "138 working days later"; empty where nothing moved or no distance is true.
    movement: str = ""
    #: Only when both dates are days: a month is never turned into a day.
    working_days: int | None = None
    calendar_days: int | None = None
    is_later: bool = False
    #: Slugs of the critical paths that the milestone matters to.
    paths: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        return KINDS[self.kind]


@dataclass(frozen=True)
class NotComparable:
    milestone: Milestone
    before: When | None
    after: When | None
    words: str
    paths: tuple[str, ...] = ()


def of_kind(rows: Iterable[Change | NotComparable], kind: str) -> list[Change]:
    return [row for row in rows if isinstance(row, Change) and row.kind == kind]


@dataclass
class Comparison:
    before: Baseline
    after: Baseline | Literal["forecast"]
    changes: list[Change] = field(default_factory=list)
    not_comparable: list[NotComparable] = field(default_factory=list)
    #: Milestones that both have with the same date.
    unchanged: list[Milestone] = field(default_factory=list)
    #: Whether both sides know which milestones they had, their words and links.
    knows_words_and_links: bool = True

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in KINDS}

    @property
    def after_name(self) -> str:
        return "the forecast" if isinstance(self.after, str) else self.after.name

    @property
    def after_slug(self) -> str:
        return FORECAST if isinstance(self.after, str) else self.after.slug

    @property
    def sentences(self) -> list[str]:
        return [change.words for change in self.changes]

    def of_kind(self, kind: str) -> list[Change]:
        return of_kind(self.changes, kind)

    def on(self, paths: Iterable[str]) -> Comparison:
        """Only what concerns milestones that matter to one of these paths."""
        wanted = set(paths)
        return Comparison(
            self.before,
            self.after,
            [change for change in self.changes if wanted & set(change.paths)],
            [row for row in self.not_comparable if wanted & set(row.paths)],
            self.unchanged,
            self.knows_words_and_links,
        )


class Said(NamedTuple):
    """What a baseline said of a milestone."""

    name: str
    summary: str


class Wait(NamedTuple):
    lag_working_days: int | None


@dataclass
class Words:
    """Which milestones some baselines had, and what those said and waited for: two queries for all of them."""

    milestones: dict[int, dict[int, Said]] = field(default_factory=dict)
    links: dict[int, dict[tuple[int, int], Wait]] = field(default_factory=dict)

    @classmethod
    def of(cls, *baselines: Baseline) -> Words:
        words = cls()
        said = BaselineMilestone.objects.filter(baseline__in=baselines).order_by()
        for baseline, milestone, *row in said.values_list("baseline_id", "milestone_id", "name", "summary"):
            words.milestones.setdefault(baseline, {})[milestone] = Said(*row)
        links = BaselineLink.objects.filter(baseline__in=baselines).order_by()
        for baseline, before, after, lag in links.values_list(
            "baseline_id", "before_id", "after_id", "lag_working_days"
        ):
            words.links.setdefault(baseline, {})[before, after] = Wait(lag)
        return words


def compare(
    register: Register, before: Baseline, after: Baseline | Literal["forecast"], *, words: Words | None = None
) -> Comparison:
    """Two queries; none with `words` that were read before."""
    if isinstance(after, str):
        return _with_forecast(register, before)
    words = words or Words.of(before, after)
    had, has = words.milestones.get(before.pk), words.milestones.get(after.pk)
    known = had is not None and has is not None
    comparison = Comparison(before, after, knows_words_and_links=known)
    by_pk = {entry.milestone.pk: entry for entry in register.entries}
    for entry in register.entries:
        old, new = (_date(entry, baseline) for baseline in (before, after))
        pk = entry.milestone.pk
        if known and (pk in had) != (pk in has):  # type: ignore[operator]
            kind = "added" if pk in has else "removed"  # type: ignore[operator]
            comparison.changes.append(_change(kind, entry, old, new, _came_or_went(kind, entry, old, new)))
        else:
            _dates(comparison, entry, old, new, is_known=known)
    if known:
        _wording(comparison, by_pk, had, has)  # type: ignore[arg-type]
        _links(comparison, by_pk, words.links.get(before.pk, {}), words.links.get(after.pk, {}))
    order = list(KINDS)
    comparison.changes.sort(key=lambda change: (order.index(change.kind), change.milestone.position))
    return comparison


def _date(entry: Entry, baseline: Baseline) -> When | None:
    row = entry.dates.get(baseline.slug)
    return row.when if row else None


def _change(kind: str, entry: Entry, old: When | None, new: When | None, words: str) -> Change:
    far, days, calendar = "", None, None
    if kind == "moved" and old and new and old.alternative is None:
        far = movement(old, new)
        if old.precision == new.precision == "day" and new.alternative is None:
            days, calendar = working_days_between(old.first, new.first), (new.first - old.first).days
    late = kind == "moved" and old is not None and new is not None and is_later(old, new)
    return Change(kind, entry.milestone, old, new, words, far, days, calendar, late, tuple(entry.path_slugs))


def _dates(comparison: Comparison, entry: Entry, old: When | None, new: When | None, *, is_known: bool) -> None:
    code, paths = entry.milestone.code, tuple(entry.path_slugs)
    before, after = comparison.before.name, comparison.after_name
    if old and new:
        if same_dates(old, new):
            comparison.unchanged.append(entry.milestone)
        else:
            comparison.changes.append(_change("moved", entry, old, new, sentence(code, old, new)))
    elif (old or new) and is_known:
        said = (
            f"{code} is given its first date, {new.words}; in {before} it had none."
            if new
            else f"{code} has no date any more; in {before} it was at {old.words if old else ''}."
        )
        comparison.changes.append(_change("moved", entry, old, new, said))
    elif old or new:
        where, missing, said_date = (after, before, new) if new else (before, after, old)
        inferred = " (inferred)" if said_date and said_date.is_inferred else ""
        date = said_date.words if said_date else ""
        said = f"{code} is at {date}{inferred} in {where}; {missing} has no published date for it."
        comparison.not_comparable.append(NotComparable(entry.milestone, old, new, said, paths))


def _came_or_went(kind: str, entry: Entry, old: When | None, new: When | None) -> str:
    milestone = entry.milestone
    if kind == "added":
        date = f", at {new.words}" if new else ", without a date yet"
        return f"{milestone.code} {milestone.title} is added{date}."
    date = f"; it was at {old.words}" if old else ""
    return f"{milestone.code} {milestone.title} is removed{date}."


def _wording(
    comparison: Comparison,
    by_pk: dict[int, Entry],
    had: dict[int, Said],
    has: dict[int, Said],
) -> None:
    for pk in had.keys() & has.keys():
        old, new, entry = had[pk], has[pk], by_pk.get(pk)
        if entry is None or (old.name, old.summary) == (new.name, new.summary):
            continue
        code = entry.milestone.code
        if old.name == new.name:
            said = f"{code} {new.name} keeps its name; its description is re-worded."
        else:
            said = f"{code} is re-worded from “{old.name or 'Name not published'}” to “{new.name}”."
        when = _date(entry, comparison.after) if not isinstance(comparison.after, str) else None
        comparison.changes.append(_change("re-worded", entry, _date(entry, comparison.before), when, said))


def _links(
    comparison: Comparison,
    by_pk: dict[int, Entry],
    had: dict[tuple[int, int], Wait],
    has: dict[tuple[int, int], Wait],
) -> None:
    for pair in sorted(had.keys() | has.keys()):
        first, after = by_pk.get(pair[0]), by_pk.get(pair[1])
        old, new = had.get(pair), has.get(pair)
        if first is None or after is None or (old and new and old.lag_working_days == new.lag_working_days):
            continue
        code, waits_for = after.milestone.code, first.milestone.code
        if old is None:
            said = f"{code} now waits for {waits_for}{_lag(new)}."
        elif new is None:
            said = f"{code} no longer waits for {waits_for}."
        else:
            now, then = (_lag(link) or " without a lag" for link in (new, old))
            said = f"{code} still waits for {waits_for}, now{now}; before{then}."
        comparison.changes.append(_change("re-linked", after, None, None, said))


def _lag(link: Wait | None) -> str:
    days = link.lag_working_days if link else None
    if days is None:
        return ""
    return f" plus {days} working day{'s' * (days != 1)}"


def _with_forecast(register: Register, before: Baseline) -> Comparison:
    """Forecasts move milestones and do nothing else; what is achieved is not forecast any more."""
    comparison = Comparison(before, "forecast")
    for entry in register.entries:
        code, old = entry.milestone.code, _date(entry, before)
        new = entry.forecast.when if entry.forecast else None
        if old is None and new is None and not entry.achieved:
            continue
        if entry.achieved:
            words = f"{code} was achieved {entry.achieved.when.words}: it is not forecast any more."
        elif new is None:
            words = f"{code} has no published forecast; {before.name} has it at {old.words if old else ''}."
        elif old is None:
            words = f"{code} is forecast for {new.words}; {before.name} has no published date for it."
        else:
            said = sentence(code, old, new).replace(" moves from ", " is forecast to move from ", 1)
            if said:
                comparison.changes.append(_change("moved", entry, old, new, said))
            else:
                comparison.unchanged.append(entry.milestone)
            continue
        comparison.not_comparable.append(NotComparable(entry.milestone, old, new, words, tuple(entry.path_slugs)))
    return comparison


COLUMNS = [
    Column("kind", "Change"),
    Column("milestone", "Milestone"),
    Column("name", "Name"),
    Column("before", "Before"),
    Column("before_first", "Before, first day"),
    Column("before_last", "Before, last day"),
    Column("after", "After"),
    Column("after_first", "After, first day"),
    Column("after_last", "After, last day"),
    Column("movement", "Movement"),
    Column("working_days", "Working days"),
    Column("calendar_days", "Calendar days"),
    Column("words", "In words"),
]


def table(comparison: Comparison) -> Table:
    """The comparison as a file: the changes first, then what cannot be compared."""
    changed: Iterator[dict[str, Any]] = (
        {
            "kind": change.kind,
            **_row(change.milestone, change.before, change.after, change.words),
            "movement": change.movement,
            "working_days": change.working_days,
            "calendar_days": change.calendar_days,
        }
        for change in comparison.changes
    )
    apart = (
        {"kind": "cannot be compared", **_row(row.milestone, row.before, row.after, row.words)}
        for row in comparison.not_comparable
    )
    return Table(f"compare-{comparison.before.slug}-{comparison.after_slug}", COLUMNS, chain(changed, apart))


def _row(milestone: Milestone, old: When | None, new: When | None, words: str) -> dict[str, Any]:
    return {
        "milestone": milestone.code,
        "name": milestone.name,
        "before": old.words if old else None,
        "before_first": old.first if old else None,
        "before_last": old.last if old else None,
        "after": new.words if new else None,
        "after_first": new.first if new else None,
        "after_last": new.last if new else None,
        "words": words,
    }
