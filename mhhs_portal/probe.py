"""Asks a health address from inside a container: `python mhhs_portal/probe.py http://127.0.0.1:8000/health/ready`.

Run as a file, so that it starts without Django. It speaks as the reverse proxy does, by the portal's own name and over
HTTPS, because the portal answers to no other. Exit code 0 means 200.
"""

from __future__ import annotations

import os
import sys
import urllib.error
import urllib.request
from urllib.parse import urlsplit


def main(address: str) -> int:
    host = urlsplit(os.environ.get("SITE_URL", "")).netloc or "localhost"
    headers = {"Host": host, "X-Forwarded-Proto": "https"}
    try:
        with urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=5) as answer:  # noqa: S310
            return 0 if answer.status == 200 else 1
    except (urllib.error.URLError, OSError) as error:
        sys.stderr.write(f"{address}: {error}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
