"""The words of a chase: staff write them once, and each person reads them with their own facts in the gaps."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError

GAPS = {
    "name": "the person's first name",
    "organisation": "the organisation's name",
    "item": "the item's title, or how many items there are",
    "reference": "the items' references",
    "deadline": "the organisation's own deadline, the soonest of several",
    "left": "the working days left until then",
}
SUBJECT = "Not yet sent: {item}"
TEXT = (
    "We have no response from {organisation} yet: {item} ({reference}).\n\n"
    "The deadline is {deadline}: {left}.\n\n"
    "Nothing to say? “Reviewed, no comments” counts as a full response."
)
_GAP = re.compile(r"\{([^{}]*)\}")


def refuse_unknown_gaps(subject: str, text: str) -> None:
    """ValidationError in words for what looks like a gap and is none."""
    for field, words in (("subject", subject), ("text", text)):
        unknown = [gap for gap in _GAP.findall(words) if gap not in GAPS]
        if unknown:
            known = ", ".join(f"{{{gap}}}" for gap in GAPS)
            raise ValidationError({field: f"The portal cannot fill in {{{unknown[0]}}}. It knows {known}."})


def filled(words: str, facts: Mapping[str, str]) -> str:
    return _GAP.sub(lambda found: facts.get(found[1], found[0]), words)
