"""Two at once, with real threads against PostgreSQL."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone

from readiness.models import Answer, Assessment, Status, Submission, SubmittedRound
from readiness.review import mark_answer
from readiness.submissions import Clash, questions_of, save_answer, submit
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)
NOW = timezone.now()


def at_once(*acts):
    """Each act in a thread of its own, all starting together; what each gave or raised, in order."""
    barrier, outcomes = Barrier(len(acts)), [None] * len(acts)

    def run(place, act):
        try:
            barrier.wait()
            outcomes[place] = act()
        except Exception as error:
            outcomes[place] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


@pytest.mark.parametrize("already", [0, 1])
def test_two_colleagues_on_one_answer_never_overwrite_each_other(already):
    organisation = make.organisation()
    submission = make.submission(organisation)
    people = [make.lead(organisation), *(make.contributor(organisation) for _ in range(3))]
    question = questions_of(submission)[0]
    if already:
        save_answer(submission, question, "Before", acting=people[0], seen_version=0, now=NOW)

    def save(person, text):
        mine = Submission.objects.select_related("campaign", "organisation").get(pk=submission.pk)
        return lambda: save_answer(mine, question, text, acting=person, seen_version=already, now=NOW)

    outcomes = at_once(*(save(person, f"Text {n}") for n, person in enumerate(people)))

    winners = [outcome for outcome in outcomes if isinstance(outcome, Answer)]
    clashes = [outcome for outcome in outcomes if isinstance(outcome, Clash)]
    assert (len(winners), len(clashes)) == (1, 3)
    assert Answer.objects.get().text == winners[0].text
    assert {clash.theirs.text for clash in clashes} == {winners[0].text}
    assert Answer.objects.get().version == already + 1


@pytest.mark.parametrize("_turn", range(5))
def test_a_save_while_submitting_is_either_in_the_round_or_refused(_turn):
    organisation = make.organisation()
    lead, other = make.lead(organisation), make.contributor(organisation)
    submission = make.answered(make.submission(organisation), lead)
    question = questions_of(submission)[0]

    saved, sent = at_once(
        lambda: save_answer(submission, question, "Last word", acting=other, seen_version=1, now=NOW),
        lambda: submit(
            Submission.objects.get(pk=submission.pk), acting=lead, authorised_by="M", declared=True, now=NOW
        ),
    )

    made = SubmittedRound.objects.get()
    assert sent == made
    text = "Last word" if isinstance(saved, Answer) else "So it is"
    assert isinstance(saved, Answer) or "Nobody can change them" in str(saved)
    assert made.answers[0]["text"] == Answer.objects.get(question=question).text == text
    assert Submission.objects.get().status == Status.SUBMITTED


def test_submitting_twice_at_once_makes_one_round():
    organisation = make.organisation()
    lead = make.lead(organisation)
    submission = make.answered(make.submission(organisation), lead)

    outcomes = at_once(
        *[lambda: submit(submission, acting=lead, authorised_by="M", declared=True, now=NOW) for _ in range(4)]
    )

    refusals = [outcome for outcome in outcomes if isinstance(outcome, ValidationError)]
    assert len(refusals) == 3
    assert all("made already" in str(refusal) for refusal in refusals)
    assert SubmittedRound.objects.count() == 1


def test_two_analysts_at_once_are_both_kept_and_one_is_told():
    organisation = make.organisation()
    answer = make.submitted(organisation).answers.first()
    one, two = make.analyst(), make.analyst()

    outcomes = at_once(
        *[
            lambda who=who: mark_answer(answer, mark="adequate", reason="", seen=None, acting=who, now=NOW)
            for who in (one, two)
        ]
    )

    assert Assessment.objects.count() == 2
    assert [outcome.other is None for outcome in outcomes].count(True) == 1
    assert Submission.objects.get().status == Status.IN_REVIEW
