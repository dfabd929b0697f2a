"""Who may open which page. Every view is decorated with one of these three; a test walks all addresses."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from mhhs_portal.organisations.models import Membership, Role

View = Callable[..., HttpResponseBase]

PARTICIPANTS = (Role.LEAD, Role.CONTRIBUTOR, Role.VIEWER)
RESPONDERS = (Role.LEAD, Role.CONTRIBUTOR)


def memberships_of(request: HttpRequest) -> list[Membership]:
    """The signed-in person's memberships in force; asked of the database once a request."""
    held = getattr(request, "_memberships", None)
    if held is None:
        held = []
        if request.user.is_authenticated:
            held = list(Membership.objects.current().filter(person=request.user.pk).select_related("organisation"))
            for membership in held:
                membership.person = request.user  # type: ignore[assignment]
        request._memberships = held  # type: ignore[attr-defined]
    return held


def acting_as(*roles: Role) -> Callable[[View], View]:
    """Run the view only for someone who holds one of these roles in the address's organisation.

    Another organisation's address answers 404, not 403, so that the portal never confirms who takes part or what
    exists. The wrong role at home is an honest 403. The view receives the Membership instead of the `org` slug.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, org: str, **kwargs: object) -> HttpResponseBase:
            here = [m for m in memberships_of(request) if m.organisation.slug == org]
            acting = next((m for m in here if m.role in roles), None)
            if acting:
                request.acting = acting  # type: ignore[attr-defined]  # the page's header shows it
                return view(request, acting, **kwargs)
            if here:
                request.acting = here[0]  # type: ignore[attr-defined]
                wanted = " or ".join(role.label for role in roles)
                raise PermissionDenied(f"This page is for: {wanted}. You are {here[0].get_role_display()} here.")
            raise Http404

        wrapper.access = roles  # type: ignore[attr-defined]
        return wrapper

    return decorate


def public(reason: str) -> Callable[[View], View]:
    """Anyone may open this page; the reason is for the reader of the code."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        wrapper.access = f"public: {reason}"  # type: ignore[attr-defined]
        return login_not_required(wrapper)

    return decorate


def signed_in(reason: str) -> Callable[[View], View]:
    """Anyone who is signed in may open this page, whatever their organisation."""

    def decorate(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            return view(request, *args, **kwargs)

        wrapper.access = f"signed in: {reason}"  # type: ignore[attr-defined]
        return wrapper

    return decorate
