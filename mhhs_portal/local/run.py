"""`make run`: the whole portal in the foreground, from nothing, on one machine.

It needs no Django of its own: settings.py refuses to load without a database, and providing one is this module's work.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from mhhs_portal.local import commands, prepare
from mhhs_portal.local.binaries import EngineMissing
from mhhs_portal.local.engines import EngineFailed, Postgres, Valkey, running_as
from mhhs_portal.local.lock import AlreadyRunning, Lock
from mhhs_portal.local.places import BASE, PlaceRefused, mark, var_folder
from mhhs_portal.local.processes import Child, how_it_ended, stop_recorded, stop_together
from mhhs_portal.local.requirements import what_is_missing
from mhhs_portal.local.unchanged import Prepared

#: Processes of one stage stop together; a later stage serves the earlier ones, so it stops after them.
PORTAL, MAIL, BROKER, DATABASE = range(4)
PATIENCE = 120.0  # seconds until the portal must answer


class CannotStart(Exception):
    """Something that the reader can put right; the message says how."""


class Ended(Exception):
    """A process ended that should not have."""


class Run:
    """One run of the portal: what it started, in which order it stops."""

    def __init__(self, host: str, port: int, var: Path) -> None:
        self.host = host
        self.port = port
        self.var = var
        self.address = f"http://{'localhost' if host in ('127.0.0.1', '0.0.0.0') else host}:{port}"  # noqa: S104
        self.children: list[tuple[int, Child]] = []
        self.environment = dict(os.environ)
        self.signals = 0
        self.parent = os.getppid() if os.environ.get("STOP_WITH_PARENT") else None
        self.guard: subprocess.Popen[str] | None = None
        self.lock: Lock
        self._printing = threading.Lock()

    # --- words ------------------------------------------------------------------------------------------------------

    def say(self, name: str, line: str) -> None:
        try:
            with self._printing:
                print(f"{name:<10} | {line}", flush=True)
        except (OSError, ValueError):
            pass  # the terminal is gone; the logs are still written

    def tell(self, line: str = "") -> None:
        try:
            with self._printing:
                print(line, flush=True)
        except (OSError, ValueError):
            pass

    # --- starting -----------------------------------------------------------------------------------------------------

    def open(self) -> None:
        """Starts everything and returns when the portal answers."""
        ours = not self.environment.get("DATABASE_URL")
        self._start_guard()
        self._start_engines()
        self._set_environment()
        # Loading Django five times is most of the wait: web loads beside `prepare` when that has nothing to change.
        prepared = Prepared(self.var)
        beside = ours and prepared.is_unchanged()
        if beside:
            self.start(PORTAL, "web", commands.here(commands.WEB))
        prepared.forget()
        preparing = self._prepare()
        if not beside:
            self.start(PORTAL, "web", commands.here(commands.WEB))
        self._wait_until_ready(preparing)
        self.start(PORTAL, "worker", commands.here(commands.WORKER))
        self.start(PORTAL, "beat", commands.here(commands.BEAT))
        self._wait_until_prepared(preparing)
        prepared.remember()

    def start(
        self,
        stage: int,
        name: str,
        command: Sequence[str],
        pass_fds: Sequence[int] = (),
        awaited: str = "",
    ) -> Child:
        child = Child(
            name,
            command,
            environment=self.environment,
            folder=BASE,
            record=self.var / "run" / f"{name}.process.json",
            log=self.var / "log" / f"{name}.log",
            say=self.say,
            pass_fds=pass_fds,
            awaited=awaited,
        )
        self.keep(stage, child)
        return child

    def keep(self, stage: int, child: Child) -> None:
        self.children.append((stage, child))
        if self.guard and self.guard.stdin and child.record.exists():
            facts = json.loads(child.record.read_text(encoding="utf-8")) | {"stage": stage}
            self.guard.stdin.write(json.dumps(facts) + "\n")
            self.guard.stdin.flush()

    def _start_guard(self) -> None:
        self.guard = subprocess.Popen(
            [sys.executable, str(Path(__file__).with_name("guard.py"))],
            stdin=subprocess.PIPE,
            text=True,
            start_new_session=True,
            pass_fds=[self.lock.descriptor],  # a next run waits until it has cleaned up
        )

    def _start_engines(self) -> None:
        """Starts what no variable replaces, and fills in the variables."""
        valkey = None
        if not self.environment.get("REDIS_URL"):
            valkey = Valkey(self.var, say=self.say)
            valkey.begin()
            assert valkey.child
            self.keep(BROKER, valkey.child)
        if not self.environment.get("EMAIL_URL"):
            self._start_mail()
        if not self.environment.get("DATABASE_URL"):
            if not (self.var / "postgresql").exists():
                self.tell("Making a PostgreSQL database …")
            postgres = Postgres(self.var, say=self.say)
            postgres.begin()
            assert postgres.child
            self.keep(DATABASE, postgres.child)
            self.environment["DATABASE_URL"] = postgres.wait_ready()
        if valkey:
            self.environment["REDIS_URL"] = valkey.wait_ready()

    def _start_mail(self) -> None:
        with socket.create_server(("127.0.0.1", int(os.environ.get("MAIL_PORT") or 0))) as listening:
            descriptor = listening.fileno()
            self.start(
                MAIL,
                "mail",
                [sys.executable, "-m", "mhhs_portal.local.mail", "--descriptor", str(descriptor)],
                pass_fds=[descriptor],
            )
            self.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{listening.getsockname()[1]}"

    def _set_environment(self) -> None:
        for name, value in {
            "PORTAL_MODE": "development",
            "SITE_URL": self.address,
            "VAR_DIR": str(self.var),
            "ALLOWED_HOSTS": ",".join({"localhost", "127.0.0.1", "[::1]", self.host}),
            "PYTHONUNBUFFERED": "1",
            "GRANIAN_WORKERS": str(os.cpu_count() or 1),
        }.items():
            self.environment.setdefault(name, value)
        self.environment |= {"GRANIAN_HOST": self.host, "GRANIAN_PORT": str(self.port)}

    def _prepare(self) -> Child:
        """Migrates and loads the plan and the samples. Returns once the rest may start."""
        command = [sys.executable, "-m", "mhhs_portal.local.prepare"]
        preparing = self.start(PORTAL, "prepare", command, awaited=prepare.READY)
        while not preparing.announced.wait(0.02):
            self.look_after_children(except_for=preparing)
            if preparing.exit_code() is not None:
                preparing.last_words()  # its output is read to the end
                if not preparing.announced.is_set():
                    raise CannotStart("The database could not be prepared; the lines above say why.")
        return preparing

    def _wait_until_prepared(self, preparing: Child) -> None:
        while preparing.exit_code() is None:
            self.look_after_children(except_for=preparing)
            time.sleep(0.05)
        self.children = [(stage, child) for stage, child in self.children if child is not preparing]
        preparing.stop()
        if preparing.exit_code() != 0:
            raise CannotStart("The Plan on a Page could not be drawn; the lines above say why.")

    def _wait_until_ready(self, preparing: Child) -> None:
        host = "127.0.0.1" if self.host == "0.0.0.0" else self.host  # noqa: S104
        host = f"[{host}]" if ":" in host else host
        until = time.monotonic() + PATIENCE
        while True:
            self.look_after_children(except_for=preparing)
            try:
                urllib.request.urlopen(f"http://{host}:{self.port}/health/ready", timeout=5)
                return
            except (urllib.error.URLError, OSError) as error:
                if time.monotonic() > until:
                    raise CannotStart(f"/health/ready did not answer 200 within {PATIENCE:.0f} s: {error}") from error
            time.sleep(0.05)

    # --- running ------------------------------------------------------------------------------------------------------

    def look_after_children(self, except_for: Child | None = None) -> None:
        """Raises Ended when one has ended, KeyboardInterrupt when we are to stop."""
        self._fail_if_stopping()
        for _, child in self.children:
            code = child.exit_code()
            if code is not None and child is not except_for:
                raise Ended(
                    f"{child.name} has ended by itself ({how_it_ended(code)}). "
                    f"Its last lines, all of them in {self.var}/log/{child.name}.log:\n"
                    + "\n".join(f"    {line}" for line in child.last_words().splitlines())
                )

    def _fail_if_stopping(self) -> None:
        if self.signals or (self.parent is not None and os.getppid() != self.parent):
            raise KeyboardInterrupt

    def on_signal(self, number: int, _frame: object) -> None:
        self.signals += 1

    def close(self) -> None:
        """Stops everything we started, those who serve others last."""
        for stage in sorted({stage for stage, _ in self.children}):
            stop_together([child for kept, child in self.children if kept == stage], seconds=12)
        self.children.clear()
        if self.guard and self.guard.stdin:
            try:
                self.guard.stdin.write("done\n")
                self.guard.stdin.close()
            except BrokenPipeError:
                pass  # somebody killed it; all is stopped anyway
            self.guard.wait()

    def welcome(self, seconds: float) -> None:
        lines = ["", f"The portal is open at {self.address} (ready in {seconds:.1f} s)", ""]
        sign_ins = self.var / "sample-sign-ins.json"
        if sign_ins.exists():
            rows = json.loads(sign_ins.read_text(encoding="utf-8"))
            columns = ["role", "organisation", "email", "password"]
            widths = {c: max([len(c), *(len(str(row.get(c, ""))) for row in rows)]) for c in columns}
            for row in [{c: c.capitalize() for c in columns}, *rows]:
                lines.append("  " + "  ".join(str(row.get(c, "")).ljust(widths[c]) for c in columns))
            lines += ["", f"  These sample sign-ins are also in {sign_ins}"]
        if self.environment["EMAIL_URL"].startswith("smtp://127.0.0.1:"):
            lines.append(f"  E-mails are caught in {self.var / 'mail'}; `make mail` lists them")
        lines += ["  Ctrl-C stops everything", ""]
        self.tell("\n".join(lines))


def chosen_port() -> int:
    text = os.environ.get("PORT", "").strip() or "8000"
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CannotStart(f"PORT is {text!r}; it must be a number from 1 to 65535.")
    return int(text)


def reserve_port(host: str, port: int) -> socket.socket:
    """Before anything starts: Granian would share the port with another Granian, each serving half of the requests.

    The socket given back is bound and never listens; while it lives, another run finds the port taken.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise CannotStart(
            f"Port {port} on {host} cannot be used ({os.strerror(error.errno or 0)}). "
            f"Choose another: make run PORT={port + 1}"
        ) from error
    reserved = socket.socket(family, socket.SOCK_STREAM)
    reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as Granian's own sockets have it
    with contextlib.suppress(OSError):  # connections of the last run may still be fading
        reserved.bind((host, port))
    return reserved


def main() -> int:
    started = time.monotonic()
    run = None
    try:
        missing = what_is_missing()
        if missing:
            raise CannotStart(missing)
        host, port = os.environ.get("HOST", "").strip() or "127.0.0.1", chosen_port()
        var = var_folder()
        mark(var)
        run = Run(host, port, var)
        with Lock(var / "run.lock", run.address) as lock, reserve_port(host, port):
            run.lock = lock
            return supervise(run, started)
    except (AlreadyRunning, CannotStart, PlaceRefused) as refusal:
        print(refusal, file=sys.stderr)
        return 1


def supervise(run: Run, started: float) -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, run.on_signal)
    for folder in ("run", "log"):
        (run.var / folder).mkdir(exist_ok=True)
    for log in (run.var / "log").glob("*.log"):
        if log.stat().st_size > 5_000_000:
            log.replace(log.with_suffix(".log.1"))
    for record in (run.var / "run").glob("*.process.json"):
        if stop_recorded(record):
            run.tell(f"Stopped {record.name.split('.')[0]}, left over from a run that was killed.")
    if running_as():
        run.tell(running_as())
    try:
        run.open()
        run.welcome(time.monotonic() - started)
        while True:
            run.look_after_children()
            time.sleep(0.2)
    except KeyboardInterrupt:
        run.tell("\nStopping …")
        return 0
    except (Ended, CannotStart, EngineFailed, EngineMissing, PlaceRefused) as failure:
        run.tell(f"\n{failure}\n\nStopping the rest …")
        return 1
    finally:
        run.close()
        run.tell("Everything is stopped.")


if __name__ == "__main__":
    sys.exit(main())
