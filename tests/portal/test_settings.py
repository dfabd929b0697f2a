"""Production refuses to start half-configured, says what to do, and is clean when it is whole."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT

WHOLE = {
    "SECRET_KEY": "ajdk3-a-key-of-enough-different-letters-and-length-0123456789-qwertzuiop",
    "SITE_URL": "https://portal.example",
    "DATABASE_URL": "postgresql://portal:secret@db.example:5432/portal",
    "REDIS_URL": "redis://redis.example:6379/0",
    "EMAIL_URL": "smtp+starttls://user:secret@mail.example:587",
}


def run(*arguments, **environment):
    """Python with this environment and nothing of ours in it."""
    bare = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "TMPDIR") if name in os.environ}
    return subprocess.run(
        [sys.executable, *arguments], env=bare | environment, cwd=ROOT, capture_output=True, text=True, timeout=120
    )


def start(**environment):
    return run("-c", "import mhhs_portal.settings", **environment)


@pytest.mark.parametrize("missing", WHOLE)
def test_production_does_not_start_without(missing):
    ended = start(**{name: value for name, value in WHOLE.items() if name != missing})

    last = ended.stderr.strip().splitlines()[-1]
    assert ended.returncode != 0
    assert last.startswith(f"django.core.exceptions.ImproperlyConfigured: {missing} is not set. ")
    assert any(hint in last for hint in ("Set it to", "Make one with")), "the message says what to do"


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"PORTAL_MODE": "prod"}, "Use production, development or test"),
        ({"DATABASE_URL": "mysql://db.example/portal"}, "postgresql://"),
        ({"DATABASE_URL": "sqlite:///portal.db"}, "postgresql://"),
        ({"EMAIL_URL": "mail.example"}, "EMAIL_URL must look like"),
        ({"EMAIL_URL": "imap://mail.example"}, "EMAIL_URL must look like"),
    ],
    ids=str,
)
def test_a_value_that_cannot_work_is_refused_in_words(wrong, words):
    ended = start(**WHOLE | wrong)

    assert ended.returncode != 0
    assert words in ended.stderr.strip().splitlines()[-1]


def test_a_secret_is_in_no_refusal():
    ended = start(**WHOLE | {"EMAIL_URL": "imap://user:hunter2@mail.example", "PORTAL_MODE": ""})

    assert ended.returncode != 0
    assert "hunter2" not in ended.stderr


def test_deploy_checks_are_clean_in_production():
    ended = run("manage.py", "check", "--deploy", "--fail-level", "DEBUG", **WHOLE)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "no issues" in ended.stdout


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"SITE_URL": "http://portal.example"}, "portal.E002"),
        ({"SECRET_KEY": "dev-only-" + WHOLE["SECRET_KEY"]}, "portal.E001"),
        ({"PORTAL_MODE": "development"}, "portal.E003"),
        ({"SECRET_KEY": "short"}, "security.W009"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_deploy_checks_find(wrong, code):
    ended = run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **WHOLE | wrong)

    assert ended.returncode != 0
    assert code in ended.stderr


def test_forgetting_the_mode_means_production():
    asked = "from django.conf import settings as s; print(s.MODE, s.DEBUG, s.SESSION_COOKIE_SECURE, s.SAMPLE_DATA)"

    ended = run("-c", asked, DJANGO_SETTINGS_MODULE="mhhs_portal.settings", **WHOLE)

    assert ended.stdout.split() == ["production", "False", "True", "False"]


def test_samples_are_refused_in_production():
    ended = run("manage.py", "demo", **WHOLE)

    assert ended.returncode != 0
    assert "Samples do not belong in production" in ended.stderr


def test_a_site_at_a_port_of_its_own_answers_by_its_name():
    asked = "from django.conf import settings as s; print(*s.ALLOWED_HOSTS)"

    ended = run(
        "-c", asked, DJANGO_SETTINGS_MODULE="mhhs_portal.settings", **WHOLE | {"SITE_URL": "https://a.example:8443"}
    )

    assert ended.stdout.split() == ["a.example"], "Django compares names without their ports"


def test_behind_the_proxy_a_visitor_is_known_by_the_address_that_the_proxy_saw():
    asked = """
import django; django.setup()
from allauth.core.internal.httpkit import get_client_ip
from django.test import RequestFactory
print(get_client_ip(RequestFactory().get("/", REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR="9.9.9.9, 203.0.113.7")))
"""

    ended = run("-c", asked, DJANGO_SETTINGS_MODULE="mhhs_portal.settings", **WHOLE)

    assert ended.stdout.split() == ["203.0.113.7"], "or one visitor's wrong passwords would close the door for all"
