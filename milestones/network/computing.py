"""Earliest and latest dates of a network in words. A month is computed with its last day and never said as a day."""

from __future__ import annotations

from dataclasses import dataclass

from mhhs_portal.deadlines import day_words
from milestones.network.arithmetic import NEAR_CRITICAL_DAYS, Drive, Link, Node, Result, Schedule, schedule
from milestones.network.reading import Bond, Item, Network
from milestones.network.working_days import day_of, number_of
from milestones.poap import MONTHS, When

_LONG_AGO = 100_000


@dataclass(frozen=True)
class Computed:
    """One item with what was computed for it."""

    item: Item
    result: Result
    #: None when nothing that it waits for has a date, nor itself.
    earliest: When | None
    latest: When
    waits_for: list[tuple[Item, Bond]]
    holds_up: list[tuple[Item, Bond]]
    #: What the computed date rests on that nobody published.
    doubts: tuple[str, ...] = ()
    is_linked: bool = True

    @property
    def key(self) -> str:
        return self.item.key

    @property
    def float_days(self) -> int | None:
        return self.result.total_float if self.earliest is not None and self.is_linked else None

    @property
    def is_critical(self) -> bool:
        return self.float_days is not None and self.float_days <= 0

    @property
    def is_near(self) -> bool:
        return self.float_days is not None and 0 < self.float_days <= self.result.near_days

    @property
    def band(self) -> str:
        """In words, for reader and drawing alike."""
        if self.float_days is None:
            return "Not known"
        if self.float_days < 0:
            return "Late"
        return "Critical" if self.is_critical else "Near-critical" if self.is_near else "Has float"

    @property
    def float_words(self) -> str:
        days = self.float_days
        if days is None:
            return "Not known"
        if days < 0:
            return f"{-days} working day{'s' * (days != -1)} too late"
        return f"{days} working day{'s' * (days != 1)}" if days else "No float"

    @property
    def earliest_words(self) -> str:
        return by_words(self.earliest) if self.earliest else "Not known"

    @property
    def latest_words(self) -> str:
        return by_words(self.latest)

    @property
    def is_own_date(self) -> bool:
        """Whether it stands on its own date; else what it waits for is later."""
        return self.result.driver is None and self.item.when is not None


@dataclass
class Picture:
    """A network with all that was computed, in an order in which everything comes after what it waits for."""

    network: Network
    rows: list[Computed]
    schedule: Schedule
    near_days: int = NEAR_CRITICAL_DAYS

    def __post_init__(self) -> None:
        self._by_key = {row.key: row for row in self.rows}

    def get(self, key: str) -> Computed | None:
        return self._by_key.get(key)

    @property
    def anchor(self) -> Computed | None:
        return self.get(self.network.anchor)

    def why(self, key: str) -> list[Why]:
        return [self._why(drive) for drive in self.schedule.chain(key)] if key in self._by_key else []

    def _why(self, drive: Drive) -> Why:
        row = self._by_key[str(drive.result.key)]
        bond = next((b for other, b in row.waits_for if drive.link and other.key == drive.link.before), None)
        before = self._by_key[str(drive.link.before)] if drive.link else None
        return Why(row, before, bond)


@dataclass(frozen=True)
class Why:
    """One step of the chain that drives a date."""

    row: Computed
    before: Computed | None
    bond: Bond | None

    @property
    def words(self) -> str:
        item = self.row.item
        if self.before is None:
            if item.when is None:
                return "Nothing before it has a date."
            return f"Stands on its own date, {item.when.words}{f' ({item.origin})' if item.origin else ''}."
        return f"Follows {self.before.item.label}: {lag_words(self.bond.lag if self.bond else None)}."


def lag_words(lag: int | None) -> str:
    if lag is None:
        return "the lag is not published and counts as 0"
    if not lag:
        return "at once, lag 0"
    days = f"{abs(lag)} working day{'s' * (abs(lag) != 1)}"
    return f"{days} after it" if lag > 0 else f"{days} before it ends"


def by_words(when: When) -> str:
    """ "24 September 2025", or "the end of September 2025" where no day is known."""
    if when.precision == "day":
        return day_words(when.first)
    return f"the end of {MONTHS[when.last.month - 1]} {when.last.year}"


def compute(network: Network, *, near_days: int = NEAR_CRITICAL_DAYS, limit: When | None = None) -> Picture:
    """All dates of the network. Float counts to the anchor's own date, or to `limit` when that is given."""
    ends = _ends(network)
    known = [number for start, end in ends.values() for number in (start, end) if number is not None]
    # What no date comes before starts long ago: it drives nothing, and its own day is said to be not known.
    floor = min(known, default=0) - _LONG_AGO
    anchor = network.items.get(network.anchor)
    by = limit or (anchor.when if anchor else None)
    nodes = []
    for key, (start, end) in ends.items():
        length = max(end - start, 0) if start is not None and end is not None else 0
        not_after = number_of(by.last) if by and key == network.anchor else None
        nodes.append(Node(key, length, start if start is not None else end, not_after))
    links = [Link(bond.before, bond.after, bond.lag or 0) for bond in network.bonds]
    own = {key: end if end is not None else start for key, (start, end) in ends.items()}
    return _picture(network, schedule(nodes, links, start=floor, near_days=near_days), own, near_days)


def _ends(network: Network) -> dict[str, tuple[int | None, int | None]]:
    """Start and end of each item as numbers.

    A month means its last day; but where something that waits has a day of its own within that month, that day: what is
    known does not contradict itself because one of the two is known less exactly.
    """
    later: dict[str, list[When]] = {}
    for bond in network.bonds:
        when = network.items[bond.after].when
        if when is not None and bond.lag is None:
            later.setdefault(bond.before, []).append(when)

    def last(key: str, when: When | None) -> int | None:
        if when is None:
            return None
        within = [w.last for w in later.get(key, []) if when.precision != "day" and when.first <= w.last <= when.last]
        return number_of(min(within, default=when.last))

    found: dict[str, tuple[int | None, int | None]] = {}
    for key, item in network.items.items():
        # A length is known between two days alone; a window of months counts with its end.
        is_exact = item.start and item.end and item.start.precision == item.end.precision == "day"
        start = number_of(item.start.last) if item.start and is_exact else None
        found[key] = (start, last(key, item.end)) if item.end else (last(key, item.start), None)
    return found


@dataclass(frozen=True)
class _Behind:
    """What lies behind a date, added up along the chain that drives it."""

    is_known: bool
    is_exact: bool
    lags: int = 0
    lengths: int = 0
    is_inferred: bool = False

    def then(self, before: Item, bond: Bond | None, item: Item) -> _Behind:
        return _Behind(
            self.is_known,
            self.is_exact and _is_exact(item),
            self.lags + (bond is None or bond.lag is None),
            self.lengths + (before.kind == "step" and not (before.start and before.end)),
            self.is_inferred or bond is None or bond.is_inferred,
        )

    @property
    def doubts(self) -> tuple[str, ...]:
        said = []
        if self.lags:
            said.append(f"{self.lags} lag{'s' * (self.lags != 1)} not published, counted as 0")
        if self.lengths:
            said.append(f"{self.lengths} duration{'s' * (self.lengths != 1)} not published, counted as 0")
        if self.is_inferred:
            said.append("inferred links")
        if not self.is_exact:
            said.append("a month counted with its last day")
        return tuple(said)


def _picture(network: Network, found: Schedule, own: dict[str, int | None], near_days: int) -> Picture:
    """In one pass: what a date rests on follows from what the date that drives it rests on."""
    waits: dict[str, list[tuple[Item, Bond]]] = {}
    holds: dict[str, list[tuple[Item, Bond]]] = {}
    for bond in network.bonds:
        waits.setdefault(bond.after, []).append((network.items[bond.before], bond))
        holds.setdefault(bond.before, []).append((network.items[bond.after], bond))
    anchor = network.items.get(network.anchor)
    behind: dict[str, _Behind] = {}
    rows = []
    for result in found.results.values():
        key = str(result.key)
        item = network.items[key]
        if result.driver is None:
            rests = _Behind(item.when is not None, _is_exact(item))
        else:
            before = str(result.driver.before)
            bond_ = next((bond for other, bond in waits[key] if other.key == before), None)
            rests = behind[before].then(network.items[before], bond_, item)
        behind[key] = rests
        computed = item.when if own[key] == result.earliest_finish else _when(result.earliest_finish, rests.is_exact)
        exact_latest = _is_exact(item) and (anchor is None or _is_exact(anchor))
        rows.append(
            Computed(
                item,
                result,
                computed if rests.is_known else None,
                _when(result.latest_finish, exact_latest),
                waits.get(key, []),
                holds.get(key, []),
                rests.doubts,
                key in waits or key in holds,
            )
        )
    return Picture(network, rows, found, near_days)


def _is_exact(item: Item) -> bool:
    return item.when is None or item.when.precision == "day"


def _when(number: int, exact: bool) -> When:
    day = day_of(number)
    return When.day(day) if exact else When.month(day.year, day.month)


@dataclass(frozen=True)
class Bar:
    """One row of the float chart: at most 100 wide."""

    row: Computed
    width: int


def bars(picture: Picture) -> list[Bar]:
    """The float of each step and gate, in the order of the path, against the largest."""
    rows = [row for row in picture.rows if row.item.kind in ("step", "gate") and row.is_linked]
    most = max((row.float_days or 0 for row in rows), default=0)
    return [Bar(row, round(100 * max(row.float_days or 0, 0) / most) if most else 0) for row in rows]
