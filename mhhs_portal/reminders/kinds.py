"""What can be reminded of. Each part of the programme describes its kinds; settings.REMINDER_KINDS names them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from mhhs_portal.organisations.models import Kind as Body
from mhhs_portal.organisations.models import Role
from mhhs_portal.reminders import rungs
from mhhs_portal.reminders.rungs import Rung

if TYPE_CHECKING:
    from mhhs_portal.notifications.models import Message
    from mhhs_portal.reminders.models import Reminder

LADDERS = Path(__file__).parent / "data" / "ladders.toml"
#: What the SQL of a kind gives for each organisation that is asked, in this order.
#: `announces`: the start itself is news. `assignee_id`: who has it in hand, if anybody.
COLUMNS = ("thing", "organisation_id", "version", "due_at", "since_at", "is_started", "assignee_id", "announces")
Sql = tuple[str, Sequence[Any]]


@dataclass(frozen=True)
class Watch:
    """A table whose changes concern a kind. The words are SQL about `c`, a row as it was or has become."""

    table: str
    #: The name of the thing, or NULL for every thing.
    thing: str = "NULL"
    organisation: str = "NULL"
    person: str = "NULL"
    #: A change of nothing but other columns is none; empty: every change is one.
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """One kind of thing. `asked(now)` is SQL for who is asked what, and until when, and has not done it."""

    key: str
    label: str
    #: "checklist/": with the thing's name after it, what the message log files its messages under.
    about: str
    asked: Callable[[datetime], Sql]
    #: Gives a message for each reminder that is still to be sent; one that is left out was settled meanwhile.
    messages: Callable[[Sequence[Reminder], datetime], dict[int, Message]]
    #: What the thing is called in a sentence, by its name: {"PCL-0401": "PCL-0401 Consultation …"}.
    titles: Callable[[Sequence[str]], dict[str, str]]
    watches: tuple[Watch, ...] = ()
    #: Whose staff set its ladder and hear of an escalation.
    desk: Body = Body.PROGRAMME
    #: Makes what is missing before a sweep plans.
    prepare: Callable[[datetime], object] | None = None
    #: Templates of the messages with which this kind reminded before there was a table.
    before: tuple[str, ...] = ()
    #: A reminder that is older is left to people.
    give_up_after: timedelta = timedelta(days=60)
    #: What the start means, in the words of the page: "When it opens".
    start_words: str = "When it opens"
    #: Which start rungs are news only for so long.
    news_for: timedelta = timedelta(days=3)
    #: Where a participant and staff see the thing; "" for nowhere: (name, slug of the body).
    page: Callable[[str, str], str] | None = None

    @property
    def standard(self) -> tuple[Rung, ...]:
        """The ladder that the portal brings."""
        return standard_ladders().get(self.key, ())

    @property
    def contact_role(self) -> Role:
        return Role.ANALYST if self.desk == Body.ELEXON else Role.OFFICE


@cache
def standard_ladders() -> dict[str, tuple[Rung, ...]]:
    with LADDERS.open("rb") as file:
        return {key: rungs.read(value["rungs"]) for key, value in tomllib.load(file).items()}


def all_kinds() -> list[Kind]:
    found = [import_string(path) for path in settings.REMINDER_KINDS]
    return list(found)


def kind_of(key: str) -> Kind | None:
    return next((kind for kind in all_kinds() if kind.key == key), None)


def sql_of(rows: QuerySet[Any, Any]) -> Sql:
    """The SQL of a queryset that ends in .values_list(*COLUMNS)."""
    return rows.query.get_compiler(connection=connection).as_sql()  # type: ignore[no-any-return]
