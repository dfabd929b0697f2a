"""The note that goes with a baseline, in plain English, and what of it concerns one organisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from mhhs_portal.deadlines import day_words
from mhhs_portal.exports import Column, Table
from mhhs_portal.organisations.models import Organisation
from milestones import register
from milestones.changes import compare
from milestones.changes.compare import Change, Comparison
from milestones.models import Baseline, BaselineDate, Placement
from milestones.register import Entry, Register


@dataclass(frozen=True)
class OwnNote:
    """ "2 of the 7 milestones on your path moved", and which."""

    moved: list[Change]
    #: Milestones on the organisation's paths.
    total: int
    #: CP1, CP2
    paths: list[str]
    #: What else changed on these paths: added, removed, re-worded, re-linked.
    other: list[Change]

    @property
    def words(self) -> str:
        path = "path" if len(self.paths) == 1 else "paths"
        if not self.paths:
            return "None of your roles is on a critical path yet, so every change may concern you."
        if not self.total:
            return f"No milestone on your {path} has a date."
        count = len(self.moved)
        said = "None" if count == 0 else str(count)
        return f"{said} of the {self.total} milestone{'s' * (self.total != 1)} on your {path} moved."

    @property
    def sentences(self) -> list[str]:
        return [change.words for change in [*self.moved, *self.other]]


def generated(before: Baseline | None, after: Baseline) -> str:
    """One paragraph for each kind of change, a sentence for each change."""
    if before is None:
        return _decision(after)
    read = register.read(after.published_on or after.decided_on)
    return _said(after, compare.compare(read, before, after))


def _decision(after: Baseline) -> str:
    return f"{after.name} was decided by {after.decided_by} on {day_words(after.decided_on)}."


def _said(after: Baseline, changed: Comparison) -> str:
    first = f"Baseline {after.name} replaces {changed.before.name}. {_decision(after)}"
    return "\n\n".join([first, *_paragraphs(changed)])


def _paragraphs(comparison: Comparison) -> list[str]:
    said = []
    for kind in compare.KINDS:
        rows = comparison.of_kind(kind)
        if rows:
            said.append("\n".join(change.words for change in rows))
    if not said:
        said.append("No date, no wording and no link changes.")
    if comparison.not_comparable:
        said.append("\n".join(row.words for row in comparison.not_comparable))
    return said


def note_of(baseline: Baseline, changed: Comparison | None) -> str:
    """The note as it was published, else the generated one."""
    request = baseline.change_request
    if request is not None and request.release_note:
        return request.release_note
    return _said(baseline, changed) if changed else _decision(baseline)


def dates_table(baseline: Baseline, rows: list[tuple[Entry, BaselineDate]], changed: Comparison | None) -> Table:
    """A baseline's dates as a file."""
    moves = {change.milestone.pk: change for change in (changed.of_kind("moved") if changed else ())}
    columns = [
        Column("milestone", "Milestone"),
        Column("name", "Name"),
        Column("date", "Date"),
        Column("first_on", "First day"),
        Column("last_on", "Last day"),
        Column("precision", "Precision"),
        Column("before", "Before"),
        Column("movement", "Movement"),
        Column("working_days", "Working days"),
        Column("confidence", "How it is known"),
        Column("source", "Source"),
        Column("note", "Note"),
    ]

    def made(entry: Entry, row: BaselineDate) -> dict[str, Any]:
        change = moves.get(entry.milestone.pk)
        return {
            "milestone": entry.milestone.code,
            "name": entry.milestone.name,
            "date": row.when.words,
            "first_on": row.first_on,
            "last_on": row.last_on,
            "precision": row.precision,
            "before": change.before.words if change and change.before else None,
            "movement": change.movement if change else None,
            "working_days": change.working_days if change else None,
            "confidence": row.get_confidence_display(),
            "source": row.source.title,
            "note": row.note,
        }

    return Table(f"baseline-{baseline.slug}", columns, (made(entry, row) for entry, row in rows))


def for_paths(comparison: Comparison, read: Register, slugs: Iterable[str]) -> OwnNote:
    """The version for an organisation whose roles are on these critical paths."""
    wanted = set(slugs)
    mine = comparison.on(wanted) if wanted else comparison
    after = comparison.after
    on_path = [
        entry
        for entry in read.entries
        if wanted & set(entry.path_slugs)
        and (isinstance(after, str) or after.slug in entry.dates or comparison.before.slug in entry.dates)
    ]
    codes = {path["slug"]: path["code"] for entry in read.entries for path in entry.paths}
    return OwnNote(
        moved=mine.of_kind("moved"),
        total=len(on_path),
        paths=sorted(codes.get(slug, slug.upper()) for slug in wanted),
        other=[change for change in mine.changes if change.kind != "moved"],
    )


def paths_of(organisation: Organisation) -> set[str]:
    """Slugs of the critical paths that the organisation's roles are on."""
    placed = Placement.objects.current().filter(role_held__organisation=organisation)
    return set(placed.values_list("path__slug", flat=True))


def paths_by_organisation() -> dict[int, set[str]]:
    """The critical paths on which each organisation's roles are, for the e-mails of a release: one query."""
    rows = Placement.objects.current().values_list("role_held__organisation", "path__slug")
    found: dict[int, set[str]] = {}
    for organisation, slug in rows:
        found.setdefault(organisation, set()).add(slug)
    return found
