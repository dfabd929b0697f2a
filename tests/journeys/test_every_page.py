"""Every page, as everybody who may open it: accessible, within the policy, silent, and no wider than the screen."""

from __future__ import annotations

import io
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import Resolver404, resolve
from playwright.sync_api import Page
from pypdf import PdfReader

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

#: Who starts where. Each group is a test of its own, so that two browsers can share the work; what everybody may read
#: is left to the first.
STARTS = {
    "participants": {
        "": ["/", "/?view=table", "/style/", "/sign-in/", "/sign-in/code/", "/readiness/about/", "/no-such-page/"],
        "sam.whitlock": ["/home/", "/o/northmoor/readiness/air-s1/", "/o/programme/", "/sign-out/"],
        "dev.rao": ["/home/"],
        "ruth.okafor": ["/home/", "/o/oldcastle/readiness/air-s1/"],
    },
    "staff": {
        "jo.lindqvist": ["/home/"],
        "maya.fernandes": ["/home/"],
        "frances.adeyemi": ["/home/"],
    },
}
#: Read once, as anybody; people see the same with another header.
NOT_PAGES = re.compile(r"\.(pdf|ics|atom|xml|xlsx|csv|json)$|/file/?$|^/health/|^/static/|^/sign-out/|^mailto:")
A_FILE = re.compile(r"[?&](format|size)=")
LEAST, MOST = {"participants": 30, "staff": 10}, 250
CONTRAST = ["color-contrast"]
SERIOUS = {"serious", "critical"}
WIDTHS = (390, 320)


def kind_of(address: str) -> str:
    """Pages of one kind are visited once: the same view, asked with the same words."""
    path, _, query = address.partition("?")
    try:
        name = resolve(path).view_name
    except Resolver404:
        name = path
    return f"{name}?{query.partition('=')[0]}"


def crawl(window, starts: list[str], seen: set[str], within: str = "/"):
    """Opens the starts and follows their links to addresses that begin so; gives each kind of page once."""
    waiting, opened = list(starts), set()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if address in opened or (
            address not in starts
            and (NOT_PAGES.search(address.partition("?")[0]) or A_FILE.search(address) or kind_of(address) in seen)
        ):
            continue
        seen.add(kind_of(address))
        opened.add(address)
        page = window.go(address)
        yield address, page
        found = page.eval_on_selector_all(
            "a[href]", "links => links.map(a => new URL(a.getAttribute('href'), location).href)"
        )
        inside = [a for a in found if a.startswith(window.site + within)]
        waiting += [a.removeprefix(window.site).partition("#")[0] for a in inside]


def faults_of(page: Page, *, rules: list[str] | None = None) -> list[str]:
    """What axe calls serious or critical, with the element; only these rules, or all."""
    options = {"runOnly": rules} if rules else {}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['target']}" for v in found if v["impact"] in SERIOUS]


def too_wide(page: Page) -> list[str]:
    wide = []
    before = page.viewport_size
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 844})
        overflow = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if overflow > 0:
            wide.append(f"{overflow} px too wide at {width}")
    page.set_viewport_size(before)
    return wide


@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("group", STARTS)
def test_every_page_is_accessible_silent_and_fits(visit, group, colours):
    """Dark differs in its colours alone, so only these are looked at again."""
    wrong, seen = [], set()
    within = "/o/" if group == "staff" else "/"
    for name, starts in STARTS[group].items():
        email = f"{name}@sample.example" if name else ""
        window = visit(email=email, color_scheme=colours)
        for address, page in crawl(window, starts, seen, within):
            faults = faults_of(page) + too_wide(page) if colours == "light" else faults_of(page, rules=CONTRAST)
            wrong += [f"{address} as {name or 'anybody'}: {fault}" for fault in faults]

    assert LEAST[group] <= len(seen) < MOST, "\n".join(sorted(seen))
    assert wrong == [], "\n".join(wrong)


def test_the_crawl_can_fail(visit):
    page = visit().go("/style/")
    page.evaluate("document.querySelector('h1').innerHTML = '<img src=\"/static/img/icon.svg\"><button></button>'")
    page.evaluate(
        "document.body.append(Object.assign(document.createElement('p'), {textContent: 'wide', id: 'made-too-wide'}))"
    )
    page.evaluate("document.getElementById('made-too-wide').style.minWidth = '3000px'")

    assert {fault.partition(":")[0] for fault in faults_of(page)} >= {"image-alt", "button-name"}
    assert len(too_wide(page)) == len(WIDTHS)


def test_a_breach_of_the_policy_is_a_complaint(visit):
    window = visit()
    page = window.go("/style/")
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<p style=\"color: red\">inline</p>')")
    page.wait_for_timeout(200)

    heard, window.complaints = window.complaints, []
    assert any("Content Security Policy" in complaint for complaint in heard)


def test_the_timeline_prints(visit):
    page = visit().go("/")

    paper = PdfReader(io.BytesIO(page.pdf(format="A4", print_background=False)))

    text = "".join(sheet.extract_text() for sheet in paper.pages)
    assert "MHHS implementation timeline" in text
    assert 1 <= len(paper.pages) <= 8
