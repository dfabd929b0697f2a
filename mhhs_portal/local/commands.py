"""The portal's processes as they run everywhere: `make run` starts these, docker-compose.yml repeats them.

What differs from place to place comes from the environment: Granian reads GRANIAN_HOST, GRANIAN_PORT and
GRANIAN_WORKERS, Celery and Django read settings.py.
"""

from __future__ import annotations

import sys
from pathlib import Path

WEB = (
    *("granian", "--interface", "wsgi", "--no-ws", "--blocking-threads", "2"),
    *("--respawn-failed-workers", "--workers-kill-timeout", "10", "mhhs_portal.wsgi:application"),
)
# No mingle, no gossip: workers here have nothing to tell each other, and both cost start-up time and traffic.
WORKER = (
    *("celery", "--quiet", "--app", "mhhs_portal", "worker", "--queues", "celery,pdf,imports", "--loglevel", "WARNING"),
    *("--without-gossip", "--without-mingle"),
)
BEAT = ("celery", "--quiet", "--app", "mhhs_portal", "beat", "--loglevel", "WARNING")


def here(command: tuple[str, ...]) -> list[str]:
    """The command with its program taken from the virtual environment that runs us."""
    return [str(Path(sys.executable).parent / command[0]), *command[1:]]
