from __future__ import annotations

import pytest

from milestones.register import kept


@pytest.fixture(autouse=True)
def the_register_is_read_afresh(monkeypatch):
    """What a page asks is counted as after a change of the plan; `test_register_kept.py` is about what is kept."""
    monkeypatch.setattr(kept, "MOST", 0)
    monkeypatch.setattr(kept, "_kept", {})
