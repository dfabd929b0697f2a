"""Writes a plan as Microsoft Project XML, elements in the order of Project's schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from xml.sax.saxutils import escape

from milestones.plan_files import mspdi
from milestones.plan_files.plan import LINK_TYPES, Plan, Task, outline_numbers

#: Extra fields of single tasks: {unique ID: {alias of ours: value}}.
Own = Mapping[int, Mapping[str, str]]
_WEEK = "".join(
    f"<WeekDay><DayType>{day}</DayType><DayWorking>{int(1 < day < 7)}</DayWorking>"
    + (
        "<WorkingTimes><WorkingTime><FromTime>08:00:00</FromTime><ToTime>12:00:00</ToTime></WorkingTime>"
        "<WorkingTime><FromTime>13:00:00</FromTime><ToTime>17:00:00</ToTime></WorkingTime></WorkingTimes>"
        if 1 < day < 7
        else ""
    )
    + "</WeekDay>"
    for day in range(1, 8)
)
_CALENDARS = (
    "<Calendars><Calendar><UID>1</UID><Name>Standard</Name><IsBaseCalendar>1</IsBaseCalendar>"
    f"<BaseCalendarUID>-1</BaseCalendarUID><WeekDays>{_WEEK}</WeekDays></Calendar></Calendars>"
)


def write_mspdi(plan: Plan, own: Own | None = None, *, saved: datetime | None = None, compare_with: int = 0) -> bytes:
    """The plan as a file that Project opens. `compare_with` is the baseline that Project takes variances from."""
    own = own or {}
    codes = {task.uid: {mspdi.ALIAS_CODE: task.code} for task in plan.tasks if task.code}
    values = {uid: {**codes.get(uid, {}), **own.get(uid, {})} for uid in codes.keys() | own.keys()}
    numbers = _our_fields(plan, {alias for said in values.values() for alias in said})
    parts = ['<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n', f'<Project xmlns="{mspdi.NAMESPACE}">']
    parts += _head(plan, saved, compare_with)
    parts += _fields(plan, numbers)
    parts += [_CALENDARS, "<Tasks>"]
    outlines = outline_numbers(task.level for task in plan.tasks)
    for position, (task, outline) in enumerate(zip(plan.tasks, outlines, strict=True), start=1):
        said = {numbers[alias]: value for alias, value in values.get(task.uid, {}).items() if alias in numbers}
        parts += ["\n<Task>", *_task(task, position, outline, said), "</Task>"]
    parts.append("\n</Tasks></Project>\n")
    return "".join(parts).encode()


def _our_fields(plan: Plan, aliases: set[str]) -> dict[str, str]:
    """A text field that the author does not use, from Text30 down, for each of ours."""
    taken = plan.fields.keys() | {number for task in plan.tasks for number in task.custom}
    free = [str(number) for number in sorted(mspdi.TEXT_FIELDS, reverse=True) if str(number) not in taken]
    return dict(zip((alias for alias in mspdi.OWN_ALIASES if alias in aliases), free, strict=False))


def _head(plan: Plan, saved: datetime | None, compare_with: int) -> Iterator[str]:
    starts = [task.start for task in plan.tasks if task.start]
    ends = [task.finish for task in plan.tasks if task.finish]
    yield "<SaveVersion>14</SaveVersion>"
    yield _element("Name", f"{plan.title or 'plan'}.xml"[:255])
    yield _element("Title", plan.title)
    if saved:
        yield f"<CreationDate>{_moment(saved)}</CreationDate><LastSaved>{_moment(saved)}</LastSaved>"
    yield "<ScheduleFromStart>1</ScheduleFromStart>"
    if starts or ends:
        yield _element("StartDate", _moment(min(starts or ends)))
        yield _element("FinishDate", _moment(max(ends or starts)))
    yield "<CurrencySymbol>£</CurrencySymbol><CurrencyCode>GBP</CurrencyCode><CalendarUID>1</CalendarUID>"
    yield "<DefaultStartTime>08:00:00</DefaultStartTime><DefaultFinishTime>17:00:00</DefaultFinishTime>"
    yield "<MinutesPerDay>480</MinutesPerDay><MinutesPerWeek>2400</MinutesPerWeek><DaysPerMonth>20</DaysPerMonth>"
    yield "<DurationFormat>7</DurationFormat><WeekStartDay>1</WeekStartDay>"
    yield f"<BaselineForEarnedValue>{compare_with}</BaselineForEarnedValue>"


def _fields(plan: Plan, numbers: Mapping[str, str]) -> Iterator[str]:
    if not plan.fields and not numbers:
        return
    yield "<ExtendedAttributes>"
    for number, field in plan.fields.items():
        yield _field(number, field.name, field.alias)
    for alias, number in numbers.items():
        yield _field(number, mspdi.TEXT_FIELDS[int(number)], alias)
    yield "</ExtendedAttributes>"


def _field(number: str, name: str, alias: str) -> str:
    said = _element("FieldID", number) + _element("FieldName", name) + (_element("Alias", alias) if alias else "")
    return f"<ExtendedAttribute>{said}</ExtendedAttribute>"


def _task(task: Task, position: int, outline: str, own: Mapping[str, str]) -> Iterator[str]:
    values = {
        **task.more,
        "UID": str(task.uid),
        "ID": str(position),
        "Name": task.name,
        "WBS": task.wbs,
        "OutlineNumber": outline,
        "OutlineLevel": str(task.level),
        "Start": _moment(task.start),
        "Finish": _moment(task.finish),
        "Duration": _duration(task.duration),
        "DurationFormat": str(task.duration_format),
        "Milestone": str(int(task.is_milestone)),
        "Summary": str(int(task.is_summary)),
        "PercentComplete": str(task.percent),
        "Notes": task.notes,
    }
    for name in mspdi.TASK_ORDER:
        if name == "PredecessorLink":
            yield from _links(task)
        elif name == "ExtendedAttribute":
            for number, value in {**task.custom, **own}.items():
                yield f"<ExtendedAttribute>{_element('FieldID', number)}{_element('Value', value)}</ExtendedAttribute>"
        elif name == "Baseline":
            yield from _baselines(task)
        elif name in task.more or values.get(name):
            yield _element(name, values[name])


def _links(task: Task) -> Iterator[str]:
    for link in task.links:
        yield (
            f"<PredecessorLink><PredecessorUID>{link.predecessor}</PredecessorUID>"
            f"<Type>{LINK_TYPES.index(link.type)}</Type><CrossProject>0</CrossProject>"
            f"<LinkLag>{link.lag}</LinkLag><LagFormat>{link.lag_format}</LagFormat></PredecessorLink>"
        )


def _baselines(task: Task) -> Iterator[str]:
    for baseline in task.baselines:
        yield f"<Baseline><Number>{baseline.number}</Number><Interim>0</Interim>"
        for name, value in (("Start", _moment(baseline.start)), ("Finish", _moment(baseline.finish))):
            if value:
                yield f"<{name}>{value}</{name}>"
        if baseline.duration is not None:
            yield f"<Duration>{_duration(baseline.duration)}</Duration>"
        yield f"<DurationFormat>{baseline.duration_format}</DurationFormat></Baseline>"


def _element(name: str, text: str) -> str:
    return f"<{name}>{escape(text)}</{name}>"


def _moment(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _duration(seconds: int | None) -> str:
    if seconds is None:
        return ""
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    return f"PT{hours}H{minute}M{second}S"
