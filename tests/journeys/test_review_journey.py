"""An analyst, a participant, a second analyst and a board member: from the queue to the decision of the PAB."""

from __future__ import annotations

from datetime import date

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from mhhs_portal.organisations.demo import SAMPLE_PASSWORD
from mhhs_portal.organisations.models import Membership, Organisation, Role
from readiness.assurance import assigning
from readiness.papers import drawing
from readiness.papers.models import Paper, PaperStatus
from tests import make

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

ANALYST, SECOND, MEMBER = "maya.fernandes@sample.example", "second@sample.example", "board@sample.example"


@pytest.fixture
def people(committed_sample_portal, monkeypatch):
    """Oldcastle has submitted; ten of its twelve answers are marked already, which keeps the journey short."""
    from readiness.models import Submission
    from readiness.review import mark_answer

    monkeypatch.setattr(assigning, "is_sampled", lambda submission: False)
    for email, slug, role in ((SECOND, "elexon", Role.ANALYST), (MEMBER, "pab", Role.BOARD)):
        person = make.person(email=email, name=email.split("@")[0].title(), password=SAMPLE_PASSWORD)
        make.member(Organisation.objects.get(slug=slug), role, person=person)
    submission = Submission.objects.get(organisation__slug="oldcastle", rounds__isnull=False)
    acting = Membership.objects.select_related("person", "organisation").get(person__email=ANALYST)
    answers = submission.answers.select_related("submission__organisation").order_by(
        "question__section__position", "question__position"
    )
    for answer in answers[2:]:
        mark_answer(answer, mark="adequate", reason="", seen=None, acting=acting, now=timezone.now())
    return submission


def test_from_the_queue_to_the_decision_of_the_board(visit, people):
    work = f"/o/elexon/campaigns/{people.campaign.slug}/submissions/oldcastle/"
    analyst = visit(email=ANALYST)
    page = analyst.go("/o/elexon/review/?show=unassigned")
    page.get_by_role("link", name="Assign the reviewer of Oldcastle Metering").click()
    page.get_by_label("Reviewer").select_option("Maya Fernandes")
    page.get_by_role("button", name="Assign").click()
    expect(page.get_by_text("Maya Fernandes reviews Oldcastle Metering.")).to_be_visible()

    analyst.go(f"{work}?section=a")
    page.keyboard.press("j")
    page.keyboard.press("1")
    page.locator("#answer-a1").get_by_role("button", name="Mark A1").click()
    expect(page.locator("#answer-a1").get_by_role("button", name="Mark again")).to_be_visible()
    analyst.settle()
    second = page.locator("#answer-a2")
    second.get_by_label("Partly adequate").check()
    second.get_by_label("Reason for the assessment").fill("No procedure for bulk")
    second.get_by_role("button", name="Mark A2").click()
    expect(page.locator("#answer-a2").get_by_role("button", name="Mark again")).to_be_visible()
    analyst.settle()
    page.locator("#answer-a2").get_by_role("link", name="Ask Oldcastle about A2").click()
    page.get_by_label("Question").fill("Which procedure?")
    page.get_by_role("button", name="Send the question").click()
    page.locator("#answer-a2").get_by_role("link", name="Raise finding from A2").click()
    page.get_by_label("Title").fill("No bulk procedure")
    page.get_by_label("What was found").fill("Nothing is written down for bulk.")
    page.get_by_label("High severity").check()
    page.get_by_label("Further analysis").check()
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("button", name="Send for second check").click()
    expect(page.get_by_text("Another analyst makes the second check: you wrote it.")).to_be_visible()

    other = visit(email=SECOND)
    check = other.go("/o/elexon/review/?show=check")
    check.get_by_role("link", name="Oldcastle Metering", exact=True).click()
    check.get_by_role("link", name="F-001 No bulk procedure").first.click()
    check.get_by_label("I agree").check()
    check.get_by_role("button", name="Record the second check").click()
    check.get_by_role("button", name="Open factual accuracy").click()
    expect(check.get_by_text("The participant reads it now")).to_be_visible()

    lead = Membership.objects.get(organisation__slug="oldcastle", role=Role.LEAD).person.email
    own = visit(email=lead)
    theirs = own.go("/o/oldcastle/")
    theirs.get_by_role("link", name="Elexon asks: Which procedure?").first.click()
    theirs.get_by_label("Reply").fill("OP-12")
    theirs.get_by_role("button", name="Send the reply").click()
    own.go("/o/oldcastle/readiness/findings/1/")
    theirs.get_by_label("The facts are right").check()
    theirs.get_by_role("button", name="Send the reply").click()
    expect(theirs.get_by_text("Facts are right")).to_be_visible()

    analyst.go("/o/elexon/findings/1/")
    page.get_by_role("button", name="Issue the finding").click()
    analyst.go(work)
    page.get_by_role("button", name="Accept the submission").click()
    expect(page.get_by_text("The submission of Oldcastle Metering is accepted.")).to_be_visible()

    analyst.go(f"/o/elexon/papers/new/?campaign={people.campaign.slug}")
    page.get_by_label("Title").fill("Readiness for M8")
    for part, value in zip(("Day", "Month", "Year"), (3, 12, date.today().year + 1), strict=True):
        page.get_by_label(part).fill(str(value))
    page.get_by_role("button", name="Begin the paper").click()
    page.get_by_role("radio", name="Decide").check()
    page.get_by_role("textbox", name="What").fill("whether to analyse further")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Freeze the figures").click()
    expect(page.get_by_role("heading", name="5. RAG by section")).to_be_visible()
    page.get_by_role("button", name="Put to the board").click()
    page.get_by_role("link", name="Word").click()
    expect(page.get_by_text("It is next")).to_be_visible()
    assert drawing.draw_asked(timezone.now()) == 1

    board = visit(email=MEMBER)
    paper = board.go("/o/pab/papers/1/")
    paper.get_by_role("radio", name="Approved with changes").check()
    paper.get_by_role("button", name="Record decision 1").click()
    expect(paper.get_by_role("alert")).to_contain_text("Write down the change")
    paper.get_by_label("Change or reason").fill("Before July")
    paper.get_by_role("button", name="Record decision 1").click()
    expect(paper.get_by_text("Decision 1 is recorded.")).to_be_visible()
    paper.get_by_role("button", name="The decisions stand").click()
    expect(paper.get_by_text("The decisions stand.")).to_be_visible()
    assert Paper.objects.get().status == PaperStatus.DECIDED
