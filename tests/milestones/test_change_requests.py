"""Change requests: what the verbs refuse in words, what PostgreSQL refuses by any route, and who reads what."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mhhs_portal.history.panel import verbs_on
from mhhs_portal.notifications.models import Message
from milestones.changes import change_requests
from milestones.changes.change_requests import Line
from milestones.models import Baseline, BaselineDate, ChangeRequest, Milestone
from milestones.models.change_requests import STEPS, State
from milestones.poap import When
from tests import make

DAY, LATER = date(2027, 3, 1), When.day(date(2027, 4, 1))
pytestmark = pytest.mark.django_db


@pytest.fixture
def milestone():
    """With a date in the current baseline."""
    one = make.milestone(code="X1", slug="x1", name="The one")
    baseline = make.baseline(number=1, slug="one", name="One")
    make.baseline_date(baseline, one, DAY)
    make.freeze(baseline, current=True)
    return one


@pytest.fixture
def change(milestone):
    return change_requests.draft_change(code="CR060", title="Later", by=None, lines=[Line("move", milestone, LATER)])


@pytest.fixture
def office():
    return make.office()


def published(change, **facts):
    now = timezone.now()
    due_on = timezone.localdate() + timedelta(days=20)
    change_requests.publish_for_assessment(change, **{"due_on": due_on, "by": None, "now": now} | facts)
    return change


def assessed(change):
    change_requests.close_assessment(published(change), by=None, now=timezone.now())
    return change


def approved(change, **facts):
    given = {"decided_by": "PSG", "decided_on": timezone.localdate(), "by": None, "now": timezone.now()}
    change_requests.decide(assessed(change), **given | facts)
    return change


def sql(statement: str, *values: object) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(statement, values)


def refused(words: str, statement: str, *values: object) -> None:
    with pytest.raises(IntegrityError, match=words):
        sql(statement, *values)


# --- the life of a request --------------------------------------------------------------------------------------------


def test_a_request_is_drafted_published_closed_and_decided(change):
    approved(change)

    assert (change.state, change.decided_by, change.slug) == ("approved", "PSG", "cr060")
    assert verbs_on(change) == [
        "milestones.change_drafted",
        "milestones.change_published",
        "milestones.assessment_closed",
        "milestones.change_approved",
    ]


def test_two_requests_cannot_have_one_number(change):
    with pytest.raises(ValidationError, match="number already"):
        change_requests.draft_change(code="cr060", title="Again", by=None)


@pytest.mark.parametrize("code", ["compare", "new", "  ", "–"])
def test_a_number_must_make_an_address(milestone, code):
    with pytest.raises(ValidationError):
        change_requests.draft_change(code=code, title="No", by=None)


@pytest.mark.parametrize("verb", ["close", "reject", "decide", "withdraw", "extend"])
def test_a_draft_is_not_decided(change, verb):
    now, today = timezone.now(), timezone.localdate()
    verbs = {
        "close": lambda: change_requests.close_assessment(change, by=None, now=now),
        "reject": lambda: change_requests.reject(change, decided_by="PSG", decided_on=today, by=None, now=now),
        "decide": lambda: change_requests.decide(change, decided_by="PSG", decided_on=today, by=None, now=now),
        "withdraw": lambda: change_requests.withdraw(change, by=None),
        "extend": lambda: change_requests.extend_assessment(change, due_on=today, by=None, now=now),
    }
    with pytest.raises(ValidationError):
        verbs[verb]()
    change.refresh_from_db()
    assert change.state == "draft"


def test_publishing_needs_a_line_and_a_day_to_come(milestone):
    empty = change_requests.draft_change(code="CR061", title="Nothing", by=None)
    with pytest.raises(ValidationError, match="at least one change"):
        published(empty)
    change_requests.add_line(empty, Line("move", milestone, LATER), by=None)
    with pytest.raises(ValidationError, match="in the future"):
        published(empty, due_on=timezone.localdate() - timedelta(days=1))
    assert ChangeRequest.objects.published().count() == 0


def test_what_is_published_does_not_change(change, milestone):
    published(change)

    for refuse in (
        lambda: change_requests.add_line(change, Line("remove", make.milestone()), by=None),
        lambda: change_requests.remove_line(change.changes.get(), by=None),
        lambda: change_requests.edit_draft(change, by=None, title="Other"),
        lambda: change_requests.discard(change, by=None),
    ):
        with pytest.raises(ValidationError, match="does not change any more"):
            refuse()


@pytest.mark.parametrize("facts", [{"tier": 1}, {"needs_ofgem_approval": True}])
def test_level_1_moves_only_by_ofgem(change, milestone, facts):
    Milestone.objects.filter(pk=milestone.pk).update(**facts)

    with pytest.raises(ValidationError, match="Ofgem must decide"):
        approved(change)

    change.refresh_from_db()
    given = {"decided_by": "Ofgem", "decided_on": timezone.localdate(), "is_ofgem": True}
    change_requests.decide(change, **given, by=None, now=timezone.now())
    assert (change.needs_ofgem, change.is_ofgem_decision) == (True, True)


def test_a_decision_is_not_of_tomorrow_and_names_its_body(change):
    assessed(change)
    tomorrow = timezone.localdate() + timedelta(days=1)
    for wrong in ({"decided_on": tomorrow}, {"decided_by": " "}, {"effective_on": DAY - timedelta(days=9999)}):
        given = {"decided_by": "PSG", "decided_on": timezone.localdate(), "by": None, "now": timezone.now()}
        with pytest.raises(ValidationError):
            change_requests.decide(change, **given | wrong)


def test_the_closing_day_is_only_moved_later(change):
    published(change)
    first = change.assessment_due_at

    with pytest.raises(ValidationError, match="later than the old one"):
        change_requests.extend_assessment(
            change, due_on=timezone.localdate() + timedelta(days=5), by=None, now=timezone.now()
        )
    change_requests.extend_assessment(
        change, due_on=timezone.localdate() + timedelta(days=30), by=None, now=timezone.now()
    )
    assert change.assessment_due_at > first


def test_publishing_writes_to_those_who_can_answer(change, org):
    lead, viewer = make.lead(org), make.viewer(org)

    published(change)

    [message] = Message.objects.all()
    assert (message.to, message.organisation) == (lead.person, org)
    assert message.about_url == f"/o/{org.slug}/change-requests/cr060/"
    assert viewer.person_id != message.to_id


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (lambda m: Line("move", m, When.day(DAY)), "has this date already"),
        (lambda m: Line("add", new_code="x1", new_name="N", new_lane=m.lane), "with this number already"),
        (lambda m: Line("reword", m, new_name="The one"), "these words already"),
        (lambda m: Line("unlink", m, before=make.milestone()), "does not wait for"),
        (lambda m: Line("link", m, before=m), "cannot wait for itself"),
        (lambda m: Line("add", new_name="N", new_lane=m.lane), "letters and digits|needs more"),
        (lambda m: Line("move", m), "needs more"),
    ],
)
def test_lines_that_say_nothing_are_refused_in_words(milestone, line, words):
    change = change_requests.draft_change(code="CR062", title="T", by=None)

    with pytest.raises(ValidationError, match=words):
        change_requests.add_line(change, line(milestone), by=None)


def test_a_circle_of_links_is_refused_and_named(milestone):
    second, third = make.milestone(code="X2", slug="x2"), make.milestone(code="X3", slug="x3")
    change = change_requests.draft_change(
        code="CR063",
        title="Round",
        by=None,
        lines=[
            Line("link", second, before=milestone),
            Line("link", third, before=second),
            Line("link", milestone, before=third),
        ],
    )

    with pytest.raises(ValidationError, match="in a circle: X1 waits for X3 waits for X2 waits for X1"):
        published(change)


# --- what PostgreSQL refuses ------------------------------------------------------------------------------------------

EVERY_STEP = [(before, after) for before in State for after in State if before != after]


@pytest.mark.parametrize(("before", "after"), EVERY_STEP, ids=lambda state: state.value)
def test_no_step_outside_the_table_even_in_sql(change, before, after):
    way = {
        State.DRAFT: lambda: change,
        State.ASSESSMENT: lambda: published(change),
        State.ASSESSED: lambda: assessed(change),
        State.APPROVED: lambda: approved(change),
        State.REJECTED: lambda: rejected(change),
        State.WITHDRAWN: lambda: withdrawn(change),
        State.APPLIED: lambda: applied(change),
    }
    way[before]()
    allowed = {(b, a) for (step, b), a in STEPS.items() if step not in ("record", "apply")}
    if (before, after) in allowed:
        return  # the verbs above do these
    with pytest.raises(IntegrityError):
        sql("UPDATE milestones_changerequest SET state = %s", after.value)


def rejected(change):
    assessed(change)
    change_requests.reject(change, decided_by="PSG", decided_on=timezone.localdate(), by=None, now=timezone.now())


def withdrawn(change):
    change_requests.withdraw(published(change), by=None)


def applied(change):
    return change_requests.apply(approved(change), by=None, now=timezone.now())


def test_a_request_begins_as_a_draft_in_sql_too(change):
    columns = ", ".join(f.column for f in ChangeRequest._meta.concrete_fields if f.column not in ("id", "state"))
    values = columns.replace("code", "'CR9'", 1).replace("slug", "'cr9'", 1)
    refused(
        "begins as a draft",
        f"INSERT INTO milestones_changerequest ({columns}, state) SELECT {values}, 'assessed' "
        "FROM milestones_changerequest",
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE milestones_proposedchange SET first_on = '2027-05-01', last_on = '2027-05-01'",
        "DELETE FROM milestones_proposedchange",
        "UPDATE milestones_changerequest SET title = 'Other'",
        "UPDATE milestones_changerequest SET published_at = now()",
        "UPDATE milestones_changerequest SET needs_ofgem = true",
    ],
)
def test_what_is_published_does_not_change_in_sql(change, statement):
    published(change)
    refused("does not change once it is published", statement)


@pytest.mark.parametrize(
    "statement",
    ["TRUNCATE milestones_changerequest CASCADE", "TRUNCATE milestones_proposedchange CASCADE"],
)
def test_requests_are_not_emptied(change, statement):
    published(change)
    refused("never", statement)


def test_a_published_request_is_not_deleted_in_sql(change):
    published(change)
    refused("does not change once|never deleted", "DELETE FROM milestones_changerequest")


@pytest.mark.parametrize("column", ["decided_by = 'us'", "decided_on = '2020-01-01'", "effective_on = '2020-01-01'"])
def test_a_decision_stays_in_sql(change, column):
    approved(change)
    refused("A decision is not changed", f"UPDATE milestones_changerequest SET {column}")


@pytest.mark.parametrize("end", [rejected, withdrawn, applied])
def test_what_is_over_stays_in_sql(change, end):
    end(change)
    refused("is over", "UPDATE milestones_changerequest SET release_note = 'better'")


def test_the_note_is_editable_until_it_is_applied(change):
    approved(change)
    change_requests.edit_note(change, note="In our words.", by=None)

    baseline = change_requests.apply(change, by=None, now=timezone.now())

    assert baseline.change_request.release_note == "In our words."
    with pytest.raises(ValidationError, match="does not change"):
        change_requests.edit_note(change, note="Others.", by=None)


BASELINE = (
    "INSERT INTO milestones_baseline (slug, name, title, number, decided_on, decided_by, change_request_id,"
    " is_current, source_id, confidence, note) SELECT 'bad', 'Bad', '', 9, '2026-01-01', 'us', %s, false, source_id,"
    " 'stated', '' FROM milestones_baseline WHERE number = 1"
)
DATE = (
    "INSERT INTO milestones_baselinedate (baseline_id, milestone_id, first_on, last_on, precision, source_id,"
    " confidence, note, alternative_precision, alternative_confidence) SELECT %s, %s, %s, %s, 'day', source_id,"
    " 'stated', '', '', '' FROM milestones_baseline WHERE number = 1"
)


@pytest.mark.parametrize("how", [lambda c: c, published, assessed])
def test_no_baseline_without_an_approved_request(change, how):
    how(change)
    refused("made by applying an approved change request", BASELINE, change.pk)


def test_only_the_first_timetable_has_no_request(change):
    refused("made by applying an approved change request", BASELINE, None)


def test_a_baseline_date_is_one_that_the_request_says_or_that_was_there_before(change, milestone):
    other, without = make.milestone(), make.milestone()
    approved(change)
    sql(BASELINE, change.pk)
    made = Baseline.objects.get(slug="bad")
    Baseline.objects.filter(pk=made.pk).update(replaces=Baseline.objects.get(number=1))

    for moved, day in ((milestone, DAY), (milestone, date(2027, 4, 2)), (other, DAY), (without, LATER.first)):
        refused("proposes another date, or none", DATE, made.pk, moved.pk, day, day)
    sql(DATE, made.pk, milestone.pk, LATER.first, LATER.first)

    assert BaselineDate.objects.filter(baseline=made).count() == 1


def test_dates_that_stay_are_taken_over_from_the_replaced_baseline_alone(change, milestone):
    stays = make.milestone(code="X9", slug="x9")
    change_requests.remove_line(change.changes.get(), by=None)
    change_requests.add_line(change, Line("reword", stays, new_name="Other words"), by=None)
    approved(change)
    sql(BASELINE, change.pk)
    made = Baseline.objects.get(slug="bad")

    refused("proposes another date, or none", DATE, made.pk, milestone.pk, DAY, DAY)
    Baseline.objects.filter(pk=made.pk).update(replaces=Baseline.objects.get(number=1))
    sql(DATE, made.pk, milestone.pk, DAY, DAY)


def test_a_request_is_not_called_applied_without_its_baseline(change):
    approved(change)
    refused(
        "only by the baseline that it makes",
        "UPDATE milestones_changerequest SET state = 'applied', applied_at = now()",
    )


def test_level_1_is_not_approved_by_others_in_sql(change, milestone):
    Milestone.objects.filter(pk=milestone.pk).update(tier=1)
    assessed(change)
    refused(
        "change_request_level_1",
        "UPDATE milestones_changerequest SET state = 'approved', decided_by = 'us', decided_on = '2026-01-01'",
    )
