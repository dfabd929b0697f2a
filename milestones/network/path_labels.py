"""What the people on a path were called, and from when to when; read with the paths, in one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet
from django.db.models.functions import JSONObject

from mhhs_portal.deadlines import day_words
from milestones.models import Confidence, CriticalPath, PathLabel
from milestones.poap import MONTHS

_FIELDS = ("words", "since_on", "since_precision", "until_on", "until_precision", "note", "confidence")


@dataclass(frozen=True)
class Label:
    words: str
    period: str
    note: str
    confidence: str
    source_title: str
    source_url: str


def annotated(paths: QuerySet[CriticalPath]) -> QuerySet[CriticalPath]:
    source = {"source_title": F("source__title"), "source_url": F("source__url")}
    rows = PathLabel.objects.filter(path=OuterRef("pk")).order_by("since_on", "pk")
    json = JSONObject(**{name: F(name) for name in _FIELDS}, **source)
    return paths.annotate(labels_json=ArraySubquery(rows.values(json=json)))


def of(path: Any) -> list[Label]:
    return [_label(row) for row in path.labels_json]


def _label(row: dict[str, Any]) -> Label:
    since = _said(row["since_on"], row["since_precision"])
    until = _said(row["until_on"], row["until_precision"]) if row["until_on"] else ""
    period = f"{since} to {until}" if until else f"Since {since}"
    words = Confidence(row["confidence"]).label
    return Label(row["words"], period, row["note"], words, row["source_title"], row["source_url"])


def _said(text: str, precision: str) -> str:
    day = date.fromisoformat(text)
    return f"{MONTHS[day.month - 1]} {day.year}" if precision == "month" else day_words(day)
