"""Loads data/links.toml: what waits for what on the critical paths. Links that staff changed here are left alone."""

from __future__ import annotations

from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

from mhhs_portal.history.verbs import doing
from mhhs_portal.loading import put, read_toml
from milestones.models import Milestone, PathStep, Source
from milestones.network.models import OutsideDependency, StepLink

DATA = Path(__file__).parent / "data" / "links.toml"


def load(today: date, data: Path = DATA) -> list[str]:
    rows = read_toml(data)
    with doing("network.facts_loaded", by=None):
        sources = {source.key: source for source in Source.objects.all()}
        steps = {(step.path.slug, step.key): step for step in PathStep.objects.select_related("path")}
        milestones = {milestone.code: milestone for milestone in Milestone.objects.all()}
        written = 0
        outside = {}
        for row in rows["outside"]:
            words = {"name": row["name"], "owner": row["owner"]} | _sourced(row, sources)
            outside[row["key"]], was_written = put(OutsideDependency, by={"key": row["key"]}, to=words)
            written += was_written
        for row in rows["order"]:
            for path in row["paths"]:
                along = [steps[path, key] for key in row["steps"]]
                for before, after in pairwise(along):
                    written += _put({"before_step": before, "after_step": after}, row, sources)
        for row in rows["link"]:
            for path in row["paths"]:
                ends: dict[str, Any] = {
                    "before_outside": outside.get(row.get("outside", "")),
                    "before_milestone": milestones.get(row.get("milestone", "")),
                    "before_step": steps.get((path, row.get("step", ""))),
                    "after_milestone": milestones.get(row.get("to_milestone", "")),
                    "after_step": steps.get((path, row.get("after", ""))),
                }
                written += _put({name: end for name, end in ends.items() if end is not None}, row, sources)
    return [f"Links of the critical paths: {written} rows written"]


def _put(ends: dict[str, Any], row: dict[str, Any], sources: dict[str, Source]) -> bool:
    names = ("before_outside", "before_milestone", "before_step", "after_milestone", "after_step")
    whole: dict[str, Any] = {}
    for name in names:
        whole[name if name in ends else f"{name}__isnull"] = ends.get(name, True)
    link = StepLink.objects.filter(**whole).first()
    if link is not None and link.is_edited:
        return False
    facts = {"lag_working_days": row.get("lag")} | _sourced(row, sources)
    if link is None:
        StepLink.objects.create(**ends, **facts)
        return True
    return put(StepLink, by={"pk": link.pk}, to=facts)[1]


def _sourced(row: dict[str, Any], sources: dict[str, Source]) -> dict[str, Any]:
    return {"source": sources[row["source"]], "confidence": row["confidence"], "note": row.get("note", "")}
