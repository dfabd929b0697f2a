"""Lists of news as files."""

from __future__ import annotations

from collections.abc import Iterable

from checklist.news.models import Announcement, Edition
from mhhs_portal.exports import Column, Table, Value

_PUBLIC = [
    Column("title", "Title"),
    Column("summary", "Summary"),
    Column("text", "Text"),
    Column("published_at", "Published"),
    Column("corrected_at", "Corrected"),
    Column("expires_at", "Leaves the list"),
    Column("is_public", "For everybody"),
    Column("is_sample", "Sample"),
    Column("source", "Source"),
]


def news_table(found: Iterable[Announcement], *, for_staff: bool = False) -> Table:
    columns = [*_PUBLIC, Column("state", "State"), Column("withdrawn", "Withdrawn because")] if for_staff else _PUBLIC
    return Table("news", columns, [_row(news) for news in found])


def _row(news: Announcement) -> dict[str, Value]:
    return {
        "title": news.title,
        "summary": news.summary or None,
        "text": news.body or None,
        "published_at": news.opens_at,
        "corrected_at": news.corrected_at,
        "expires_at": news.expires_at,
        "is_public": news.is_public,
        "is_sample": news.is_sample,
        "source": news.source_url or None,
        "state": news.get_state_display(),
        "withdrawn": news.withdrawn_reason or None,
    }


def editions_table(found: Iterable[Edition]) -> Table:
    columns = [
        Column("number", "Number"),
        Column("title", "Title"),
        Column("sent_at", "Sent"),
        Column("since", "Since"),
        Column("until", "Until"),
    ]
    rows = [
        {"number": e.number, "title": e.title, "sent_at": e.issued_at, "since": e.since_at, "until": e.until_at}
        for e in found
    ]
    return Table("the-clock", columns, rows)
