"""Real engines for every test: PostgreSQL and Redis from the environment, else embedded ones started here."""

from __future__ import annotations

import os

os.environ.setdefault("PORTAL_MODE", "test")
