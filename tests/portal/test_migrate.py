"""Making the tables at once must give exactly what Django's own steps give."""

from __future__ import annotations

import os
import subprocess
import sys

import dj_database_url
import psycopg
import pytest
from django.conf import settings
from psycopg import sql

SHAPE = {
    "columns": """SELECT table_name, column_name, data_type, character_maximum_length, is_nullable, column_default,
                         is_identity FROM information_schema.columns WHERE table_schema = 'public'""",
    "constraints": """SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
                      WHERE connamespace = 'public'::regnamespace""",
    "indexes": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "triggers": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
    "functions": """SELECT proname, pg_get_functiondef(p.oid) FROM pg_proc p WHERE pronamespace = 'public'::regnamespace
                    AND prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql')""",
}
WITH_OURS = "call_command('migrate', verbosity=0)"
WITH_DJANGOS = "from django.core.management.commands.migrate import Command; call_command(Command(), verbosity=0)"


def _connect(name: str) -> psycopg.Connection:
    known = {**settings.DATABASES["default"], "NAME": name}
    return psycopg.connect(
        host=known.get("OPTIONS", {}).get("host") or known["HOST"] or None,
        port=known["PORT"] or None,
        user=known["USER"] or None,
        password=known["PASSWORD"] or None,
        dbname=name,
        autocommit=True,
    )


def _url(name: str) -> str:
    original = os.environ["DATABASE_URL"]
    base, _, options = original.partition("?")
    return f"{base.rsplit('/', 1)[0]}/{name}" + (f"?{options}" if options else "")


def _shape_after(name: str, migrating: str) -> dict[str, set[tuple]]:
    assert dj_database_url.parse(_url(name))["NAME"] == name
    code = f"import django; django.setup(); from django.core.management import call_command; {migrating}"
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        timeout=300,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DATABASE_URL": _url(name), "DJANGO_SETTINGS_MODULE": "mhhs_portal.settings"},
    )
    with _connect(name) as connection:
        return {kind: set(connection.execute(query).fetchall()) for kind, query in SHAPE.items()}


@pytest.fixture
def two_databases():
    names = [f"shape_{kind}_{os.getpid()}" for kind in ("ours", "djangos")]
    with _connect(settings.DATABASES["default"]["NAME"]) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield names
        for name in names:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.engines
@pytest.mark.django_db
def test_tables_made_at_once_are_those_that_djangos_steps_make(two_databases):
    ours, djangos = two_databases

    at_once, step_by_step = _shape_after(ours, WITH_OURS), _shape_after(djangos, WITH_DJANGOS)

    for kind in SHAPE:
        assert at_once[kind] == step_by_step[kind], kind
    assert len(at_once["triggers"]) > 50
