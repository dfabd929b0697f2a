"""Two reviewers at once, with real threads against PostgreSQL."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from readiness.assurance import asking, assigning, concluding, findings
from readiness.assurance.models import Acceptance, Assignment, Finding
from readiness.models import Status, Submission
from readiness.submissions import questions_of
from tests import make
from tests.readiness.assurance.test_findings import SAID, written
from tests.readiness.assurance.test_reviewing import marked
from tests.readiness.test_races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


def test_two_reviewers_at_once_overwrite_nothing(monkeypatch):
    """A draft written twice, numbers, an assignment, a step, and accepting against sending back."""
    monkeypatch.setattr(assigning, "is_sampled", lambda submission: False)
    submission = make.submitted(make.organisation())
    one, two = make.analyst(), make.analyst()

    numbers = at_once(*[lambda who=who: written(submission, who).number for who in (one, two, one, two)])
    assert sorted(numbers) == [1, 2, 3, 4]

    finding = Finding.objects.select_related("submission__organisation").get(number=1)
    said = SAID | {"severity": "low"}
    writers = [
        lambda who=who: findings.rewrite(finding, seen=1, acting=who, now=NOW, **said | {"title": who.person.name})
        for who in (one, two)
    ]
    outcomes = at_once(*writers)
    winner = next(outcome for outcome in outcomes if isinstance(outcome, Finding))
    assert [isinstance(outcome, ValidationError) for outcome in outcomes].count(True) == 1
    assert Finding.objects.get(number=1).title == winner.title

    given = at_once(
        *[
            lambda who=who: assigning.assign(
                Submission.objects.select_related("campaign", "organisation").get(),
                analyst=who.person,
                acting=who,
                now=NOW,
            )
            for who in (one, two)
        ]
    )
    assert Assignment.objects.current().count() == 1
    assert any(isinstance(outcome, Assignment) for outcome in given)

    marked(submission, one)
    fresh = [Submission.objects.select_related("campaign", "organisation").get() for _ in range(2)]
    accepted, back = at_once(
        lambda: concluding.accept(fresh[0], acting=one, now=NOW),
        lambda: asking.ask_for_more(
            fresh[1],
            questions=questions_of(fresh[1])[:1],
            words="More",
            due_at=NOW + timedelta(days=5),
            acting=two,
            now=NOW,
        ),
    )
    done = Submission.objects.get()
    assert [isinstance(outcome, ValidationError) for outcome in (accepted, back)].count(True) == 1
    assert done.status == (Status.ACCEPTED if isinstance(accepted, Acceptance) else Status.RETURNED)
    assert done.round_number == (1 if isinstance(accepted, Acceptance) else 2)
    assert done.answers.filter(round_number=2).count() == (0 if isinstance(accepted, Acceptance) else 2)
