"""What every event table has in common: a row, once written, stays as it is."""

from __future__ import annotations

import pghistory.models
import pgtrigger

NEVER_EMPTIED = pgtrigger.Trigger(
    name="never_emptied",
    when=pgtrigger.Before,
    level=pgtrigger.Statement,
    operation=pgtrigger.Truncate,
    func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;",
)


class Event(pghistory.models.Event):
    """The base of all event models, named by `settings.PGHISTORY_BASE_MODEL`.

    pghistory's own trigger refuses UPDATE and DELETE row by row; TRUNCATE touches no row, so it is refused by itself.
    """

    class Meta:
        abstract = True

    @classmethod
    def pghistory_setup(cls) -> None:
        super().pghistory_setup()
        if not cls._meta.abstract and cls._meta.managed and not cls._meta.proxy:
            pgtrigger.register(NEVER_EMPTIED)(cls)
