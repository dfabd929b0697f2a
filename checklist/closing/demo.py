"""Loads one invented consultation that has gone all the way, by the verbs that people use; twice is once."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from checklist.audiences import Rule
from checklist.closing.dispositions import decide, link_duplicates
from checklist.closing.log import publish_log
from checklist.closing.outcomes import put_outcome_page
from checklist.models import Answer, ChecklistItem, Comment
from checklist.publishing import publish
from checklist.responding import CommentRow, respond
from checklist.steps import publish_outcome
from mhhs_portal.deadlines import add_working_days, deadline
from mhhs_portal.loading import read_toml
from mhhs_portal.organisations.models import Membership, Role

SAMPLES = Path(__file__).parent / "data" / "samples.toml"
FACTS = ("kind", "title", "summary", "workstream", "governance_group", "document_number", "document_version")
SENT = ("document", "clause", "comment", "suggested_change", "kind", "severity", "is_confidential")
MORNING = time(9, 30)


def load(today: date) -> list[str]:
    rows = read_toml(SAMPLES)
    if ChecklistItem.objects.filter(is_sample=True, title=rows["item"]["title"]).exists():
        return ["Sample comments log: there already"]
    office = _acting("programme", Role.OFFICE)
    item = _asked(rows["item"], office, today)
    said = [comment for answer in rows["answer"] for comment in _sent(item, answer, today)]
    _answer(item, said, office, _moment(-10, today))
    publish_log(item, acting=office, now=_moment(-8, today))
    _conclude(item, rows["outcome"], office, _moment(-6, today))
    return ["Sample comments log: 1 new"]


def _asked(row: dict[str, Any], office: Membership, today: date) -> ChecklistItem:
    return publish(
        acting=office,
        now=_moment(row["issued"], today),
        rules=[Rule(**rule) for rule in row["rules"]],
        due_on=add_working_days(today, row["due"]),
        reason_for_dates="Sample",
        accepts_late=False,
        is_public=True,
        is_sample=True,
        **{name: row[name] for name in FACTS},
    )


def _sent(item: ChecklistItem, row: dict[str, Any], today: date) -> list[dict[str, Any]]:
    respond(
        item,
        acting=_acting(row["organisation"], Role.LEAD),
        answer=Answer.COMMENTS,
        comments=[CommentRow(**{name: c[name] for name in SENT if name in c}) for c in row["comments"]],
        seen_revision=item.revision,
        now=_moment(row["day"], today),
    )
    return list(row["comments"])


def _answer(item: ChecklistItem, said: list[dict[str, Any]], office: Membership, now: datetime) -> None:
    found = Comment.objects.filter(response__item=item).select_related("response")
    comments = list(found.order_by("response__given_at", "response_id", "number"))
    for comment, row in zip(comments, said, strict=True):
        if "same_as" in row:
            original = comments[row["same_as"] - 1]
            link_duplicates([comment], original=original, acting=office, seen={}, now=now)
            continue
        words = {name: row[name] for name in ("reply", "public_reply", "changed_in") if name in row}
        decide(comment, outcome=row["decision"], owner=office.person, acting=office, seen_version=0, now=now, **words)


def _conclude(item: ChecklistItem, row: dict[str, Any], office: Membership, now: datetime) -> None:
    put_outcome_page(
        item,
        themes=row["themes"],
        decision_body=row["decision_body"],
        next_item=ChecklistItem.objects.filter(is_sample=True, title=row["next"]).first(),
        seen_version=0,
        acting=office,
        now=now,
    )
    publish_outcome(item, outcome=row["words"], outcome_decision=row["decision"], by=office.person, now=now)


def _moment(days: int, today: date) -> datetime:
    """The morning of the day that is so many working days from today."""
    return deadline(add_working_days(today, days), MORNING)


def _acting(slug: str, role: Role) -> Membership:
    found = Membership.objects.filter(organisation__slug=slug, role=role, person__is_sample=True).first()
    if found is None:
        raise LookupError(f"No sample person at {slug}; load the organisations first")
    return found
