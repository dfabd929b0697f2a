"""`make bench`: runs `manage.py bench` on engines of its own, so that the portal in var/ keeps its data."""

from __future__ import annotations

import os
import subprocess
import sys

from mhhs_portal.local.engines import postgres, valkey
from mhhs_portal.local.places import BASE, mark, var_folder


def main(arguments: list[str]) -> int:
    mark(var_folder())
    folder = var_folder() / "bench"
    with postgres(folder) as database_url, valkey(folder) as redis_url:
        environment = os.environ | {
            "PORTAL_MODE": "development",
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "EMAIL_URL": "smtp://127.0.0.1:9",  # the discard port: a benchmark sends nothing
            "VAR_DIR": str(folder),
        }
        for command in (
            ["migrate", "--verbosity", "0"],
            ["collectstatic", "--no-input", "--verbosity", "0"],
            ["bench", *arguments],
        ):
            done = subprocess.run([sys.executable, "manage.py", *command], cwd=BASE, env=environment)
            if done.returncode:
                return done.returncode
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
