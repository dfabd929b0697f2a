"""Loads the market roles and the bodies at the centre from data/*.toml."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from mhhs_portal.history.verbs import doing
from mhhs_portal.loading import put, read_toml
from mhhs_portal.organisations.models import MarketRole, Organisation

DATA = Path(__file__).parent / "data"


def load(today: date) -> list[str]:
    written = 0
    with doing("organisations.facts_loaded", by=None):
        for position, row in enumerate(read_toml(DATA / "market_roles.toml")["role"]):
            approved_by = row.get("approved_by", {})
            facts = {
                "name": row["name"],
                "short_name": row["short_name"],
                "also_called": row.get("also_called", ""),
                "is_legacy": row.get("is_legacy", False),
                "approved_by_dip_manager": approved_by.get("dip_manager"),
                "approved_by_bsc_pab": approved_by.get("bsc_pab"),
                "approved_by_rec": approved_by.get("rec"),
                "position": position,
            }
            written += put(MarketRole, by={"code": row["code"]}, to=facts)[1]
        for row in read_toml(DATA / "bodies.toml")["body"]:
            facts = {field: row[field] for field in ("name", "short_name", "kind")}
            written += put(Organisation, by={"slug": row["slug"]}, to=facts)[1]
    return [f"Market roles and central bodies: {written} rows written"]
