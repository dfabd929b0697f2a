"""Which published version a sheet belongs to: its content without the day, and in sentences what changed.

The plan is drawn anew each day, since its line for today moves. That makes no new version: an edition begins when
the plan says something else, and each day's drawing belongs to the edition that it repeats.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import Max

from mhhs_portal.exports import Column, Table, Value
from milestones.models import PlanOnAPage
from milestones.poap import Bar, Mark, Plan, When

Facts = dict[str, Any]


def facts_of(plan: Plan, revision: dict[str, str]) -> Facts:
    """What a sheet says, whatever day it is drawn on and whatever it looks like."""
    return {
        "baseline": plan.baseline_name,
        "compared": plan.compared_name or "",
        "revision": {name: words for name, words in revision.items() if name != "baseline"},
        "lanes": [[lane.key, lane.name] for lane in plan.lanes],  # PostgreSQL keeps no order of keys
        "paths": {row.key: f"{row.code} {row.name}. {row.note}" for row in plan.path_rows},
        "gates": {f"{flag.path} {flag.label}": _said(flag.when) for flag in plan.flags},
        "milestones": {mark.code: _milestone(mark) for mark in plan.marks},
        "stages": {bar.key: _stage(bar) for bar in plan.bars},
        "order": [bar.key for bar in plan.bars],
        "decisions": {each.key: [each.label, *(_said(when) for when in each.dates)] for each in plan.decisions},
        "links": sorted(f"{link.before} {link.after}" for link in plan.links),
    }


def content_of(facts: Facts) -> str:
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _said(when: When | None) -> str:
    return "" if when is None else when.words + ", inferred" * when.is_inferred


def _milestone(mark: Mark) -> dict[str, str]:
    dates = {"baseline": mark.baseline, "forecast": mark.forecast, "achieved": mark.achieved}
    return {"name": mark.name or mark.short_name, "lane": mark.lane} | {k: _said(when) for k, when in dates.items()}


def _stage(bar: Bar) -> dict[str, str]:
    return {
        "name": bar.label,
        "short form": bar.short_labels[0] if bar.short_labels else "",
        "lane": bar.lane,
        "start": _said(bar.start),
        "end": _said(bar.end),
        "shape": "window" if bar.is_window else "bar",
    }


# ---- what changed -----------------------------------------------------------------------------

_OF_STAGE = ("start", "end", "short form", "shape")
_FIRST = "The first version that is kept."
_UNKNOWN = "What changed from the version before was not recorded."


def changes(before: Facts | None, after: Facts) -> list[str]:
    """From one version to the next, a sentence for each thing that changed."""
    if before is None:
        return [_FIRST]
    if not before:
        return [_UNKNOWN]
    said: list[str] = []
    if before["baseline"] != after["baseline"]:
        said.append(f"{after['baseline']} is the current baseline; it was {before['baseline']}.")
    lanes = dict(after["lanes"])
    said += _lanes(dict(before["lanes"]), lanes)
    for kind, words in (("milestones", ("baseline", "forecast", "achieved")), ("stages", _OF_STAGE)):
        said += _things(kind, before[kind], after[kind], words, lanes)
    kept = [[key for key in one["order"] if key in other["stages"]] for one, other in _both_ways(before, after)]
    if kept[0] != kept[1]:
        said.append("Stages stand in another order.")
    for code in before["gates"].keys() | after["gates"].keys():
        if before["gates"].get(code) != after["gates"].get(code):
            said.append(f"{code.split(' ', 1)[1]}: {after['gates'].get(code) or 'no longer on the plan'}.")
    return said or ["Words beside the drawing changed; no date did."]


def _both_ways(before: Facts, after: Facts) -> tuple[tuple[Facts, Facts], ...]:
    return ((before, after), (after, before))


def _lanes(before: dict[str, str], after: dict[str, str]) -> list[str]:
    said = [f"The lane {after[key]} is new." for key in after if key not in before]
    said += [f"The lane {before[key]} is no longer on the plan." for key in before if key not in after]
    said += [
        f"The lane {before[key]} is now called {after[key]}."
        for key in after
        if key in before and before[key] != after[key]
    ]
    kept = [key for key in after if key in before]
    if kept != [key for key in before if key in after]:
        said.append("The lanes stand in another order.")
    return said


def _things(kind: str, before: Facts, after: Facts, dates: tuple[str, ...], lanes: dict[str, str]) -> list[str]:
    said = []
    for key in sorted(before.keys() | after.keys(), key=_in_order):
        old: Facts | None = before.get(key)
        new: Facts | None = after.get(key)
        name = key if kind == "milestones" else f"Stage “{(new or old or {}).get('name')}”"
        if old is None and new is not None:
            known = [f"{word} {new[word]}" for word in dates if new[word] and word not in _OF_STAGE[2:]]
            said.append(f"{name} is new: {', '.join(known) or 'no date is published'}.")
        elif new is None:
            said.append(f"{name} is no longer on the plan.")
        elif old is not None:
            said += _one(name, old, new, dates, lanes)
    return said


def _one(name: str, old: Facts, new: Facts, dates: tuple[str, ...], lanes: dict[str, str]) -> list[str]:
    said = []
    if old["name"] != new["name"]:
        said.append(f"{name} was called “{old['name']}”, now “{new['name']}”.")
    if old["lane"] != new["lane"]:
        said.append(f"{name} stands in another place: {lanes.get(new['lane'], new['lane'].upper())}.")
    for word in dates:
        if old[word] != new[word]:
            was = f"was {old[word]}" if old[word] else "not given before"
            said.append(f"{name}, {word}: {new[word] or 'not given'} ({was}).")
    return said


def _in_order(key: str) -> tuple[str, int, str]:
    letters, digits = key.rstrip("0123456789"), key[len(key.rstrip("0123456789")) :]
    return (letters, int(digits or 0), key)


# ---- which edition ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Place:
    """The edition that a new drawing belongs to, and what the first drawing of it keeps."""

    edition: int
    facts: Facts
    changed: list[str]


def place_of(facts: Facts, content: str) -> Place:
    drawn = PlanOnAPage.objects.filter(organisation=None)
    last = drawn.order_by("-edition", "-made_at", "-pk").first()
    if last is None:
        return Place(1, facts, changes(None, facts))
    if last.content == content:
        return Place(last.edition, {}, [])
    before = drawn.filter(edition=last.edition).exclude(facts={}).first()
    return Place(last.edition + 1, facts, changes(before.facts if before else {}, facts))


# ---- the list ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Edition:
    """One published version: its first drawing in each size."""

    number: int
    first: PlanOnAPage
    sheets: list[PlanOnAPage]

    @property
    def changed(self) -> list[str]:
        return next((sheet.changed for sheet in self.sheets if sheet.changed), [_FIRST])


def latest() -> int:
    found = PlanOnAPage.objects.filter(organisation=None).aggregate(last=Max("edition"))["last"]
    return int(found or 0)


def editions(above: int = 0, upto: int | None = None) -> list[Edition]:
    """Published versions, newest first: one query, however often each was drawn."""
    rows = PlanOnAPage.objects.filter(organisation=None, edition__gt=above)
    if upto is not None:
        rows = rows.filter(edition__lte=upto)
    firsts = rows.select_related("baseline", "file").defer("facts")
    firsts = firsts.order_by("-edition", "size", "made_at", "pk").distinct("edition", "size")
    by_number: dict[int, list[PlanOnAPage]] = {}
    for sheet in firsts:
        by_number.setdefault(sheet.edition, []).append(sheet)
    return [
        Edition(number, min(sheets, key=lambda sheet: sheet.made_at), sheets) for number, sheets in by_number.items()
    ]


def table(found: list[Edition]) -> Table:
    columns = ["version", "baseline", "as_at", "published_at", "size", "bytes", "sha256", "address", "changed"]
    labels = ["Version", "Baseline", "As at", "Published", "Size", "Bytes", "SHA-256", "Address", "What changed"]
    rows: list[dict[str, Value]] = [
        {
            "version": edition.number,
            "baseline": sheet.baseline.name,
            "as_at": sheet.as_at,
            "published_at": sheet.made_at,
            "size": sheet.size,
            "bytes": sheet.file.size,
            "sha256": sheet.file.sha256,
            "address": f"{settings.SITE_URL}/timeline/plan-on-a-page/{sheet.code}.pdf",
            "changed": " ".join(edition.changed),
        }
        for edition in found
        for sheet in edition.sheets
    ]
    return Table("plan-on-a-page-versions", [Column(*pair) for pair in zip(columns, labels, strict=True)], rows)
