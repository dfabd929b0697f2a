"""The figures of a paper as they stood at one moment. Asked again, however much later, they are the same.

Everything counted here is dated and never overwritten: rounds, assessments, findings. RAG is a rule of our own: of the
assessed answers, up to 20 per cent partly or not adequate is green, up to 40 amber, more is red. Where fewer than three
organisations are assessed nothing is rated, and groups of fewer than three are not shown.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps

from mhhs_portal.organisations.models import Constituency
from readiness.assurance.models import Finding, Recommendation, Severity
from readiness.models import Assessment, Campaign, Question, Submission, SubmittedRound

FEWEST = 3
GREEN_TO, AMBER_TO = 20, 40
SHORT = ("partly-adequate", "not-adequate", "more-needed")
RANK = {"high": 0, "medium": 1, "low": 2}


@dataclass
class Told:
    """What the board reads, and apart from it the names."""

    figures: dict[str, Any]
    annex: dict[str, Any]

    @property
    def sha256(self) -> str:
        said = json.dumps([self.figures, self.annex], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()


@dataclass
class _Facts:
    """All rows that the figures are made of, as at the moment."""

    campaign: Campaign
    as_at: datetime
    submissions: list[Submission] = field(default_factory=list)
    rounds: dict[int, SubmittedRound] = field(default_factory=dict)
    firsts: dict[int, SubmittedRound] = field(default_factory=dict)
    questions: list[Question] = field(default_factory=list)
    #: {submission: {question: mark}} of the latest round.
    marks: dict[int, dict[int, str]] = field(default_factory=lambda: defaultdict(dict))
    given: dict[int, set[str]] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    constituency: dict[int, str] = field(default_factory=dict)


def _facts(campaign: Campaign, as_at: datetime) -> _Facts:
    facts = _Facts(campaign, as_at)
    asked = Submission.objects.filter(campaign=campaign).select_related("organisation")
    facts.submissions = list(asked.order_by("organisation__name", "pk"))
    made = SubmittedRound.objects.filter(submission__campaign=campaign, submitted_at__lte=as_at)
    for one in made.order_by("round_number"):
        facts.rounds[one.submission_id] = one
        facts.firsts.setdefault(one.submission_id, one)
        facts.given[one.submission_id] = {row["number"] for row in one.answers if row["value"] is not None}
    questions = Question.objects.filter(section__version=campaign.version_id).select_related("section")
    facts.questions = list(questions.order_by("section__position", "position"))
    rows = (
        Assessment.objects.filter(answer__submission__campaign=campaign, assessed_at__lte=as_at)
        .order_by("answer_id", "-pk")
        .distinct("answer_id")
        .values_list("answer__submission", "answer__round_number", "answer__question", "mark")
    )
    for submission, number, question, mark in rows.iterator():
        latest = facts.rounds.get(submission)
        if latest and latest.round_number == number:
            facts.marks[submission][question] = mark
    issued = Finding.objects.filter(submission__campaign=campaign, issued_at__lte=as_at)
    facts.findings = list(issued.select_related("submission__organisation", "theme").order_by("number"))
    facts.constituency = _constituencies(facts)
    return facts


def _constituencies(facts: _Facts) -> dict[int, str]:
    """Of each organisation as its history has it at the moment; what history does not reach back to, as first known."""
    history = apps.get_model("organisations", "OrganisationEvent").objects
    ids = [one.organisation_id for one in facts.submissions]
    known = {one.organisation_id: one.organisation.constituency for one in facts.submissions}
    rows = history.filter(pgh_obj__in=ids).order_by("pgh_created_at", "pgh_id")
    first: set[int] = set()
    for pk, value, at in rows.values_list("pgh_obj", "constituency", "pgh_created_at"):
        if pk not in first or at <= facts.as_at:
            known[pk] = value
            first.add(pk)
    return known


def percent(part: int, whole: int) -> int:
    """Half goes up: 12.5 is 13."""
    return (200 * part + whole) // (2 * whole) if whole else 0


def rag(short: int, assessed: int) -> str:
    if assessed < FEWEST:
        return "not-rated"
    share = percent(short, assessed)
    return "green" if share <= GREEN_TO else "amber" if share <= AMBER_TO else "red"


def told(campaign: Campaign, as_at: datetime) -> Told:
    """Everything, computed from the records as at the moment."""
    facts = _facts(campaign, as_at)
    records: dict[str, list[str]] = {}

    def kept(key: str, members: list[Submission]) -> int:
        records[key] = [one.organisation.slug for one in members]
        return len(members)

    funnel = _funnel(facts, kept)
    figures = {
        "campaign": campaign.name,
        "as_at": as_at.isoformat(),
        "opened_at": campaign.opened_at.isoformat() if campaign.opened_at else "",
        "due_at": campaign.due_at.isoformat(),
        "funnel": funnel,
        "by_role": _by_role(facts, kept),
        "by_constituency": _by_constituency(facts, kept),
        "sections": _sections(facts),
        "questions": _questions(facts, kept),
        "findings": _findings(facts, kept),
        "themes": _themes(facts, kept),
        "rule": "Green to 20, amber to 40 per cent partly or not adequate. Fewer than 3 organisations: no rating.",
    }
    return Told(figures, _annex(facts, records))


def _funnel(facts: _Facts, kept: Any) -> list[dict[str, Any]]:
    everybody = facts.submissions
    submitted = [one for one in everybody if one.pk in facts.rounds]
    assessed = [one for one in submitted if len(facts.marks[one.pk]) >= len(facts.given[one.pk])]
    adequate = [one for one in assessed if not any(mark in SHORT for mark in facts.marks[one.pk].values())]
    late = [one for one in submitted if facts.firsts[one.pk].is_late]
    missing = [one for one in everybody if one.pk not in facts.rounds]
    again = [one for one in submitted if facts.rounds[one.pk].round_number > 1]
    rows = [
        ("F1", "Organisations asked", everybody),
        ("F2", "Submitted", submitted),
        ("F3", "Submitted late", late),
        ("F4", "Submitted again after more was asked for", again),
        ("F5", "All answers assessed", assessed),
        ("F6", "All answers adequate", adequate),
        ("F7", "Not submitted", missing),
    ]
    return [
        {"key": key, "label": label, "value": kept(key, members), "share": percent(len(members), len(everybody))}
        for key, label, members in rows
    ]


def _roles_of(submission: Submission) -> list[str]:
    return list(dict.fromkeys(row["role"] for row in submission.asked_for))


def _group(facts: _Facts, name: str, key: str, members: list[Submission], kept: Any) -> dict[str, Any]:
    submitted = [one for one in members if one.pk in facts.rounds]
    letters = list(dict.fromkeys(question.section.letter for question in facts.questions))
    section_of = {question.pk: question.section.letter for question in facts.questions}
    assessed: Counter[str] = Counter()
    short: Counter[str] = Counter()
    whose: defaultdict[str, set[int]] = defaultdict(set)
    for one in submitted:
        for question, mark in facts.marks[one.pk].items():
            letter = section_of[question]
            assessed[letter] += 1
            short[letter] += mark in SHORT
            whose[letter].add(one.pk)
    cells = [percent(short[each], assessed[each]) if len(whose[each]) >= FEWEST else None for each in letters]
    enough = len(set().union(*whose.values())) >= FEWEST if whose else False
    return {
        "key": key,
        "name": name,
        "asked": kept(key, members),
        "submitted": kept(f"{key}-submitted", submitted),
        "share": percent(len(submitted), len(members)),
        "cells": cells,
        "all": percent(sum(short.values()), sum(assessed.values())) if enough else None,
    }


def _by_role(facts: _Facts, kept: Any) -> list[dict[str, Any]]:
    groups: defaultdict[str, list[Submission]] = defaultdict(list)
    for one in facts.submissions:
        for role in _roles_of(one):
            groups[role].append(one)
    return [_group(facts, role, f"R{n}", groups[role], kept) for n, role in enumerate(sorted(groups), start=1)]


def _by_constituency(facts: _Facts, kept: Any) -> list[dict[str, Any]]:
    groups: defaultdict[str, list[Submission]] = defaultdict(list)
    for one in facts.submissions:
        groups[facts.constituency[one.organisation_id]].append(one)
    rows = []
    for n, value in enumerate(sorted(groups), start=1):
        row = _group(facts, str(Constituency(value).label), f"C{n}", groups[value], kept)
        rows.append({name: row[name] for name in ("key", "name", "asked", "submitted", "share")})
    return rows


def _counted(facts: _Facts, question: Question) -> Counter[str]:
    return Counter(facts.marks[one.pk].get(question.pk, "") for one in facts.submissions if one.pk in facts.rounds)


def _questions(facts: _Facts, kept: Any) -> list[dict[str, Any]]:
    rows = []
    for question in facts.questions:
        counts = _counted(facts, question)
        assessed, short = sum(counts.values()) - counts[""], sum(counts[mark] for mark in SHORT)
        behind = [one for one in facts.submissions if facts.marks[one.pk].get(question.pk) in SHORT]
        key = f"Q{question.number}"
        kept(key, behind)
        rows.append(
            {
                "key": key,
                "number": question.number,
                "text": question.short_text,
                "adequate": counts["adequate"],
                "partly": counts["partly-adequate"],
                "not": counts["not-adequate"],
                "more": counts["more-needed"],
                "unassessed": counts[""],
                "rag": rag(short, assessed),
            }
        )
    return rows


def _sections(facts: _Facts) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    whose: defaultdict[str, set[int]] = defaultdict(set)
    for question in facts.questions:
        section = question.section
        row = rows.setdefault(
            section.letter, {"letter": section.letter, "title": section.title, "assessed": 0, "short": 0}
        )
        whose[section.letter].update(one for one, marks in facts.marks.items() if question.pk in marks)
        counts = _counted(facts, question)
        row["assessed"] += sum(counts.values()) - counts[""]
        row["short"] += sum(counts[mark] for mark in SHORT)
    return [
        row | {"rag": rag(row["short"], row["assessed"]) if len(whose[letter]) >= FEWEST else "not-rated"}
        for letter, row in rows.items()
    ]


def _findings(facts: _Facts, kept: Any) -> dict[str, list[dict[str, Any]]]:
    def rows(choices: Any, name: str, letter: str) -> list[dict[str, Any]]:
        listed = []
        for n, (value, label) in enumerate(choices, start=1):
            these = [one for one in facts.findings if getattr(one, name) == value]
            key = f"{letter}{n}"
            kept(key, list({one.submission_id: one.submission for one in these}.values()))
            listed.append({"key": key, "label": str(label), "value": len(these), "participants": _whose(these)})
        return listed

    return {
        "by_severity": rows(Severity.choices, "severity", "S"),
        "by_recommendation": rows(Recommendation.choices, "recommendation", "A"),
    }


def _whose(findings: list[Finding]) -> int:
    return len({one.submission.organisation_id for one in findings})


def _themes(facts: _Facts, kept: Any) -> list[dict[str, Any]]:
    groups: defaultdict[str, list[Finding]] = defaultdict(list)
    for one in facts.findings:
        if one.theme:
            groups[one.theme.name].append(one)
    ordered = sorted(groups.items(), key=lambda pair: (-_whose(pair[1]), pair[0]))
    rows = []
    for n, (name, these) in enumerate(ordered, start=1):
        key = f"T{n}"
        kept(key, list({one.submission_id: one.submission for one in these}.values()))
        worst = min(these, key=lambda one: RANK[one.severity])
        common = Counter(one.recommendation for one in these).most_common(1)[0][0]
        rows.append(
            {
                "key": key,
                "theme": name,
                "severity": worst.severity,
                "participants": _whose(these),
                "findings": len(these),
                "recommendation": str(Recommendation(common).label),
            }
        )
    return rows


def _annex(facts: _Facts, records: dict[str, list[str]]) -> dict[str, Any]:
    names = {one.organisation.slug: one.organisation.name for one in facts.submissions}
    missing = [one for one in facts.submissions if one.pk not in facts.rounds]
    return {
        "non_responders": [{"organisation": one.organisation.name, "roles": one.roles_words} for one in missing],
        "findings": [
            {
                "number": one.code,
                "organisation": one.submission.organisation.name,
                "title": one.title,
                "severity": one.severity,
                "recommendation": one.get_recommendation_display(),
                "theme": one.theme.name if one.theme else "",
                "is_closed": bool(one.closed_at and one.closed_at <= facts.as_at),
            }
            for one in facts.findings
        ],
        "names": names,
        "records": records,
    }
