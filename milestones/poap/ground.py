"""What lies under the plan: years, quarters, rules, and today. No Django."""

from __future__ import annotations

from datetime import date

from milestones.poap import MONTHS, Plan, When
from milestones.poap.items import Scale
from milestones.poap.shapes import Band, Rect, Shape, Text, box, line
from milestones.poap.text import width


def ground(
    scale: Scale,
    plan: Plan,
    bands: list[Band],
    rows_on: list[Shape],
    lane_rules: list[Shape],
    bottom: float,
) -> tuple[Shape, ...]:
    """Years, rows of the highlighted path, ticks and rules, from the bottom up."""
    size, k = scale.size, scale.size.k
    years = range(plan.first_year, plan.last_year + 1)
    tints, ticks, quarters, rules = [], [], [], []
    words = _words(bands, 2.5 * k)
    for year in years:
        x = scale.x(date(year, 1, 1))
        if year % 2:
            tints.append(box("tint", x, size.head, scale.after(date(year, 12, 31)), bottom))
        rules += _cut(x, 4 * k, bottom, words)
        for month in range(2, 13):
            x = scale.x(date(year, month, 1))
            if month % size.month_step == 1 % size.month_step:
                quarters += _cut(x, size.head - 14 * k, bottom, words)
            else:
                ticks.append(((x, size.head - 5 * k), (x, size.head)))
    return (
        *tints,
        *rows_on,
        *(Shape("tick1", ticks[0], more=tuple(ticks[1:])) for _ in ticks[:1]),
        Shape("quarter", quarters[0], more=tuple(quarters[1:])),
        *lane_rules,
        Shape("yearrule", rules[0], more=tuple(rules[1:])),
        line("axis", 0, size.head, size.width, size.head),
    )


def axis(scale: Scale, plan: Plan, bottom: float, today: Text | None) -> tuple[Text, ...]:
    """Years, and quarters or months where today's flag leaves room."""
    size, k = scale.size, scale.size.k
    texts: list[Text] = []
    years = range(plan.first_year, plan.last_year + 1)
    months = range(1, 13, _months_apart(scale, len(years)))
    for year in years:
        for month in months:
            x = scale.x(date(year, month, 1)) + 6 * k
            if month == 1:
                texts.append(Text("year", x, size.head * 0.33, str(year), size))
            said = MONTHS[month - 1][:3]
            text = Text("month", x, size.head * 0.86, f"{said} {year}" if size.is_zoomed else said, size)
            if today is None or not text.rect.hits(today.rect, aside=10 * k):
                texts.append(text)
            if size.foot:
                full = f"{said} {year}" if month == 1 else said
                texts.append(Text("month", x, bottom + size.foot * 0.8, full, size))
    return tuple(texts)


def _months_apart(scale: Scale, years: int) -> int:
    """Every quarter, or every month when zoomed in; fewer where many years leave no room for the words."""
    size = scale.size
    of_month = (scale.right - scale.left) / (12 * years)
    need = width("Jan 2026", *size.type("month")) + 8 * size.k
    return next(
        (step for step in (size.month_step, 3, 6, 12) if step >= size.month_step and step * of_month > need), 12
    )


def today_marks(
    scale: Scale, plan: Plan, bands: list[Band], bottom: float
) -> tuple[tuple[Shape, ...], tuple[Shape, ...], Text | None]:
    size, today = scale.size, scale.today
    if not scale.first <= today <= scale.last:
        return (), (), None
    k, x = size.k, scale.x(today)
    said = f"{plan.today_said} {When.day(today).short_words}"
    half = width(said, *size.type("today")) / 2 + 8 * k
    middle = min(max(x, scale.left + half), size.width - half)
    top, low = size.head * 0.5, size.head - 4 * k
    flag = (
        (middle - half, top), (middle + half, top), (middle + half, low), (x + 4 * k, low),
        (x, size.head + k), (x - 4 * k, low), (middle - half, low),
    )  # fmt: skip
    text = Text("today", middle, (top + low) / 2 + size.date * 0.36, said, size, anchor="middle")
    pieces = _cut(x, size.head, bottom, _words(bands, 3 * k))
    rule = Shape("now", pieces[0], more=tuple(pieces[1:]))
    return (rule,), (Shape("nowflag", flag, closed=True),), text


def _words(bands: list[Band], room: float) -> list[Rect]:
    """Where texts stand on the plot, with room around them; bars and chips hide what is under."""
    texts = [text for band in bands for text in band.texts if text.cls == "note"]
    texts += [text for band in bands for item in band.items for text in item.texts]
    rects = [text.rect for text in texts if not text.inside]
    return [Rect(rect.x1 - room, rect.y1 - room / 2, rect.x2 + room, rect.y2 + room / 2) for rect in rects]


def _cut(x: float, y1: float, y2: float, words: list[Rect]) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """An upright rule in pieces, so that it never runs through a text."""
    pieces, at = [], y1
    for rect in sorted((r for r in words if r.x1 < x < r.x2), key=lambda rect: rect.y1):
        if rect.y1 > at + 0.5:
            pieces.append(((x, at), (x, rect.y1)))
        at = max(at, rect.y2)
    if y2 > at:
        pieces.append(((x, at), (x, y2)))
    return pieces
