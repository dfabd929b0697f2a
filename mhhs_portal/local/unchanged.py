"""Whether the last start prepared just what this one would, so that the web server may start beside `prepare`."""

from __future__ import annotations

import hashlib
from pathlib import Path

from mhhs_portal.local.places import BASE


def fingerprint(base: Path = BASE) -> str:
    """Of the migrations, the static files and the locked packages, by size and time of change."""
    digest = hashlib.sha256()
    files = [
        *base.glob("requirements/*.txt"),
        *base.glob("*/migrations/*.py"),
        *base.glob("mhhs_portal/*/migrations/*.py"),
        *(file for file in base.glob("static/**/*") if file.is_file()),
    ]
    for file in sorted(files):
        facts = file.stat()
        digest.update(f"{file.relative_to(base)} {facts.st_size} {facts.st_mtime_ns}\n".encode())
    return digest.hexdigest()


class Prepared:
    """The fingerprint of the last completed preparation, kept in the var folder and gone with it."""

    def __init__(self, var: Path) -> None:
        self.file = var / "run" / "prepared"
        self.now = fingerprint()

    def is_unchanged(self) -> bool:
        return self.file.exists() and self.file.read_text() == self.now

    def forget(self) -> None:
        self.file.unlink(missing_ok=True)

    def remember(self) -> None:
        self.file.write_text(self.now)
