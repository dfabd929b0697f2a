"""Reads a plan from the rows of a spreadsheet or of a CSV table."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import IO, Any

from milestones.plan_files import columns, mspdi, unpacking
from milestones.plan_files.judging import judge, under_our_headings
from milestones.plan_files.plan import (
    BASELINES,
    DAYS,
    DEEPEST,
    FIRST_OWN,
    LONGEST_NAME,
    LONGEST_NOTES,
    LONGEST_VALUE,
    MOST_LINKS,
    MOST_TASKS,
    BaselineDates,
    Link,
    Problem,
    Read,
    RefusedError,
    Task,
    Totals,
    Where,
)
from milestones.plan_files.sheet_values import BadValueError, Cell, duration, links, moment, pieces, text_of, whole, yes

MOST_COLUMNS = 250
MOST_ROWS = MOST_TASKS * 2
HEADINGS_WITHIN = 20
#: So many blank rows after the last one and nobody looks further.
MOST_BLANK = 5_000
Row = tuple[int, list[Cell]]
Say = Callable[[float], None]


class _Sheet:
    def __init__(self, name: str, heading_row: int, keys: dict[int, str], headings: dict[int, str]) -> None:
        self.name, self.heading_row, self.keys, self.headings = name, heading_row, keys, headings
        self.at = {key: place for place, key in keys.items()}

    def column(self, key: str) -> str:
        """ "G, Finish" """
        place = self.at.get(key)
        return f"{_letters(place)}, {self.headings[place].strip()[:60]}" if place is not None else columns.HEADINGS[key]


def _letters(place: int) -> str:
    said = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        said = chr(65 + rest) + said
    return said


def read_xlsx(file: IO[bytes], size: int, say: Say = lambda share: None) -> Read:
    unpacking.inspect_workbook(file)
    say(0.05)
    book = _open(file)
    try:
        titles = book.sheetnames
        title = next((t for t in titles if t.strip().lower() == columns.SHEET.lower()), titles[0] if titles else "")
        if not title or not hasattr(book[title], "iter_rows"):
            raise RefusedError("The workbook has no sheet with rows.")
        read = _read(title, lambda: _rows_of(book[title]), say)
    finally:
        book.close()
    others = [other for other in titles if other != title and other != "Columns"]
    read.not_kept += [f"sheet “{other[:60]}”" for other in others[:20]]
    return read


def _open(file: IO[bytes]) -> Any:
    from openpyxl import load_workbook

    try:
        return load_workbook(file, read_only=True, data_only=False, keep_links=False)
    except (MemoryError, RefusedError):
        raise
    except Exception as error:  # whatever a damaged workbook makes the library say
        raise RefusedError(
            f"The workbook cannot be opened: it is damaged ({type(error).__name__}). Save it again."
        ) from None


def _rows_of(sheet: Any) -> Iterator[Row]:
    """Rows with their own numbers; the size that the sheet declares is not believed."""
    sheet.reset_dimensions()
    blank = 0
    try:
        for number, row in enumerate(sheet.iter_rows(max_col=MOST_COLUMNS), start=1):
            cells = [Cell(cell.value, cell.data_type in ("f", "e")) for cell in row]
            if all(cell.value is None for cell in cells):
                blank += 1
                if blank > MOST_BLANK:
                    return
                continue
            blank = 0
            yield number, cells
    except (MemoryError, RefusedError):
        raise
    except Exception as error:
        raise RefusedError(
            f"The sheet cannot be read: it is damaged ({type(error).__name__}). Save it again."
        ) from None


def read_csv(file: IO[bytes], size: int, say: Say = lambda share: None) -> Read:
    content = file.read()
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise RefusedError(
            f"The table is not in UTF-8 (byte {error.start:,} does not fit). Save it as “CSV UTF-8”."
        ) from None
    csv.field_size_limit(LONGEST_NOTES * 4)

    def rows() -> Iterator[Row]:
        reader = csv.reader(io.StringIO(text, newline=""))
        try:
            for number, row in enumerate(reader, start=1):
                if any(row):
                    yield number, [Cell(_unquoted(value) or None) for value in row[:MOST_COLUMNS]]
        except csv.Error as error:
            raise RefusedError(f"The table cannot be read: {error}, line {reader.line_num}.") from None

    return _read("Table", rows, say)


def _unquoted(value: str) -> str:
    """Our own export puts an apostrophe before what a spreadsheet would take for a formula."""
    return value[1:] if value[:1] == "'" and value[1:2] in ("=", "+", "-", "@", "\t", "\r") else value


def _read(title: str, rows: Callable[[], Iterator[Row]], say: Say) -> Read:
    read = Read()
    read.plan.title = ""
    sheet: _Sheet | None = None
    counts = Counter[str]()
    for number, cells in rows():
        if sheet is None:
            sheet = _headings(title, number, cells)
            if sheet is None and number > HEADINGS_WITHIN:
                break
            continue
        counts["tasks"] += 1
        if counts["tasks"] > MOST_TASKS:
            raise RefusedError(f"The sheet has more than {MOST_TASKS:,} rows, the most that one plan may have.")
        _row(read, sheet, number, cells, counts)
        if counts["links"] > MOST_LINKS:
            raise RefusedError(f"The sheet has more than {MOST_LINKS:,} links, the most that one plan may have.")
        if not counts["tasks"] % 250:
            say(min(0.1 + counts["tasks"] / 20_000, 0.6))
    if sheet is None:
        wanted = " and ".join(f"“{column.heading}”" for column in columns.REQUIRED)
        raise RefusedError(
            f"No row with the headings was found in the first {HEADINGS_WITHIN} rows of “{title[:60]}”: "
            f"{wanted} must be there. The template has them all."
        )
    if not counts["tasks"]:
        raise RefusedError(f"There is no task under the headings of “{title[:60]}”.")
    read.found = Totals(counts["tasks"], counts["milestones"], counts["summaries"], counts["links"])
    say(0.7)
    read.own = own_totals(sheet, rows())
    read.not_kept += _unknown(sheet)
    read.plan.fields = dict(
        columns.field_of(sheet.headings[place]) for place, key in sheet.keys.items() if key.startswith("field/")
    )
    under_our_headings(read)
    judge(read, links_column=sheet.column("predecessors"))
    return read


def _headings(title: str, number: int, cells: list[Cell]) -> _Sheet | None:
    words = {place: text_of(cell.value) for place, cell in enumerate(cells) if cell.value is not None}
    keys = {place: key for place, heading in words.items() if (key := columns.key_of(heading))}
    if not {column.key for column in columns.REQUIRED} <= set(keys.values()):
        return None
    twice = [key for key, count in Counter(keys.values()).items() if count > 1]
    if twice:
        places = [place for place, key in keys.items() if key == twice[0]]
        raise RefusedError(
            f"Columns {' and '.join(_letters(place) for place in places)} have the same heading, "
            f"“{words[places[0]].strip()[:60]}”. Remove one."
        )
    return _Sheet(title, number, keys, words)


def _unknown(sheet: _Sheet) -> list[str]:
    return [
        f"column {_letters(place)}, “{heading.strip()[:60]}”"
        for place, heading in sheet.headings.items()
        if place not in sheet.keys and heading.strip() != columns.OUTLINE
    ]


def _row(read: Read, sheet: _Sheet, number: int, cells: list[Cell], counts: Counter[str]) -> None:
    values = {key: cells[place] for place, key in sheet.keys.items() if place < len(cells)}
    where = Where(sheet.name, number)
    problems: list[Problem] = []

    def take(key: str, rule: Callable[..., Any], default: Any, **more: Any) -> Any:
        cell = values.get(key)
        if cell is None or cell.value is None:
            return default
        try:
            if cell.is_formula:
                raise BadValueError(
                    "The cell holds a formula or an error, not a value", "Copy it and use Paste Special, Values."
                )
            return rule(cell.value, **more)
        except BadValueError as bad:
            shown = text_of(cell.value)[:200]
            problems.append(
                Problem(where, sheet.column(key) if key in sheet.at else key, shown, bad.reason, bad.advice)
            )
            return default

    task = _task(take, values, where, problems, sheet)
    counts["milestones"] += task.is_milestone
    counts["summaries"] += task.is_summary
    counts["links"] += len(pieces(values["predecessors"].value)) if "predecessors" in values else 0
    own = _own(take, sheet)
    if task.uid >= FIRST_OWN and not own:
        reason = f"Numbers from {FIRST_OWN:,} on are of rows that the portal writes itself"
        problems.append(Problem(where, sheet.column("uid"), str(task.uid), reason, "Give the task another number."))
    if problems:
        uid = task.uid or None
        read.problems += [Problem(p.where, p.column, p.value, p.reason, p.advice, uid, task.name) for p in problems]
    elif own:
        read.portal_rows.append(replace(task, custom=own))
    else:
        read.plan.tasks.append(task)


def _own(take: Any, sheet: _Sheet) -> dict[str, str]:
    """What a row that the portal wrote says of itself; empty for everybody else's."""
    if "portal_row" not in sheet.at or not (kind := take("portal_row", text_of, "")):
        return {}
    agreed = take("as_agreed", text_of, "") if "as_agreed" in sheet.at else ""
    return {mspdi.ALIAS_ROW: kind, mspdi.ALIAS_DATE: agreed}


def _task(take: Any, values: dict[str, Cell], where: Where, problems: list[Problem], sheet: _Sheet) -> Task:
    uid = take("uid", whole, None, least=1, most=2**31 - 1)
    if uid is None and not problems:
        problems.append(
            Problem(where, sheet.column("uid"), "", "The row has no unique ID", "Give it a number of its own.")
        )
    start, finish = take("start", moment, None, is_end=False), take("finish", moment, None, is_end=True)
    if start and finish and finish < start:
        shown = text_of(values["finish"].value)
        problems.append(
            Problem(
                where,
                sheet.column("finish"),
                shown,
                "The task ends before it starts",
                f"It starts on {start:%-d %B %Y}.",
            )
        )
    seconds, unit = take("duration", duration, (None, DAYS))
    return Task(
        uid=uid or 0,
        name=take("name", _up_to(LONGEST_NAME), ""),
        level=take("level", whole, 1, least=1, most=DEEPEST),
        wbs=take("wbs", _up_to(LONGEST_NAME), ""),
        start=start,
        finish=finish,
        duration=seconds,
        duration_format=unit,
        is_milestone=take("milestone", yes, False),
        is_summary=take("summary", yes, False),
        percent=take("percent", whole, 0, least=0, most=100),
        notes=take("notes", _up_to(LONGEST_NOTES), ""),
        code=take("code", _up_to(20), "").strip(),
        links=take("predecessors", _lags_in_bounds, ()),
        baselines=_baselines(take, sheet),
        custom={
            key.removeprefix("field/"): value
            for key in sheet.at
            if key.startswith("field/") and (value := take(key, _up_to(LONGEST_VALUE), ""))
        },
        more={
            key.removeprefix("element/"): value
            for key in sheet.at
            if key.startswith("element/") and (value := take(key, _up_to(LONGEST_VALUE), ""))
        },
        where=where,
    )


def _up_to(longest: int) -> Callable[[Any], str]:
    def rule(value: Any) -> str:
        text = text_of(value)
        if len(text) > longest:
            raise BadValueError(f"It has {len(text):,} characters; the most is {longest:,}", "Shorten it.")
        return text

    return rule


def _lags_in_bounds(value: Any) -> tuple[Link, ...]:
    found = links(value)
    if any(abs(link.lag) > 10**8 for link in found):
        raise BadValueError("The lag is longer than any plan", "Enter a lag such as +5d.")
    return found


def _baselines(take: Any, sheet: _Sheet) -> tuple[BaselineDates, ...]:
    found = []
    for number in BASELINES:
        keys = [columns.baseline_key(number, part) for part in columns.PARTS]
        if not any(key in sheet.at for key in keys):
            continue
        start = take(keys[0], moment, None, is_end=False)
        finish = take(keys[1], moment, None, is_end=True)
        seconds, unit = take(keys[2], duration, (None, DAYS))
        if start or finish or seconds is not None:
            found.append(BaselineDates(number, start, finish, seconds, unit))
    return tuple(found)


def own_totals(sheet: _Sheet, rows: Iterator[Row]) -> Totals:
    """The sheet counted once more, by its cells alone."""
    tasks = milestones = summaries = waits = 0
    place = {key: sheet.at.get(key, MOST_COLUMNS) for key in ("milestone", "summary", "predecessors")}
    for number, cells in rows:
        if number <= sheet.heading_row:
            continue
        said = {key: str(cells[n].value).strip().lower() if n < len(cells) else "" for key, n in place.items()}
        tasks += 1
        milestones += said["milestone"] in ("yes", "y", "true", "1")
        summaries += said["summary"] in ("yes", "y", "true", "1")
        waits += sum(
            1
            for part in said["predecessors"].replace(",", ";").replace("\n", ";").split(";")
            if part.strip() not in ("", "none")
        )
    return Totals(tasks, milestones, summaries, waits)
