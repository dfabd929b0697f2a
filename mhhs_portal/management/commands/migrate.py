"""Django's `migrate`, which reads all steps of a migration before it makes tables.

Django rebuilds every related model after each step of a migration. With history on, nearly every model relates to
every other, and 500 steps took 35 seconds where PostgreSQL's part is two. Where all steps only make and widen tables,
they may be read first: new tables are made in their final shape, and the models are built twice, as before and as
after. So may steps that each alter, rename or remove another column. The schema is the same. A migration with any other
kind of step is left to Django.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    AlterModelOptions,
    CreateModel,
    Migration,
    RemoveConstraint,
    RemoveField,
    RemoveIndex,
    RenameField,
)
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger, RemoveTrigger

step_by_step = Migration.apply

_SHAPING = (CreateModel, AddField, AddConstraint, AddIndex, AddTrigger)
_WIDENING = (*_SHAPING, RemoveConstraint, RemoveIndex, RemoveTrigger, AlterModelOptions)


def alters_columns_apart(migration: Migration) -> bool:
    """Whether each step alters, renames or removes a column that no other step knows, and none is a relation."""
    known: set[tuple[str, str]] = set()
    for step in migration.operations:
        if type(step) is RenameField:
            names = {step.old_name_lower, step.new_name_lower}
        elif type(step) is RemoveField or (type(step) is AlterField and not step.field.is_relation):
            names = {step.name_lower}
        else:
            return False
        columns = {(step.model_name_lower, name) for name in names}
        if columns & known:
            return False
        known |= columns
    return bool(known)


def split(migration: Migration) -> tuple[list[Operation], list[Operation], list[Operation]]:
    """What comes first, what shapes tables made here, and what widens older ones; all in the first if one is neither.

    Only an initial migration may have steps of other kinds, and only before its first table.
    """
    operations = list(migration.operations)
    start = 0
    if migration.initial:
        start = next((n for n, step in enumerate(operations) if isinstance(step, CreateModel)), len(operations))
    before, rest = operations[:start], operations[start:]
    made = {step.name_lower for step in rest if isinstance(step, CreateModel)}

    def is_shaping(step: Any) -> bool:
        return isinstance(step, CreateModel) or (type(step) in _SHAPING and step.model_name.lower() in made)

    shaping = [step for step in rest if is_shaping(step)]
    widening = [step for step in rest if not is_shaping(step)]
    if any(type(step) not in (_SHAPING if migration.initial else _WIDENING) for step in rest):
        return operations, [], []
    if migration.initial and widening:
        return operations, [], []
    return before, shaping, widening


def at_once(
    migration: Migration, state: ProjectState, editor: BaseDatabaseSchemaEditor, collect_sql: bool = False
) -> ProjectState:
    """In the place of Migration.apply."""
    before, shaping, widening = split(migration)
    altering = alters_columns_apart(migration)
    if altering:
        before, widening = [], list(migration.operations)
    if collect_sql or not (shaping or altering):
        return step_by_step(migration, state, editor, collect_sql)
    app = migration.app_label
    for step in before:
        old = state.clone()
        step.state_forwards(app, state)
        step.database_forwards(app, editor, old, state)
    old = state.clone() if widening else state
    state.__dict__.pop("apps", None)  # Django's cache of built models: without it, reading a step builds nothing
    for step in list(migration.operations)[len(before) :]:
        step.state_forwards(app, state)
    for step in shaping:
        if isinstance(step, CreateModel):
            model = state.apps.get_model(app, step.name)
            if step.allow_migrate_model(editor.connection.alias, model):
                editor.create_model(model)
        elif isinstance(step, AddTrigger):
            step.database_forwards(app, editor, state, state)
    for step in widening:
        step.database_forwards(app, editor, old, state)
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
