"""The register of a day, kept in memory for as long as nothing that it says has changed.

It is shared by everybody who reads it: for pages and files that only read. Who changes an entry takes `register.read`.
"""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import TextField
from django.db.models.expressions import RawSQL

from milestones import register
from milestones.register import Register

#: Today's, that of the day before for who reads at midnight, and that of the day of the newest baseline.
MOST = 3
#: Tables with a history: each insert and change adds a row to it, which stays. What is deleted, the sum tells.
_CHANGED = ("milestone", "lane", "source", "criticalpath", "dependency", "baseline", "tolerance")
#: Tables whose rows never change; they come, and a milestone's paths also go.
_ADDED = ("baselinedate", "forecast", "achievement", "ragoverride", "milestone_paths")
_STAMP = "concat_ws('/', {})".format(
    ", ".join(
        [f"(SELECT (max(pgh_id), count(*))::text FROM milestones_{name}event)" for name in _CHANGED]  # noqa: S608
        + [f"(SELECT (max(id), sum(id))::text FROM milestones_{name})" for name in (*_CHANGED, *_ADDED)]  # noqa: S608
    )
)

_kept: dict[tuple[str, date, str], Register] = {}


def stamp() -> RawSQL:
    """What differs after any change of the plan; for a page that asks for something else anyway."""
    return RawSQL(f"(SELECT {_STAMP})", [], output_field=TextField())  # noqa: S611


def read(today: date, said: str = "") -> Register:
    """One query while nothing changes, three when something has; one less for who read the `stamp` before.

    Numbers that sequences gave never come again, so that what was kept of a transaction that was taken back is never
    found.
    """
    if not said:
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {_STAMP}")
            said = cursor.fetchone()[0]
    key = (str(connection.settings_dict["NAME"]), today, said)
    found = _kept.get(key)
    if found is None:
        found = register.read(today)
        _kept[key] = found
        while len(_kept) > MOST:
            _kept.pop(next(iter(_kept)), None)
    return found
