"""Measures one page in this process, and a server under load. All load goes to 127.0.0.1 and is bounded."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import os
import re
import socket
import statistics
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from mhhs_portal.bench.pages import Page
from mhhs_portal.local.commands import WEB, here

READERS = 4
LONGEST = 30.0  # seconds that a server may take to start


@dataclass(frozen=True)
class Cost:
    page: Page
    status: int
    queries: int
    #: Milliseconds.
    median: float
    p95: float
    raw: int
    gzipped: int


def cost_of(page: Page, times: int) -> Cost:
    """SQL queries, time and bytes of one page in this process, after one request that warms it up."""
    client = Client(headers={"host": "localhost"}, raise_request_exception=False)
    for name, value in page.cookies.items():
        client.cookies[name] = value
    client.get(page.address)
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(page.address)
    queries = len(captured)  # asked now: the next request forgets them
    took = []
    for _ in range(times):
        started = time.perf_counter()
        client.get(page.address)
        took.append((time.perf_counter() - started) * 1000)
    p95 = statistics.quantiles(took, n=20)[-1] if times > 1 else took[0]
    body = answer.content
    return Cost(page, answer.status_code, queries, statistics.median(took), p95, len(body), len(gzip.compress(body, 6)))


@contextlib.contextmanager
def server() -> Iterator[int]:
    """The web process as in production, with one address more, on a free port of this machine; gives the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = here(WEB)
    command[-1] = "mhhs_portal.bench.wsgi:application"
    own = {"GRANIAN_HOST": "127.0.0.1", "GRANIAN_PORT": str(port), "GRANIAN_WORKERS": str(os.cpu_count() or 1)}
    process = subprocess.Popen(  # noqa: S603 - our own command
        command,
        cwd=Path(settings.BASE_DIR),
        env=os.environ | own | {"LOG_LEVEL": "ERROR"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + LONGEST
    while time.monotonic() < until and process.poll() is None:
        with contextlib.suppress(OSError):
            if fetch(port, "/health/live")[0] == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("The web process did not start; `granian mhhs_portal.bench.wsgi:application` says why.")


def fetch(port: int, address: str, cookies: str = "") -> tuple[int, bytes]:
    """One request that accepts gzip; the status and the bytes as they came over the wire."""
    reader = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        return _ask(reader, address, cookies)
    finally:
        reader.close()


def _ask(reader: http.client.HTTPConnection, address: str, cookies: str) -> tuple[int, bytes]:
    reader.request("GET", address, headers={"Host": "localhost", "Accept-Encoding": "gzip", "Cookie": cookies})
    answer = reader.getresponse()
    return answer.status, answer.read()


def rate(port: int, address: str, cookies: dict[str, str], *, seconds: float, most: int = 4000) -> float:
    """Requests a second of four readers who ask one after another; an answer that is not 200 counts as none."""
    cookie = "; ".join(f"{name}={value}" for name, value in cookies.items())
    counts = [0] * READERS
    started = time.monotonic()
    until = started + seconds

    def read(mine: int) -> None:
        reader = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        while time.monotonic() < until and sum(counts) < most:
            counts[mine] += _ask(reader, address, cookie)[0] == 200
        reader.close()

    crowd = [threading.Thread(target=read, args=(n,)) for n in range(READERS)]
    for reader in crowd:
        reader.start()
    for reader in crowd:
        reader.join()
    return sum(counts) / (time.monotonic() - started)


_STYLES = re.compile(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"')
_SCRIPTS = re.compile(r'<script[^>]+src="([^"]+)"')
_IMPORTS = re.compile(r"""@import\s+(?:url\()?["']?([^"')\s;]+)""")


def first_load(port: int, address: str) -> dict[str, int]:
    """Bytes over the wire, with gzip, of a page and its stylesheets and scripts; fonts and images are left out."""
    sizes = {address: len(fetch(port, address)[1])}
    page = _plain(port, address)
    waiting = _STYLES.findall(page) + _SCRIPTS.findall(page)
    while waiting:
        found = urljoin(address, waiting.pop())
        if found not in sizes:
            sizes[found] = len(fetch(port, found)[1])
            waiting += [urljoin(found, name) for name in _IMPORTS.findall(_plain(port, found))]
    return sizes


def _plain(port: int, address: str) -> str:
    body = fetch(port, address)[1]
    return (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
