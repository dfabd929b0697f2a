"""{% load glossary %}{% term "MPID" %}: a term of the Programme, linked to its meaning at first use on a page."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.html import format_html

from mhhs_portal.library.glossary import find

register = template.Library()


@register.simple_tag(takes_context=True)
def term(context: dict[str, Any], word: str, words: str = "") -> str:
    """The word (or `words`, such as "MPIDs") with a link to /glossary/ where the page first says it, plain afterwards.

    A word that the glossary does not have is a mistake in the template: an error everywhere but in production.
    """
    known, shown = find(word), words or word
    if known is None:
        if settings.PRODUCTION:
            return shown
        raise template.TemplateSyntaxError(f"{word!r} is not in mhhs_portal/library/data/glossary.toml")
    if known.anchor in (seen := _seen(context)):
        return shown
    seen.add(known.anchor)
    address = f"{reverse('library:glossary')}#{known.anchor}"
    return format_html('<a class="term" href="{}"><abbr title="{}">{}</abbr></a>', address, known.spoken, shown)


def _seen(context: dict[str, Any]) -> set[str]:
    """What this page has explained already. It hangs on the request, which every included template shares."""
    request = context.get("request")
    if request is None:
        return set()
    if not hasattr(request, "_terms_explained"):
        request._terms_explained = set()
    seen: set[str] = request._terms_explained
    return seen
