"""Every page, as everybody who may open it: accessible, within the policy, silent, and no wider than the screen."""

from __future__ import annotations

import io
import re

import pytest
from django.urls import Resolver404, resolve
from pypdf import PdfReader

from tests.journeys.judging import WIDTHS, faults_in_both_colours, faults_of, too_wide

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
        found = page.eval_on_selector_all(
            "a[href]", "links => links.map(a => new URL(a.getAttribute('href'), location).href)"
        )
        yield address, page
        inside = [a for a in found if a.startswith(window.site + within)]
        waiting += [a.removeprefix(window.site).partition("#")[0] for a in inside]


@pytest.mark.parametrize("group", STARTS)
def test_every_page_is_accessible_silent_and_fits(visit, group):
    wrong, seen = [], set()
    within = "/o/" if group == "staff" else "/"
    for name, starts in STARTS[group].items():
        window = visit(email=f"{name}@sample.example" if name else "", color_scheme="light")
        for address, page in crawl(window, starts, seen, within):
            faults = too_wide(page) + faults_in_both_colours(page)
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


def test_a_fault_in_one_row_of_many_or_in_the_dark_alone_is_found(visit):
    page = visit(color_scheme="light").go("/style/")
    page.evaluate(
        """() => {
          const row = (inner) => `<li><a href="/">Row</a>${inner}</li>`;
          const rows = [...Array(40).keys()].map((n) => row(n === 30 ? '<button></button>' : ''));
          document.querySelector('main').insertAdjacentHTML('beforeend', `<ul id="many">${rows.join('')}</ul>`);
          const sheet = new CSSStyleSheet();
          sheet.replaceSync('@media (prefers-color-scheme: dark) { #many a { color: #000; } }');
          document.adoptedStyleSheets = [sheet];
        }"""
    )

    found = faults_in_both_colours(page)

    assert any(fault.startswith("button-name") for fault in found)
    assert any(fault.startswith("in the dark, color-contrast") for fault in found)
    assert page.locator("#many li").count() < 6


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
