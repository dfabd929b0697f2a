"""Whom to ask about what, read once from data/contacts.toml."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from mhhs_portal.loading import read_toml

FILE = Path(__file__).parent / "data" / "contacts.toml"


@dataclass(frozen=True)
class Contact:
    subject: str
    who: str
    source: str
    url: str
    #: Empty: no address is published.
    mail: str = ""


@cache
def contacts() -> tuple[Contact, ...]:
    return tuple(Contact(**row) for row in read_toml(FILE)["contact"])
