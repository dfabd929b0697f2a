"""The critical paths where little or nothing is published."""

from __future__ import annotations

import pytest

from tests.milestones.network.test_links import path

pytestmark = pytest.mark.django_db


def test_an_empty_portal_says_so(client, db):
    assert client.get("/critical-paths/").status_code == 200
    assert client.get("/critical-paths/cp1/").status_code == 404


def test_a_path_without_steps_or_gate_is_a_page(client, db):
    path("cp9")

    page = client.get("/critical-paths/cp9/")

    assert page.status_code == 200
    assert "Nothing is linked on this path" in page.text
