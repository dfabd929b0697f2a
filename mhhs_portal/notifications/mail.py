"""Turns an outbox row into a mail: one subject, and the same facts as text and as HTML."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.template import Context, engines
from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from mhhs_portal.notifications.composing import PortalEmail
from mhhs_portal.notifications.models import Message

TEXT_WIDTH = 72


@dataclass(frozen=True)
class Rendered:
    subject: str
    text: str
    html: str


def render(message: Message, now: datetime | None = None) -> Rendered:
    """What the person would receive at `now`. Sends and changes nothing, so it is also the preview."""
    facts = {
        **_revived(message.context),
        "to": message.to,
        "greeting": f"Hello {message.to.name.split()[0]}," if message.to else "Hello,",
        "number": message.number if message.pk else "N-00000",
        "link": message.link,
        "unsubscribe_link": message.unsubscribe_link,
        "now": now or timezone.now(),
        "is_sample": any(one is not None and one.is_sample for one in (message.to, message.organisation)),
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "contact_email": settings.CONTACT_EMAIL,
    }
    name = f"emails/{message.template}"
    facts["subject"] = " ".join(_render(f"{name}-subject.txt", facts, "text").split())
    return Rendered(
        subject=facts["subject"],
        text=tidy(_render(f"{name}-body.txt", facts, "text")),
        html=_render(f"{name}-body.html", facts, "html"),
    )


def as_email(message: Message, rendered: Rendered) -> PortalEmail:
    mail = PortalEmail(
        rendered.subject,
        rendered.text,
        to=[message.email],
        headers=_headers(message),
    )
    mail.attach_alternative(rendered.html, "text/html")
    return mail


def _headers(message: Message) -> dict[str, str]:
    headers = {"Message-ID": message.message_id, "Auto-Submitted": "auto-generated"}
    if link := message.unsubscribe_link:
        headers |= {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
    return headers


def _render(name: str, facts: dict[str, Any], part: str) -> str:
    template = engines["django"].engine.get_template(name)  # type: ignore[attr-defined]
    return template.render(Context({**facts, "part": part}, autoescape=part == "html"))


def _revived(value: Any, name: str = "") -> Any:
    """JSON has no moments and days: what is named …_at and …_on becomes one again."""
    if isinstance(value, dict):
        return {key: _revived(each, key) for key, each in value.items()}
    if isinstance(value, list):
        return [_revived(each) for each in value]
    if isinstance(value, str) and name.endswith("_at"):
        return _moment(value)
    if isinstance(value, str) and name.endswith("_on"):
        return _day(value)
    return value


def _moment(text: str) -> datetime | str:
    return parse_datetime(text) or text


def _day(text: str) -> date | str:
    return parse_date(text) or text


def tidy(text: str) -> str:
    """At most 72 columns and one empty line at a time; addresses are never broken."""
    lines = [wrapped for line in text.splitlines() for wrapped in _wrap(line.rstrip())]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip() + "\n"


def _wrap(line: str) -> list[str]:
    if len(line) <= TEXT_WIDTH:
        return [line]
    indent = re.match(r"\s*(\* )?", line)
    hanging = " " * len(indent.group() if indent else "")
    return textwrap.wrap(
        line, TEXT_WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False
    ) or [""]
