"""What load balancers and monitoring are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from mhhs_portal import health


@pytest.fixture
def redis_down(settings):
    """The cache points where nothing listens, as when Redis is gone."""
    from django.core.cache import caches

    before = settings.CACHES
    settings.CACHES = {"default": before["default"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    yield
    settings.CACHES = before
    caches.settings = caches.configure_settings(None)


def test_live_asks_nobody(client, redis_down):
    answer = client.get("/health/live")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


def test_ready_names_both_parts(client, db):
    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()) == (200, {"status": "ok", "database": "ok", "redis": "ok"})
    assert "no-store" in answer["Cache-Control"]


def test_ready_names_redis_when_redis_is_down(client, db, redis_down):
    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "ok", "redis": "ConnectionError"}


def test_ready_names_the_database_when_the_database_is_down(client, db, monkeypatch):
    from django.db import OperationalError

    def refuse():
        raise OperationalError("no")

    monkeypatch.setattr(health, "_database", refuse)
    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer.json() == {"status": "unavailable", "database": "OperationalError", "redis": "ok"}


@pytest.mark.parametrize(
    ("beat_age", "oldest_age", "status", "faults"),
    [
        (10, None, 200, 0),
        (10, 60, 200, 0),
        (None, None, 503, 1),
        (301, None, 503, 1),
        (10, 901, 503, 1),
        (301, 901, 503, 2),
    ],
)
def test_jobs_say_when_beat_is_silent_or_a_message_waits(client, db, monkeypatch, beat_age, oldest_age, status, faults):
    now = timezone.now()
    beat, oldest = (age and now - timedelta(seconds=age) for age in (beat_age, oldest_age))
    monkeypatch.setattr(health.watch, "last_heartbeat", lambda: beat)
    monkeypatch.setattr(health.watch, "oldest_unsent_due", lambda now: oldest)
    answer = client.get("/health/jobs")

    body = answer.json()
    assert (answer.status_code, len(body["faults"])) == (status, faults)
    assert (body["heartbeat_age_seconds"], body["oldest_unsent_age_seconds"]) == (beat_age, oldest_age)


@pytest.mark.parametrize("address", ["/health/live", "/health/ready", "/health/jobs"])
def test_health_is_read_only(client, db, address):
    assert client.post(address).status_code == 405
    assert client.head(address).content == b""


def test_health_works_for_a_probe_that_speaks_http_in_production(client, db, settings):
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_REDIRECT_EXEMPT = [r"^health/"]

    assert client.get("/health/ready").status_code == 200
    assert client.get("/sign-in/").status_code == 301
