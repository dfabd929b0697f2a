"""What PostgreSQL says when it refuses a statement."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction


def refused(sql, *params):
    """The database refuses the statement; the words of its refusal."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # TRUNCATE would stumble over foreign keys not yet checked
        with pytest.raises(DatabaseError) as refusal, transaction.atomic():
            cursor.execute(sql, params)
    return str(refusal.value)
