from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from itertools import product

import pytest
from django.utils import timezone

from checklist.models import AudienceRule, ChecklistItem, Extension
from checklist.own import dates_of, own_items
from checklist.progress import phase
from checklist.reading.lists import PER_PAGE
from checklist.standings import with_phase, with_standing_of
from mhhs_portal.deadlines import LONDON
from tests import make

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
#: A Wednesday in a week without bank holidays.
NOON = datetime(2026, 6, 10, 12, 0, tzinfo=LONDON)


def titles(page) -> list[str]:
    return [row.item.title for row in page.context["rows"]]


def test_postgresql_and_python_say_the_same_about_every_item(org, lead):
    ends = [NOON + timedelta(minutes=m) for m in (-3 * 1440, -1, 0, 1, 300, 5 * 1440, 7 * 1440, 8 * 1440, 20 * 1440)]
    answers = [{}, {"answer": "comments"}, {"answer": "no-comments", "is_late": True}]
    for n, (due_at, opens, late, answer) in enumerate(product(ends, (-4 * DAY, timedelta(0)), (True, False), answers)):
        item = make.item(for_=org, due_at=due_at, opens_at=due_at + opens - DAY)
        if answer:
            make.response(item, org, **answer)
        elif n % 2:
            make.response_draft(item, org)
        ChecklistItem.objects.filter(pk=item.pk).update(accepts_late=late)  # also after somebody was late
    early = {"opens_at": NOON - 9 * DAY, "due_at": NOON + 9 * DAY, "for_": org}
    make.item(state="withdrawn", **early)
    make.item(state="closed", closed_at=NOON, **early)
    make.response(make.item(state="outcome", **early), org)
    make.item(for_=org, opens_at=NOON + DAY, due_at=NOON + 9 * DAY)
    make.item(for_=org, opens_at=NOON.replace(hour=0), due_at=NOON + 19 * DAY)
    make.response(make.item(revision=2, **early), org, revision=1)
    handed = {"handed_by": lead.person, "handed_at": NOON - DAY}
    for due_at in (NOON - DAY, NOON, NOON + DAY):  # a change of what was sent waits for sign-off, while it can be made
        changing = make.item(for_=org, opens_at=NOON - 9 * DAY, due_at=due_at)
        make.response(changing, org)
        make.response_draft(changing, org, **handed)

    ours = with_standing_of(ChecklistItem.objects.addressed_to(org), org, NOON)
    everybody = with_phase(ChecklistItem.objects.issued(), NOON)

    expected = {own.item.reference: own.state for own in own_items(lead, NOON)}
    assert dict(ours.values_list("reference", "standing")) == expected
    assert len(set(expected.values())) == 12
    said = {item.reference: "closed" if item.standing == "outcome" else item.standing for item in everybody}
    assert said == {item.reference: phase(dates_of(item), NOON) for item in everybody}


def test_each_filter_leaves_what_it_says_and_the_line_says_how_many(client):
    now = timezone.now()
    role, milestone = make.market_role("supplier"), make.milestone(code="M15")
    path = make.on_path(make.role_held(make.organisation()), "cp1").path
    facts = {"kind": "survey", "workstream": "Data", "governance_group": "PSG", "milestone": milestone, "path": path}
    wanted = make.item(is_public=True, title="Wanted", due_at=now + timedelta(minutes=1), **facts)
    AudienceRule.objects.create(item=wanted, position=1, market_role=role)
    for title in ("Other", "Another"):
        make.item(is_public=True, title=title, due_at=now + 90 * DAY)
    today = timezone.localdate().isoformat()

    for query in (
        "kind=survey",
        "workstream=Data",
        "group=PSG",
        "role=supplier",
        "milestone=M15",
        "path=cp1",
        "due=week",
        "due=ten",
        f"from={today}&to={(timezone.localdate() + DAY).isoformat()}",
        "q=wanted",
        f"q={wanted.reference}",
    ):
        page = client.get(f"/checklist/?{query}")
        assert titles(page) == ["Wanted"], query
        assert "1 of 3 items" in page.text, query
        assert page.text.count('class="chip"') == 1, query
        assert titles(client.get("/checklist/?" + page.context["choice"].chips[0].without)) != ["Wanted"]


def test_a_filter_is_taken_away_alone_and_all_together(client):
    make.item(is_public=True, kind="survey", workstream="Data")

    choice = client.get("/checklist/?kind=survey&workstream=Data&state=open&sort=title&junk=1").context["choice"]

    assert [chip.without for chip in choice.chips] == [
        "state=open&workstream=Data&sort=title",
        "state=open&kind=survey&sort=title",
    ]
    assert choice.everything == "state=open&sort=title"
    assert choice.words == "Open; type: Survey; workstream: Data"


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("kind=nonsense", "“nonsense” is not a choice of “Type”"),
        ("state=<b>", "“&lt;b&gt;” is not a choice of “State”"),
        ("from=2026-02-30", "is not a day"),
        ("from=0001-01-01", "is not a day"),
        ("from=2026-05-02&to=2026-05-01", "The first day is after the last one"),
        ("sort=size", "is not an order"),
        ("due=overdue", "“overdue” is not a choice of “Due”"),
        ("kind=%00", ""),
        ("page=99999999999999999999", ""),
        ("q=" + "x" * 5000, ""),
    ],
)
def test_what_is_not_known_is_left_out_in_words(client, query, words):
    make.item(is_public=True, title="Shown")

    page = client.get(f"/checklist/?{query}")

    assert page.status_code == 200
    assert words in page.text
    assert ("Shown" in page.text) is not query.startswith("q=")


def test_tabs_count_what_the_filters_leave(client, org, lead):
    now = timezone.now()
    make.item(for_=org, kind="survey", due_at=now - DAY)
    make.item(for_=org, kind="survey")
    make.response(make.item(for_=org, kind="survey"), org)
    make.item(for_=org, opens_at=now + DAY)
    client.force_login(lead.person)

    def counts(query):
        return {tab.key: tab.count for tab in client.get(f"/o/{org.slug}/checklist/{query}").context["list"].tabs}

    every = {"awaiting": 2, "overdue": 1, "upcoming": 1, "answered": 1, "closed": 0, "all": 4}
    assert counts("") == every
    assert counts("?kind=survey&state=answered") == every | {"upcoming": 0, "all": 3}


def test_own_deadlines_decide_for_an_organisation(client, org, lead):
    item = make.item(for_=[org, make.organisation()], due_at=timezone.now() - DAY)
    later = timezone.now() + DAY
    Extension.objects.create(
        item=item,
        organisation=org,
        old_due_at=item.due_at,
        due_on=later.date(),
        due_at=later,
        reason="Asked for",
        granted_by=lead.person,
        granted_at=timezone.now(),
    )
    client.force_login(lead.person)

    assert titles(client.get(f"/o/{org.slug}/checklist/?due=overdue")) == []
    assert titles(client.get(f"/o/{org.slug}/checklist/?due=ten")) == [item.title]


def test_staff_find_what_is_overdue_and_what_was_withdrawn(client, org):
    office = make.office()
    client.force_login(office.person)
    late = make.item(for_=org, title="Late", due_at=timezone.now() - DAY)
    done = make.item(for_=org, title="Done", due_at=timezone.now() - DAY)
    make.response(done, org)
    make.item(title="Gone", state="withdrawn")
    late.refresh_from_db()

    assert titles(client.get("/o/programme/checklist/?due=overdue")) == ["Late"]
    assert titles(client.get("/o/programme/checklist/?state=withdrawn")) == ["Gone"]


def test_a_page_at_a_time_and_everything_for_the_printer(client):
    ChecklistItem.objects.bulk_create(_many(PER_PAGE + 3))

    first, second = client.get("/checklist/"), client.get("/checklist/?page=2")
    paper = client.get("/checklist/?page=all")

    assert [len(titles(page)) for page in (first, second, paper)] == [25, 3, 28]
    assert titles(first) + titles(second) == titles(paper)
    assert "Page 1 of 2, items 1 to 25 of 28" in first.text
    assert "As at" in paper.text
    assert [p.note for p in first.context["periods"]] == [""]
    assert [p.note for p in paper.context["periods"]] == ["28 items"]


def _many(count):
    pattern = make.item(is_public=True, due_at=timezone.now() - 40 * DAY, title="First")
    for n in range(count - 1):
        pattern.pk, pattern.reference, pattern.title = None, f"PCL-8{n:04}", f"Copy {n}"
        pattern.due_at -= timedelta(minutes=1)
        yield type(pattern)(**{f.attname: getattr(pattern, f.attname) for f in pattern._meta.concrete_fields})


@pytest.mark.parametrize(
    ("sort", "order"), [("title", ["A", "B", "C"]), ("issued", ["C", "A", "B"]), ("due", ["B", "C", "A"])]
)
def test_the_order_is_in_the_address(client, sort, order):
    now = timezone.now()
    for title, issued, due in (("A", 5, 30), ("B", 9, 10), ("C", 1, 20)):
        make.item(is_public=True, title=title, issued_at=now - issued * DAY, due_at=now + due * DAY)

    page = client.get(f"/checklist/?sort={sort}")

    assert titles(page) == order
    assert [row["title"] for row in client.get(f"/checklist/?sort={sort}&format=json").json()["rows"]] == order


def test_files_hold_exactly_what_the_filters_leave(client, org, lead):
    shown = make.item(for_=org, kind="survey", title="=Shown")
    make.item(for_=org, title="Not a survey")
    client.force_login(lead.person)

    rows = list(csv.DictReader(io.StringIO(client.get(f"/o/{org.slug}/checklist/?kind=survey&format=csv").text[1:])))

    assert [(row["Reference"], row["Title"], row["State"]) for row in rows] == [(shown.reference, "'=Shown", "Open")]
    assert client.get("/checklist/?format=exe").status_code == 400


@pytest.mark.parametrize("count", [1, 40])
def test_the_offices_list_costs_the_same_for_few_and_many(client, org, count, django_assert_num_queries):
    for _ in range(count):
        make.item(for_=org)
    client.force_login(make.office().person)
    client.get("/o/programme/checklist/")

    # person, memberships, what there is, roles and paths, counts, one page of items, filters, visit, what changed
    with django_assert_num_queries(9):
        client.get("/o/programme/checklist/?q=item&workstream=Testing")
