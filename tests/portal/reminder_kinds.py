"""A kind of thing for tests: what is asked is a list, so that any world can be played through."""

from __future__ import annotations

from dataclasses import dataclass, field

from mhhs_portal.notifications.outbox import draft
from mhhs_portal.reminders.kinds import Kind
from mhhs_portal.reminders.sweeping import key_of

_SQL = """SELECT * FROM unnest(%s::text[], %s::bigint[], %s::int[], %s::timestamptz[], %s::timestamptz[], %s::bool[],
    %s::bigint[], %s::bool[]) AS t"""


@dataclass
class World:
    """Rows of kinds.COLUMNS."""

    rows: list[tuple] = field(default_factory=list)


WORLD = World()


def asked(now):
    columns = [list(column) for column in zip(*WORLD.rows, strict=True)] or [[] for _ in range(8)]
    return _SQL, columns


def messages(reminders, now):
    return {
        each.pk: draft(
            "notice",
            to=each.person,
            dedupe_key=key_of(each),
            for_organisation=each.organisation,
            about=f"test/{each.thing}",
            headline=each.rung,
            lead="One answer is missing.",
        )
        for each in reminders
    }


KIND = Kind(key="test", label="Test", about="test/", asked=asked, messages=messages, titles=lambda names: {})
