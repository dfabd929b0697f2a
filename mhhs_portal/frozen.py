"""Rows that nobody may change afterwards, by whatever route: PostgreSQL refuses, in words."""

from __future__ import annotations

import pgtrigger


def refuse_truncate(noun: str, words: str) -> pgtrigger.Trigger:
    """Row triggers do not see TRUNCATE, so emptying a table is refused by a statement trigger of its own."""
    return pgtrigger.Trigger(
        name=f"{noun}_not_emptied",
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=f"RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation';",
    )


def never_changes(noun: str, words: str) -> list[pgtrigger.Trigger]:
    """Triggers that refuse UPDATE, DELETE and TRUNCATE with `words` (no quotation marks in them)."""
    return [
        pgtrigger.Trigger(
            name=f"{noun}_never_changes",
            when=pgtrigger.Before,
            operation=pgtrigger.Update | pgtrigger.Delete,
            func=f"RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation';",
        ),
        refuse_truncate(noun, words),
    ]


def refuse(
    name: str, operation: pgtrigger.Operation, *, when: str, words: str, first: str = "", declare: str = ""
) -> pgtrigger.Trigger:
    """Refuse the row with `words` when the SQL condition holds. `first` is SQL that runs before it, such as a lock.

    `declare` names one variable of the type RECORD for `first` to fill.
    """
    quoted = words.replace("'", "''")
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        declare=[(declare, "RECORD")] if declare else None,
        func=f"""
            {first}
            IF {when} THEN
                RAISE EXCEPTION '{quoted}' USING ERRCODE = 'restrict_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )
