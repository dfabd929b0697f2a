"""How long the critical path of a large network takes, beside networkx in the same run."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string

ARITHMETIC = "milestones.network.arithmetic."


@dataclass(frozen=True)
class Compared:
    nodes: int
    links: int
    #: Seconds of this process, the best of several: earliest and latest days, float and drivers of every node.
    ours: float
    #: networkx: the graph and its longest path alone; None when networkx is not installed.
    theirs: float | None


def made_up(nodes: int, links: int) -> tuple[list[Any], list[Any]]:
    """A network without loops, the same one each time."""
    node, link = import_string(f"{ARITHMETIC}Node"), import_string(f"{ARITHMETIC}Link")
    dice = random.Random(55)  # noqa: S311  # not a secret
    pairs: set[tuple[int, int]] = set()
    while len(pairs) < links:
        before, after = sorted(dice.sample(range(nodes), 2))
        pairs.add((before, after))
    return (
        [node(n, dice.randint(1, 20)) for n in range(nodes)],
        [link(before, after, dice.randint(0, 5)) for before, after in pairs],
    )


def compared(nodes: int, links: int, times: int = 5) -> Compared:
    boxes, bonds = made_up(nodes, links)
    schedule = import_string(f"{ARITHMETIC}schedule")
    ours = min(_seconds(lambda: schedule(boxes, bonds)) for _ in range(times))
    theirs = None
    try:
        import networkx
    except ImportError:
        return Compared(nodes, links, ours, None)

    def longest() -> None:
        graph = networkx.DiGraph()
        graph.add_nodes_from(range(nodes))
        graph.add_weighted_edges_from((b.before, b.after, b.lag + boxes[b.before].duration) for b in bonds)
        networkx.dag_longest_path(graph)

    theirs = min(_seconds(longest) for _ in range(times))
    return Compared(nodes, links, ours, theirs)


def _seconds(work: Any) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started
