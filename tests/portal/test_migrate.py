"""`manage.py migrate` is ours: whatever it does at once must leave the schema that Django makes step by step."""

from __future__ import annotations

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from mhhs_portal.management.commands.migrate import alters_columns_apart, at_once, split, step_by_step

KEY = ("id", models.BigAutoField(primary_key=True))


class First(migrations.Migration):
    initial = True
    operations = [
        migrations.CreateModel("Old", [KEY, ("name", models.CharField(max_length=9)), ("size", models.IntegerField())]),
        migrations.AddConstraint("Old", models.UniqueConstraint(fields=["name"], name="old_name_once")),
    ]


class Second(migrations.Migration):
    """As `makemigrations` orders one that brings a new table and widens an old one."""

    operations = [
        migrations.RemoveConstraint("Old", "old_name_once"),
        migrations.CreateModel("New", [KEY, ("day", models.DateField())]),
        migrations.AddField("Old", "colour", models.CharField(max_length=5, default="red")),
        migrations.AddField("Old", "newest", models.ForeignKey("tiny.New", models.PROTECT, null=True)),
        migrations.AddField("New", "old", models.ForeignKey("tiny.Old", models.CASCADE)),
        migrations.AddConstraint("New", models.UniqueConstraint(fields=["old", "day"], name="new_once")),
        migrations.AddConstraint(
            "Old", models.CheckConstraint(condition=models.Q(colour__in=["red", "blue"]), name="old_colour_known")
        ),
        migrations.AddIndex("Old", models.Index(fields=["size"], name="old_size")),
    ]


class Third(migrations.Migration):
    """Columns that are each altered, renamed or removed by one step."""

    operations = [
        migrations.AlterField("Old", "name", models.CharField(max_length=40, null=True)),
        migrations.RenameField("Old", "size", "length"),
        migrations.RemoveField("New", "day"),
    ]


def shape() -> list[str]:
    """Columns, constraints and indexes of the two tables, in words."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns "
            "WHERE table_name IN ('tiny_old', 'tiny_new') UNION ALL "
            "SELECT conrelid::regclass::text, pg_get_constraintdef(oid), contype::text, '' FROM pg_constraint "
            "WHERE conrelid::regclass::text IN ('tiny_old', 'tiny_new') UNION ALL "
            "SELECT tablename, regexp_replace(indexdef, '_[0-9a-f]{8}', '', 'g'), '', '' FROM pg_indexes "
            "WHERE tablename IN ('tiny_old', 'tiny_new')"
        )
        return sorted(map(str, cursor.fetchall()))


def made_by(apply, *migrations_) -> list[str]:
    state = ProjectState()
    with connection.schema_editor() as editor:
        for migration in migrations_:
            state = apply(migration("it", "tiny"), state, editor)
    found = shape()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE tiny_new, tiny_old CASCADE")
    return found


def test_a_migration_that_widens_older_tables_leaves_the_same_schema(transactional_db):
    ours, djangos = made_by(at_once, First, Second), made_by(step_by_step, First, Second)

    assert len(ours) > 12
    assert ours == djangos


def test_columns_altered_at_once_leave_the_same_schema(transactional_db):
    ours, djangos = made_by(at_once, First, Second, Third), made_by(step_by_step, First, Second, Third)

    assert ours == djangos
    assert not any("'size'" in row or "'day'" in row for row in ours)
    assert any("'length'" in row for row in ours)


@pytest.mark.parametrize(
    "more",
    [
        migrations.AlterField("Old", "length", models.BigIntegerField()),
        migrations.AlterField("Old", "newest", models.ForeignKey("tiny.New", models.CASCADE, null=True)),
        migrations.RunPython(migrations.RunPython.noop),
    ],
    ids=["a column twice", "a relation", "data"],
)
def test_other_alterations_are_left_to_django(more):
    class Other(migrations.Migration):
        operations = [*Third.operations, more]

    assert alters_columns_apart(Third("it", "tiny"))
    assert not alters_columns_apart(Other("it", "tiny"))


def test_new_tables_come_first_and_older_ones_are_widened_afterwards():
    before, shaping, widening = split(Second("it", "tiny"))

    assert before == []
    assert [type(step).__name__ for step in shaping] == ["CreateModel", "AddField", "AddConstraint"]
    assert len(widening) == 5


def test_a_step_of_another_kind_leaves_the_migration_to_django():
    class WithData(migrations.Migration):
        operations = [*Second.operations, migrations.RunPython(migrations.RunPython.noop)]

    before, shaping, widening = split(WithData("it", "tiny"))

    assert (len(before), shaping, widening) == (9, [], [])
