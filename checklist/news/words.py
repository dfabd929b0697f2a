"""Plain text that staff type, as safe HTML: paragraphs, lists, links. Nothing typed is ever mark-up."""

from __future__ import annotations

import re

from django.utils.html import escape, urlize
from django.utils.safestring import SafeString, mark_safe

_ITEM = re.compile(r"\s*[-*•]\s+")


def as_html(text: str) -> SafeString:
    """Empty lines part paragraphs; lines that begin with "- " are a list; web addresses become links."""
    blocks = re.split(r"\n\s*\n", text.replace("\r\n", "\n").strip())
    return mark_safe("".join(_block(block) for block in blocks if block.strip()))  # noqa: S308  # each line is escaped


def _block(block: str) -> str:
    html = ""
    items: list[str] = []
    paragraph: list[str] = []
    for line in [*block.split("\n"), None]:
        is_item = line is not None and bool(_ITEM.match(line))
        if paragraph and (line is None or is_item):
            html, paragraph = html + f"<p>{'<br>'.join(paragraph)}</p>", []
        if items and not is_item:
            html, items = html + f"<ul>{''.join(f'<li>{item}</li>' for item in items)}</ul>", []
        if line is None:
            break
        if is_item:
            items.append(_line(_ITEM.sub("", line, count=1)))
        else:
            paragraph.append(_line(line))
    return html


def _line(line: str) -> str:
    return urlize(escape(line.strip()), nofollow=True, autoescape=False)
