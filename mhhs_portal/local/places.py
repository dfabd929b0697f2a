"""Where a local run keeps what it makes. Folders that were there before us keep their permissions."""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

BASE = Path(__file__).resolve().parents[2]
#: Unix socket paths end at 104 bytes on macOS and 108 on Linux, and PostgreSQL adds "/.s.PGSQL.5432".
LONGEST_SOCKET_FOLDER = 85


class PlaceRefused(Exception):
    """A folder we would need is not safely ours; the message says what to do."""


def var_folder() -> Path:
    """The one folder of a run: VAR_DIR, or var/ beside manage.py."""
    return Path(os.environ.get("VAR_DIR", "").strip() or BASE / "var").absolute()


def short_name(folder: Path) -> str:
    """The same ten letters for the same folder, so that a later run finds what an earlier one left outside it."""
    return hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:10]


def own_folder(folder: Path, mode: int = 0o700) -> Path:
    """The folder, made if need be. Raises PlaceRefused when somebody else's file or link stands there."""
    try:
        folder.mkdir(mode=mode)
        folder.chmod(mode)  # ours from this line on; the umask must not decide
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise PlaceRefused(
                f"{folder} exists and is not a folder of yours. Remove it, or set VAR_DIR to another folder."
            ) from None
    return folder


def socket_folder(purpose: Path) -> Path:
    """A short private folder for the sockets of the engine that keeps its data in `purpose`."""
    candidates = [os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"]  # noqa: S108
    name = f"mhhs-{os.geteuid()}-{short_name(purpose)}"
    for candidate in filter(None, candidates):
        parent = Path(candidate)
        if os.access(parent, os.W_OK | os.X_OK) and len(str(parent / name)) <= LONGEST_SOCKET_FOLDER:
            return own_folder(parent / name)
    raise PlaceRefused("No short folder for sockets: set TMPDIR to a writable folder such as /tmp.")


@dataclass(frozen=True)
class Account:
    """The operating system's account that a server runs under when it is not our own."""

    name: str
    uid: int
    gid: int


def account_for_root() -> Account | None:
    """None for a normal user. PostgreSQL refuses to run as root, so root lends it an account that exists already."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(name, entry.pw_uid, entry.pw_gid)
    raise PlaceRefused(
        "PostgreSQL does not run as root and there is no account postgres or nobody here. "
        "Run as a normal user, or set DATABASE_URL."
    )


def outside_place(folder: Path) -> Path:
    """Root only: what the lent account owns lies here, so that no parent of the checkout must be opened for it."""
    return Path("/var/tmp") / f"mhhs-portal-{short_name(folder)}"  # noqa: S108


def owned_by(account: Account, folder: Path) -> Path:
    """A folder inside an outside place, readable by the account alone."""
    if not folder.exists():
        folder.mkdir(mode=0o700)
        os.chown(folder, account.uid, account.gid)
    return folder


def remove_outside(folder: Path) -> None:
    """Removes what root made outside `folder` for the engine that keeps its data there, and its sockets' folder."""
    leftovers = [outside_place(folder)]
    for parent in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):  # noqa: S108
        if parent:
            leftovers.append(Path(parent) / f"mhhs-{os.geteuid()}-{short_name(folder)}")
    for leftover in leftovers:
        if leftover.is_dir() and not leftover.is_symlink() and leftover.stat().st_uid == os.geteuid():
            shutil.rmtree(leftover)


MARK = ".mhhs-portal"


def mark(var: Path) -> None:
    """Makes the var folder and marks it as ours, so that `make reset` never deletes another one."""
    var.mkdir(parents=True, exist_ok=True)
    (var / MARK).touch()
