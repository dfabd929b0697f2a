"""An item that has closed, with three organisations that commented."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.utils import timezone

from checklist.closing.dispositions import decide
from tests import make


@pytest.fixture
def case(db):
    """Two suppliers with two and one comments, an agent that the log would give away; one comment is confidential."""
    now = timezone.now()
    asked = [make.organisation(name=f"Marker Supplier {n}", constituency="small-supplier") for n in (1, 2, 3)]
    agent = make.organisation(name="Marker Agent", constituency="agent")
    item = make.item([*asked, agent], due_at=now - timedelta(days=3), is_public=True, title="Approach")
    leads = [make.lead(one) for one in (*asked, agent)]

    def sent(who, hours):
        return make.response(item, who, answer="comments", given_at=now - timedelta(days=4, hours=-hours))

    first, second, third = sent(asked[0], 1), sent(asked[1], 2), sent(agent, 3)
    comments = [
        make.comment(first, clause="2.10", comment="Say who signs"),
        make.comment(
            first, clause="2.9", comment="Marker secret", suggested_change="Marker wording", is_confidential=True
        ),
        make.comment(second, clause="2.10", comment="Name the signatory"),
        make.comment(third, clause="1", comment="Spelling", kind="editorial"),
    ]
    return SimpleNamespace(
        item=item, asked=asked, agent=agent, leads=leads, office=make.office(), comments=comments, now=now,
        responses=[first, second, third],
    )  # fmt: skip


@pytest.fixture
def decided(case):
    """Every comment has a decision: numbers 1 to 4 are accepted, rejected, noted, noted."""
    say = {"acting": case.office, "seen_version": 0, "now": case.now}
    decide(case.comments[0], outcome="accepted", reply="Added in 2.10", **say)
    decide(case.comments[1], outcome="rejected", reply="Marker private reply", **say)
    decide(case.comments[2], outcome="noted", **say)
    decide(case.comments[3], outcome="noted", **say)
    return case
