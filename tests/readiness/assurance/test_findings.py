"""From a draft to a closed finding, and from a plan to its sign-off: every step, every refusal, in SQL too."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pgtrigger
import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from mhhs_portal.notifications.models import Message
from readiness.assurance import findings, plans
from readiness.assurance.models import (
    FINDING_STEPS,
    PLAN_STEPS,
    ActionPlan,
    Escalation,
    Finding,
    FindingStatus,
    PlanStatus,
)
from tests import make
from tests.readiness.assurance.test_reviewing import refused

NOW = timezone.now()
DAY = timedelta(days=1)
SAID = {"title": "No bulk test", "text": "Not shown above 200 a day.", "risk": "SR0074", "recommendation": "efr"}


def pdf(name="proof.pdf"):
    return SimpleUploadedFile(name, b"%PDF-1.7 proof")


@pytest.fixture
def author(db):
    return make.analyst()


@pytest.fixture
def submission(org, lead):
    return make.submitted(org, lead)


def written(submission, author, **said):
    return findings.write(
        submission,
        answers=list(submission.answers.all())[:1],
        acting=author,
        now=NOW,
        **SAID | {"severity": "low"} | said,
    )


def issued(submission, author, lead, **said):
    finding = written(submission, author, **said)
    findings.open_window(finding, due_at=NOW + DAY, acting=author, now=NOW)
    findings.reply_to_accuracy(finding, is_right=True, text="", acting=lead, now=NOW)
    findings.issue(finding, acting=author, now=NOW)
    return finding


def test_numbers_follow_each_other_and_drafts_are_the_analysts_alone(org, submission, author):
    first, second = written(submission, author), written(submission, author)

    assert [first.code, second.code] == ["F-001", "F-002"]
    assert list(Finding.objects.shown_to(org)) == []
    assert not Message.objects.exists()


def test_postgresql_knows_the_steps_of_a_finding(submission, author):
    """From every state to every other: what the table has goes through, everything else is refused."""
    finding = written(submission, author)
    findings.add_evidence(finding, file=pdf(), is_for_closing=True, acting=author, now=NOW)
    facts = "accuracy_due_at = now() - interval '1 day', issued_at = now(), closed_at = now(), closing_words = 'x'"
    closer = make.analyst().person_id
    allowed = {(a.value, b.value) for (_, a), b in FINDING_STEPS.items()}
    for before, after in itertools.permutations(FindingStatus.values, 2):
        with connection.cursor() as cursor:
            with pgtrigger.ignore():
                cursor.execute(f"UPDATE assurance_finding SET status = '{before}', {facts}, closed_by_id = {closer}")
            try:
                with transaction.atomic():
                    cursor.execute(f"UPDATE assurance_finding SET status = '{after}'")
                went = True
            except DatabaseError as refusal:
                assert "cannot be taken from this status" in str(refusal)  # noqa: PT017
                went = False
        assert went == ((before, after) in allowed), (before, after)


def test_high_severity_waits_for_a_second_analyst(submission, author):
    finding = written(submission, author, severity="high")
    with pytest.raises(ValidationError, match="second check"):
        findings.open_window(finding, due_at=NOW + DAY, acting=author, now=NOW)
    opened = "SET status = 'factual-accuracy', accuracy_due_at = now()"
    assert "second check" in refused(f"UPDATE assurance_finding {opened}")
    findings.send_for_check(finding, acting=author)
    with pytest.raises(ValidationError, match="did not write"):
        findings.check(finding, agrees=True, reason="", acting=author, now=NOW)
    other = make.analyst()

    findings.check(finding, agrees=False, reason="Too hard", acting=other, now=NOW)
    finding.refresh_from_db()
    assert finding.status == FindingStatus.DRAFT
    finding = findings.rewrite(
        finding, seen=1, acting=author, now=NOW, **SAID | {"severity": "high", "title": "Better"}
    )
    findings.send_for_check(finding, acting=author)
    findings.check(finding, agrees=True, reason="", acting=other, now=NOW)
    findings.open_window(finding, due_at=NOW + DAY, acting=author, now=NOW)

    assert finding.status == FindingStatus.ACCURACY
    assert "Cannot" in refused("UPDATE assurance_findingcheck SET agrees = true")


def test_a_draft_is_not_overwritten_when_two_write(submission, author):
    finding = written(submission, author)
    findings.rewrite(finding, seen=1, acting=make.analyst(), now=NOW, **SAID | {"severity": "low", "title": "Theirs"})

    with pytest.raises(ValidationError, match="A colleague changed this finding"):
        findings.rewrite(finding, seen=1, acting=author, now=NOW, **SAID | {"severity": "low", "title": "Mine"})

    assert Finding.objects.get().title == "Theirs"


def test_the_participant_is_heard_before_a_finding_stands(org, lead, submission, author):
    finding = written(submission, author)
    findings.open_window(finding, due_at=NOW + DAY, acting=author, now=NOW)
    assert list(Finding.objects.shown_to(org)) == [finding]
    with pytest.raises(ValidationError, match="still has time"):
        findings.issue(finding, acting=author, now=NOW)
    now = "SET status = 'issued', issued_at = now()"
    assert "still has time" in refused(f"UPDATE assurance_finding {now}")
    assert "Only a draft" in refused("UPDATE assurance_finding SET text = 'worse'")
    with pytest.raises(PermissionDenied):
        findings.reply_to_accuracy(finding, is_right=True, text="", acting=make.viewer(org), now=NOW)

    findings.reply_to_accuracy(finding, is_right=False, text="It is 300", acting=lead, now=NOW)
    with pytest.raises(ValidationError, match="replied already"):
        findings.reply_to_accuracy(finding, is_right=True, text="", acting=lead, now=NOW)
    findings.revise(finding, acting=author)
    assert list(Finding.objects.shown_to(org)) == []
    finding.refresh_from_db()
    findings.open_window(finding, due_at=NOW + DAY, acting=author, now=NOW)
    with pytest.raises(ValidationError, match="still has time"):  # the reply was about the version before
        findings.issue(finding, acting=author, now=NOW)
    findings.issue(finding, acting=author, now=NOW + 2 * DAY)

    assert Finding.objects.get().status == FindingStatus.ISSUED


def test_after_the_window_no_reply_is_taken(lead, submission, author):
    finding = written(submission, author)
    findings.open_window(finding, due_at=NOW + DAY, acting=author, now=NOW)

    with pytest.raises(ValidationError, match="The time to reply ended"):
        findings.reply_to_accuracy(finding, is_right=True, text="", acting=lead, now=NOW + 2 * DAY)


def test_closing_takes_evidence_and_somebody_other_than_the_author(lead, submission, author):
    finding, other = issued(submission, author, lead), make.analyst()
    with pytest.raises(ValidationError, match="only with evidence"):
        findings.close(finding, words="Tested", acting=other, now=NOW)
    facts = "SET status = 'closed', closed_at = now(), closing_words = 'x', closed_by_id ="
    assert "only with evidence" in refused(f"UPDATE assurance_finding {facts} {other.person_id}")
    findings.add_evidence(finding, file=pdf(), is_for_closing=True, acting=lead, now=NOW)
    with pytest.raises(ValidationError, match="other than its author"):
        findings.close(finding, words="Tested", acting=author, now=NOW)
    assert "finding_closed_by_another" in refused(f"UPDATE assurance_finding {facts} {author.person_id}")

    findings.close(finding, words="Tested", acting=other, now=NOW)

    assert Finding.objects.get().closed_by == other.person


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [("a.exe", b"MZ", "does not take"), ("a.pdf", b"MZ", "something else inside"), ("a.pdf", b"", "empty")],
)
def test_files_are_refused_in_words(submission, author, name, content, words):
    finding = written(submission, author)

    with pytest.raises(ValidationError, match=words):
        findings.add_evidence(
            finding, file=SimpleUploadedFile(name, content), is_for_closing=False, acting=author, now=NOW
        )


# --- plans ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def efr(lead, submission, author):
    finding = issued(submission, author, lead)
    plans.add_step(finding, text="Test in bulk", due_on=timezone.localdate() + 9 * DAY, acting=lead, now=NOW)
    finding.refresh_from_db()
    return finding


def test_a_plan_is_proposed_agreed_slips_in_the_open_and_completes(org, lead, author, efr):
    plan = efr.plan
    with pytest.raises(PermissionDenied):
        plans.propose(plan, acting=make.contributor(org), now=NOW)
    plans.propose(plan, acting=lead, now=NOW)
    plans.agree(plan, acting=author, now=NOW)
    step = plan.steps.get()
    later = step.due_on + 5 * DAY
    assert "only with a reported slip" in refused(f"UPDATE assurance_planstep SET due_on = '{later}'")
    assert "while the plan is being written" in refused("DELETE FROM assurance_planstep")

    plans.slip(step, due_on=later, reason="Supplier late", acting=lead, now=NOW)
    with pytest.raises(ValidationError, match="Every step is done"):
        plans.complete(plan, acting=author)
    plans.done(step, acting=lead, now=NOW)
    plans.complete(plan, acting=author)

    step.refresh_from_db()
    assert (step.due_on, step.slips.get().was_on) == (later, later - 5 * DAY)
    assert "stays done" in refused("UPDATE assurance_planstep SET done_at = NULL")


def test_escalation_goes_to_the_pab_then_the_panel_and_a_senior_signs(lead, author, efr):
    plan = efr.plan
    for level, name in ((1, "Margaret Osei"), (2, "Peter Amis")):
        plans.escalate(plan, reason="Two slips", acting=author, now=NOW)
        plan.refresh_from_db()
        with pytest.raises(ValidationError, match="senior representative signs"):
            plans.propose(plan, acting=lead, now=NOW)
        escalation = plan.escalations.get(level=level)
        signed = plans.sign_off(escalation, name=name, position="Director", acting=lead, now=NOW)
        plans.propose(plan, acting=lead, now=NOW)
        with pytest.raises(ValidationError, match="Approve the senior representative"):
            plans.agree(plan, acting=author, now=NOW)
        assert "signs the plan off first" in refused("UPDATE assurance_actionplan SET status = 'agreed'")
        plans.approve_sign_off(signed, acting=author, now=NOW)
        plans.agree(plan, acting=author, now=NOW)

    with pytest.raises(ValidationError, match="no higher level"):
        plans.escalate(plan, reason="Again", acting=author, now=NOW)
    assert list(Escalation.objects.values_list("level", flat=True)) == [1, 2]
    assert "stays as it was given" in refused("UPDATE assurance_signoff SET name = 'x'")


def test_only_an_efr_plan_is_escalated_and_never_to_the_panel_first(lead, submission, author):
    finding = issued(submission, author, lead, recommendation="support")
    plan = plans.plan_for(finding, acting=lead)
    with pytest.raises(ValidationError, match="Only an EFR plan"):
        plans.escalate(plan, reason="x", acting=author, now=NOW)
    columns = "(plan_id, level, reason, escalated_by_id, escalated_at)"
    assert "to the PAB first" in refused(
        f"INSERT INTO assurance_escalation {columns} VALUES ({plan.pk}, 2, 'x', {author.person_id}, now())"
    )


def test_postgresql_knows_the_steps_of_a_plan(efr):
    allowed = {(a.value, b.value) for (_, a), b in PLAN_STEPS.items()}
    before = ActionPlan.objects.get().status
    for after in set(PlanStatus.values) - {before}:
        if (before, after) not in allowed:
            assert refused(f"UPDATE assurance_actionplan SET status = '{after}'")
