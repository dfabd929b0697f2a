"""Loads groups, meetings and decisions from data/*.toml. What staff changed in the portal since is left alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from mhhs_portal.history.verbs import doing
from mhhs_portal.loading import put, read_toml
from milestones.facts import FactsError, parse
from milestones.governance.models import DecidedMilestone, Decision, GovernanceGroup, Meeting, Succession
from milestones.models import ChangeRequest, Milestone, Source

DATA = Path(__file__).parent / "data"


def load(today: date, data: Path = DATA) -> list[str]:
    with doing("governance.facts_loaded", by=None):
        loader = _Loader(data)
        loader.load()
    return [f"Governance: {loader.written} rows written"]


class _Loader:
    def __init__(self, data: Path) -> None:
        self.data = data
        self.written = 0
        self.sources: dict[str, Source] = {}

    def load(self) -> None:
        for key, row in read_toml(self.data / "sources.toml").items():
            facts = {"title": row["title"], "url": row["url"], "was_read_directly": not row.get("quoted", False)}
            self._put(Source, by={"key": key}, to=facts)
        self.sources = {source.key: source for source in Source.objects.all()}
        groups = read_toml(self.data / "groups.toml")["group"]
        for position, row in enumerate(groups):
            self._group(row, position)
        for row in groups:
            self._successors(row)
        for row in read_toml(self.data / "meetings.toml")["meeting"]:
            self._meeting(row)

    def _put(self, model: Any, *, by: dict[str, Any], to: dict[str, Any]) -> Any:
        row, was_written = put(model, by=by, to=to)
        self.written += was_written
        return row

    def _sourced(self, row: dict[str, Any]) -> dict[str, Any]:
        if row["source"] not in self.sources:
            raise FactsError(f"No source is called {row['source']!r}. Add it to sources.toml.")
        return {
            "source": self.sources[row["source"]],
            "confidence": row["confidence"],
            "note": row.get("note", ""),
        }

    def _group(self, row: dict[str, Any], position: int) -> None:
        words = ("name", "purpose", "level_words", "cadence")
        facts = {name: row.get(name, "") for name in words} | {
            "short_name": row["short_name"],
            "level": row.get("level"),
            "standing": row.get("standing", "unknown"),
            "position": position,
            **_dates(row.get("since"), "since_"),
            **_dates(row.get("until"), "until_"),
            **self._sourced(row),
        }
        if not GovernanceGroup.objects.filter(slug=row["slug"], is_edited=True).exists():
            self._put(GovernanceGroup, by={"slug": row["slug"]}, to=facts)

    def _successors(self, row: dict[str, Any]) -> None:
        group = GovernanceGroup.objects.get(slug=row["slug"])
        for slug in row.get("successors", []) if not group.is_edited else []:
            successor = GovernanceGroup.objects.get(slug=slug)
            self.written += Succession.objects.get_or_create(group=group, successor=successor)[1]

    def _meeting(self, row: dict[str, Any]) -> None:
        group = GovernanceGroup.objects.get(slug=row["group"])
        is_extraordinary = row.get("is_extraordinary", False)
        key = row.get("key") or f"{group.slug}-{row['on']}" + ("-e" if is_extraordinary else "")
        meeting = Meeting.objects.filter(key=key).first()
        if meeting is None or not meeting.is_edited:
            facts = {
                "group": group,
                "title": row.get("title", ""),
                "number": row.get("number"),
                "is_extraordinary": is_extraordinary,
                "starts_on": row["on"],
                "ends_on": row.get("until", row["on"]),
                "papers_url": row.get("papers", ""),
                "state": row["state"],
                **self._sourced(row),
            }
            meeting = self._put(Meeting, by={"key": key}, to=facts)
        for number, said in enumerate(row.get("decision", []), start=1):
            self._decision(meeting, said, f"decision-{number}", row)

    def _decision(self, meeting: Meeting, row: dict[str, Any], key: str, of_meeting: dict[str, Any]) -> None:
        found = Decision.objects.filter(meeting=meeting, key=key).first()
        if found and found.is_edited:
            return
        request = ChangeRequest.objects.filter(slug=row["change_request"]).first() if "change_request" in row else None
        sourced = self._sourced({"source": of_meeting["source"], "confidence": of_meeting["confidence"]} | row)
        facts = {"kind": row.get("kind", "decided"), "words": row["words"], "change_request": request}
        decision = self._put(Decision, by={"meeting": meeting, "key": key}, to=facts | sourced)
        for code in row.get("milestones", []):
            milestone = Milestone.objects.get(code=code)
            self.written += DecidedMilestone.objects.get_or_create(decision=decision, milestone=milestone)[1]


def _dates(text: str | None, prefix: str) -> dict[str, Any]:
    first, last, precision = parse(text) if text else (None, None, "")
    return {f"{prefix}first_on": first, f"{prefix}last_on": last, f"{prefix}precision": precision}
