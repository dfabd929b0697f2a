"""What staff typed, as safe HTML."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from checklist.news.words import as_html

register = template.Library()


@register.filter
def as_text(text: str) -> SafeString:
    """{{ news.body|as_text }}"""
    return as_html(text)
