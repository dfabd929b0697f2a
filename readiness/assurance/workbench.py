"""What the workbench shows beside the answers: who reviews, questions and replies, findings, what is still open."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Exists, F, OuterRef, Q, Subquery

from mhhs_portal.organisations.models import Membership
from readiness.assurance.models import Assignment, Finding, Query, QueryReply, SampleCheck
from readiness.models import Interest, Submission


def parts(acting: Membership, submission: Submission, now: datetime) -> dict[str, Any]:
    """Three queries, whatever there is."""
    reply = QueryReply.objects.filter(query=OuterRef("pk"))
    queries = list(
        Query.objects.filter(submission=submission)
        .select_related("asked_by")
        .annotate(
            numbers=ArrayAgg("about__question__number", distinct=True, default=[]),
            reply_text=Subquery(reply.values("text")[:1]),
            reply_by=Subquery(reply.values("replied_by__name")[:1]),
            reply_at=Subquery(reply.values("replied_at")[:1]),
        )
        .order_by("pk")
    )
    findings = list(
        Finding.objects.filter(submission=submission)
        .select_related("author")
        .annotate(
            numbers=ArrayAgg(
                "comes_from__answer__question__number",
                filter=Q(comes_from__isnull=False),
                distinct=True,
                default=[],
            )
        )
        .order_by("-number")
    )
    by_number: dict[str, dict[str, Any]] = {}

    def of(number: str) -> dict[str, Any]:
        return by_number.setdefault(number, {"queries": [], "findings": []})

    for query in queries:
        for number in query.numbers:
            of(number)["queries"].append(query)
    for finding in findings:
        for number in finding.numbers:
            of(number)["findings"].append(finding)
    standing = _standing(acting, submission)
    return {
        "queries": queries,
        "findings": findings,
        "by_number": by_number,
        "standing": standing,
        "sample": standing.sample_state,
        "head": "readiness/assurance/workbench_head.html",
        "row": "readiness/assurance/workbench_row.html",
        "aside": "readiness/assurance/workbench_aside.html",
    }


def _standing(acting: Membership, submission: Submission) -> Any:
    """Who reviews it, whether the reader may, and where the sample check stands; one query."""
    current = Assignment.objects.current().filter(submission=OuterRef("pk"))
    sample = SampleCheck.objects.filter(submission=OuterRef("pk"), round_number=OuterRef("round_number"))
    worked_there = Membership.objects.filter(person=acting.person, organisation=OuterRef("organisation"))
    declared = Interest.objects.filter(person=acting.person, organisation=OuterRef("organisation"), ended_at=None)
    found: Any = (
        Submission.objects.filter(pk=submission.pk)
        .annotate(
            reviewer=Subquery(current.values("analyst__name")[:1]),
            reviewer_id=Subquery(current.values("analyst")[:1]),
            has_conflict=Exists(worked_there) | Exists(declared),
            sample_id=Subquery(sample.values("pk")[:1]),
            sample_agrees=Subquery(sample.values("agrees")[:1]),
            sample_by=Subquery(sample.values("checked_by__name")[:1]),
            campaign_slug=F("campaign__slug"),
        )
        .get()
    )
    found.sample_state = (
        ""
        if found.sample_id is None
        else "open"
        if found.sample_agrees is None
        else "agrees"
        if found.sample_agrees
        else "differs"
    )
    return found
