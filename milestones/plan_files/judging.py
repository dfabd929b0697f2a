"""What only the whole file can tell: identifiers used twice, links to nowhere, loops. Arithmetic without Django.

A row with a problem is left out, and with it the rows that wait for it, since a link to nothing would be lost in
silence. Each is named with its reason.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from milestones.plan_files.plan import Problem, Read, Task


def under_our_headings(read: Read) -> None:
    """Our own export puts the detailed tasks under a heading of ours: they come back one level higher."""
    if not read.portal_rows:
        return
    up = min((task.level for task in read.plan.tasks), default=1) - 1
    ours = {task.uid for task in read.portal_rows}
    dropped = 0
    for n, task in enumerate(read.plan.tasks):
        links = tuple(link for link in task.links if link.predecessor not in ours)
        dropped += len(task.links) - len(links)
        read.plan.tasks[n] = replace(task, level=task.level - up, links=links)
    if dropped:
        read.not_kept.append(f"links of tasks to the portal's own milestones and stages: {dropped}")


def judge(read: Read, *, links_column: str) -> None:
    """Moves rows that cannot stand from the plan to the problems."""
    tasks = _once(read)
    bad: dict[int, Problem] = {}
    by_uid = {task.uid: task for task in tasks}
    for loop, group in loops({task.uid: [link.predecessor for link in task.links] for task in tasks}):
        words = " → ".join(f"{uid}" for uid in [*loop[:11], loop[0]][:12]) + (" …" if len(loop) > 11 else "")
        for uid in group:
            reason = f"Tasks wait for each other in a loop: {words}"
            bad[uid] = _problem(by_uid[uid], links_column, reason, "Remove one link of the loop.")
    _summaries(tasks, bad, links_column)
    _left_behind(read, tasks, bad, links_column)
    read.problems += [bad[task.uid] for task in tasks if task.uid in bad]
    read.plan.tasks = [task for task in tasks if task.uid not in bad]
    read.problems.sort(key=lambda problem: (problem.where.sheet, problem.where.row))


def _problem(task: Task, column: str, reason: str, advice: str, value: str = "") -> Problem:
    return Problem(task.where, column, value, reason, advice, task.uid, task.name)


def _once(read: Read) -> list[Task]:
    """The first task of each identifier; later ones are problems."""
    seen: dict[int, Task] = {}
    for task in read.plan.tasks:
        first = seen.setdefault(task.uid, task)
        if first is not task:
            reason = f"Row {first.where.row} has the unique ID {task.uid} already"
            read.problems.append(
                _problem(task, "Unique ID", reason, "Give one of the two another number.", f"{task.uid}")
            )
    return list(seen.values())


def _left_behind(read: Read, tasks: list[Task], bad: dict[int, Problem], column: str) -> None:
    """Links to tasks that the file does not have, and to rows that are left out."""
    there = {task.uid for task in tasks}
    left_out = {problem.uid for problem in read.problems if problem.uid is not None} - there
    waiting: dict[int, list[Task]] = defaultdict(list)
    for task in tasks:
        for link in task.links:
            uid = link.predecessor
            waiting[uid].append(task)
            if uid in there or task.uid in bad:
                continue
            if uid in left_out:
                reason, advice = f"It waits for task {uid}, whose row is left out", "Correct that row first."
            else:
                reason, advice = f"No task of the file has the unique ID {uid}", _nearest(uid, there)
            bad[task.uid] = _problem(task, column, reason, advice, f"{uid}")
    queue = list(bad)
    while queue:
        uid = queue.pop()
        for task in waiting[uid]:
            if task.uid not in bad:
                reason = f"It waits for task {uid}, whose row is left out"
                bad[task.uid] = _problem(task, column, reason, "Correct that row first.", f"{uid}")
                queue.append(task.uid)


def _nearest(uid: int, there: set[int]) -> str:
    near = min(there, key=lambda other: abs(other - uid), default=None)
    return f"The nearest is {near}." if near is not None else ""


def _summaries(tasks: list[Task], bad: dict[int, Problem], column: str) -> None:
    """A summary and what stands under it cannot wait for each other."""
    path: list[Task] = []
    above: dict[int, set[int]] = {}
    for task in tasks:
        while path and path[-1].level >= task.level:
            path.pop()
        above[task.uid] = {summary.uid for summary in path}
        path.append(task)
    for task in tasks:
        for link in task.links:
            over = link.predecessor in above[task.uid] or task.uid in above.get(link.predecessor, ())
            if over and task.uid not in bad:
                reason = f"A summary and a task under it are linked: {link.predecessor} and {task.uid}"
                bad[task.uid] = _problem(task, column, reason, "Link the tasks under the summary instead.")


def loops(graph: dict[int, list[int]]) -> list[tuple[list[int], list[int]]]:
    """For each group of nodes that wait for each other one loop and all its nodes.

    Tarjan's way without recursion, so that a chain of any length is no danger.
    """
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    stack: list[int] = []
    on_stack: set[int] = set()
    found: list[tuple[list[int], list[int]]] = []
    for root in graph:
        if root in index:
            continue
        work = [(root, iter(graph[root]))]
        index[root] = low[root] = len(index)
        stack.append(root)
        on_stack.add(root)
        while work:
            node, after = work[-1]
            for other in after:
                if other not in graph:
                    continue
                if other not in index:
                    index[other] = low[other] = len(index)
                    stack.append(other)
                    on_stack.add(other)
                    work.append((other, iter(graph[other])))
                    break
                if other in on_stack:
                    low[node] = min(low[node], index[other])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    group: list[int] = []
                    while not group or group[-1] != node:
                        group.append(stack.pop())
                        on_stack.discard(group[-1])
                    if len(group) > 1 or node in graph[node]:
                        found.append((_a_loop(group, graph), group))
    return found


def _a_loop(group: list[int], graph: dict[int, list[int]]) -> list[int]:
    """In the order in which the work would flow."""
    members = set(group)
    seen: dict[int, int] = {}
    walk: list[int] = []
    node = min(group)
    while node not in seen:
        seen[node] = len(walk)
        walk.append(node)
        node = next(other for other in graph[node] if other in members)
    loop = walk[seen[node] :][::-1]
    first = loop.index(min(loop))
    return loop[first:] + loop[:first]
