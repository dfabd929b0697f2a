"""Words of the Plan on a Page, and how wide they are. No Django."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from milestones.poap import Bar, Forecasted, Mark, Moved, Plan, When
from milestones.poap.widths import UNKNOWN, WIDTHS


@lru_cache(maxsize=20_000)
def width(text: str, size: float, weight: int = 400) -> float:
    """How wide a text is in Inter; never less than what is drawn."""
    row = WIDTHS[weight]
    return sum(row.get(letter, UNKNOWN) for letter in text) * size / 1000


def wrapped(text: str, room: float, size: float, weight: int = 400) -> list[str]:
    """The text on as few lines as its words allow."""
    lines: list[str] = []
    for word in text.split():
        if lines and width(f"{lines[-1]} {word}", size, weight) <= room:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def same_dates(one: When | None, other: When | None) -> bool:
    """Whether two dates say the same, however sure we are of each."""
    if one is None or other is None:
        return one is other
    return (one.first, one.last, one.precision) == (
        other.first,
        other.last,
        other.precision,
    ) and same_dates(one.alternative, other.alternative)


def together(marks: Iterable[Mark]) -> str:
    """The short name of marks that stand on one date; empty when they have no name in common."""
    names = {mark.short_name for mark in marks}
    return names.pop() if len(names) == 1 else ""


def _without_year(said: When, after: When) -> str:
    """The year is said once when both are in the same one."""
    words = said.short_words
    if said.alternative is None and said.first.year == said.last.year == after.last.year:
        return words.removesuffix(f" {said.last.year}")
    return words


def _doubt(said: When) -> str:
    return " inferred" if said.is_inferred else ""


def date_line(marks: tuple[Mark, ...]) -> str:
    """Line 2 of a label: the date as baselined, and what became of it."""
    mark = marks[0]
    shown = mark.achieved or mark.forecast
    if mark.baseline is None:
        line = f"forecast {mark.forecast.short_words}" if mark.forecast and not mark.achieved else ""
        line = line or (shown.short_words if shown else "")
    elif (
        mark.achieved is not None
        and mark.baseline.precision == "month"
        and mark.baseline.first <= mark.achieved.first <= mark.baseline.last
        and mark.achieved.precision == "day"
    ):
        achieved = _without_year(mark.achieved, mark.baseline)
        line = f"{mark.baseline.short_words}{_doubt(mark.baseline)}, achieved {achieved}"
    elif mark.achieved is not None and not same_dates(mark.achieved, mark.baseline):
        before = _without_year(mark.baseline, mark.achieved)
        line = f"{before}{_doubt(mark.baseline)}, achieved {mark.achieved.short_words}"
    elif mark.forecast is not None and not same_dates(mark.forecast, mark.baseline):
        line = f"{_without_year(mark.baseline, mark.forecast)}, now {mark.forecast.short_words}"
    else:
        line = mark.baseline.short_words
    inferred = [each.code for each in marks if each.is_inferred]
    if len(inferred) == len(marks):
        line += ", inferred"
    elif inferred:
        line += f", {' and '.join(inferred)} inferred"
    return line


def ghost_label(name: str | None, compared: When) -> str:
    """CR022 Mar to Jun 2025."""
    said = f"{name or ''} {compared.short_words}".strip()
    return f"{said}, inferred" if compared.is_inferred else said


def bar_labels(bar: Bar) -> list[str]:
    """The full label and its short forms, each saying what is not known."""
    tails = ["inferred"] if bar.is_inferred else []
    if bar.start is None:
        tails.append("start not published")
    if bar.end is None:
        tails.append("end not published")
    return [", ".join([label, *tails]) for label in (bar.label, *bar.short_labels)]


def bar_end_label(bar: Bar) -> str:
    """to 18 Jul 2025, now 11 Aug: for paper, at the right end of a bar."""
    if bar.end is None:
        return ""
    said = f"to {bar.end.short_words}"
    if bar.forecast_end is not None and not same_dates(bar.end, bar.forecast_end):
        said += f", now {_without_year(bar.forecast_end, bar.end)}"
    return said


def _precisely(when: When) -> str:
    said = {"day": "", "month": ", month only", "range": ", a range"}[when.precision]
    return when.words + said + (", inferred" if when.is_inferred else "")


def mark_name(mark: Mark, plan: Plan) -> str:
    """Accessible name: number, name, date, precision, status."""
    said = [f"{mark.code} {mark.name or mark.short_name}"]
    if mark.tier != 1:
        said.append(f"Tier {mark.tier}")
    if mark.baseline is not None:
        of = "our target" if mark.is_own else f"{plan.baseline_name} baseline"
        said.append(f"{of} {_precisely(mark.baseline)}")
    if mark.forecast is not None and mark.achieved is None:
        said.append(f"forecast {_precisely(mark.forecast)}")
    if mark.achieved is not None:
        said.append(f"achieved {_precisely(mark.achieved)}")
    if mark.compared is not None and plan.compared_name:
        said.append(f"in {plan.compared_name} {_precisely(mark.compared)}")
    if mark.status and not (mark.achieved and mark.status.lower().startswith("achieved")):
        said.append(mark.status)
    return ", ".join(said)


def bar_name(bar: Bar, row: str) -> str:
    start = bar.start.words if bar.start else "start not published"
    end = bar.end.words if bar.end else "end not published"
    said = [bar.label, row, start if start == end else f"{start} to {end}"]
    if bar.forecast_end is not None:
        said.append(f"forecast to finish {bar.forecast_end.words}")
    return ", ".join([*said, "inferred"] if bar.is_inferred else said)


def listed(codes: Iterable[str]) -> str:
    """M1 to M5 and M9; three or more numbers in a row become "to"."""
    runs: list[list[str]] = []
    for code in codes:
        number = re.fullmatch(r"([A-Z]+)(\d+)", code)
        before = re.fullmatch(r"([A-Z]+)(\d+)", runs[-1][-1]) if runs else None
        if number and before and (before[1], int(before[2]) + 1) == (number[1], int(number[2])):
            runs[-1].append(code)
        else:
            runs.append([code])
    said: list[str] = []
    for run in runs:
        said += [f"{run[0]} to {run[-1]}"] if len(run) > 2 else run
    return " and ".join([", ".join(said[:-1]), said[-1]]) if len(said) > 1 else "".join(said)


def _in_order(code: str) -> tuple[str, int, str]:
    number = re.fullmatch(r"([A-Z]+)(\d+)", code)
    return (number[1], int(number[2]), "") if number else ("~", 0, code)


def _sentence(codes: list[str], why: str) -> str:
    return f"{listed(codes)} {'is' if len(codes) == 1 else 'are'} not shown: {why}." if codes else ""


def folded_words(plan: Plan, lane: str) -> str:
    """Folded: 3 milestones and 1 stage."""
    counts = [
        (sum(mark.lane == lane for mark in plan.marks), "milestone"),
        (sum(bar.lane == lane for bar in plan.bars), "stage"),
        (sum(each.lane == lane for each in plan.decisions), "decision"),
    ]
    said = [f"{count} {word}{'s' * (count != 1)}" for count, word in counts if count]
    return f"Folded: {' and '.join([', '.join(said[:-1]), said[-1]] if len(said) > 1 else said) or 'nothing in it'}"


def empty_words(plan: Plan, lane: str) -> str:
    """Why a lane shows nothing."""
    dated = any(mark.lane == lane and (mark.baseline or mark.forecast or mark.achieved) for mark in plan.marks)
    if dated or any(bar.lane == lane for bar in plan.bars) or any(one.lane == lane for one in plan.decisions):
        return f"Nothing from {plan.first_year} to {plan.last_year}"
    return "No date is published"


def not_shown(plan: Plan, outside: Iterable[str]) -> tuple[str, ...]:
    """M1 to M5 and M9 are not shown: no date is published."""
    marks = len(plan.marks)
    many = (
        f"{marks} of {marks + plan.left_out} milestones are drawn: the lowest tiers first, and of each those nearest "
        "to the day shown. The table has all of them."
    )
    unknown = [mark.code for mark in plan.marks if not (mark.baseline or mark.forecast or mark.achieved)]
    years = f"outside the years {plan.first_year} to {plan.last_year}"
    return tuple(
        sentence
        for sentence in (
            many if plan.left_out else "",
            _sentence(sorted(unknown, key=_in_order), "no date is published"),
            _sentence(sorted(outside, key=_in_order), years),
        )
        if sentence
    )


def _months_between(first: date, last: date) -> float:
    months = (last.year - first.year) * 12 + last.month - first.month
    return months + (last.day - first.day) / 30.4


def movement(before: When, now: When) -> str:
    """7 months later; about 6.5 months later; 3 to 6 months later; 7 or 2 months later."""
    if same_dates(before, now):
        return "Not moved"
    days = (now.first - before.first).days
    if before.precision == now.precision == "day":
        months = round(abs(_months_between(before.first, now.first)) * 2) / 2
        far = f"{months:g} months" if abs(days) > 45 else f"{abs(days)} days"
        return f"{far} {'later' if days > 0 else 'earlier'}"

    def whole(one: date, other: date) -> int:
        return (other.year - one.year) * 12 + other.month - one.month

    gaps = sorted({whole(before.first, now.first), whole(before.last, now.last)})
    if before.precision == "range":
        gaps = sorted({whole(before.last, now.last), whole(before.first, now.first)})
    joined = " to ".join(str(abs(gap)) for gap in gaps)
    if before.alternative is not None:
        joined = f"{whole(before.first, now.first)} or {whole(before.alternative.first, now.first)}"
    if gaps[-1] == gaps[0] == 0:
        return "Same month"
    if gaps[0] < 0 < gaps[-1]:
        return "Within the earlier range"
    one = joined in ("1",)
    return f"{joined} {'month' if one else 'months'} {'later' if gaps[-1] > 0 else 'earlier'}"


def moved(plan: Plan) -> tuple[Moved, ...]:
    """The milestones whose baseline differs from the compared one; twins share a row."""
    rows: dict[tuple[str, str, str], Moved] = {}
    for mark in sorted(plan.marks, key=lambda mark: _in_order(mark.code)):
        if mark.compared is None or mark.baseline is None:
            continue
        if same_dates(mark.compared, mark.baseline):
            continue
        before, now = ghost_label(None, mark.compared), mark.baseline.short_words
        if mark.baseline.is_inferred:
            now += ", inferred"
        key = (before, now.removesuffix(", inferred"), mark.short_name)
        label = f"{mark.code} {mark.short_name}"
        if key in rows:
            other = rows.pop(key)
            code = other.label.removesuffix(f" {mark.short_name}")
            label, now = f"{code}, {label}", other.now
            if mark.baseline.is_inferred and not now.endswith("inferred"):
                now += f", {mark.code} inferred"
        rows[key] = Moved(label, before, now, movement(mark.compared, mark.baseline))
    return tuple(rows.values())


def forecasts(plan: Plan) -> tuple[Forecasted, ...]:
    """The milestones with a forecast that are not achieved yet."""
    return tuple(
        Forecasted(
            mark.code,  # the drawing beside it has the name
            mark.baseline.short_words if mark.baseline else "Not published",
            mark.forecast.short_words,
            movement(mark.baseline, mark.forecast) if mark.baseline else "Not published",
        )
        for mark in sorted(plan.marks, key=lambda mark: _in_order(mark.code))
        if mark.forecast is not None and mark.achieved is None and not mark.is_own
    )
