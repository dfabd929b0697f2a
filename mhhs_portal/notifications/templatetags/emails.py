"""The rows of an e-mail's facts, drawn for whichever of its two parts is being rendered."""

from __future__ import annotations

import textwrap
from datetime import datetime
from typing import Any

from django import template
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from mhhs_portal import deadlines
from mhhs_portal.notifications.mail import TEXT_WIDTH

register = template.Library()

LABEL_WIDTH = 24
LABEL = "padding:10px 16px 10px 0;width:38%;font-size:14px;line-height:20px;color:#3C4E57;vertical-align:top"
VALUE = "padding:10px 0;font-size:14px;line-height:20px;color:#0F2129;vertical-align:top"
HAIRLINE = "border-bottom:1px solid #D3DBDC"
RULES = "border-top:2px solid #0F2129;border-bottom:2px solid #0F2129"


def _row(label: str, value: Any, line: str) -> SafeString:
    return format_html(
        '<tr><th scope="row" align="left" style="{};{};font-weight:400">{}</th><td style="{};{}">{}</td></tr>',
        *(LABEL, line, label, VALUE, line, value),
    )


def _lines(label: str, *values: str) -> str:
    """ "Label:    value", with further lines of the value below the value."""
    width = TEXT_WIDTH - LABEL_WIDTH
    wrapped = [line for value in values for line in textwrap.wrap(value, width, break_long_words=False)] or [""]
    heads = [label if label.endswith("?") else f"{label}:"] + [""] * (len(wrapped) - 1)
    if len(heads[0]) >= LABEL_WIDTH:  # a long label gets a line of its own
        heads, wrapped = [heads[0], *[""] * len(wrapped)], ["", *wrapped]
    return "\n".join(f"{head:<{LABEL_WIDTH}}{line}".rstrip() for head, line in zip(heads, wrapped, strict=True)) + "\n"


@register.simple_tag(takes_context=True)
def fact(context: dict[str, Any], label: str, value: Any) -> SafeString:
    """One line of facts: {% fact "Who must respond" "Suppliers and agents" %}."""
    if context["part"] == "html":
        return _row(label, conditional_escape(value), HAIRLINE)
    return mark_safe(_lines(label, str(value)))  # noqa: S308  # the text part has no mark-up


@register.simple_tag(takes_context=True)
def due(context: dict[str, Any], label: str, due_at: datetime) -> SafeString:
    """The deadline block: day and time in full, and beside them how long is left when the mail is sent."""
    local = due_at.astimezone(deadlines.LONDON)
    when = f"{local:%H:%M} {deadlines.day_words(local.date(), weekday=True)}"
    left = f"{deadlines.days_left_words(due_at, context['now'])}, UK time"
    if context["part"] == "html":
        value = format_html(
            '<strong style="font-size:17px;line-height:24px">{}</strong><br>'
            '<span style="font-size:13px;color:#3C4E57">{}</span>',
            *(when, left),
        )
        return _row(label, value, RULES)
    return mark_safe(_lines(label, when, left))  # noqa: S308  # the text part has no mark-up
