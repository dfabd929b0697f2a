"""A real browser against a real web server: what it takes to start them, and what each page must never do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from mhhs_portal.organisations.demo import SAMPLE_PASSWORD
from mhhs_portal.organisations.models import Person

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-dev-shm-usage",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 30_000  # milliseconds; a busy machine is slow

HELP = """No browser for the journeys, and none could be installed. Do one of these and run the tests again:
  Debian or Ubuntu:  sudo apt-get install -y chromium
  any machine:       .venv/bin/playwright install --with-deps chromium
  a browser that is somewhere else:  CHROMIUM=/path/to/chromium make test"""


def find_browser() -> str | None:
    """The path of a Chromium on this machine: named by $CHROMIUM, on the PATH, or Playwright's own."""
    named = os.environ.get("CHROMIUM", "").strip()
    if named:
        return shutil.which(named)
    on_path = next(filter(None, map(shutil.which, NAMES)), None)
    return on_path or _own_of_playwright()


def _own_of_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.exists() else None


def _try(*command: str) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=300).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def install_browser() -> None:
    """Playwright's download, else Debian's package where we may install it."""
    if _try(sys.executable, "-m", "playwright", "install", "chromium") and _own_of_playwright():
        return
    may = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    _try(*may, "apt-get", "update") and _try(*may, "apt-get", "install", "-y", "chromium")


@pytest.fixture(scope="session")
def browser():
    path = find_browser()
    if path is None:
        install_browser()
        path = find_browser()
    if path is None:
        pytest.fail(HELP, pytrace=False)
    with sync_playwright() as playwright:
        # Playwright's loop runs in this thread; Django sees a loop and would refuse the tests' own queries.
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
        started = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield started
        started.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class Visit:
    """One person's browser window, and everything that it complained about."""

    def __init__(self, context: BrowserContext, site: str, javascript: bool) -> None:
        self.context, self.site, self.javascript = context, site, javascript
        context.set_default_timeout(PATIENCE)
        self.complaints: list[str] = []
        self.may_complain = False  # set by a journey that provokes an error
        self.page: Page = context.new_page()
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.complaints.append(f"{self.page.url}: {error}"))

    def _heard(self, message) -> None:
        expected = "Failed to load resource" in message.text and message.location["url"] == self.page.url
        if message.type in {"error", "warning"} and not expected and not self.may_complain:
            self.complaints.append(f"{self.page.url}: {message.text}")

    def go(self, address: str) -> Page:
        self.page.goto(self.site + address)
        return self.page

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.site)

    def sign_in(self, email: str) -> Page:
        """As a person does it, through the sign-in page."""
        self.go("/sign-in/")
        self.page.locator("[name=login]").fill(email)
        self.page.locator("[name=password]").fill(SAMPLE_PASSWORD)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url(lambda url: "/sign-in/" not in url)
        return self.page

    def settle(self) -> None:
        """Waits until htmx has swapped what it is fetching."""
        busy = "() => !!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')"
        for _ in range(300 if self.javascript else 0):
            self.page.wait_for_timeout(50)
            if not self.page.evaluate(busy):
                return

    def has_focus_in_the_page(self) -> bool:
        return not self.javascript or self.page.evaluate("document.activeElement !== document.body")


@pytest.fixture
def visit(browser: Browser, live_server, committed_sample_portal):
    """Opens windows on the sample portal; none of them may have complained by the end."""
    windows: list[Visit] = []

    def open_window(*, email: str = "", javascript: bool = True, **options) -> Visit:
        context = browser.new_context(java_script_enabled=javascript, locale="en-GB", **options)
        windows.append(Visit(context, live_server.url, javascript))
        if email:
            context.add_cookies([session_of(email, live_server.url)])
        return windows[-1]

    yield open_window
    complaints = [complaint for window in windows for complaint in window.complaints]
    for window in windows:
        window.context.close()
    assert complaints == [], "the browser complained"


def session_of(email: str, site: str) -> dict[str, str]:
    """A cookie that spares a journey the sign-in page."""
    from django.test import Client

    client = Client()
    client.force_login(Person.objects.get(email=email))
    return {"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}
