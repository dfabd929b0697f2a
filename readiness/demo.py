"""One open sample request: its questions are ours, and say so. Loading again, even later, changes nothing."""

from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from mhhs_portal.deadlines import add_working_days, deadline
from mhhs_portal.history.verbs import doing
from mhhs_portal.loading import put, read_toml
from mhhs_portal.organisations.models import Membership, Role
from readiness.campaigns import open_campaign
from readiness.models import Campaign, Question, Questionnaire, QuestionnaireVersion, Section, Submission
from readiness.questionnaires import publish
from readiness.submissions import questions_of, save_answer, submit

SAMPLE = Path(__file__).parent / "data" / "sample_air.toml"
DAYS_TO_ANSWER = 9


def load(today: date) -> list[str]:
    facts = read_toml(SAMPLE)
    if Campaign.objects.filter(slug=facts["campaign"]["slug"]).exists():
        return ["Sample assurance request: already there"]
    with doing("readiness.samples_loaded", by=None):
        opened_at = deadline(add_working_days(today, -5), time(9))
        version = _questionnaire(facts)
        publish(version, by=None, now=opened_at)
        campaign = Campaign.objects.create(
            **facts["campaign"],
            version=version,
            due_at=deadline(add_working_days(today, DAYS_TO_ANSWER)),
            is_sample=True,
        )
        asked = open_campaign(campaign, by=None, now=opened_at)
    for slug, answers in facts["answers"].items():
        submission = Submission.objects.select_related("campaign", "organisation").filter(
            campaign=campaign, organisation__slug=slug
        )
        for one in submission:
            _answer(one, answers, now=deadline(add_working_days(today, -1), time(14, 32, 7)))
    return [f"Sample assurance request: open, {asked} organisations asked"]


def _questionnaire(facts: dict[str, Any]) -> QuestionnaireVersion:
    row = facts["questionnaire"]
    questionnaire = put(Questionnaire, by={"slug": row["slug"]}, to={"name": row["name"]})[0]
    version = QuestionnaireVersion.objects.create(questionnaire=questionnaire)
    for place, part in enumerate(facts["section"]):
        questions = part.pop("question")
        section = Section.objects.create(version=version, position=place, **part)
        for number, question in enumerate(questions, start=1):
            Question.objects.create(section=section, number=f"{section.letter}{number}", position=number, **question)
    return version


def _answer(submission: Submission, answers: dict[str, Any], *, now: datetime) -> None:
    """As a person would: answer by answer, and then the lead submits."""
    people = Membership.objects.filter(organisation=submission.organisation).select_related("person", "organisation")
    for question in questions_of(submission):
        if question.number in answers:
            acting = people.get(role=answers["by"])
            save_answer(submission, question, answers[question.number], acting=acting, seen_version=0, now=now)
            submission.refresh_from_db(fields=["status"])
    if authorised_by := answers.get("authorised_by"):
        submit(submission, acting=people.get(role=Role.LEAD), authorised_by=authorised_by, declared=True, now=now)
