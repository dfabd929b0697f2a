"""The Programme's view of all plans: counts that add up, who is late, placing roles."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from mhhs_portal.notifications.models import Message
from mhhs_portal.organisations import facts as organisations
from mhhs_portal.organisations.models import MarketRole
from milestones import facts
from milestones.models import CriticalPath, PathStep, Placement, StepPlan
from milestones.own_plans import population, programme_view
from milestones.own_plans.gaps import Gap
from milestones.own_plans.placing import keep_on_legacy, place
from milestones.own_plans.population import Column, HeldRole, Place, StepDates
from milestones.own_plans.reporting_periods import make_periods
from milestones.poap import When
from tests import kept, make

TODAY = timezone.localdate()
NOW = timezone.now()


@pytest.fixture
def plan(db):
    kept.load(TODAY, organisations.load, facts.load)


@pytest.fixture
def office(client, plan):
    member = make.office()
    client.force_login(member.person)
    return member


def held(organisation=None, role="supplier", **fields):
    return make.role_held(organisation or make.organisation(), market_role=MarketRole.objects.get(code=role), **fields)


def placed(role, path="cp3", route="non-sit", **dates):
    made = Placement.objects.create(role_held=role, path=CriticalPath.objects.get(slug=path), route=route)
    for key, days in dates.items():
        step = PathStep.objects.get(path=made.path, key=key.replace("_", "-"))
        StepPlan.objects.create(placement=made, step=step, **days)
    return made


def progress(client, query=""):
    return client.get(reverse("milestones:progress", args=["programme"]) + query)


def text_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)).replace("&#x27;", "'")


# --- the counts, on anything that can be


KEYS = ["pqs", "pit", "sit", "qt", "activation", "migration"]
PATHS = {"cp1": ["pit", "sit", "activation", "migration"], "cp3": ["pqs", "pit", "qt", "activation", "migration"]}
days = st.none() | st.dates(date(2025, 1, 1), date(2027, 12, 31))


@st.composite
def any_role(draw):
    path = draw(st.sampled_from(["", *PATHS]))
    steps = [
        StepDates(key, key, draw(days), draw(days), draw(days), draw(st.sampled_from(["", "confident", "unlikely"])))
        for key in PATHS.get(path, [])
    ]
    ready = next((step for step in steps if step.key == "activation"), None)
    gate = draw(st.sampled_from([None, When.month(2026, 5), When.day(date(2026, 9, 1))]))
    route = draw(st.sampled_from(["", "sit", "non-sit"])) if path else ""
    return HeldRole(
        draw(st.integers(1, 10**6)), "ZZZ1", "Supplier", "Org", "org", date(2026, 6, 1),
        is_legacy=draw(st.booleans()), path=path, route=route, route_words=route, steps=steps, ready=ready,
        gap=Gap(gate, ready.expected_on if ready else None), is_confirmed=draw(st.booleans()),
    )  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(st.lists(any_role(), max_size=40))
def test_every_role_is_counted_exactly_once_and_all_sums_agree(roles):
    columns = [Column(key, key) for key in KEYS]

    heat = population.heat_map(roles, columns, {path: (path, set(steps)) for path, steps in PATHS.items()})

    assert sum(cell.roles for cell in heat.all_steps) + heat.finished + heat.no_path + heat.legacy == len(roles)
    assert heat.total == len(roles) == heat.on_paths + heat.no_path + heat.legacy
    whole = [line for line in heat.lines if not line.is_route]
    assert sum(line.total for line in whole) == heat.on_paths
    assert sum(line.late for line in whole) == heat.late
    for line in heat.lines:
        cells = [cell for cell in line.cells if cell]
        assert sum(cell.roles for cell in cells) + line.finished == line.total
        assert all(0 <= cell.late <= cell.roles and bool(cell.shade) == bool(cell.roles) for cell in cells)
    for path in PATHS:
        routes = [line for line in heat.lines if line.path == path and line.is_route]
        assert sum(line.total for line in routes) == next(line.total for line in whole if line.path == path)
    for place_, column in enumerate(columns):
        total = sum(line.cells[place_].roles for line in whole if line.cells[place_])
        assert total == heat.all_steps[place_].roles, column
    said = population.forecasts(roles, "activation", date(2026, 6, 1))
    assert said.total == heat.on_paths
    assert sum(count for _, _, count in programme_view.confidence(roles)) == heat.on_paths - heat.finished
    by_place = [len(programme_view.chosen(roles, {"state": place_.value})) for place_ in Place]
    assert sum(by_place) == len(roles)


def test_late_is_said_of_whoever_misses_the_gate_or_their_own_target():
    today = date(2026, 5, 1)

    def role(**facts):
        step = StepDates("activation", "Service activation", **facts)
        gap = Gap(When.month(2026, 5), step.expected_on)
        return HeldRole(1, "Z", "R", "O", "o", today, path="cp3", steps=[step], ready=step, gap=gap)

    by_month_end, after = role(forecast_on=date(2026, 5, 31)), role(forecast_on=date(2026, 6, 1))
    slipped = role(target_on=date(2026, 5, 5), forecast_on=date(2026, 5, 12))
    passed = role(target_on=date(2026, 4, 1))

    assert [one.is_late_for_gate for one in (by_month_end, after, slipped, passed)] == [False, True, False, False]
    assert [one.is_late_for_target for one in (by_month_end, after, slipped, passed)] == [False, False, True, True]
    assert slipped.slip == 5
    assert [one.status for one in (by_month_end, after, slipped, passed)] == ["on-track", "late", "at-risk", "late"]


# --- the page


def test_the_page_the_list_and_the_file_agree(client, office):
    make_periods(NOW)
    late = placed(held(mpid="ZZX1"), pqs={"achieved_on": date(2026, 1, 5)}, pit={"forecast_on": TODAY})
    placed(held(mpid="ZZX2"), "cp1", "sit")
    held(mpid="ZZX3")
    held(mpid="ZZX4", role="nhhdc", is_qualifying=False)

    page = progress(client)

    said = text_of(page)
    assert "Roles held 4 2 on a path, 1 on none yet, 1 legacy" in said
    assert "All 4 roles, the latest first" in said
    assert "2 of 2" in said  # neither organisation has confirmed
    one = progress(client, "?path=cp3&step=pit&state=late-gate&q=zzx1")
    assert "1 role of 4, the latest first" in text_of(one)
    file = progress(client, "?path=cp3&format=csv").content.decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(file))
    assert (row["MPID"], row["Step it is at"], row["Late against the gate"]) == ("ZZX1", "PIT", "yes")
    assert row["Organisation"] == late.role_held.organisation.name
    assert progress(client, "?format=xlsx").content[:2] == b"PK"
    assert len(progress(client, "?format=json").json()["rows"]) == 4
    assert "No role fits" in text_of(progress(client, "?q=nobody"))
    assert progress(client, "?path=cp9&step=x&state=y&page=77").status_code == 200


def test_an_organisations_plan_is_read_without_its_comments(client, office):
    role = held()
    placed(role, pit={"target_on": date(2027, 3, 1), "comment": "Between us", "evidence_title": "Report"})
    address = reverse("milestones:organisation_plan", args=["programme", role.organisation.slug])

    page = client.get(address)

    assert "1 March 2027" in page.text
    assert "Between us" not in page.text + client.get(address + "?format=csv").content.decode()
    assert client.get(reverse("milestones:organisation_plan", args=["programme", "programme"])).status_code == 404


@pytest.mark.parametrize("address", ["progress", "periods", "placements"])
def test_only_programme_staff_see_it(client, plan, address):
    lead = make.lead(make.organisation())
    client.force_login(lead.person)
    assert client.get(reverse(f"milestones:{address}", args=["programme"])).status_code == 404
    assert client.get(reverse(f"milestones:{address}", args=[lead.organisation.slug])).status_code == 403


def many(count):
    supplier, cp3 = MarketRole.objects.get(code="supplier"), CriticalPath.objects.get(slug="cp3")
    from mhhs_portal.organisations.models import Organisation, RoleHeld

    names = [f"bulk-{n}" for n in range(count // 4)]
    rows = Organisation.objects.bulk_create(Organisation(slug=n, name=n, short_name=n) for n in names)
    roles = RoleHeld.objects.bulk_create(
        RoleHeld(organisation=rows[n % len(rows)], mpid=f"{n:04}", market_role=supplier) for n in range(count)
    )
    on = Placement.objects.bulk_create(Placement(role_held=role, path=cp3, route="non-sit") for role in roles)
    steps = list(cp3.steps.whole())
    StepPlan.objects.bulk_create(
        StepPlan(placement=one, step=step, target_on=TODAY + timedelta(days=n % 90), forecast_on=TODAY)
        for n, one in enumerate(on)
        for step in steps
    )


@pytest.mark.parametrize("roles", [16, 300])
def test_pages_cost_the_same_for_16_roles_and_for_300(client, office, roles):
    make_periods(NOW)
    many(roles)
    costs = {}
    for name in ("progress", "placements"):
        address = reverse(f"milestones:{name}", args=["programme"])
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            page = client.get(address)
        costs[name] = len(asked)
        assert page.status_code == 200

    assert costs == {"progress": 8, "placements": 5}, [query["sql"][:90] for query in asked]


# --- placing


@pytest.fixture
def staff(plan):
    return make.office().person


def path(slug):
    return CriticalPath.objects.get(slug=slug)


def put_on(role, slug, route, staff, reason="Asked for it"):
    return place(role, path=path(slug), route=route, reason=reason, by=staff, today=TODAY)


def test_moving_a_role_keeps_the_dates_of_the_steps_that_both_have(staff):
    role = held()
    make.lead(role.organisation)
    old = placed(role, "cp1", "sit", pit={"achieved_on": date(2026, 1, 5), "comment": "Done"}, sit={"target_on": TODAY})

    new = put_on(role, "cp3", "non-sit", staff)

    old.refresh_from_db()
    assert (old.until_on, old.end_reason, new.reason) == (TODAY, "Asked for it", "Asked for it")
    kept = StepPlan.objects.filter(placement=new)
    assert [(one.step.key, one.achieved_on, one.comment) for one in kept] == [("pit", date(2026, 1, 5), "Done")]
    assert StepPlan.objects.filter(placement=old).count() == 2
    assert Message.objects.get().context["headline"] == f"{role.mpid} is on CP3 now"


@pytest.mark.parametrize(
    ("role", "slug", "route", "words"),
    [
        ("supplier", "cp3", "sit", "CP3 is taken by these routes: Non-SIT supplier or agent"),
        ("supplier", "cp3", "non-sit-ldso", "This route is for LDSOs"),
        ("ldso", "later", "non-sit", "takes the non-SIT LDSO route"),
        ("supplier", "cp1", "legacy", "CP1 is taken by these routes"),
    ],
)
def test_a_route_that_cannot_be_is_refused_in_words(staff, role, slug, route, words):
    with pytest.raises(ValidationError, match=words):
        put_on(held(role=role), slug, route, staff)


def test_a_reason_is_needed_and_the_same_place_is_no_move(staff):
    role = held()
    with pytest.raises(ValidationError, match="Say why"):
        put_on(role, "cp3", "non-sit", staff, reason="  ")
    put_on(role, "cp3", "non-sit", staff)
    with pytest.raises(ValidationError, match="already"):
        put_on(role, "cp3", "non-sit", staff)


def test_a_role_kept_on_legacy_leaves_its_path_and_can_come_back(staff):
    role = held()
    put_on(role, "cp3", "non-sit", staff)

    keep_on_legacy(role, reason="Sold", by=staff, today=TODAY)

    role.refresh_from_db()
    assert not role.is_qualifying
    assert Placement.objects.get().end_reason == "Sold"
    with pytest.raises(ValidationError, match="already"):
        keep_on_legacy(role, reason="Again", by=staff, today=TODAY)
    put_on(role, "cp3", "non-sit", staff)
    role.refresh_from_db()
    assert role.is_qualifying


def test_staff_place_a_role_on_the_page(client, office):
    role = held(mpid="ZZX9")
    address = reverse("milestones:placement", args=["programme", role.pk])

    wrong = client.post(address, {"do": "place", "path": "cp3", "route": "sit", "reason": "Moved"})
    assert "CP3 is taken by these routes" in wrong.text
    assert "Moved" in wrong.text
    done = client.post(address, {"do": "place", "path": "cp3", "route": "non-sit", "reason": "Moved"}, follow=True)
    assert "ZZX9 is updated" in done.text
    assert Placement.objects.get().route == "non-sit"
    client.post(address, {"do": "legacy", "reason": "Stays"})
    role.refresh_from_db()
    assert not role.is_qualifying
    listed = reverse("milestones:placements", args=["programme"])
    assert "ZZX9" in client.get(listed + "?show=legacy&q=zzx9").text
    assert "ZZX9" not in client.get(listed + "?show=on-path").text
    assert b"ZZX9" in client.get(listed + "?format=csv").content
