"""Tags and filters of every template: deadlines in words, days left, status words, icons, bars."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from mhhs_portal import deadlines
from mhhs_portal.icons import ICONS, STATUSES, Status

register = template.Library()

TICKS = 10
SOON = deadlines.DUE_SOON_DAYS


def _day(value: date | datetime) -> date:
    return deadlines.local_day(value) if isinstance(value, datetime) else value


@register.filter
def deadline(due_at: datetime | None) -> str:
    """ "17:00 on Friday 30 May 2025, UK time": the whole truth, for sentences and receipts."""
    return deadlines.spoken(due_at) if due_at else "Not published"


@register.filter
def deadline_line(due_at: datetime | None) -> str:
    """ "17:00 Friday 30 May 2025": for the due bar and panels, where the footer says that times are UK time."""
    if not due_at:
        return "Not published"
    local = due_at.astimezone(deadlines.LONDON)
    return f"{local:%H:%M} {deadlines.day_words(local.date(), weekday=True)}"


@register.filter
def deadline_day(value: date | datetime | None, now: datetime | None = None) -> str:
    """ "Fri 30 May", with the year when it is not this year: for tables."""
    if not value:
        return "Not published"
    day = _day(value)
    year = f" {day.year}" if day.year != deadlines.local_day(now or timezone.now()).year else ""
    month = f"{day:%B}" if len(f"{day:%B}") <= 4 else f"{day:%b}"
    return f"{day:%a} {day.day} {month}{year}"


@register.filter
def uk_time(moment: datetime | None) -> str:
    """ "17:00", in London."""
    return f"{moment.astimezone(deadlines.LONDON):%H:%M}" if moment else ""


@register.filter
def uk_date(value: date | datetime | None) -> str:
    """ "30 May 2025"."""
    return deadlines.day_words(_day(value)) if value else "Not published"


@register.filter
def uk_date_long(value: date | datetime | None) -> str:
    """ "Friday 30 May 2025"."""
    return deadlines.day_words(_day(value), weekday=True) if value else "Not published"


@register.filter
def uk_moment(moment: datetime | None) -> str:
    """ "10:04:31 on Monday 19 May 2025, UK time": for receipts."""
    if not moment:
        return "Not published"
    local = moment.astimezone(deadlines.LONDON)
    return f"{local:%H:%M:%S} on {deadlines.day_words(local.date(), weekday=True)}, UK time"


@register.filter
def days_left_words(due_at: datetime, now: datetime | None = None) -> str:
    """ "8 working days left", "due today" or "1 working day late"."""
    return deadlines.days_left_words(due_at, now or timezone.now())


def _now(context: dict[str, Any], now: datetime | None) -> datetime:
    moment = now or context.get("now")
    return moment if isinstance(moment, datetime) else timezone.now()


@register.inclusion_tag("components/days_left.html", takes_context=True)
def days_left(
    context: dict[str, Any], due_at: datetime, now: datetime | None = None, words: bool = False
) -> dict[str, Any]:
    """Ten ticks and the number; `words=True` adds "working days left" in sight. Late is words alone, in red."""
    moment = _now(context, now)
    count = deadlines.working_days_left(due_at, moment)
    return {
        "is_late": deadlines.is_past(due_at, moment),
        "text": deadlines.days_left_words(due_at, moment),
        "count": count,
        "is_soon": count <= SOON,
        "ticks": [(str(n * 6), n < count) for n in range(TICKS)],
        "words": words,
    }


def _svg(shape: str, css: str = "") -> SafeString:
    # Only our own drawings are put here as they are; the class names are ours too.
    return format_html(
        '<svg class="icon{}" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{}</svg>',
        f" {css}" if css else "",
        mark_safe(ICONS[shape]),  # noqa: S308
    )


@register.simple_tag
def icon(name: str, css: str = "") -> SafeString:
    """A drawing that stands beside words; it is hidden from assistive technology."""
    return _svg(name, css)


def _status(key: str) -> Status:
    try:
        return STATUSES[key.lower().replace("_", "-").replace(" ", "-")]
    except KeyError:
        raise template.TemplateSyntaxError(f"{key!r} is no status word; mhhs_portal/icons.py lists them") from None


@register.inclusion_tag("components/status.html")
def status(key: str, words: str = "", tag: bool = False) -> dict[str, Any]:
    """Shape and word. `words` replaces the word when it says more ("4 of 11 answered"); `tag=True` tints it."""
    known = _status(key)
    return {
        "mark": _svg(known.shape, f"c-{known.colour}") if known.shape else "",
        "words": words or known.word,
        "colour": known.colour,
        "tag": tag,
    }


@register.simple_tag
def status_icon(key: str) -> SafeString:
    """The shape alone; put the word beside it or in a visually hidden span."""
    known = _status(key)
    return _svg(known.shape, f"c-{known.colour}") if known.shape else mark_safe("")


def _place(value: date | datetime, axis_start: date | datetime, axis_end: date | datetime) -> float:
    """Per cent from the left of a cell that keeps 4 per cent free at both ends."""
    first, last = _day(axis_start), _day(axis_end)
    share = (_day(value) - first).days / max((last - first).days, 1)
    return round(4 + 92 * min(max(share, 0), 1), 1)


@register.inclusion_tag("components/window_axis.html", takes_context=True)
def window_axis(context: dict[str, Any], axis_start: date | datetime, axis_end: date | datetime) -> dict[str, Any]:
    """The head of a column of window bars: where each month begins, and today."""
    today = _place(_now(context, None), axis_start, axis_end)
    month, months = _day(axis_start).replace(day=1), []
    while (month := (month + timedelta(days=32)).replace(day=1)) <= _day(axis_end):
        months.append((_place(month, axis_start, axis_end), f"{month:%b}"))
    return {"months": months, "today": today, "anchor": "end" if today > 80 else "start" if today < 15 else "middle"}


@register.inclusion_tag("components/window_bar.html", takes_context=True)
def window_bar(
    context: dict[str, Any],
    opened: date | datetime,
    due: date | datetime,
    axis_start: date | datetime,
    axis_end: date | datetime,
    state: str = "",
) -> dict[str, Any]:
    """A bar from issue to due on an axis that all rows share; decoration, since the row has all facts in words.

    `state` is open, soon, overdue or done; left out, the deadline decides. Positions are per cent, cut off at both
    ends of the axis.
    """
    moment = _now(context, None)
    if not state and isinstance(due, datetime):
        is_soon = deadlines.working_days_left(due, moment) <= SOON
        state = "overdue" if deadlines.is_past(due, moment) else "soon" if is_soon else "open"
    start, end, today = (_place(value, axis_start, axis_end) for value in (opened, due, _now(context, None)))
    return {"start": start, "width": round(max(end - start, 0), 1), "end": end, "today": today, "state": state}


@register.filter
def plural(count: int, words: str) -> str:
    """{{ 3|plural:"item,items" }} is "3 items"."""
    one, many = words.split(",")
    return f"{count} {one if count == 1 else many}"


@register.inclusion_tag("components/status.html")
def scan_label(file: Any) -> dict[str, Any]:
    """Whether a scanner has looked at a StoredFile: {% scan_label attachment.file %}; select_related("file__scan")."""
    from mhhs_portal.documents.serving import scan_of, scan_state

    scan, state = scan_of(file), scan_state(file)
    if state == "made-here":
        return {"mark": "", "words": "", "colour": "grey", "tag": False}
    if scan is not None and scan.is_released and scan.is_open:
        return status(state.label, f"{state.label}, released by {scan.released_by} on {uk_date(scan.released_at)}")
    return status(state.label)
