"""The pages: who sees what, what is kept, and what each costs."""

from __future__ import annotations

from datetime import timedelta
from html import unescape

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.organisations.models import Role
from readiness.forms import fingerprint
from readiness.models import Answer
from readiness.panels import air_panel
from readiness.review import mark_answer, write_note
from readiness.submissions import questions_of, save_answer
from readiness.todo import open_tasks
from tests import make

HTMX = {"HX-Request": "true"}
NOW = timezone.now()


def address(name, organisation, submission, *more):
    return reverse(f"readiness:{name}", args=[organisation.slug, submission.campaign.slug, *more])


def seen(question, typed="", version=0):
    return f"{version}.{fingerprint(question, typed)}"


def text_of(response):
    return unescape(response.content.decode())


@pytest.fixture
def submission(org):
    return make.submission(org)


# --- answering --------------------------------------------------------------------------------------------------------


def test_a_draft_keeps_everything_even_what_is_wrong(lead_client, org):
    version = make.questionnaire_version(question={"kind": "number", "unit": "days"})
    submission = make.submission(org, make.campaign(version))
    one, two = questions_of(submission)

    page = lead_client.post(
        address("section", org, submission, "a"),
        {"a1": "about 20", "a2": "7", "seen-a1": seen(one), "seen-a2": seen(two), "save": "draft"},
        follow=True,
    )

    assert [(a.typed, a.value) for a in Answer.objects.order_by("question__number")] == [("about 20", None), ("7", "7")]
    assert 'value="about 20"' in text_of(page)
    assert "error-summary" not in text_of(page)
    assert "Nothing has been sent to Elexon" in text_of(page)


def test_completing_says_what_is_missing_twice_and_loses_nothing(lead_client, org, submission):
    one, two = questions_of(submission)

    page = lead_client.post(
        address("section", org, submission, "a"),
        {"a1": "So it is", "a2": "", "seen-a1": seen(one), "seen-a2": seen(two), "save": "complete"},
    )

    assert page.status_code == 200
    assert text_of(page).count("A2: enter an answer") == 2
    assert '<a href="#id_a2">A2: enter an answer</a>' in text_of(page)
    assert "<title>Error:" in text_of(page)
    assert Answer.objects.get().text == "So it is"


def test_a_complete_section_leads_back_to_the_list(lead_client, org, submission):
    one, two = questions_of(submission)

    page = lead_client.post(
        address("section", org, submission, "a"),
        {"a1": "So", "a2": "So", "seen-a1": seen(one), "seen-a2": seen(two), "save": "complete"},
        follow=True,
    )

    assert page.redirect_chain[-1][0] == address("submission", org, submission)
    assert "1 of 1</b> sections completed" in text_of(page)


def test_a_clash_on_the_plain_form_shows_both_texts_and_mine_can_be_kept(lead_client, org, submission):
    one, two = questions_of(submission)
    save_answer(submission, one, "Theirs", acting=make.contributor(org), seen_version=0, now=NOW)
    sent = {"a1": "Mine", "a2": "Other", "seen-a1": seen(one), "seen-a2": seen(two), "save": "draft"}

    page = text_of(lead_client.post(address("section", org, submission, "a"), sent))

    assert "Theirs" in page
    assert 'value="Mine"' in page
    assert {a.text for a in Answer.objects.all()} == {"Theirs", "Other"}

    again = sent | {"keep-a1": seen(one, "Theirs", 1), "seen-a2": seen(two, "Other", 1)}
    lead_client.post(address("section", org, submission, "a"), again)
    assert {(a.text, a.version) for a in Answer.objects.all()} == {("Mine", 2), ("Other", 1)}


def test_what_i_did_not_touch_never_clashes(lead_client, org, submission):
    one, two = questions_of(submission)
    save_answer(submission, one, "Theirs", acting=make.contributor(org), seen_version=0, now=NOW)

    page = lead_client.post(
        address("section", org, submission, "a"),
        {"a1": "", "a2": "Mine", "seen-a1": seen(one), "seen-a2": seen(two), "save": "draft"},
    )

    assert page.status_code == 302
    assert {a.text for a in Answer.objects.all()} == {"Theirs", "Mine"}


def test_leaving_a_field_saves_it_and_says_when(lead_client, org, submission):
    one = questions_of(submission)[0]

    part = lead_client.post(address("answer", org, submission, "a1"), {"a1": "So", "seen-a1": seen(one)}, headers=HTMX)

    saved = Answer.objects.get()
    local = timezone.localtime(saved.saved_at)
    assert f"Saved at {local:%H:%M:%S}" in text_of(part)
    assert f'value="{seen(one, "So", 1)}"' in text_of(part)
    assert "1 of 2</b> questions answered" in text_of(part)
    assert "<html" not in text_of(part)


def test_a_clash_while_leaving_a_field_shows_both_texts(lead_client, org, submission):
    one = questions_of(submission)[0]
    save_answer(submission, one, "Theirs", acting=make.contributor(org), seen_version=0, now=NOW)

    part = lead_client.post(
        address("answer", org, submission, "a1"), {"a1": "Mine", "seen-a1": seen(one)}, headers=HTMX
    )

    assert "Theirs" in text_of(part)
    assert "Mine" in text_of(part)
    assert f'name="seen-a1" value="{seen(one)}"' in text_of(part)  # so that another change does not slip over theirs
    assert Answer.objects.get().text == "Theirs"


def test_a_date_is_typed_in_three_fields(lead_client, org):
    submission = make.submission(org, make.campaign(make.questionnaire_version(question={"kind": "date"})))
    one = questions_of(submission)[0]
    typed = {"a1_day": "3", "a1_month": "September", "a1_year": "2025", "seen-a1": seen(one)}

    lead_client.post(address("answer", org, submission, "a1"), typed, headers=HTMX)

    assert Answer.objects.get().value == "2025-09-03"


def test_a_submitted_section_is_read_only_and_saving_is_refused_in_words(lead_client, org, lead):
    submission = make.submitted(org, lead)
    one = questions_of(submission)[0]

    page = lead_client.get(address("section", org, submission, "a"))
    part = lead_client.post(address("answer", org, submission, "a1"), {"a1": "No", "seen-a1": seen(one)}, headers=HTMX)

    assert "Save draft" not in text_of(page)
    assert "Nobody can change them" in text_of(part)
    assert set(Answer.objects.values_list("text", flat=True)) == {"So it is"}


def test_a_lead_goes_from_the_check_to_a_receipt_that_stays(lead_client, org, lead, submission):
    make.answered(submission, lead)

    assert "Continue to the declaration" in text_of(lead_client.get(address("check", org, submission)))
    wrong = lead_client.post(address("submit", org, submission), {"authorised_by": ""})
    assert "There is a problem" in text_of(wrong)
    page = lead_client.post(
        address("submit", org, submission), {"authorised_by": "Margaret Osei", "declared": "on"}, follow=True
    )

    made = submission.rounds.get()
    assert page.redirect_chain[-1][0] == address("receipt", org, submission, 1)
    for words in (made.reference, made.check_code, "Margaret Osei", lead.person.name, ", UK time"):
        assert words in text_of(page)


def test_a_late_receipt_says_so(lead_client, org, lead):
    submission = make.submission(org, make.campaign(due_at=NOW - timedelta(hours=30)))
    make.answered(submission, lead)

    assert "marked as late" in text_of(lead_client.get(address("submission", org, submission)))
    page = lead_client.post(address("submit", org, submission), {"authorised_by": "M", "declared": "on"}, follow=True)

    assert "submitted late" in text_of(page)
    assert "Submitted in time" not in text_of(page)


# --- who may ----------------------------------------------------------------------------------------------------------

OURS = [
    ("submission", ()), ("section", ("a",)), ("check", ()), ("receipt", (1,)),
]  # fmt: skip


@pytest.mark.parametrize(("name", "more"), OURS)
def test_who_was_not_asked_finds_nothing(client, org, lead, name, more):
    theirs = make.submitted(make.organisation())
    client.force_login(lead.person)

    assert client.get(address(name, org, theirs, *more)).status_code == 404
    assert client.get(address(name, theirs.organisation, theirs, *more)).status_code == 404


@pytest.mark.parametrize(
    ("role", "answers", "submits"), [(Role.LEAD, 200, 200), (Role.CONTRIBUTOR, 200, 403), (Role.VIEWER, 403, 403)]
)
def test_each_role_does_its_part(client, org, submission, role, answers, submits):
    client.force_login(make.member(org, role).person)
    one = questions_of(submission)[0]
    sent = {"a1": "So", "seen-a1": seen(one)}

    assert client.get(address("section", org, submission, "a")).status_code == 200
    assert client.post(address("answer", org, submission, "a1"), sent, headers=HTMX).status_code == answers
    assert client.post(address("section", org, submission, "a"), sent).status_code in {302 if answers == 200 else 403}
    assert client.get(address("submit", org, submission)).status_code == submits


def test_analysts_do_not_read_drafts(client, org, lead, submission):
    make.answered(submission, lead, text="DRAFT-MARKER")
    analyst = make.analyst()
    client.force_login(analyst.person)

    page = text_of(client.get(address("review", analyst.organisation, submission, org.slug)))

    assert "Nothing has been submitted yet" in page
    assert "DRAFT-MARKER" not in page


def participant_pages(organisation, submission):
    yield reverse("organisation_home", args=[organisation.slug])
    yield reverse("readiness:tasks", args=[organisation.slug])
    yield reverse("readiness:about")
    for name, more in [*OURS, ("submit", ())]:
        yield address(name, organisation, submission, *more)


def test_no_participant_page_shows_a_note_a_mark_or_another_organisations_answer(client, org):
    campaign = make.campaign()
    other = make.submission(make.organisation(), campaign)
    make.answered(other, make.lead(other.organisation), text="OTHER-MARKER")
    submission = make.submitted(org, campaign_=campaign)
    analyst = make.analyst()
    write_note(submission, text="NOTE-MARKER", question=None, acting=analyst, now=NOW)
    mark_answer(
        submission.answers.first(), mark="not-adequate", reason="REASON-MARKER", seen=None, acting=analyst, now=NOW
    )
    client.force_login(analyst.person)
    shown = text_of(client.get(address("review", analyst.organisation, submission, org.slug)))
    assert {"NOTE-MARKER", "REASON-MARKER"} <= set(shown.replace("<", " ").replace(">", " ").split())

    for role in (Role.LEAD, Role.CONTRIBUTOR, Role.VIEWER):
        client.force_login(make.member(org, role).person)
        for url in participant_pages(org, submission):
            page = text_of(client.get(url, follow=True))
            assert "MARKER" not in page, url
        assert "In review" in text_of(client.get(address("submission", org, submission)))
        assert client.get(address("review", analyst.organisation, submission, org.slug)).status_code == 404


# --- todo, panel ------------------------------------------------------------------------------------------------------


def test_an_open_request_is_a_task_until_it_is_submitted(org, lead, submission):
    [task] = open_tasks(lead, NOW)
    assert (task.status, task.verb, task.progress) == ("open", "Start", "")

    make.answered(submission, lead, A1="So")
    [task] = open_tasks(lead, NOW)
    assert (task.status, task.verb, task.progress) == ("in-progress", "Continue", "1 of 2 answered")
    [task] = open_tasks(lead, submission.campaign.due_at + timedelta(seconds=1))
    assert task.status == "overdue"


def test_a_submitted_request_is_no_task(org, lead):
    make.submitted(org, lead)

    assert open_tasks(lead, NOW) == []
    assert air_panel(lead, NOW).context["submission"].status == "submitted"


def test_who_was_not_asked_has_no_panel_and_no_task(org, lead):
    make.submission(make.organisation())

    assert air_panel(lead, NOW) is None
    assert open_tasks(lead, NOW) == []


def test_the_panel_knows_the_state_of_each_section(org, lead):
    submission = make.submission(org, make.campaign(make.questionnaire_version(sections=3)))
    make.answered(submission, lead, A1="So", A2="So", B1="So")

    panel = air_panel(lead, NOW)

    assert panel.context["states"] == ["completed", "in-progress", "not-started"]


def test_anybody_reads_what_the_air_is_with_its_sources(client, db):
    page = text_of(client.get(reverse("readiness:about")))

    for words in ("Performance Assurance Board (PAB)", "QAG", "EFR", "REC", "M8", "Not published", "BSCP605"):
        assert words in page


# --- costs ------------------------------------------------------------------------------------------------------------


def cost(client, url, **kwargs):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    cache.clear()
    client.get(url, **kwargs)  # templates and session are warm
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url, **kwargs).status_code == 200
    return len(queries)


@pytest.mark.parametrize("size", [1, 15])
def test_participant_pages_cost_the_same_for_4_and_60_questions(client, org, lead, size):
    campaign = make.campaign(make.questionnaire_version(sections=4, questions=size))
    submission = make.submission(org, campaign)
    make.answered(submission, lead, A1="So")
    client.force_login(lead.person)

    costs = {
        name: cost(client, address(name, org, submission, *more))
        for name, more in [("submission", ()), ("section", ("a",)), ("check", ()), ("submit", ())]
    }

    assert costs == {"submission": 5, "section": 6, "check": 5, "submit": 5}
    assert cost(client, reverse("readiness:tasks", args=[org.slug])) == 3


@pytest.mark.parametrize("count", [1, 100])
def test_analyst_pages_cost_the_same_for_1_and_100_organisations(client, org, lead, count, django_assert_num_queries):
    campaign = make.campaign(make.questionnaire_version(questions=3))
    submission = make.submitted(org, lead, campaign_=campaign)
    for _ in range(count - 1):
        make.submission(make.organisation(), campaign)
    for answer in submission.answers.all():
        mark_answer(answer, mark="adequate", reason="", seen=None, acting=make.analyst(), now=NOW)
    analyst = make.analyst()
    client.force_login(analyst.person)

    assert cost(client, reverse("readiness:campaigns", args=["elexon"])) == 3
    assert cost(client, address("campaign", analyst.organisation, submission)) == 5
    assert cost(client, address("review", analyst.organisation, submission, org.slug)) == 11
    with django_assert_num_queries(1):
        open_tasks(lead, NOW)
    with django_assert_num_queries(1):
        air_panel(lead, NOW)
