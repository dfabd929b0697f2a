"""`make check`: everything that must hold before a change is accepted. CI runs exactly this.

All checks run, also after one has failed; the closing lines name those that did.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from mhhs_portal.local.commands import here
from mhhs_portal.local.engines import postgres, valkey
from mhhs_portal.local.places import BASE, remove_outside

PRODUCTION = {
    "PORTAL_MODE": "production",
    "SECRET_KEY": "a-key-for-the-deploy-check-alone-0123456789-abcdefghijklmnopqrstuvwxyz",
    "SITE_URL": "https://portal.sample.example",
    "EMAIL_URL": "smtp+starttls://mail.sample.example:587",
}
TESTING = {"PORTAL_MODE": "test"}

CHECKS: list[tuple[str, list[str], dict[str, str]]] = [
    ("format", ["ruff", "format", "--check", "."], {}),
    ("lint", ["ruff", "check", "."], {}),
    ("types", ["mypy", "."], TESTING),
    ("import contracts", ["lint-imports"], TESTING),
    ("missing migrations", ["python", "manage.py", "makemigrations", "--check", "--dry-run"], TESTING),
    (
        "deployment",
        ["python", "manage.py", "check", "--deploy", "--database", "default", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    ("tests", ["python", "-m", "pytest", "-n", "logical", "--dist", "worksteal"], TESTING),
]


def main(wanted: list[str]) -> int:
    failed = []
    with tempfile.TemporaryDirectory(prefix="mhhs-check-") as temporary:
        folder = Path(temporary)
        try:
            with postgres(folder, durable=False) as database_url, valkey(folder, durable=False) as redis_url:
                engines = {"DATABASE_URL": database_url, "REDIS_URL": redis_url, "VAR_DIR": temporary}
                for name, command, settings in CHECKS:
                    if wanted and name not in wanted:
                        continue
                    print(f"--- {name}: {' '.join(command)}", flush=True)
                    started = time.monotonic()
                    # The tests bring their own engines, as `make test` does.
                    extra = settings if name == "tests" else {**engines, **settings}
                    result = subprocess.run(here(tuple(command)), cwd=BASE, env={**os.environ, **extra})
                    verdict = "passed" if result.returncode == 0 else "FAILED"
                    print(f"--- {name}: {verdict} in {time.monotonic() - started:.1f} s\n", flush=True)
                    if result.returncode:
                        failed.append(name)
        finally:
            remove_outside(folder)
    if failed:
        print(f"Not ready: {', '.join(failed)} failed. `make fix` repairs the format and some of the lint.")
        return 1
    print("All checks passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
