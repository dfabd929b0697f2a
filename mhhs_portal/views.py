"""The pages that belong to no single part of the programme."""

from __future__ import annotations

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from mhhs_portal.context import THEMES
from mhhs_portal.deadlines import local_day
from mhhs_portal.documents.serving import HeldBackError
from mhhs_portal.organisations.access import acting_as, memberships_of, public, signed_in
from mhhs_portal.organisations.models import Kind, Membership, Role
from mhhs_portal.specimens import specimens
from mhhs_portal.todo import panels_of, todo_of
from mhhs_portal.web import PortalRequest

#: Where people of the bodies at the centre start their day.
START_PAGES = {
    Kind.PROGRAMME: "checklist:office_list",
    Kind.ELEXON: "assurance:queue",
    Kind.BOARD: "papers:papers",
}


@require_safe
@signed_in("everybody has a first page")
def my_home(request: PortalRequest) -> HttpResponse:
    """The first page after sign-in: the home of the person's organisation."""
    memberships = memberships_of(request)
    if not memberships:
        return render(request, "no_organisation.html", status=200)
    return redirect("organisation_home", org=memberships[0].organisation.slug)


@require_safe
@acting_as(*Role)
def organisation_home(request: PortalRequest, acting: Membership) -> HttpResponse:
    kind = Kind(acting.organisation.kind)
    if kind in START_PAGES:
        return redirect(START_PAGES[kind], org=acting.organisation.slug)
    if kind != Kind.PARTICIPANT:
        return redirect("home")
    now = timezone.now()
    context = {
        "acting": acting,
        "todo": todo_of(acting, now),
        "panels": panels_of(acting, now),
        "today": local_day(now),
        "now": now,
    }
    return render(request, "organisation_home.html", context)


@require_safe
@public("the components, for whoever builds or judges the portal")
def style(request: HttpRequest) -> HttpResponse:
    return render(request, "style.html", specimens(timezone.now()))


@require_POST
@public("a reader's own choice, kept in a cookie")
def set_theme(request: HttpRequest) -> HttpResponse:
    """Light, dark, or (anything else) as the system says."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    theme = request.POST.get("theme", "")
    if theme in THEMES:
        year = 365 * 24 * 60 * 60
        response.set_cookie("theme", theme, max_age=year, samesite="Lax", secure=settings.PRODUCTION, httponly=True)
    else:
        response.delete_cookie("theme")
    return response


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    reason = str(exception) if isinstance(exception, BadRequest) else ""  # our own words; others name our insides
    return render(request, "400.html", {"reason": reason}, status=400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, HeldBackError):
        return render(request, "documents/held_back.html", {"reason": str(exception)}, status=403)
    return render(request, "403.html", {"reason": str(exception or "")}, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The same words whether the thing exists for somebody else or not at all."""
    reason = str(exception) if type(exception) is Http404 else ""
    if reason.endswith("matches the given query."):  # get_object_or_404 speaks of models
        reason = ""
    return render(request, "404.html", {"reason": reason}, status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    return render(None, "500.html", status=500)  # type: ignore[arg-type]  # no context: what failed may be in there


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    words = "The page was open too long or cookies are blocked, so nothing was sent. Go back, reload and send again."
    return render(request, "403.html", {"reason": words}, status=403)
