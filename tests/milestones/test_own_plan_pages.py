"""The pages of an organisation's own plan: saving, clashes, permissions, files and costs."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.deadlines import LONDON
from mhhs_portal.organisations import facts as organisations
from milestones import facts
from milestones.journeys import journeys_of
from milestones.models import Placement, StepPlan
from milestones.own_plans.own_plan_form import STEPS_ON_A_PAGE
from milestones.own_plans.reporting_periods import make_periods
from tests import kept, make
from tests.milestones.test_own_plan import field, page_of, placed, save, step, step_of, text_of

HTMX = {"HX-Request": "true"}
NOW = timezone.now()
TODAY = NOW.astimezone(LONDON).date()


@pytest.fixture
def plan(db):
    kept.load(TODAY, organisations.load, facts.load)


@pytest.fixture
def ours(plan):
    """A lead whose supplier role is on CP3 outside SIT."""
    lead = make.lead(make.organisation(name="Northmoor"))
    lead.placement = placed(lead.organisation)
    return lead


def test_one_save_keeps_every_good_field_and_gives_back_every_bad_one_with_its_reason(client, ours):
    client.force_login(ours.person)
    typed = {
        field(ours, "seen"): "",
        field(ours, "target_on"): "1/3/2027",
        field(ours, "forecast_on"): "31/2/2027",
        field(ours, "evidence_url"): "http://plain.example/",
        field(ours, "comment"): "Kept",
        field(ours, "seen", "dip"): "",
        field(ours, "achieved_on", "dip"): "1 1 2035",
        field(ours, "likelihood", "dip"): "confident",
    }

    page = client.post(page_of(ours), typed)

    said = text_of(page)
    assert "Error: My plan" in said
    assert "Forecast, PIT, Supplier" in said
    assert "31/2/2027 is not a real date, such as 30/5/2026" in said
    assert "Enter a link that begins with https://" in said
    assert "It cannot be achieved after today" in said
    for lost in ("31/2/2027", "http://plain.example/", "1 1 2035"):
        assert f'value="{lost}"' in page.text
    pit, dip = (StepPlan.objects.get(step=step(ours.placement, key)) for key in ("pit", "dip"))
    assert (pit.target_on, pit.forecast_on, pit.comment, pit.evidence_url) == (date(2027, 3, 1), None, "Kept", "")
    assert (dip.achieved_on, dip.likelihood) == (None, "confident")


def test_what_was_given_back_can_be_put_right_and_saved(client, ours):
    client.force_login(ours.person)
    typed = {field(ours, "seen"): "", field(ours, "target_on"): "1/3/2027", field(ours, "comment"): "Kept"}
    client.post(page_of(ours), typed | {field(ours, "forecast_on"): "soon"})

    page = client.post(page_of(ours), typed | {field(ours, "forecast_on"): "5/3/2027"}, follow=True)

    kept = StepPlan.objects.get()
    assert (kept.target_on, kept.forecast_on, kept.comment) == (date(2027, 3, 1), date(2027, 3, 5), "Kept")
    assert "1 change." in text_of(page)
    assert page.redirect_chain


def test_a_clash_shows_both_texts_and_either_can_be_kept(client, ours):
    start = save(ours, {"comment": "Before"}).plan.version
    priya = make.contributor(ours.organisation)
    priya.placement = ours.placement
    save(priya, {"comment": "Theirs"}, seen=start)
    client.force_login(ours.person)
    typed = {field(ours, "seen"): str(start), field(ours, "comment"): "Mine", field(ours, "target_on"): "1/3/2027"}

    page = client.post(page_of(ours), typed)

    said = text_of(page)
    assert f"{priya.person.name} changed the comment" in said
    assert "Theirs, saved: Theirs" in said
    assert "Yours, not saved yet: Mine" in said
    assert StepPlan.objects.get().target_on == date(2027, 3, 1)
    seen = re.search(rf'name="{field(ours, "seen")}" value="([^"]+)"', page.text)[1]
    mine = re.search(r'name="mine" value="([^"]+)"', page.text)[1]
    assert seen == f"{StepPlan.objects.get().version},comment@{start}"

    client.post(page_of(ours), typed | {field(ours, "seen"): seen, "theirs": mine})
    assert StepPlan.objects.get().comment == "Theirs"
    client.post(page_of(ours), typed | {field(ours, "seen"): seen})
    assert StepPlan.objects.get().comment == "Theirs"  # Save alone never settles a clash
    version = StepPlan.objects.get().version
    client.post(page_of(ours), typed | {field(ours, "seen"): seen, "mine": f"{field(ours, 'comment')}@{version}"})
    assert StepPlan.objects.get().comment == "Mine"


def test_an_autosave_says_when_and_what_is_wrong_and_what_a_colleague_changed(client, ours):
    client.force_login(ours.person)
    part = client.post(step_of(ours), {field(ours, "seen"): "", field(ours, "target_on"): "1 Mar 2027"}, headers=HTMX)
    assert re.search(r"Saved at \d\d:\d\d", text_of(part))
    assert "<html" not in part.text
    seen = StepPlan.objects.get().version
    priya = make.contributor(ours.organisation)
    priya.placement = ours.placement
    save(priya, {"comment": "From Priya"}, seen=seen)

    stale = {field(ours, "seen"): str(seen), field(ours, "target_on"): "2 Mar 2027", field(ours, "comment"): ""}
    part = client.post(step_of(ours), stale | {field(ours, "forecast_on"): "next week"}, headers=HTMX)

    said = text_of(part)
    assert "Not saved: forecast. Everything else is" in said
    assert "also changed this step, and that is kept. Comment: From Priya" in said
    kept = StepPlan.objects.get()
    left = f"{kept.version},comment@{seen},forecast_on@{seen}"  # the page still shows the old comment
    assert f'name="{field(ours, "seen")}" value="{left}"' in part.text
    assert (kept.target_on, kept.comment) == (date(2027, 3, 2), "From Priya")


def test_a_second_autosave_never_writes_an_old_text_over_a_colleagues(client, ours):
    client.force_login(ours.person)
    seen = save(ours, {"comment": "Old"}).plan.version
    priya = make.contributor(ours.organisation)
    priya.placement = ours.placement
    save(priya, {"comment": "New"}, seen=seen)
    form = {field(ours, "comment"): "Old"}

    for day in ("1/3/2027", "2/3/2027"):
        sent = form | {field(ours, "seen"): str(seen), field(ours, "target_on"): day}
        part = client.post(step_of(ours), sent, headers=HTMX)
        seen = re.search(rf'name="{field(ours, "seen")}" value="([^"]+)"', part.text)[1]

    assert (StepPlan.objects.get().comment, StepPlan.objects.get().target_on) == ("New", date(2027, 3, 2))


def test_roles_and_permissions(client, ours):
    history = reverse(
        "milestones:step_history", args=[ours.organisation.slug, ours.placement.pk, step(ours.placement).pk]
    )
    viewer, stranger = make.viewer(ours.organisation), make.lead(make.organisation())
    client.force_login(viewer.person)
    page = client.get(page_of(ours))
    assert page.status_code == 200
    assert "You can read the plan" in text_of(page)
    assert 'hx-post="' not in page.text
    assert client.post(page_of(ours), {field(ours, "seen"): ""}).status_code == 403
    assert client.post(step_of(ours), {}).status_code == 403
    assert client.get(history).status_code == 200
    client.force_login(stranger.person)
    for address in (page_of(ours), history):
        assert client.get(address).status_code == 404
    assert client.post(step_of(ours), {}).status_code == 404
    theirs = step_of(ours).replace(ours.organisation.slug, stranger.organisation.slug)
    assert client.post(theirs, {field(ours, "seen"): "", field(ours, "comment"): "x"}).status_code == 404


def test_history_is_shown_on_demand(client, ours):
    save(ours, {"target_on": date(2027, 3, 1)})
    client.force_login(ours.person)
    address = reverse(
        "milestones:step_history", args=[ours.organisation.slug, ours.placement.pk, step(ours.placement).pk]
    )

    assert "Target: 1 March 2027" in text_of(client.get(address))
    assert "<html" not in client.get(address, headers=HTMX).text


def test_an_organisation_without_a_path_is_told_so_and_whom_to_ask(client, plan):
    lead = make.lead(make.organisation())
    make.role_held(lead.organisation, mpid="ZZX1")
    make.role_held(lead.organisation, "nhhdc", mpid="ZZX2", is_qualifying=False)
    client.force_login(lead.person)

    said = text_of(client.get(reverse("milestones:own_path", args=[lead.organisation.slug])))

    assert "1 role is on no path yet" in said
    assert "PPC@mhhsprogramme.co.uk" in said
    assert "1 role stays on legacy arrangements" in said
    assert "forward and reverse migration" in said
    assert client.get(page_of(lead)).status_code == 200


def test_the_own_plan_as_csv_xlsx_and_json(client, ours):
    save(ours, {"target_on": date(2027, 3, 1), "comment": "=2+2"})
    client.force_login(ours.person)
    address = reverse("milestones:own_path", args=[ours.organisation.slug])

    rows = list(csv.DictReader(io.StringIO(client.get(address + "?format=csv").content.decode("utf-8-sig"))))
    held = json.loads(client.get(address + "?format=json").content)["rows"]

    assert len(rows) == len(held) == 9 + 9
    pit = next(row for row in rows if row["Step"].startswith("Pre-Integration"))
    assert (pit["Our target"], pit["Comment"], pit["Route"]) == ("2027-03-01", "'=2+2", "Non-SIT supplier or agent")
    assert held[0]["gate"] == "May 2026"
    assert client.get(address + "?format=xlsx").content[:2] == b"PK"
    assert client.get(address + "?format=pdf").status_code == 400


@pytest.mark.parametrize("roles", [1, 12])
def test_pages_cost_the_same_for_one_role_and_for_many(client, ours, roles):
    for _ in range(roles - 1):
        more = placed(ours.organisation)
        for one in more.path.steps.all():
            StepPlan.objects.create(placement=more, step=one, target_on=date(2027, 1, 1))
    make_periods(NOW)
    client.force_login(ours.person)
    costs = {}
    for name, address in (
        ("path", reverse("milestones:own_path", args=[ours.organisation.slug])),
        ("plan", page_of(ours)),
    ):
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            client.get(address)
        costs[name] = len(asked)
    assert costs == {"path": 9, "plan": 5}, [query["sql"][:90] for query in asked]


def test_more_steps_than_one_request_may_carry_come_in_pages(client, ours):
    for _ in range(14):
        placed(ours.organisation)
    client.force_login(ours.person)

    answers = [client.get(f"{page_of(ours)}?page={n}") for n in range(1, 5)]

    steps = [set(re.findall(r'id="step-(\d+-\d+)"', page.text)) for page in answers]
    assert sum(map(len, steps)) == len(set.union(*steps)) == 15 * 18
    assert max(map(len, steps)) <= STEPS_ON_A_PAGE
    assert "Page 1 of 4" in text_of(answers[0])


def test_a_role_that_was_moved_meanwhile_is_not_written(client, ours):
    Placement.objects.update(until_on=TODAY)
    client.force_login(ours.person)

    page = client.post(step_of(ours), {field(ours, "seen"): "", field(ours, "comment"): "x"}, headers=HTMX)

    assert page.status_code == 404
    assert not StepPlan.objects.exists()
    with pytest.raises(ValidationError, match="another path now"):
        save(ours, {"comment": "x"})


def test_null_bytes_and_long_texts_are_refused_in_words_and_never_crash(client, ours):
    client.force_login(ours.person)
    typed = {field(ours, "seen"): "9" * 30, field(ours, "comment"): "a" * 2001, field(ours, "evidence_title"): "x\x00y"}

    page = client.post(page_of(ours), typed | {"mine": "nonsense@", "page": "-3"})

    assert page.status_code == 200
    assert "Shorten it to 2000 characters; it has 2001" in text_of(page)


def test_what_is_late_is_said_in_words(ours):
    save(ours, {"target_on": TODAY - timedelta(days=30)})
    [journey] = journeys_of(ours.organisation, TODAY)
    role = journey.role_paths[0]

    assert role.plans[1].standing == ("late", "Target passed; enter the day it was achieved or a new forecast")
    assert role.standing[0] == "late"  # the gate of CP3 lies in May 2026
    before = datetime(2026, 1, 5, tzinfo=LONDON).date()
    [earlier] = journeys_of(ours.organisation, before)
    assert earlier.role_paths[0].standing == ("not-started", "No date given for service activation")
