"""Headers that Django does not set, and the answer to a visitor who is not signed in."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


class HeadersMiddleware:
    """Permissions-Policy and X-Frame-Options everywhere; nothing that a signed-in person saw is kept by a cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", PERMISSIONS)
        response.setdefault("X-Frame-Options", "DENY")
        user = getattr(request, "user", None)
        if user is not None and user.is_authenticated and not request.path.startswith("/static/"):
            response.setdefault("Cache-Control", "private, no-store")
        return response


class CompressMiddleware(GZipMiddleware):
    """Compresses text. Files such as PDF are compressed already, and keep their strong ETag."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        kind = response.get("Content-Type", "")
        is_text = kind.startswith("text/") or "json" in kind or "xml" in kind
        return super().process_response(request, response) if is_text else response


class SignInRequiredMiddleware(LoginRequiredMiddleware):
    """Nobody anonymous gets further than the public pages.

    An htmx request is told to leave for the sign-in page; otherwise that page would be swapped into a table row. One
    that would save something is answered 401 instead, so that the page stays with all that was typed on it.
    """

    def handle_no_permission(  # type: ignore[override]  # Django promises a redirect, htmx needs a 200
        self, request: HttpRequest, view_func: Callable[..., HttpResponseBase]
    ) -> HttpResponseBase:
        response = super().handle_no_permission(request, view_func)
        if getattr(request, "htmx", False):
            if request.method not in SAFE_METHODS:
                return HttpResponse("Sign in again.", status=401)
            return HttpResponse(headers={"HX-Redirect": response["Location"]})
        return response
