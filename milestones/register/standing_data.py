"""The portal's own tolerances, and sample criteria. What staff changed since is left alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mhhs_portal.history.verbs import doing
from mhhs_portal.loading import read_toml
from milestones.models import Criterion, Milestone, Tolerance

DATA = Path(__file__).parent.parent / "data"


def load(today: date, data: Path = DATA) -> list[str]:
    """The tolerances that are missing; needs nothing else."""
    made = 0
    with doing("milestones.facts_loaded", by=None):
        for row in read_toml(data / "standing.toml")["tolerance"]:
            facts = {name: row[name] for name in ("amber_over", "red_over", "basis")}
            made += Tolerance.objects.get_or_create(tier=row.get("tier"), defaults=facts)[1]
    return [f"Tolerances of the portal: {made} rows written"]


def load_samples(today: date, data: Path = DATA) -> list[str]:
    """Sample criteria, marked as such; the milestones must be loaded."""
    made = 0
    with doing("milestones.samples_loaded", by=None):
        for place, row in enumerate(read_toml(data / "standing_samples.toml")["criterion"], start=1):
            milestone = Milestone.objects.get(code=row["milestone"])
            facts = {name: said for name, said in row.items() if name not in ("milestone", "key")}
            facts |= {"position": place, "is_sample": True}
            made += Criterion.objects.get_or_create(milestone=milestone, key=row["key"], defaults=facts)[1]
    return [f"Sample criteria: {made} rows written"]
