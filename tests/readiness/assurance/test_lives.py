"""What the documents say about the lives of things is what Python and PostgreSQL do."""

from __future__ import annotations

import re

import pytest

from readiness.assurance.models import FINDING_STEPS, PLAN_STEPS
from readiness.models import STEPS
from readiness.papers.models import PAPER_STEPS
from tests.conftest import ROOT


@pytest.mark.parametrize(
    ("file", "heading", "steps"),
    [
        ("assurance", "submission", STEPS),
        ("assurance", "finding", FINDING_STEPS),
        ("assurance", "plan", PLAN_STEPS),
        ("papers", "paper", PAPER_STEPS),
    ],
)
def test_the_table_in_the_documents_is_the_one_that_is_used(file, heading, steps):
    text = (ROOT / "readiness" / file / "README.md").read_text()
    part = text.split(f"## The life of a {heading}\n")[1].split("\n## ")[0]
    told = re.findall(r"^\| (\w+) \| ([\w-]+) \| ([\w-]+) \|$", part, re.MULTILINE)

    assert set(told) - {("step", "from", "to")} == {(step, a.value, b.value) for (step, a), b in steps.items()}
