"""Keeps secret addresses out of the log. Loaded with the settings, so it imports no model."""

from __future__ import annotations

import logging
import re

_IN_AN_ADDRESS = re.compile(r"(/calendar/feed/|/checklist/feed/|/news/(?:confirm|unsubscribe)/)[A-Za-z0-9_-]+")


class HideSecrets(logging.Filter):
    """Takes the secret out of every line that names a personal calendar or list, or a link of the newsletter."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        hidden = _IN_AN_ADDRESS.sub(r"\1…", said)
        if hidden != said:
            record.msg, record.args = hidden, ()
        return True
