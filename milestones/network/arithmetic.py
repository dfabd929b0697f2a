"""The critical path: earliest and latest dates, float and what drives them. Whole numbers only, no Django, no dates.

A day is the number of a working day. A node takes `duration` working days; a link is finish-to-start with a lag, which
may be negative. Dates become numbers, and numbers dates, in `working_days.py`.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field

#: Float up to so many working days is nearly critical; a number that we set ourselves.
NEAR_CRITICAL_DAYS = 10


@dataclass(frozen=True, slots=True)
class Node:
    key: Hashable
    duration: int = 0
    #: It starts on this day at the earliest, whatever comes before it.
    not_before: int | None = None
    #: It has to be finished by this day; float counts down to it, and below nought when it is missed.
    not_after: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """`after` starts `lag` working days after `before` has finished, at the earliest."""

    before: Hashable
    after: Hashable
    lag: int = 0


@dataclass(slots=True)
class Result:
    key: Hashable
    earliest_start: int
    earliest_finish: int
    latest_start: int
    latest_finish: int
    #: What makes it start no earlier; None when that is its own day, or the start of everything.
    driver: Link | None
    near_days: int

    @property
    def total_float(self) -> int:
        return self.latest_start - self.earliest_start

    @property
    def is_critical(self) -> bool:
        return self.latest_start <= self.earliest_start

    @property
    def is_near_critical(self) -> bool:
        return 0 < self.latest_start - self.earliest_start <= self.near_days


@dataclass(frozen=True)
class Drive:
    """One step of the answer to "why not earlier?": the node, and the link that brings us to it from the one before."""

    result: Result
    link: Link | None


class CycleError(ValueError):
    """Links that go round in a loop. `loop` has each node once, in order; the last one leads back to the first."""

    def __init__(self, loop: Sequence[Hashable]) -> None:
        self.loop = list(loop)
        super().__init__(" → ".join(str(key) for key in [*self.loop, self.loop[0]]))


@dataclass
class Schedule:
    """The results in an order in which everything comes after what it waits for."""

    results: dict[Hashable, Result] = field(default_factory=dict)
    finish: int = 0

    def __getitem__(self, key: Hashable) -> Result:
        return self.results[key]

    def chain(self, key: Hashable) -> list[Drive]:
        """What drives the node's day, from its start to the node itself."""
        found: list[Drive] = []
        result: Result | None = self.results[key]
        while result is not None:
            found.append(Drive(result, result.driver))
            result = self.results[result.driver.before] if result.driver else None
        return found[::-1]

    @property
    def critical(self) -> list[Result]:
        return [result for result in self.results.values() if result.is_critical]


def schedule(
    nodes: Iterable[Node],
    links: Iterable[Link],
    *,
    start: int = 0,
    finish: int | None = None,
    near_days: int = NEAR_CRITICAL_DAYS,
) -> Schedule:
    """Earliest days from the start, latest days from the end: `finish`, else the day on which the last node finishes.

    Raises CycleError with the loop, and KeyError for a link to a node that is not there.
    """
    nodes, links = list(nodes), list(links)
    place = {node.key: n for n, node in enumerate(nodes)}
    after: list[list[tuple[int, int, int]]] = [[] for _ in nodes]
    waiting = [0] * len(nodes)
    for n, link in enumerate(links):
        later = place[link.after]
        after[place[link.before]].append((later, link.lag, n))
        waiting[later] += 1

    lengths = [node.duration for node in nodes]
    starts, drivers, order = _forward(nodes, after, waiting, lengths, start)
    if len(order) < len(nodes):
        raise CycleError(_loop(nodes, links, place, waiting))
    end = finish if finish is not None else max((starts[n] + lengths[n] for n in order), default=start)
    latest = _backward(nodes, after, order, lengths, end)

    answer = Schedule(finish=end)
    for n in order:
        key, length, first, last = nodes[n].key, lengths[n], starts[n], latest[n]
        driver = links[drivers[n]] if drivers[n] >= 0 else None
        answer.results[key] = Result(key, first, first + length, last - length, last, driver, near_days)
    return answer


def _forward(
    nodes: list[Node], after: list[list[tuple[int, int, int]]], waiting: list[int], lengths: list[int], start: int
) -> tuple[list[int], list[int], list[int]]:
    """Earliest starts, the link that drives each, and an order; a node in a loop is not in the order."""
    never = -(10**12)
    starts = [node.not_before if node.not_before is not None else never for node in nodes]
    drivers = [-1] * len(nodes)
    order = [n for n, count in enumerate(waiting) if not count]
    for n in order:  # grows while we walk it
        if starts[n] == never:
            starts[n] = start
        done = starts[n] + lengths[n]
        for later, lag, link in after[n]:
            reached = done + lag
            # On a draw the link counts: the chain is then as long as it can be.
            if reached > starts[later] or (reached == starts[later] and drivers[later] < 0):
                starts[later] = reached
                drivers[later] = link
            waiting[later] -= 1
            if not waiting[later]:
                order.append(later)
    return starts, drivers, order


def _backward(
    nodes: list[Node], after: list[list[tuple[int, int, int]]], order: list[int], lengths: list[int], end: int
) -> list[int]:
    """Latest finishes."""
    latest = [end] * len(nodes)
    for n in reversed(order):
        later = after[n]
        for other, lag, _ in later:
            day = latest[other] - lengths[other] - lag
            if day < latest[n]:
                latest[n] = day
        limit = nodes[n].not_after
        if limit is not None and limit < latest[n]:
            latest[n] = limit
    return latest


def _loop(nodes: list[Node], links: list[Link], place: dict[Hashable, int], waiting: list[int]) -> list[Hashable]:
    """One loop among the nodes that nobody could reach: each waits for another of them, so walking back closes it."""
    before: dict[int, int] = {}
    for link in links:
        if waiting[place[link.before]] and waiting[place[link.after]]:
            before[place[link.after]] = place[link.before]
    walked: list[int] = []
    seen: dict[int, int] = {}
    here = next(n for n, count in enumerate(waiting) if count and n in before)
    while here not in seen:
        seen[here] = len(walked)
        walked.append(here)
        here = before[here]
    loop = walked[seen[here] :][::-1]
    first = loop.index(min(loop))  # the same words for the same loop
    return [nodes[n].key for n in loop[first:] + loop[:first]]
