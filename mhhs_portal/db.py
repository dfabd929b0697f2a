"""Saving with the database's refusals in words."""

from __future__ import annotations

from django.db import IntegrityError, models, transaction


def save_checked(instance: models.Model) -> None:
    """Save, or raise a ValidationError in words, even when beaten by a millisecond.

    full_clean() only finds rows that are already committed; the constraint finds the rest. By then the winner's row is
    visible, so asking again names the problem.
    """
    instance.full_clean()
    try:
        with transaction.atomic():
            instance.save()
    except IntegrityError:
        instance.full_clean()
        raise
