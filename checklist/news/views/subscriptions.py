"""Who receives The Clock. Opening a link changes nothing: mail scanners open all of them. Only a button does."""

from __future__ import annotations

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from checklist.news import subscribing
from checklist.news.forms import AddressForm
from checklist.news.models import Subscription
from mhhs_portal.organisations.access import public, signed_in
from mhhs_portal.web import PortalRequest

WRITES = ["GET", "HEAD", "POST"]
#: From one visitor's address, so that nobody sends mail to many people through us. Our own number.
LIMITS = {"clock": "20/h/ip"}


@require_http_methods(WRITES)
@public("anybody can ask for the newsletter of a public programme")
def subscribe(request: PortalRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("news:subscription")
    form = AddressForm(request.POST if request.method == "POST" else None)
    is_asked = False
    if request.method == "POST" and form.is_valid():
        if ratelimit.consume(request, app="news", action="clock", config=LIMITS):
            is_asked = form.run(subscribing.ask, now=timezone.now())
        else:
            form.add_error(None, "There were too many tries. Wait an hour, then try again.")
    return render(request, "news/subscribe.html", {"form": form, "is_asked": is_asked})


@require_http_methods(WRITES)
@public("the secret in the address is the key")
def confirm(request: PortalRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Subscription, secret=key)
    problem = ""
    if request.method == "POST":
        try:
            subscribing.confirm(found, now=timezone.now())
        except ValidationError as refusal:
            problem = " ".join(refusal.messages)
        found.refresh_from_db()
    context = {"subscription": found, "problem": problem}
    return _private(render(request, "news/confirm.html", context))


@csrf_exempt
@require_http_methods(WRITES)
@public("the secret in the address is the key; mail programs post here by themselves (RFC 8058)")
def unsubscribe(request: PortalRequest, key: str) -> HttpResponse:
    found = get_object_or_404(Subscription, secret=key)
    if request.method == "POST":
        subscribing.end(found, now=timezone.now())
        found.refresh_from_db()
    return _private(render(request, "news/unsubscribe.html", {"subscription": found}))


@require_http_methods(WRITES)
@signed_in("everybody with an account chooses for themselves")
def subscription(request: PortalRequest) -> HttpResponse:
    found = Subscription.objects.filter(person=request.user).first()
    is_on = bool(found and found.is_running)
    if request.method == "POST":
        wanted = request.POST.get("wanted") == "yes"
        subscribing.choose(request.user, wanted=wanted, now=timezone.now())
        messages.success(request, "You will receive The Clock." if wanted else "You will not receive The Clock.")
        return redirect("news:subscription")
    return render(request, "news/subscription.html", {"is_on": is_on})


def _private(response: HttpResponse) -> HttpResponse:
    # The referrer policy stays "same-origin": with "no-referrer" browsers post no origin, and the CSRF check refuses.
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "private, no-store"
    return response
