"""What must be true before the portal opens, in one process, because loading Django costs more than the work.

Prints READY once web, worker and beat may start; it then draws the Plan on a Page, if there is none, while they do.
"""

from __future__ import annotations

import hashlib
import os
import sys
from pathlib import Path

READY = "the database is ready"


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mhhs_portal.settings")
    import django
    from django.core.management import call_command, get_commands
    from django.db import OperationalError, connection

    django.setup()
    try:
        connection.ensure_connection()
    except OperationalError as error:
        print(f"The database does not answer. DATABASE_URL names it; its client says: {error}")
        return 1
    migrate()
    if "demo" in get_commands():
        call_command("demo")
    collect_static_files()
    print(READY, flush=True)
    if "render_plan_on_a_page" in get_commands() and not os.environ.get("MHHS_WITHOUT_PDF"):
        call_command("render_plan_on_a_page", "--if-missing")
    return 0


def migrate() -> None:
    """Asks first: `migrate` with nothing to do still recounts every permission and trigger."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=0)


def collect_static_files() -> None:
    """Hashes and compresses the static files, unless none has changed since the last time."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    if stamp.exists() and stamp.read_text() == digest.hexdigest():
        return
    # The other major version of htmx is a third of the time, and no page names it.
    unused = ["htmax*", "htmx-4*"]
    clear = stamp.parent.exists()
    call_command("collectstatic", interactive=False, verbosity=0, clear=clear, ignore_patterns=unused)
    stamp.write_text(digest.hexdigest())


if __name__ == "__main__":
    sys.exit(main())
