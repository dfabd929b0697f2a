"""A request that is too large is refused by its announced size, in words, before its bytes fill a disk."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

#: So much more than the limit is taken in and thrown away, so that a browser which is still sending hears the answer.
_PATIENCE = 3
_PIECE = 1 << 18


class LargestRequestMiddleware:
    """Stands before whatever reads a body: sessions, the CSRF check, views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        size = _announced(request)
        if size <= settings.LARGEST_REQUEST:
            return self.get_response(request)
        if size <= settings.LARGEST_REQUEST * _PATIENCE:
            _throw_away(request, size)
        megabyte = 1024 * 1024
        facts = {"size": size // megabyte, "most": settings.LARGEST_REQUEST // megabyte - 2}
        response = render(request, "413.html", facts, status=413)
        response["Connection"] = "close"
        return response


def _announced(request: HttpRequest) -> int:
    text = request.META.get("CONTENT_LENGTH") or "0"
    return int(text) if text.isdecimal() else 0


def _throw_away(request: HttpRequest, size: int) -> None:
    with contextlib.suppress(OSError):
        while size > 0 and (piece := request.read(min(size, _PIECE))):
            size -= len(piece)
