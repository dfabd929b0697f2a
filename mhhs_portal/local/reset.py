"""`make reset`: deletes var/, and what root keeps for it outside. Refuses while the portal runs."""

from __future__ import annotations

import shutil
import sys

from mhhs_portal.local.lock import AlreadyRunning, Lock
from mhhs_portal.local.places import MARK, remove_outside, var_folder
from mhhs_portal.local.processes import stop_recorded


def main() -> int:
    var = var_folder()
    if not var.exists():
        print(f"There is no {var}: nothing to delete.")
        return 0
    if not (var / MARK).exists():
        print(f"{var} does not look like a folder of the portal (no {MARK} in it): left alone.", file=sys.stderr)
        return 1
    try:
        with Lock(var / "run.lock"):
            for record in var.rglob("*.process.json"):
                stop_recorded(record)
            for folder in {var, *(link.parent for link in var.rglob("postgresql") if link.is_symlink())}:
                remove_outside(folder)
            shutil.rmtree(var)
    except AlreadyRunning as running:
        print(running, file=sys.stderr)
        return 1
    print(f"Deleted {var}. `make run` loads the plan and the samples again.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
