"""History: PostgreSQL writes it by every route, with the verb and the person, and never unwrites it."""

from __future__ import annotations

import pghistory.models
import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction

from mhhs_portal.history.panel import events_of, verbs_on
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Organisation, Role
from tests import make

pytestmark = pytest.mark.django_db

EVENT_MODELS = [
    model
    for model in apps.get_models()
    if issubclass(model, pghistory.models.Event) and model._meta.managed and not model._meta.proxy
]


def test_a_change_is_recorded_with_its_verb_and_person_and_what_changed(lead):
    with doing("organisations.renamed", by=lead.person):
        lead.organisation.name = "Fenland Networks"
        lead.organisation.save()

    latest = events_of(lead.organisation)[0]
    assert (latest.verb, latest.actor) == ("organisations.renamed", lead.person.name)
    assert latest.changes["name"][1] == "Fenland Networks"


def test_a_bulk_update_and_raw_sql_are_recorded_like_a_save(lead):
    one, other = make.organisation(), make.organisation()

    with doing("organisations.constituency_corrected", by=lead.person):
        Organisation.objects.filter(pk__in=[one.pk, other.pk]).update(constituency="agent")
    with doing("organisations.mended_by_hand", by=None), connection.cursor() as cursor:
        cursor.execute("UPDATE organisations_organisation SET short_name = 'Raw' WHERE id = %s", [one.pk])

    assert verbs_on(one)[1:] == ["organisations.constituency_corrected", "organisations.mended_by_hand"]
    assert verbs_on(other)[1:] == ["organisations.constituency_corrected"]
    assert [event.actor for event in events_of(one)][:2] == ["The portal", lead.person.name]


def test_bulk_created_rows_are_recorded(lead):
    people = [make.person() for _ in range(3)]

    with doing("organisations.invited", by=lead.person):
        rows = Membership.objects.bulk_create(
            [Membership(person=p, organisation=lead.organisation, role=Role.VIEWER) for p in people]
        )

    assert [verbs_on(row) for row in rows] == [["organisations.invited"]] * 3


def test_a_refused_verb_leaves_neither_row_nor_history(lead):
    before = events_of(lead.organisation)

    def rename_and_fail():
        with doing("organisations.renamed", by=lead.person):
            Organisation.objects.filter(pk=lead.organisation.pk).update(name="Half done")
            raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        rename_and_fail()

    lead.organisation.refresh_from_db()
    assert lead.organisation.name != "Half done"
    assert events_of(lead.organisation) == before


def test_an_unchanged_row_adds_nothing(lead):
    before = len(events_of(lead.organisation))

    lead.organisation.save()

    assert len(events_of(lead.organisation)) == before


def test_history_costs_two_queries_for_one_event_and_for_many(lead, django_assert_num_queries):
    for n in range(20):
        with doing("organisations.renamed", by=lead.person):
            Organisation.objects.filter(pk=lead.organisation.pk).update(name=f"Name {n}")

    with django_assert_num_queries(2):
        assert len(events_of(lead.organisation)) == 21


def test_a_password_is_never_in_the_history():
    fields = {field.name for field in apps.get_model("organisations.PersonEvent")._meta.get_fields()}

    assert fields & {"password", "last_login"} == set()


@pytest.mark.parametrize("model", EVENT_MODELS, ids=lambda m: m._meta.label)
def test_history_is_append_only_even_to_raw_sql(model):
    table = f'"{model._meta.db_table}"'
    with connection.cursor() as cursor:
        _put_a_row_in(cursor, model)

        for statement in (
            f"UPDATE {table} SET pgh_label = 'forged'",
            f"DELETE FROM {table}",
            f"TRUNCATE {table} CASCADE",
        ):
            with (
                pytest.raises(DatabaseError, match="Cannot (update or delete rows from|truncate)"),
                transaction.atomic(),
            ):
                cursor.execute(statement)

        cursor.execute(f"SELECT pgh_label FROM {table}")
        assert cursor.fetchall() == [("x",)]


def _put_a_row_in(cursor, model):
    """One event row of whatever model; event tables have no foreign keys, so it need not be about anything."""
    table = model._meta.db_table
    cursor.execute(
        "SELECT column_name, udt_name FROM information_schema.columns"
        " WHERE table_name = %s AND is_nullable = 'NO' AND is_identity = 'NO'",
        [table],
    )
    samples = dict.fromkeys(("int2", "int4", "int8", "numeric", "float8"), "1")
    samples |= dict.fromkeys(("text", "varchar", "bytea"), "'x'") | dict.fromkeys(
        ("jsonb", "_text", "_varchar"), "'{}'"
    )
    samples |= {"bool": "true", "date": "now()", "timestamptz": "now()", "time": "'17:00'", "uuid": "gen_random_uuid()"}
    columns = {name: samples[kind] for name, kind in cursor.fetchall()}
    names, values = ", ".join(f'"{name}"' for name in columns), ", ".join(columns.values())
    cursor.execute(f'INSERT INTO "{table}" ({names}) VALUES ({values})')
