"""What a reading process tells its parent: lines of JSON, how far it is and at last what it read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from milestones.plan_files.plan import BaselineDates, Field, Link, Problem, Read, Task, Totals, Where

_DATES = ("start", "finish")
_TASK = [field.name for field in fields(Task)]


def progress(share: float) -> bytes:
    return _line({"at": round(share, 3)})


def refusal(words: str) -> bytes:
    return _line({"refused": words})


def lines(read: Read, kind: str) -> Iterator[bytes]:
    yield _line(
        {
            "kind": kind,
            "title": read.plan.title,
            "fields": {number: [field.name, field.alias] for number, field in read.plan.fields.items()},
            "found": asdict(read.found),
            "own": asdict(read.own),
            "not_kept": read.not_kept,
        }
    )
    for name, tasks in (("task", read.plan.tasks), ("portal", read.portal_rows)):
        for task in tasks:
            yield _line({name: [_plain(getattr(task, part)) for part in _TASK]})
    for problem in read.problems:
        yield _line({"problem": asdict(problem)})
    yield _line({"end": True})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Where):
        return [value.sheet, value.row]
    if isinstance(value, tuple):
        return [[_plain(getattr(one, field.name)) for field in fields(one)] for one in value]
    return value


def _line(said: dict[str, Any]) -> bytes:
    return json.dumps(said, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"


def _task(values: list[Any]) -> Task:
    said = dict(zip(_TASK, values, strict=True))
    for name in _DATES:
        said[name] = _moment(said[name])
    said["links"] = tuple(Link(*one) for one in said["links"])
    said["baselines"] = tuple(
        BaselineDates(number, _moment(start), _moment(finish), *rest)
        for number, start, finish, *rest in said["baselines"]
    )
    said["where"] = Where(*said["where"])
    return Task(**said)


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


class Heard:
    """Puts together again what the lines say."""

    def __init__(self) -> None:
        self.read = Read()
        self.kind = self.refused = ""
        self.share = 0.0
        self.is_whole = False
        self._rest = b""

    def take(self, piece: bytes) -> None:
        *whole, self._rest = (self._rest + piece).split(b"\n")
        for line in whole:
            self._heard(json.loads(line))

    def _heard(self, said: dict[str, Any]) -> None:
        if "at" in said:
            self.share = said["at"]
        elif "task" in said:
            self.read.plan.tasks.append(_task(said["task"]))
        elif "portal" in said:
            self.read.portal_rows.append(_task(said["portal"]))
        elif "problem" in said:
            where = Where(**said["problem"].pop("where"))
            self.read.problems.append(Problem(where=where, **said["problem"]))
        elif "refused" in said:
            self.refused = said["refused"]
        elif "end" in said:
            self.is_whole = True
        else:
            self.kind = said["kind"]
            self.read.plan.title = said["title"]
            self.read.plan.fields = {number: Field(*field) for number, field in said["fields"].items()}
            self.read.found, self.read.own = Totals(**said["found"]), Totals(**said["own"])
            self.read.not_kept = said["not_kept"]
