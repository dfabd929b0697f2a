"""Tags for the templates of PDFs: drawings in a form that the PDF engine reads quickly."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache

from django import template
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_block_tag
def image(content: str) -> SafeString:
    """The SVG within as the address of an image: its shapes are then not styled and laid out as boxes."""
    return format_html("data:image/svg+xml;base64,{}", b64encode(content.encode()).decode())


@register.filter
@cache
def painted(classes: str, stylesheet: str) -> SafeString:
    """What a stylesheet says about a shape of these classes, as the shape's own attributes."""
    said: dict[str, str] = {}
    has = frozenset(classes.split())
    for wanted, declarations in _rules(stylesheet):
        if wanted <= has:
            said.update(declarations)
    return format_html_join("", ' {}="{}"', said.items())


@cache
def _rules(stylesheet: str) -> list[tuple[frozenset[str], dict[str, str]]]:
    """The rules of a stylesheet with selectors like .a.b only, the weakest first."""
    css = re.sub(r"/\*.*?\*/", "", render_to_string(stylesheet), flags=re.DOTALL)
    rules = []
    for selectors, body in re.findall(r"([^{}]+)\{([^{}]*)\}", css):
        pairs = (declaration.split(":", 1) for declaration in body.split(";") if declaration.strip())
        declarations = {name.strip(): value.strip() for name, value in pairs}
        rules += [(frozenset(each.strip().split(".")[1:]), declarations) for each in selectors.split(",")]
    return sorted(rules, key=lambda rule: len(rule[0]))
