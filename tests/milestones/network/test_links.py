"""Links of steps: which may be, refused in words by the verb and by PostgreSQL itself."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from mhhs_portal.history.verbs import doing
from milestones.changes.change_requests import Line, add_line, draft_change, publish_for_assessment
from milestones.models import CriticalPath, Dependency, PathGate, PathStep
from milestones.network import facts, links
from milestones.network.models import OutsideDependency, StepLink
from tests import make

pytestmark = pytest.mark.django_db


def path(slug="cp1", **fields):
    words = {"code": slug.upper(), "name": slug, "who": "Somebody", "summary": "A path"}
    return CriticalPath.objects.create(slug=slug, **{**words, "source": make.source(), "confidence": "stated"} | fields)


def step(on, key, **fields):
    words = {"name": key, "short_name": key, "summary": key, "applies_to": "All roles", "position": on.steps.count()}
    return PathStep.objects.create(
        path=on, key=key, **{**words, "source": make.source(), "confidence": "stated"} | fields
    )


def depends(before, after, **fields):
    return Dependency.objects.create(before=before, after=after, source=make.source(), confidence="inferred", **fields)


def raw(before, after):
    """A link of two steps by SQL alone."""
    columns = "before_step_id, after_step_id, source_id, confidence, note, is_edited, is_removed"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO network_steplink ({columns}) VALUES (%s, %s, %s, 'inferred', '', false, false)",
            [before.pk, after.pk, make.source().pk],
        )


@pytest.fixture
def steps(db):
    on = path()
    return [step(on, key) for key in ("a", "b", "c")]


def test_a_link_is_kept_with_its_lag_and_who_made_it(steps):
    a, b, _ = steps
    somebody = make.office().person

    link = links.add_link(a, b, lag_working_days=5, note="They said so", by=somebody)

    assert (link.before, link.after, link.lag_working_days, link.is_edited) == (a, b, 5, True)
    assert link.source.title == "Programme staff, in this portal"


def test_a_loop_of_steps_is_refused_and_named(steps):
    a, b, c = steps
    links.add_link(a, b, by=None)
    links.add_link(b, c, by=None)

    with pytest.raises(ValidationError, match="go round in a loop: CP1 a, then CP1 b, then CP1 c, then CP1 a"):
        links.add_link(c, a, by=None)

    assert StepLink.objects.count() == 2


def test_a_loop_through_milestones_of_the_baseline_is_refused_and_named(steps):
    a, b, _ = steps
    first, second = make.milestone(code="Y1"), make.milestone(code="Y2")
    depends(first, second)
    links.add_link(second, a, by=None)
    links.add_link(a, b, by=None)

    with pytest.raises(ValidationError, match="Y1, then Y2, then CP1 a, then CP1 b, then Y1"):
        links.add_link(b, first, by=None)


def test_sql_cannot_close_a_loop(steps):
    a, b, c = steps
    raw(a, b)
    raw(b, c)

    with pytest.raises(IntegrityError, match="would close a loop"):
        raw(c, a)
    with pytest.raises(IntegrityError, match="would close a loop"), transaction.atomic():
        StepLink.objects.filter(before_step=a).update(before_step=c, after_step=b)
    assert StepLink.objects.count() == 2


def test_sql_cannot_close_a_loop_through_a_milestone(steps):
    a = steps[0]
    first, second = make.milestone(), make.milestone()
    depends(first, second)
    facts_ = {"source": make.source(), "confidence": "inferred"}
    StepLink.objects.create(before_milestone=second, after_step=a, **facts_)

    with pytest.raises(IntegrityError, match="would close a loop"), transaction.atomic():
        StepLink.objects.create(before_step=a, after_milestone=first, **facts_)


def test_a_step_never_waits_for_itself(steps):
    with pytest.raises(ValidationError, match="CP1 a cannot wait for itself"):
        links.add_link(steps[0], steps[0], by=None)
    with pytest.raises(IntegrityError):
        raw(steps[0], steps[0])


def test_the_same_link_twice_is_refused(steps):
    a, b, _ = steps
    links.add_link(a, b, by=None)

    with pytest.raises(ValidationError, match="There is this link already"):
        links.add_link(a, b, by=None)
    with pytest.raises(IntegrityError):
        raw(a, b)


def test_two_milestones_are_linked_by_change_request_alone(db):
    one, other = make.milestone(), make.milestone()

    with pytest.raises(ValidationError, match="changed by a change request"):
        links.add_link(one, other, by=None)
    with pytest.raises(IntegrityError, match="step_link_is_not_between_milestones"), transaction.atomic():
        StepLink.objects.create(
            before_milestone=one, after_milestone=other, source=make.source(), confidence="inferred"
        )


def test_a_link_has_one_beginning_and_one_end(steps):
    a, b, _ = steps
    facts_ = {"source": make.source(), "confidence": "inferred"}
    for ends in (
        {"before_step": a},
        {"after_step": b},
        {"before_step": a, "before_milestone": make.milestone(), "after_step": b},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            StepLink.objects.create(**ends, **facts_)


def test_a_removed_link_no_longer_counts_and_may_come_back(steps):
    a, b, _ = steps
    link = links.add_link(a, b, by=None)

    links.remove_link(link, by=None)
    turned = links.add_link(b, a, by=None)
    with pytest.raises(ValidationError, match="loop"):
        links.add_link(a, b, by=None)
    links.remove_link(turned, by=None)
    again = links.add_link(a, b, lag_working_days=3, by=None)

    assert (again.pk, again.lag_working_days, again.is_removed) == (link.pk, 3, False)


def test_a_dependency_on_others_names_its_owner(db):
    made = links.add_outside(name="Kit delivered", owner="A supplier", when=None, note="Told", by=None)

    assert str(made) == "Kit delivered (A supplier)"
    with pytest.raises(ValidationError, match="already"):
        links.add_outside(name="Kit delivered", owner="Another", when=None, note="Told", by=None)
    with pytest.raises(ValidationError):
        links.add_outside(name="Something", owner=" ", when=None, note="Told", by=None)


def test_a_change_request_cannot_close_a_loop_through_a_step(steps):
    first, second = make.milestone(code="Y1"), make.milestone(code="Y2")
    make.freeze(make.baseline(), current=True)
    links.add_link(second, steps[0], by=None)
    links.add_link(steps[0], first, by=None)
    change = draft_change(code="CR1", title="T", by=None)

    add_line(change, Line("link", second, before=first), by=None)

    with pytest.raises(ValidationError, match=r"circle: .*CP1 a"):
        publish_for_assessment(change, due_on=date(2030, 1, 2), by=None, now=timezone.now())


def test_refuse_cycles_takes_any_links():
    links.refuse_cycles([("a", "b"), ("b", "c"), ("a", "c"), ("a", "b")])

    with pytest.raises(ValidationError, match="go round in a loop: One, then b, then One"):
        links.refuse_cycles([("a", "b"), ("b", "a")], {"a": "One"})
    with pytest.raises(ValidationError, match="a cannot wait for itself"):
        links.refuse_cycles([("a", "a")])


def test_postgresql_refuses_a_loop_of_milestones(db):
    first, second, third = (make.milestone(code=code) for code in ("Y1", "Y2", "Y3"))
    depends(first, second)
    depends(second, third)

    with pytest.raises(IntegrityError, match="would close a loop"), transaction.atomic():
        depends(third, first)
    with pytest.raises(IntegrityError, match="would close a loop"), transaction.atomic():
        Dependency.objects.filter(before=second).update(after=first)

    assert Dependency.objects.filter(before__in=[first, second, third]).count() == 2


def test_postgresql_refuses_a_loop_of_milestones_through_a_step(steps):
    a, b, _ = steps
    first, second = make.milestone(code="Y1"), make.milestone(code="Y2")
    links.add_link(first, a, by=None)
    links.add_link(a, b, by=None)
    links.add_link(b, second, by=None)

    with pytest.raises(IntegrityError, match="would close a loop"), transaction.atomic():
        depends(second, first)


def test_the_page_of_a_path_stands_when_staff_link_its_gate_before_a_step(steps, client):
    """The gate is inferred to come after what leads to the last step; a link the other way round is believed."""
    _, b, c = steps
    gate = make.milestone(code="Y1")
    PathGate.objects.create(
        path=b.path, milestone=gate, label="Start", source=make.source(), confidence="stated",
        first_on=date(2026, 1, 5), last_on=date(2026, 1, 5), precision="day",
    )  # fmt: skip
    links.add_link(b, c, by=None)
    links.add_link(gate, b, by=None)
    make.baseline()

    assert client.get("/critical-paths/cp1/").status_code == 200


def test_the_links_load_once_and_leave_alone_what_staff_changed(sample_portal):
    count = StepLink.objects.count()
    assert count > 40
    assert facts.load(date(2026, 11, 1)) == ["Links of the critical paths: 0 rows written"]
    kept = StepLink.objects.filter(before_step__key="pit", before_step__path__slug="cp1").get()
    links.change_link(kept, lag_working_days=9, note="Agreed", by=None)
    gone = StepLink.objects.filter(before_step__key="qt", before_step__path__slug="cp3").get()
    links.remove_link(gone, by=None)

    with doing("test", by=None):
        facts.load(date(2026, 11, 1))

    kept.refresh_from_db()
    gone.refresh_from_db()
    assert (kept.lag_working_days, gone.is_removed, StepLink.objects.count()) == (9, True, count)


def test_no_fact_states_a_lag(sample_portal):
    assert StepLink.objects.exclude(lag_working_days=None).count() == 0
    assert set(OutsideDependency.objects.exclude(owner="").values_list("confidence", flat=True)) <= {
        "inferred",
        "stated",
    }


def test_staff_edit_links_and_nobody_else_may(client, sample_portal):
    desk = make.office()
    client.force_login(desk.person)
    address = "/o/programme/plan/links/"
    a = PathStep.objects.get(path__slug="cp1", key="pit")
    b = PathStep.objects.get(path__slug="cp1", key="migration")

    page = client.get(address)
    assert page.status_code == 200
    refused = client.post(address, {"do": "add", "before": f"s{b.pk}", "after": f"s{a.pk}", "note": "No"})
    assert refused.status_code == 200
    assert "go round in a loop" in refused.text
    added = client.post(
        address, {"do": "add", "before": f"s{a.pk}", "after": f"s{b.pk}", "lag_working_days": "4", "note": "Agreed"}
    )
    assert added.status_code == 302
    link = StepLink.objects.get(before_step=a, after_step=b)
    client.post(address, {"do": "change", "link": link.pk, "lag_working_days": "7", "note": "Agreed"})
    link.refresh_from_db()
    assert link.lag_working_days == 7
    client.post(address, {"do": "remove", "link": link.pk})
    link.refresh_from_db()
    assert link.is_removed
    assert client.post(address, {"do": "remove", "link": link.pk}).status_code == 404
    assert client.post(address, {"do": "burn"}).status_code == 400
    sent = client.post(address, {"do": "outside", "name": "Kit", "owner": "Maker", "when": "May 2027", "note": "Told"})
    assert sent.status_code == 302
    assert client.get(address + "?format=csv").status_code == 200

    for member, status in ((make.analyst(), 404), (make.lead(make.organisation()), 404)):
        client.force_login(member.person)
        assert client.get(address).status_code == status
