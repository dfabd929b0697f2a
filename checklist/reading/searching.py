"""Full-text search in PostgreSQL: other forms of a word are found, references and document numbers by any part.

The index has every end of a code, so that the beginning of an end, which it finds fast, is any inner part of the code.
"""

from __future__ import annotations

import re
from html import escape
from typing import Any

from django.contrib.postgres.search import SearchHeadline, SearchQuery, SearchRank
from django.db.models import F
from django.utils.safestring import SafeString, mark_safe

from checklist.models.items import ItemQuerySet

LONGEST = 100
#: A search of more words than this says no more.
MOST_WORDS = 12
#: Around a match while PostgreSQL hands it over: characters that no text of ours holds.
_START, _STOP = "\x02", "\x03"
_TOKEN = re.compile(r'(?P<no>-?)(?:"(?P<phrase>[^"]*)"|(?P<word>[^\s"]+))')


def typed(text: str) -> str:
    """The words as they are searched for and shown again."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())[:LONGEST].rstrip()


def query_of(text: str) -> SearchQuery | None:
    """All words must be there: "quoted words" beside each other, -word nowhere. None when there is no word in it."""
    parts = []
    tokens = list(_TOKEN.finditer(text))[:MOST_WORDS]
    for n, token in enumerate(tokens):
        part = _part(token["phrase"], token["word"], without=bool(token["no"]), is_last=n == len(tokens) - 1)
        if part is not None:
            parts.append(part)
    if not parts:
        return None
    query = parts[0]
    for part in parts[1:]:
        query = query & part
    return query


def _part(phrase: str | None, word: str | None, *, without: bool, is_last: bool) -> SearchQuery | None:
    if phrase is not None:
        return _said(phrase, "phrase", without) if _code(phrase) else None
    code = _code(word or "")
    if not code:
        return None
    said = re.sub(r"[^\w&.]+", " ", word or "").strip()
    query = _said(said, "plain", without)
    if without:
        return query
    if any(c.isdigit() for c in code):
        return query | _beginning(code, "simple")
    return query | _beginning(code, "english") if is_last and len(code) > 2 else query


def _said(text: str, how: str, without: bool) -> SearchQuery:
    return SearchQuery(text, config="english", search_type=how, invert=without)


def _beginning(code: str, config: str) -> SearchQuery:
    return SearchQuery(f"'{code}':*", config=config, search_type="raw")


def _code(word: str) -> str:
    return "".join(c for c in word.lower() if c.isalnum())


def matching(items: ItemQuerySet, query: SearchQuery) -> ItemQuerySet:
    return items.filter(search__document=query)


def ranked(items: ItemQuerySet, query: SearchQuery) -> Any:
    """Adds rank: how well an item fits, titles before the rest."""
    return items.annotate(rank=SearchRank(F("search__document"), query))


def highlighted(items: ItemQuerySet, query: SearchQuery) -> ItemQuerySet:
    """Adds marked_title and marked_words, for marks()."""
    marking: dict[str, Any] = {"config": "english", "start_sel": _START, "stop_sel": _STOP}
    return items.annotate(
        marked_title=SearchHeadline("title", query, highlight_all=True, **marking),
        marked_words=SearchHeadline("search__words", query, max_fragments=1, max_words=26, min_words=12, **marking),
    )


def marks(text: str) -> SafeString:
    """The text with its matches marked; everything else in it is only text."""
    return mark_safe(escape(text).replace(_START, "<mark>").replace(_STOP, "</mark>"))  # noqa: S308 - escaped first


def marked_code(code: str, text: str) -> SafeString | str:
    """A reference or document number, marked where it has a word of the search in it; two letters only as it begins."""
    words = [_code(word) for word in text.split()]
    bare = _code(code)
    starts = (bare, bare.lstrip("abcdefghijklmnopqrstuvwxyz"))
    hit = any(
        any(c.isdigit() for c in w) and (any(s.startswith(w) for s in starts) or (len(w) > 2 and w in bare))
        for w in words
    )
    return mark_safe(f"<mark>{escape(code)}</mark>") if hit else code  # noqa: S308 - escaped


def has_marks(text: str) -> bool:
    return _START in text
