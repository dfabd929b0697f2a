"""What the Programme's words mean, and whom to ask."""

from __future__ import annotations

from itertools import groupby

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mhhs_portal.exports import Column, Table, file_of
from mhhs_portal.library.contacts import Contact, contacts
from mhhs_portal.library.glossary import Term, terms
from mhhs_portal.organisations.access import public
from mhhs_portal.web import PortalRequest, page_or_part


@require_safe
@public("the words of a public programme")
def glossary(request: PortalRequest) -> HttpResponse:
    """Every term with an anchor; `?q=` keeps those that say all the words."""
    wanted = request.GET.get("q", "").strip()[:80]
    found = [term for term in terms() if term.matches(wanted)]
    if file := file_of(request, _glossary_table(found)):
        return file
    letters = [(letter, list(group)) for letter, group in groupby(found, key=lambda term: term.letter)]
    context = {"letters": letters, "count": len(found), "all": len(terms()), "q": wanted}
    return page_or_part(request, "library/glossary.html", "found", context)


@require_safe
@public("whom a participant may ask")
def who_to_ask(request: PortalRequest) -> HttpResponse:
    rows = contacts()
    if file := file_of(request, _contact_table(rows)):
        return file
    return render(request, "library/who_to_ask.html", {"contacts": rows})


def _glossary_table(found: list[Term]) -> Table:
    columns = [
        Column("term", "Term"),
        Column("full", "Stands for"),
        Column("meaning", "Meaning"),
        Column("source", "Source"),
        Column("url", "Address of the source"),
    ]
    rows = [
        {
            "term": term.term,
            "full": term.full or None,
            "meaning": f"{term.short} {term.more}".strip(),
            "source": term.source or None,
            "url": term.url or None,
        }
        for term in found
    ]
    return Table("glossary", columns, rows)


def _contact_table(rows: tuple[Contact, ...]) -> Table:
    columns = [
        Column("subject", "About"),
        Column("who", "Who"),
        Column("mail", "Mail address"),
        Column("source", "Source"),
        Column("url", "Address of the source"),
    ]
    said = [
        {"subject": c.subject, "who": c.who, "mail": c.mail or None, "source": c.source, "url": c.url} for c in rows
    ]
    return Table("who-to-ask", columns, said)
