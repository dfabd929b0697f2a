"""What PostgreSQL itself refuses, in words, by whatever route it is tried: page, job, shell or raw SQL."""

from __future__ import annotations

import pgtrigger


def refuse(name: str, operation: pgtrigger.Operation, *, when: str, words: str, first: str = "") -> pgtrigger.Trigger:
    """Refuse the row when the SQL condition holds. `first` is SQL that runs before it, such as taking a lock."""
    quoted = words.replace("'", "''")
    return pgtrigger.Trigger(
        name=name,
        when=pgtrigger.Before,
        operation=operation,
        func=f"""
            {first}
            IF {when} THEN
                RAISE EXCEPTION '{quoted}' USING ERRCODE = 'check_violation';
            END IF;
            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
            RETURN NEW;
        """,
    )


def refuse_truncate(name: str, *, when: str, words: str) -> pgtrigger.Trigger:
    """Row triggers do not see TRUNCATE; this one does."""
    quoted = words.replace("'", "''")
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func=f"""
            IF {when} THEN
                RAISE EXCEPTION '{quoted}' USING ERRCODE = 'check_violation';
            END IF;
            RETURN NULL;
        """,
    )
