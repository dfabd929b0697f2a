"""HTML templates to tagged PDF, for workers and commands only.

WeasyPrint takes a second to import and much memory, so nothing here imports it until something is
rendered. Documents may load our own static files, as `static:css/…`, and nothing else; drawings that they
carry within themselves, as `{% image %}` writes them, are not loaded from anywhere.
"""

from __future__ import annotations

import re
import sys
from base64 import b64decode
from functools import cache
from types import ModuleType
from typing import Any

from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.template.loader import render_to_string

from mhhs_portal.own_process import BrokenOffError, OverLimitError, run_apart

SECONDS = 30
MEGABYTES = 512
#: deeper markup than any template of ours; WeasyPrint would run out of stack on it
DEEPEST = 100
#: characters of HTML: a plan of 2,000 items has about a million
LONGEST = 8_000_000
_DRAWING = "data:image/svg+xml;base64,"


class PdfError(RuntimeError):
    """The document was not made: too long, too deep, too slow or too large."""


@cache
def weasyprint() -> ModuleType:
    """WeasyPrint, imported when a worker first needs it."""
    import weasyprint

    from mhhs_portal import pdf_words

    pdf_words.install()
    return weasyprint


@cache
def static_only() -> Any:
    """A fetcher that opens our own static files and nothing else, on disk or on the network."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class StaticOnly(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
            if url.startswith(_DRAWING):
                return URLFetcherResponse(url, b64decode(url[len(_DRAWING) :]), {"Content-Type": "image/svg+xml"})
            name = url.removeprefix("static:").lstrip("/")
            try:
                path = finders.find(name) if url.startswith("static:") else None
            except SuspiciousFileOperation:
                path = None
            if not isinstance(path, str):
                raise ValueError(f"PDF templates may only use static: addresses, not {url[:80]!r}")
            return super().fetch(f"file://{path}", headers)

    return StaticOnly(allowed_protocols={"file"}, allow_redirects=False)


@cache
def fonts() -> Any:
    """Where the fonts of all documents are kept once they are unpacked."""
    from weasyprint.text.fonts import FontConfiguration

    return FontConfiguration()


@cache
def stylesheet(name: str) -> Any:
    """One of our static stylesheets with its fonts, read once for every document of a worker."""
    return weasyprint().CSS(f"static:{name}", url_fetcher=static_only(), font_config=fonts())


#: how our templates name a stylesheet: read once here, not once for every document
_LINK = re.compile(r'<link rel="stylesheet" href="static:([\w./-]+)" ?/?>')


def warm_up(html: str = "") -> None:
    """Import and read what a document needs, so that the first one is as quick as the next."""
    rehearse(tuple(_LINK.findall(html)))


@cache
def rehearse(stylesheets: tuple[str, ...]) -> None:
    """A small document that uses what documents use, so that each child starts with it all in place."""
    links = "".join(f'<link rel="stylesheet" href="static:{name}">' for name in stylesheets)
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><title>a</title><path d="M1 1V2"/></svg>'
    words = "<h1>a</h1><p>a <b>b</b> <a href='https://example.org/' title='a'>c</a></p>"
    table = "<table><tr><th scope='row'>a</th><td>1</td></tr></table>"
    html_to_pdf(f'<html lang="en"><head><title>a</title>{links}</head><body>{words}{table}{drawing}</body></html>')


def html_to_pdf(html: str) -> bytes:
    """The document as PDF/UA, made in this process. `render_pdf` puts limits around it."""
    stylesheets = [stylesheet(name) for name in _LINK.findall(html)]
    html = _LINK.sub("", html)
    document = weasyprint().HTML(string=html, base_url="static:", url_fetcher=static_only())
    made: bytes = document.write_pdf(
        pdf_variant="pdf/ua-1",
        font_config=fonts(),
        stylesheets=stylesheets,
    )
    return made


def render_pdf(template: str, context: dict[str, Any], *, seconds: int = SECONDS) -> bytes:
    """A template as PDF/UA, made in a process of its own that may not use more than its share."""
    html = render_to_string(template, context)
    if len(html) > LONGEST:
        raise PdfError(f"{template} has {len(html)} characters; the limit is {LONGEST}")
    if deepest(html) > DEEPEST:
        raise PdfError(f"{template} nests elements deeper than {DEEPEST}")
    warm_up(html)
    if sys.platform == "darwin":  # its text system does not survive a fork
        return html_to_pdf(html)
    return _in_own_process(html, seconds)


def deepest(html: str) -> int:
    """How deep elements are nested."""
    from html.parser import HTMLParser

    class Depth(HTMLParser):
        now = most = 0
        void = frozenset(["meta", "link", "br", "img", "hr", "input", "col", "wbr"])

        def handle_starttag(self, tag: str, attrs: Any) -> None:
            if tag not in self.void:
                self.now += 1
                self.most = max(self.most, self.now)

        def handle_startendtag(self, tag: str, attrs: Any) -> None:
            pass

        def handle_endtag(self, tag: str) -> None:
            if tag not in self.void:
                self.now -= 1

    depth = Depth()
    depth.feed(html)
    return depth.most


def _in_own_process(html: str, seconds: int) -> bytes:
    try:
        made = b"".join(run_apart(lambda send: send(html_to_pdf(html)), seconds=seconds, megabytes=MEGABYTES))
    except OverLimitError as limit:
        raise PdfError(f"The document took {limit}") from None
    except BrokenOffError as error:
        raise PdfError(f"The document was not made: {str(error)[:200]}") from None
    if not made.startswith(b"%PDF"):
        raise PdfError("The document was not made: what came is no PDF")
    return made
