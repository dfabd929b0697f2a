"""The note that goes with a baseline, in plain English, and what of it concerns one organisation."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from mhhs_portal.deadlines import day_words
from milestones import compare, register
from milestones.compare import Change, Comparison
from milestones.models import Baseline, CriticalPath
from milestones.register import Register


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


def generated(before: Baseline | None, after: Baseline, read: Register | None = None) -> str:
    """One paragraph for each kind of change, a sentence for each change."""
    read = read or register.read(after.published_on or after.decided_on)
    first = f"{after.name} was decided by {after.decided_by} on {day_words(after.decided_on)}."
    if before is None:
        return first
    return "\n\n".join(
        [f"Baseline {after.name} replaces {before.name}. {first}", *_paragraphs(compare.compare(read, before, after))]
    )


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


def note_of(baseline: Baseline, read: Register) -> str:
    """The note as it was published, else the generated one."""
    request = baseline.change_request
    if request is not None and request.release_note:
        return request.release_note
    return generated(read.baseline(baseline.replaces_id), baseline, read)


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


def paths_by_organisation() -> dict[int, set[str]]:
    """The critical paths on which each organisation's roles are, for the e-mails of a release: one query."""
    rows = CriticalPath.objects.filter(placements__until_on=None).values_list(
        "placements__role_held__organisation", "slug"
    )
    found: dict[int, set[str]] = {}
    for organisation, slug in rows:
        found.setdefault(organisation, set()).add(slug)
    return found
