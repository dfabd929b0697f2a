"""The critical path's arithmetic: a network worked out by hand, and generated ones against networkx."""

from __future__ import annotations

from itertools import pairwise

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from milestones.network.arithmetic import CycleError, Link, Node, schedule


def test_a_network_worked_out_by_hand():
    """design 10 → build 20 → test 5 → live; papers 8 → live with 2 days' lag; train starts 4 days before build ends."""
    nodes = [Node("design", 10), Node("build", 20), Node("test", 5), Node("papers", 8), Node("train", 3), Node("live")]
    links = [
        Link("design", "build"),
        Link("build", "test", 1),
        Link("test", "live"),
        Link("papers", "live", 2),
        Link("build", "train", -4),
        Link("train", "live"),
    ]

    found = schedule(nodes, links)

    said = {
        r.key: (r.earliest_start, r.earliest_finish, r.latest_start, r.latest_finish, r.total_float)
        for r in found.results.values()
    }
    assert said == {
        "design": (0, 10, 0, 10, 0),
        "build": (10, 30, 10, 30, 0),
        "test": (31, 36, 31, 36, 0),
        "papers": (0, 8, 26, 34, 26),
        "train": (26, 29, 33, 36, 7),
        "live": (36, 36, 36, 36, 0),
    }
    assert [r.key for r in found.critical] == ["design", "build", "test", "live"]
    assert [r.key for r in found.results.values() if r.is_near_critical] == ["train"]
    assert [(d.result.key, d.link.lag if d.link else None) for d in found.chain("live")] == [
        ("design", None), ("build", 0), ("test", 1), ("live", 0),
    ]  # fmt: skip


def test_a_day_of_its_own_drives_a_node_and_a_deadline_can_be_missed():
    nodes = [Node("a", 5), Node("b", 5, not_before=12), Node("gate", 0, not_after=15)]

    found = schedule(nodes, [Link("a", "b"), Link("b", "gate")])

    assert (found["b"].earliest_start, found["b"].driver, found["a"].total_float) == (12, None, 5)
    assert (found["gate"].earliest_finish, found["gate"].total_float, found["b"].total_float) == (17, -2, -2)
    assert [d.result.key for d in found.chain("gate")] == ["b", "gate"]


def test_the_near_critical_band_is_ours_to_choose():
    nodes, links = [Node("a", 20), Node("b", 8), Node("end")], [Link("a", "end"), Link("b", "end")]

    assert not schedule(nodes, links)["b"].is_near_critical
    assert schedule(nodes, links, near_days=12)["b"].is_near_critical
    assert not schedule(nodes, links, near_days=12)["a"].is_near_critical


def test_a_loop_is_refused_with_its_nodes_in_order():
    nodes = [Node(k) for k in ("before", "M10", "M11", "M12", "after")]
    links = [Link("before", "M10"), Link("M10", "M11"), Link("M11", "M12"), Link("M12", "M10"), Link("M12", "after")]

    with pytest.raises(CycleError) as refused:
        schedule(nodes, links)

    assert refused.value.loop == ["M10", "M11", "M12"]
    assert str(refused.value) == "M10 → M11 → M12 → M10"


def test_a_node_that_waits_for_itself_is_a_loop():
    with pytest.raises(CycleError, match="^a → a$"):
        schedule([Node("a")], [Link("a", "a")])


def test_a_link_to_nothing_is_an_error():
    with pytest.raises(KeyError):
        schedule([Node("a")], [Link("a", "b")])


def test_nothing_is_a_network_too():
    assert schedule([], []).results == {}


@st.composite
def networks(draw):
    """A network without loops: links lead from a lower to a higher number, and the numbers are shuffled."""
    size = draw(st.integers(1, 25))
    names = draw(st.permutations(range(size)))
    days = st.one_of(st.none(), st.integers(0, 60))
    nodes = [Node(names[n], draw(st.integers(0, 20)), draw(days)) for n in range(size)]
    pairs = [(a, b) for a in range(size) for b in range(a + 1, size)]
    chosen = draw(st.lists(st.sampled_from(pairs), unique=True, max_size=3 * size)) if pairs else []
    return draw(st.permutations(nodes)), [Link(names[a], names[b], draw(st.integers(-5, 15))) for a, b in chosen]


def longest_finish(nodes, links):
    """networkx's own longest path from one source: each node is an edge of its duration, each own day an edge."""
    base = 10**6  # negative lags must not make "no path at all" the longest
    graph = nx.DiGraph()
    waits = {link.after for link in links}
    for node in nodes:
        graph.add_edge((node.key, "in"), (node.key, "out"), weight=node.duration)
        if node.not_before is not None or node.key not in waits:
            graph.add_edge("source", (node.key, "in"), weight=base + (node.not_before or 0))
    for link in links:
        graph.add_edge((link.before, "out"), (link.after, "in"), weight=link.lag)
    answer = {}
    for node in nodes:  # the edge to a sink keeps networkx from ending at an earlier node of the same path
        above = graph.subgraph({"source", (node.key, "out")} | nx.ancestors(graph, (node.key, "out"))).copy()
        above.add_edge((node.key, "out"), "sink", weight=base)
        answer[node.key] = nx.dag_longest_path_length(above) - 2 * base
    return answer


@settings(deadline=None, max_examples=150)
@given(networks())
def test_earliest_finishes_equal_networkx_longest_paths(network):
    nodes, links = network

    found = schedule(nodes, links)

    assert {key: r.earliest_finish for key, r in found.results.items()} == longest_finish(nodes, links)


@settings(deadline=None, max_examples=150)
@given(networks())
def test_float_equals_how_far_networkx_lets_a_node_slip(network):
    """Float is what it says: start that many days later and the end stays; one day more and it moves."""
    nodes, links = network
    found = schedule(nodes, links)
    free = {r.key: r.total_float for r in found.results.values()}

    assert min(free.values()) == 0
    assert all(days >= 0 for days in free.values())
    for moved in nodes[:4]:
        first = found[moved.key].earliest_start
        for extra, is_later in ((0, False), (1, True)):
            day = first + free[moved.key] + extra
            slipped = [Node(n.key, n.duration, day) if n.key == moved.key else n for n in nodes]
            end = max(longest_finish(slipped, links).values())
            assert (end > found.finish) is is_later


@settings(deadline=None, max_examples=150)
@given(networks())
def test_a_chain_sums_to_the_earliest_finish_and_critical_nodes_form_a_path(network):
    nodes, links = network
    length = {node.key: node.duration for node in nodes}

    found = schedule(nodes, links)

    for key, result in found.results.items():
        chain = found.chain(key)
        assert chain[0].link is None
        total = chain[0].result.earliest_start + sum(length[d.result.key] for d in chain)
        assert total + sum(d.link.lag for d in chain if d.link) == result.earliest_finish
        assert all(d.link.before == before.result.key for before, d in pairwise(chain))
    last = [r.key for r in found.results.values() if r.earliest_finish == found.finish]
    assert all(drive.result.is_critical for key in last for drive in found.chain(key))


@settings(deadline=None, max_examples=200)
@given(st.integers(1, 12), st.data())
def test_loops_are_found_exactly_when_networkx_finds_them(size, data):
    pairs = [(a, b) for a in range(size) for b in range(size)]
    edges = data.draw(st.lists(st.sampled_from(pairs), unique=True, max_size=2 * size))
    graph = nx.DiGraph(edges)

    if nx.is_directed_acyclic_graph(graph):
        schedule([Node(n) for n in range(size)], [Link(*edge) for edge in edges])
    else:
        with pytest.raises(CycleError) as refused:
            schedule([Node(n) for n in range(size)], [Link(*edge) for edge in edges])
        loop = refused.value.loop
        assert len(set(loop)) == len(loop)
        assert all(graph.has_edge(a, b) for a, b in zip(loop, [*loop[1:], loop[0]], strict=True))


def test_where_a_link_and_its_own_day_say_the_same_the_link_counts():
    found = schedule([Node("a", 5), Node("b", 1, not_before=5)], [Link("a", "b")])

    assert [drive.result.key for drive in found.chain("b")] == ["a", "b"]


def test_the_band_holds_its_last_day():
    found = schedule([Node("a", 10), Node("b"), Node("end")], [Link("a", "end"), Link("b", "end")], near_days=10)

    assert (found["b"].total_float, found["b"].is_near_critical) == (10, True)
