"""Plans that hypothesis makes up: everything that a file may hold at its oddest."""

from __future__ import annotations

from datetime import datetime

from hypothesis import strategies as st

from milestones.plan_files.plan import LINK_TYPES, UNITS, BaselineDates, Field, Link, Plan, Task, tidy

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(tidy)
some_words = words.filter(bool)
moments = st.datetimes(datetime(1984, 1, 1), datetime(2149, 12, 31, 23, 59)).map(lambda at: at.replace(microsecond=0))
units = st.sampled_from([*UNITS, *(number + 32 for number in UNITS), 21, 53])
lag_units = st.sampled_from([*UNITS, *(number + 32 for number in UNITS)])
seconds = st.one_of(st.none(), st.just(0), st.integers(0, 10**8))


@st.composite
def baselines(draw):
    numbers = sorted(draw(st.sets(st.integers(0, 10))))
    found = []
    for number in numbers:
        start, finish, duration = draw(st.none() | moments), draw(st.none() | moments), draw(seconds)
        if start or finish or duration is not None:
            found.append(BaselineDates(number, start, finish, duration, draw(units) if duration is not None else 7))
    return tuple(found)


@st.composite
def tasks(draw, uid: int, earlier: list[int]):
    start, finish = draw(st.none() | moments), draw(st.none() | moments)
    if start and finish and finish < start:
        start, finish = finish, start
    duration = draw(seconds)
    to = draw(st.lists(st.sampled_from(earlier), max_size=3, unique=True)) if earlier else []
    links = [
        Link(before, draw(st.sampled_from(LINK_TYPES)), draw(st.integers(-(10**7), 10**7)), draw(lag_units))
        for before in to
    ]
    return Task(
        uid=uid,
        name=draw(words),
        wbs=draw(words),
        level=1,
        start=start,
        finish=finish,
        duration=duration,
        duration_format=draw(units) if duration is not None else 7,
        is_milestone=draw(st.booleans()),
        percent=draw(st.integers(0, 100)),
        notes=draw(words),
        code=draw(st.sampled_from(["", "M10", "SIT exit"])),
        links=tuple(links),
        baselines=draw(baselines()),
        custom=draw(st.dictionaries(st.sampled_from(["188743731", "188743734", "188744016"]), some_words, max_size=3)),
        more=draw(
            st.dictionaries(
                st.sampled_from(["Priority", "ConstraintType", "Hyperlink", "Contact"]), some_words, max_size=2
            )
        ),
    )


@st.composite
def plans(draw):
    from dataclasses import replace

    uids = draw(st.lists(st.integers(1, 999_999_999), min_size=1, max_size=6, unique=True))
    made: list[Task] = []
    level = 1
    for n, uid in enumerate(uids):
        task = draw(tasks(uid, uids[:n]))
        level = draw(st.integers(1, min(level + 1, 30))) if n else 1
        made.append(replace(task, level=level))
    above = _above(made)
    for n, task in enumerate(made):  # a link between a summary and what is under it is refused
        kept = tuple(k for k in task.links if k.predecessor not in above[task.uid])
        is_summary = n + 1 < len(made) and made[n + 1].level > task.level
        made[n] = replace(task, links=kept, is_summary=is_summary)
    used = {number for task in made for number in task.custom}
    fields = {number: Field(f"Text {number}", draw(words)) for number in sorted(used)}
    return Plan(draw(words.filter(str.strip)), made, fields)


def _above(made):
    path, above = [], {}
    for task in made:
        while path and path[-1].level >= task.level:
            path.pop()
        above[task.uid] = {one.uid for one in path}
        path.append(task)
    return above
