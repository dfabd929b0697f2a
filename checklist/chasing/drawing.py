"""States as the pages draw them."""

from __future__ import annotations

from django.template.loader import render_to_string

from checklist.progress import MARKS, TRACKED
from mhhs_portal.templatetags.portal import status


def drawn_states() -> dict[str, str]:
    """As {% status %} draws them; a page has hundreds, and nine are different."""
    template = "components/status.html"
    return {state: render_to_string(template, status(MARKS[state], words)) for state, words in TRACKED.items()}
