"""The Programme's terms, read once from data/glossary.toml: no page asks the database what a word means."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.utils.text import slugify

from mhhs_portal.loading import read_toml

FILE = Path(__file__).parent / "data" / "glossary.toml"


@dataclass(frozen=True)
class Term:
    term: str
    short: str
    #: What the letters stand for; empty where the term is words, or where that is not published.
    full: str = ""
    more: str = ""
    #: Other spellings that lead to this entry.
    also: tuple[str, ...] = ()
    #: Where the meaning was published; empty for plain industry language.
    source: str = ""
    url: str = ""

    @property
    def anchor(self) -> str:
        return slugify(self.term)

    @property
    def spoken(self) -> str:
        """What a reader needs at first use: "Market Participant Identifier"."""
        return self.full or self.short

    @property
    def letter(self) -> str:
        return self.term[0].upper()

    def matches(self, words: str) -> bool:
        text = " ".join((self.term, self.full, self.short, self.more, *self.also)).lower()
        return all(word in text for word in words.lower().split())


@cache
def terms() -> tuple[Term, ...]:
    """Every term, in the order of the alphabet."""
    rows = read_toml(FILE)["term"]
    found = [Term(**row | {"also": tuple(row.get("also", ()))}) for row in rows]
    return tuple(sorted(found, key=lambda term: term.term.lower()))


@cache
def _by_word() -> dict[str, Term]:
    return {word.lower(): term for term in terms() for word in (term.term, *term.also)}


def find(word: str) -> Term | None:
    """The entry for a term or one of its other spellings, in any case."""
    return _by_word().get(word.lower())
