"""The list of findings as a file."""

from __future__ import annotations

from typing import Any

from mhhs_portal.exports import Column, Table


def findings_table(rows: Any) -> Table:
    columns = [
        Column("number", "Finding"),
        Column("organisation", "Organisation"),
        Column("campaign", "Campaign"),
        Column("title", "Title"),
        Column("text", "What was found"),
        Column("severity", "Severity"),
        Column("risk", "Settlement risk"),
        Column("recommendation", "Recommendation"),
        Column("theme", "Theme"),
        Column("status", "Status"),
        Column("author", "Author"),
        Column("issued_at", "Issued"),
        Column("closed_at", "Closed"),
    ]
    listed = (
        {
            "number": row.code,
            "organisation": row.submission.organisation.name,
            "campaign": row.submission.campaign.name,
            "title": row.title,
            "text": row.text,
            "severity": row.get_severity_display(),
            "risk": row.risk,
            "recommendation": row.get_recommendation_display(),
            "theme": row.theme.name if row.theme else "",
            "status": row.get_status_display(),
            "author": row.author.name,
            "issued_at": row.issued_at,
            "closed_at": row.closed_at,
        }
        for row in rows
    )
    return Table("findings", columns, listed)
