"""`make run`, for real: what it starts, says and leaves."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from mhhs_portal.local.places import remove_outside
from tests.portal.local_run import Portal, alive_after, free_port

pytestmark = pytest.mark.engines


@pytest.fixture(scope="module")
def var(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal") / "var"
    yield folder
    remove_outside(folder)


@pytest.fixture
def portals():
    """Starts portals and ends those that a failed test has left."""
    started: list[Portal] = []

    def start(*args, **kwargs) -> Portal:
        started.append(Portal(*args, **kwargs))
        return started[-1]

    yield start
    for portal in started:
        portal.end()


def modes_above(folder: Path) -> dict[str, int]:
    return {str(parent): parent.stat().st_mode for parent in folder.parents}


def test_one_command_opens_the_portal_and_ctrl_c_ends_all_of_it(var, portals):
    before = modes_above(var)
    portal = portals(var)
    portal.wait_open()

    assert portal.status_of("/health/ready") == 200
    names = {"web", "worker", "beat", "mail", "valkey", "postgresql"}
    pids = {name: portal.pid_of(name) for name in names}
    sign_ins = json.loads((var / "sample-sign-ins.json").read_text())
    assert {"role", "organisation", "email", "password"} <= set(sign_ins[0])
    assert sign_ins[0]["email"] in portal.output

    # A second run in the same folder, one on the same port, and a reset are all refused in words.
    second = portals(var)
    assert second.wait_end() == 1
    assert f"already running at http://localhost:{portal.port}" in second.output
    elsewhere = portals(var.parent / "elsewhere", port=portal.port)
    assert elsewhere.wait_end() == 1
    assert f"Port {portal.port}" in elsewhere.output
    assert not (var.parent / "elsewhere" / "valkey").exists()
    reset = subprocess.run(
        [sys.executable, "-m", "mhhs_portal.local.reset"],
        env=os.environ | {"VAR_DIR": str(var)},
        capture_output=True,
        text=True,
    )
    assert (reset.returncode, var.exists()) == (1, True)
    assert "already running" in reset.stderr

    # Mail is caught, kept whole, and one line says so.
    line = next(line for line in (Path(f"/proc/{pids['web']}/environ").read_text().split("\0")) if "EMAIL_URL" in line)
    with smtplib.SMTP("127.0.0.1", int(line.rsplit(":", 1)[1])) as client:
        client.sendmail("portal@sample.example", ["sam@sample.example"], "Subject: Due\n\nGo to http://x.example/a.")
    portal.wait_for("Due http://x.example/a")
    assert "Subject: Due" in next((var / "mail").glob("*.eml")).read_text()

    running = portal.everything()
    portal.process.send_signal(signal.SIGINT)
    assert portal.wait_end() == 0
    assert portal.output.endswith("Everything is stopped.")
    assert alive_after(running, 1) == []
    assert modes_above(var) == before


def test_a_killed_supervisor_leaves_no_process_and_the_next_start_works(var, portals):
    portal = portals(var)
    portal.wait_open()
    running = portal.everything()
    assert len(running) > 8
    os.kill(portal.process.pid, signal.SIGKILL)
    assert alive_after(running, 30) == []
    portal.process.wait()

    # The next start finds the killed run's files; then a process that ends by itself is named, and the rest stop.
    again = portals(var)
    again.wait_open()
    running = again.everything()
    os.kill(again.pid_of("worker"), signal.SIGKILL)
    assert again.wait_end() == 1
    assert "worker has ended by itself (killed by SIGKILL)" in again.output
    assert "worker.log" in again.output
    assert alive_after(running, 1) == []


def test_servers_that_are_named_are_used_and_not_started(tmp_path, portals):
    """No server listens at these addresses: the portal says so in words, and starts none of its own."""
    portal = portals(
        tmp_path / "var",
        DATABASE_URL=f"postgresql://nobody@127.0.0.1:{free_port()}/none",
        REDIS_URL=f"redis://127.0.0.1:{free_port()}/0",
        EMAIL_URL="smtp://127.0.0.1:9",
    )
    assert portal.wait_end() == 1
    assert "The database does not answer" in portal.output
    made = {path.name for path in (tmp_path / "var").iterdir()}
    assert made.isdisjoint({"postgresql", "valkey", "mail"})
    assert {"web.log", "valkey.log", "mail.log"}.isdisjoint(p.name for p in (tmp_path / "var" / "log").iterdir())


def test_a_port_that_somebody_else_has_is_refused_before_anything_starts(tmp_path, portals):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        portal = portals(tmp_path / "var", port=port)
        assert portal.wait_end() == 1
    assert f"Port {port} on 127.0.0.1 cannot be used" in portal.output
    assert f"PORT={port + 1}" in portal.output
    assert not (tmp_path / "var" / "log").exists()


def test_a_missing_library_is_named_with_its_package(tmp_path, monkeypatch):
    from mhhs_portal.local import requirements

    monkeypatch.setattr(requirements, "find_library", lambda name: None if "pango" in name else name)
    monkeypatch.setattr(requirements.sys, "platform", "linux")
    assert "apt install libpango-1.0-0 libpangoft2-1.0-0" in requirements.what_is_missing()
    monkeypatch.setattr(requirements.sys, "platform", "darwin")
    assert "brew install pango" in requirements.what_is_missing()
    monkeypatch.setenv("MHHS_WITHOUT_PDF", "1")
    assert requirements.what_is_missing() == ""


def test_a_run_started_by_make_ends_with_make(tmp_path, monkeypatch):
    from mhhs_portal.local.run import Run

    monkeypatch.setenv("STOP_WITH_PARENT", "yes")
    run = Run("127.0.0.1", 8000, tmp_path)
    run.look_after_children()
    monkeypatch.setattr("mhhs_portal.local.run.os.getppid", lambda: 1)
    with pytest.raises(KeyboardInterrupt):
        run.look_after_children()
