"""The end of a review: every answer has a mark, nothing is open, and a sample was looked at twice."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import ValidationError

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership
from readiness import review
from readiness.assurance.assigning import draw_sample
from readiness.assurance.models import Acceptance, Query, SampleCheck
from readiness.assurance.people import check_analyst
from readiness.models import Answer, Assessment, Status, Submission


def unmarked(submission: Submission) -> list[str]:
    """The numbers of the answered questions of the round that have no mark yet, in the order asked."""
    answers = Answer.objects.filter(
        submission=submission, round_number=submission.round_number, value__isnull=False, assessments=None
    )
    return list(answers.values_list("question__number", flat=True))


def what_is_open(submission: Submission) -> list[str]:
    """What stands between the review and its end, in words; empty when it can be ended."""
    if submission.status not in (Status.IN_REVIEW, Status.SUBMITTED):
        return ["It is not in review."]
    found = []
    if missing := unmarked(submission):
        found.append(f"Without an assessment: {', '.join(missing[:12])}{' …' * (len(missing) > 12)}.")
    if count := Query.objects.filter(submission=submission).open().count():
        found.append(f"{count} question{'s' * (count > 1)} to the participant without a reply.")
    checks = SampleCheck.objects.filter(submission=submission, round_number=submission.round_number)
    if check := checks.exclude(agrees=True).first():
        found.append(
            "It belongs to the sample: another analyst makes a second check first."
            if check.agrees is None
            else f"{check.checked_by} sees it differently: {check.reason}"
        )
    more = Assessment.objects.current().filter(
        answer__submission=submission, answer__round_number=submission.round_number, mark="more-needed"
    )
    if more.exists():
        found.append("Some answers are marked “More needed”: send the submission back for them, or mark them again.")
    return found


def accept(submission: Submission, *, acting: Membership, now: datetime) -> Acceptance:
    """End the review. Raises ValidationError with everything that is still open."""
    check_analyst(acting, submission.organisation)
    with doing("readiness.accepted", by=acting.person):
        submission = (
            Submission.objects.select_for_update(of=("self",))
            .select_related("campaign", "organisation")
            .get(pk=submission.pk)
        )
        draw_sample(submission, now)
        if found := what_is_open(submission):
            raise ValidationError(found)
        if submission.status == Status.SUBMITTED:
            review.take_up(submission, acting=acting)
        review.accept(submission, acting=acting)
        made = Acceptance(
            submission=submission,
            round_number=submission.round_number,
            accepted_by=acting.person,
            accepted_at=now,
        )
        save_checked(made)
    return made


def check_sample(check: SampleCheck, *, agrees: bool, reason: str, acting: Membership, now: datetime) -> None:
    """The second look. Whoever marked one of these answers cannot make it. A look that differs can be made again."""
    submission = check.submission
    check_analyst(acting, submission.organisation)
    marked = Assessment.objects.filter(
        answer__submission=submission, answer__round_number=check.round_number, assessed_by=acting.person
    )
    if marked.exists():
        raise ValidationError("The second check is made by an analyst who marked none of these answers.")
    if not agrees and not reason.strip():
        raise ValidationError({"reason": "Say what you see differently."})
    with doing("readiness.sample_checked", by=acting.person):
        SampleCheck.objects.filter(pk=check.pk).update(
            checked_by=acting.person, checked_at=now, agrees=agrees, reason=reason.strip()
        )
