"""Facts and samples load from readable files; loading again changes nothing."""

from __future__ import annotations

import json
from datetime import date

import pghistory.models
import pytest
from django.apps import apps
from django.core.management import call_command

from mhhs_portal.history.panel import verbs_on
from mhhs_portal.loading import load_facts, load_samples, put
from mhhs_portal.organisations.demo import SAMPLE_PASSWORD, sign_ins
from mhhs_portal.organisations.models import Kind, Organisation, Person, RoleHeld
from tests import kept

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 23)


def rows():
    """How many rows each of our tables has, events included."""
    ours = {"organisations", "milestones", "checklist", "readiness", "documents", "notifications"}
    return {m._meta.label: m._default_manager.count() for m in apps.get_models() if m._meta.app_label in ours}


def test_loading_twice_changes_nothing_not_even_the_history():
    kept.load(TODAY, load_facts, load_samples)
    first, events = rows(), pghistory.models.Context.objects.count()

    load_facts(TODAY)
    load_samples(TODAY)

    assert rows() == first
    assert pghistory.models.Context.objects.count() == events


def test_facts_hold_no_sample():
    kept.load(TODAY, load_facts)

    assert not Organisation.objects.filter(is_sample=True).exists()
    assert not Person.objects.exists()
    assert {o.kind for o in Organisation.objects.all()} == set(Kind) - {Kind.PARTICIPANT}


def test_samples_are_marked_and_reserved():
    kept.load(TODAY, load_facts, load_samples)

    participants = Organisation.objects.participants()
    assert {o.is_sample for o in participants} == {True}
    assert {o.is_sample for o in Organisation.objects.exclude(pk__in=participants)} == {False}
    assert {held.mpid[:2] for held in RoleHeld.objects.all()} == {"ZZ"}
    assert {p.email.partition("@")[2] for p in Person.objects.all()} == {"sample.example"}


def test_every_listed_sign_in_works(client):
    kept.load(TODAY, load_facts, load_samples)

    works = {s.email: client.login(email=s.email, password=s.password) for s in sign_ins()}

    assert set(works.values()) == {True}
    assert {s.role for s in sign_ins()} >= {"lead", "contributor", "viewer", "office", "analyst", "board"}


def test_the_demo_command_writes_the_sign_ins(settings, tmp_path, capsys):
    settings.VAR_DIR = tmp_path / "var"

    call_command("demo")

    listed = json.loads((tmp_path / "var" / "sample-sign-ins.json").read_text())
    assert [set(entry) for entry in listed] == [{"role", "organisation", "email", "password"}] * len(sign_ins())
    assert {entry["password"] for entry in listed} == {SAMPLE_PASSWORD}
    assert str(tmp_path) in capsys.readouterr().out


def test_put_writes_only_what_differs():
    by, to = {"slug": "fenland"}, {"name": "Fenland", "short_name": "Fen"}

    answers = [put(Organisation, by=by, to=to)[1] for _ in range(2)]
    row, changed = put(Organisation, by=by, to=to | {"name": "Fenland Networks"})

    assert answers == [True, False]
    assert (changed, row.name, len(verbs_on(row))) == (True, "Fenland Networks", 2)


def test_loading_on_a_later_day_doubles_nobody():
    kept.load(TODAY, load_facts, load_samples)
    first = Person.objects.count(), Organisation.objects.count()

    load_samples(date(2026, 12, 24))

    assert (Person.objects.count(), Organisation.objects.count()) == first
