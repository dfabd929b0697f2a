"""Loads the invented announcements and one invented edition of The Clock. Loading twice changes nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from checklist.audiences import Rule
from checklist.news import announcing, clock
from checklist.news.models import Announcement, Edition
from checklist.news.proposals import proposals
from mhhs_portal.deadlines import deadline
from mhhs_portal.loading import read_toml

SAMPLES = Path(__file__).parent / "data" / "samples.toml"
MORNING = time(9, 30)
#: The sample edition was sent so many days ago.
SENT = 3
INTRO = """This is a sample edition. It was put together from what changed in this sample portal.

- Each line leads to the page where the matter stands.
- What is due is at the end."""


def load(today: date) -> list[str]:
    rows = read_toml(SAMPLES)["news"]
    known = set(Announcement.objects.filter(is_sample=True).values_list("title", flat=True))
    new = [row for row in rows if row["title"] not in known]
    for row in new:
        _announce(row, today)
    editions = _edition(today)
    return [f"Sample announcements: {len(new)} new, {len(rows) - len(new)} there already; editions: {editions} new"]


def _moment(days: int, today: date) -> datetime:
    return deadline(today + timedelta(days=days), MORNING)


def _announce(row: dict[str, Any], today: date) -> None:
    now = _moment(row["day"], today)
    rules = [Rule(**rule) for rule in row.get("rules", [])]
    news = announcing.save(
        by=None,
        now=now,
        rules=rules,
        title=row["title"],
        summary=row["summary"],
        body=row["body"].strip(),
        is_public=not rules,
        is_pinned=row.get("is_pinned", False),
        is_sample=True,
    )
    announcing.publish(news, by=None, now=now)


def _edition(today: date) -> int:
    """Only while there is none: what people sent is theirs."""
    if Edition.objects.exists():
        return 0
    now = _moment(-SENT, today)
    edition = clock.open_draft(by=None, now=now, is_sample=True)
    clock.save(edition, title=edition.title, intro=INTRO, choices=proposals(edition), by=None, now=now)
    clock.issue(edition, by=None, now=now, is_mailed=False)
    return 1
