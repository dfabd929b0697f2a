from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core.exceptions import ValidationError

from checklist.audiences import Rule
from checklist.models import Addressee, AudienceRule, ChecklistItem, ItemLink
from checklist.publishing import preview, publish, warnings_about
from mhhs_portal.deadlines import add_working_days, deadline
from mhhs_portal.history.panel import verbs_on
from mhhs_portal.reminders.changes import plan_what_changed
from tests import make

NOW = datetime(2026, 9, 7, 9, 0, tzinfo=UTC)  # a Monday
TODAY = NOW.date()
FACTS = {"kind": "consultation", "title": "Thresholds", "summary": "Read them.", "workstream": "Migration"}


def issue(*rules: Rule, **changes):
    arguments = {"acting": changes.pop("acting", None) or make.office(), "now": NOW, "rules": rules}
    arguments |= {"due_on": add_working_days(TODAY, 10)} | FACTS
    return publish(**arguments | changes)


@pytest.fixture
def market(db):
    """supplier on CP3, supplier on CP1 with a meter arm on CP3, LDSO without a path, small supplier, nobody's role."""
    found = {
        "late": make.organisation(name="A late supplier"),
        "early": make.organisation(name="B early supplier"),
        "wires": make.organisation(name="C wires"),
        "small": make.organisation(name="D small", constituency="small-supplier"),
        "idle": make.organisation(name="E idle"),
    }
    make.on_path(make.role_held(found["late"], "supplier"), "cp3")
    make.on_path(make.role_held(found["early"], "supplier"), "cp1")
    make.on_path(make.role_held(found["early"], "mem"), "cp3")
    make.role_held(found["wires"], "ldso")
    make.role_held(found["small"], "supplier")
    return found


@pytest.mark.parametrize(
    ("rules", "asked"),
    [
        ([Rule(market_role="supplier")], ["late", "early", "small"]),
        ([Rule(path="cp3")], ["late", "early"]),
        ([Rule(market_role="supplier", path="cp3")], ["late"]),
        ([Rule(market_role="supplier", constituency="small-supplier")], ["small"]),
        ([Rule(market_role="ldso"), Rule(path="cp1")], ["early", "wires"]),
        ([Rule(everyone=True)], ["late", "early", "wires", "small", "idle"]),
        ([Rule()], []),
    ],
)
def test_rules_reach_exactly_whom_they_say(market, rules, asked):
    make.office(), make.elexon(), make.board()  # bodies at the centre are never asked

    audience = preview(rules, TODAY)

    assert [row.organisation for row in audience.addressed] == [market[name] for name in asked]
    assert sum(audience.matches) - audience.counted_twice == len(audience.addressed)


def test_a_path_that_was_left_does_not_count(market):
    market["late"].roles_held.get().placements.update(since_on=date(2025, 1, 1), until_on=date(2026, 1, 1))

    assert [row.organisation for row in preview([Rule(path="cp3")], TODAY).addressed] == [market["early"]]


def test_an_organisation_by_name_and_counted_twice_in_two_rules(market):
    rules = [Rule(market_role="ldso"), Rule(organisation=market["wires"].slug)]

    audience = preview(rules, TODAY)

    assert (audience.matches, audience.counted_twice, len(audience.addressed)) == ([1, 1], 1, 1)
    assert audience.addressed[0].reason == "Ldso; chosen by name"


def test_organisations_without_an_active_contact_are_named(market):
    make.lead(market["late"])
    make.viewer(market["early"])
    make.former_lead(market["small"])

    audience = preview([Rule(market_role="supplier")], date.today())

    assert audience.without_contact == [market["early"], market["small"]]


def test_publishing_freezes_the_audience_with_reasons(market):
    item = issue(Rule(market_role="supplier", path="cp3"), Rule(market_role="ldso"))

    reasons = {row.organisation.name: (row.reason, row.rule.position) for row in Addressee.objects.all()}
    assert reasons == {"A late supplier": ("Supplier, path CP3", 0), "C wires": ("Ldso", 1)}
    assert verbs_on(item) == ["checklist.published"]

    make.role_held(market["idle"], "ldso")  # later changes of the market change nothing
    assert Addressee.objects.count() == 2


def test_it_appears_at_once_for_exactly_that_audience(market):
    item = issue(Rule(market_role="supplier", path="cp3"))

    seen = {name: item in ChecklistItem.objects.awaiting(us, NOW) for name, us in market.items()}
    assert seen == {"late": True, "early": False, "wires": False, "small": False, "idle": False}


@pytest.mark.parametrize("day", [date(2026, 10, 23), date(2026, 10, 30)], ids=["BST", "GMT"])
def test_the_deadline_is_five_o_clock_in_london_on_both_sides_of_the_clock_change(market, day):
    item = issue(Rule(everyone=True), due_on=day)

    assert (item.due_on, item.due_time, item.due_at) == (day, time(17), deadline(day))


def test_it_opens_now_or_at_nine_on_the_opening_day(market):
    due_on = date(2026, 9, 30)
    now, later = (issue(Rule(everyone=True), due_on=due_on, opens_on=day) for day in (None, date(2026, 9, 9)))

    assert (now.opens_at, later.opens_at) == (NOW, deadline(date(2026, 9, 9), time(9)))
    assert (now.issued_at, later.issued_at) == (NOW, NOW)


def test_references_follow_each_other(market):
    make.item(reference="PCL-0041")

    assert [issue(Rule(everyone=True)).reference for _ in range(2)] == ["PCL-0042", "PCL-0043"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"due_on": date(2026, 9, 4)}, "in the future"),
        ({"due_on": TODAY, "due_time": time(9, 59)}, "in the future"),
        ({"due_on": date(2126, 9, 4)}, "within three years"),
        ({"due_on": date(2026, 9, 25), "opens_on": date(2026, 9, 28)}, "after the opening date"),
        ({"due_on": date(2026, 9, 26)}, "reason for these dates"),
        ({"due_on": date(2026, 9, 18)}, "reason for these dates"),
        ({"rules": [Rule(market_role="nhhda")]}, "reach no organisation"),
        ({"rules": [Rule(everyone=True), Rule()]}, "Rule 2 is empty"),
        ({"rules": [Rule(everyone=True), Rule(path="cp9")]}, "Rule 2 names"),
        ({"seen_audience": "another"}, "has changed since you looked"),
        ({"title": ""}, "title"),
        ({"links": [{"title": "No address", "url": "nowhere", "note": ""}]}, "url"),
    ],
)
def test_what_is_refused_is_refused_in_words_and_writes_nothing(market, changes, words):
    with pytest.raises(ValidationError, match=words):
        issue(*changes.pop("rules", [Rule(everyone=True)]), **changes)

    assert [m.objects.count() for m in (ChecklistItem, Addressee, AudienceRule, ItemLink)] == [0, 0, 0, 0]


@pytest.mark.parametrize("day", [date(2026, 9, 26), date(2026, 9, 18)], ids=["Saturday", "short"])
def test_an_unwise_date_is_kept_with_its_reason(market, day):
    item = issue(Rule(everyone=True), due_on=day, reason_for_dates="Papers are due on the Monday")

    assert item.reason_for_dates == "Papers are due on the Monday"


def test_a_short_period_says_which_day_would_do():
    # Monday 26 May 2025 is a bank holiday
    [warning] = warnings_about("consultation", date(2025, 5, 20), date(2025, 5, 30))

    assert warning.text.startswith("7 working days is short")
    assert warning.use == date(2025, 6, 4)


def test_a_bank_holiday_and_a_weekend_say_the_next_working_day():
    christmas = warnings_about("submission", date(2026, 11, 30), date(2026, 12, 25))
    saturday = warnings_about("submission", date(2026, 8, 3), date(2026, 8, 29))

    assert ("is a bank holiday" in christmas[0].text, christmas[0].use) == (True, date(2026, 12, 29))
    assert ("is a Saturday" in saturday[0].text, saturday[0].use) == (True, date(2026, 9, 1))


def test_ten_working_days_on_a_working_day_warn_of_nothing():
    assert warnings_about("consultation", TODAY, add_working_days(TODAY, 10)) == []


def test_publish_pressed_twice_publishes_once(market):
    office = make.office()
    first = issue(Rule(path="cp3"), acting=office)

    with pytest.raises(ValidationError, match=f"a moment ago as {first.reference}"):
        issue(Rule(path="cp3"), acting=office, now=NOW + timedelta(seconds=5))

    assert list(ChecklistItem.objects.all()) == [first]


def test_the_same_title_may_be_published_again_later(market):
    office = make.office()
    issue(Rule(path="cp3"), acting=office)

    issue(Rule(path="cp3"), acting=office, now=NOW + timedelta(minutes=5))

    assert ChecklistItem.objects.count() == 2


def test_publishing_takes_a_fixed_number_of_queries(market, django_assert_max_num_queries):
    for _ in range(60):
        make.role_held(make.organisation(), "supplier")
    office = make.office()

    plan_what_changed()  # what was made above
    with django_assert_max_num_queries(62):
        item = issue(Rule(market_role="supplier"), acting=office)

    assert item.addressees.count() == 63
