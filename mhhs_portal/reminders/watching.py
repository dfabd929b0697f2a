"""The triggers that write down what reminders follow from. Put in place after each `migrate`, from what kinds watch.

They are no migrations of the tables' own apps, because which tables matter is a setting: a kind more is no migration
more. docs/decisions/0081.
"""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import connections

from mhhs_portal.reminders.changes import NOTICE
from mhhs_portal.reminders.kinds import Kind, Watch, all_kinds

PREFIX = "reminders_follow_"
#: Every kind follows from who is there. Staff hear of other organisations, so theirs concern all.
PEOPLE = (
    Watch(
        "organisations_membership",
        organisation="CASE WHEN c.role IN ('office', 'analyst') THEN NULL ELSE c.organisation_id END",
        person="c.person_id",
        columns=("person_id", "organisation_id", "role", "starts_on", "ends_on"),
    ),
    Watch("organisations_person", person="c.id", columns=("is_active",)),
    Watch("reminders_ladder", thing="NULLIF(c.thing, '')"),
)


def install(using: str = "default", **kwargs: Any) -> None:
    """Make every trigger as the kinds ask, and take away what they no longer ask. Doing it again changes nothing."""
    wanted = {trigger: sql for kind in all_kinds() for trigger, sql in _triggers(kind).items()}
    with connections[using].cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        tables = {row[0] for row in cursor.fetchall()}
        cursor.execute(
            "SELECT t.tgname, r.relname FROM pg_trigger t JOIN pg_class r ON r.oid = t.tgrelid WHERE t.tgname LIKE %s",
            [f"{PREFIX}%"],
        )
        there = set(cursor.fetchall())
        for name, table in there - set(wanted):
            cursor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{table}"; DROP FUNCTION IF EXISTS "{name}"() CASCADE')
        for (name, table), sql in wanted.items():
            if table in tables and (name, table) not in there:
                cursor.execute(sql)


def _triggers(kind: Kind) -> dict[tuple[str, str], str]:
    """(name, table): SQL that makes it. The name follows from what it does, so another meaning is another trigger."""
    found = {}
    for watch in (*kind.watches, *PEOPLE):
        for operation in ("insert", "update", "delete"):
            body = _body(kind, watch, operation)
            digest = hashlib.sha256(f"{watch.table} {body}".encode()).hexdigest()[:8]
            name = f"{PREFIX}{kind.key.replace('-', '_')[:20]}_{digest}_{operation}"
            found[name, watch.table] = f"""
                CREATE OR REPLACE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$;
                CREATE OR REPLACE TRIGGER "{name}" AFTER {operation.upper()} ON "{watch.table}"
                REFERENCING {_tables(operation)} FOR EACH STATEMENT EXECUTE FUNCTION "{name}"()
            """
    return found


def _body(kind: Kind, watch: Watch, operation: str) -> str:
    """For each statement, not for each row: a thousand rows are one look and one word on the connection."""
    whose = f" AND c.kind = '{kind.key}'" if watch.table == "reminders_ladder" else ""
    return f"""
        BEGIN
            INSERT INTO reminders_change (kind, thing, organisation, person, by)
            SELECT DISTINCT '{kind.key}', ({watch.thing})::text, ({watch.organisation})::bigint,
                ({watch.person})::bigint, pg_current_xact_id()::text
            FROM ({_rows(watch, operation)}) c WHERE true{whose};
            IF FOUND THEN RAISE NOTICE '{NOTICE}'; END IF;
            RETURN NULL;
        END
    """  # noqa: S608  # names and words of our own code


def _tables(operation: str) -> str:
    return {"insert": "NEW TABLE AS rows", "delete": "OLD TABLE AS rows"}.get(
        operation, "OLD TABLE AS before NEW TABLE AS after"
    )


def _rows(watch: Watch, operation: str) -> str:
    if operation != "update":
        return "SELECT * FROM rows"
    different = " OR ".join(f"b.{name} IS DISTINCT FROM a.{name}" for name in watch.columns) or "true"
    pairs = f"before b JOIN after a USING (id) WHERE {different}"
    return f"SELECT b.* FROM {pairs} UNION ALL SELECT a.* FROM {pairs}"  # noqa: S608
