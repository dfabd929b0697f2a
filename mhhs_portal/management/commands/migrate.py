"""Django's `migrate`, which makes the tables of an initial migration at once.

Django rebuilds every related model after each step of a migration. With history on, nearly every model relates to
every other, and 500 steps took 35 seconds where PostgreSQL's part is two. An initial migration starts from nothing,
so its steps may be read first and the tables made in their final shape: the same schema, each model built once. A
migration with any other kind of step is left to Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel, Migration
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger

step_by_step = Migration.apply


def split(migration: Migration) -> tuple[list[Operation], list[Operation]]:
    """What comes before the first table, and the rest if all of it shapes tables made here; else all, and nothing."""
    operations = list(migration.operations)
    first = next((n for n, step in enumerate(operations) if isinstance(step, CreateModel)), len(operations))
    before, shaping = operations[:first], operations[first:]
    made = {step.name_lower for step in shaping if isinstance(step, CreateModel)}
    for step in shaping:
        if type(step) not in (CreateModel, AddField, AddConstraint, AddIndex, AddTrigger):
            return operations, []
        if not isinstance(step, CreateModel) and step.model_name.lower() not in made:  # type: ignore[attr-defined]
            return operations, []
    return before, shaping


def at_once(
    migration: Migration, state: ProjectState, editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
) -> ProjectState:
    """In the place of Migration.apply."""
    before, shaping = split(migration)
    if not migration.initial or collect_sql or not shaping:
        return step_by_step(migration, state, editor, collect_sql)
    app = migration.app_label
    for step in before:
        old = state.clone()
        step.state_forwards(app, state)
        step.database_forwards(app, editor, old, state)
    state.__dict__.pop("apps", None)  # Django's cache of built models: without it, reading a step builds nothing
    for step in shaping:
        step.state_forwards(app, state)
    for step in shaping:
        if isinstance(step, CreateModel):
            model = state.apps.get_model(app, step.name)
            if step.allow_migrate_model(editor.connection.alias, model):
                editor.create_model(model)
        elif isinstance(step, AddTrigger):
            step.database_forwards(app, editor, state, state)
    return state


@contextmanager
def tables_at_once() -> Iterator[None]:
    Migration.apply = at_once  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        Migration.apply = step_by_step  # type: ignore[method-assign, assignment]


class Command(DjangoMigrate):
    def handle(self, *args: Any, **options: Any) -> str | None:
        with tables_at_once():
            return super().handle(*args, **options)
