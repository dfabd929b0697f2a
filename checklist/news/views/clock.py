"""Programme staff put editions of The Clock together and send them."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklist.news import clock
from checklist.news.edition_page import EditionPage
from checklist.news.models import Edition, Subscription
from checklist.news.tables import editions_table
from checklist.views.posted import sent
from mhhs_portal.exports import file_of
from mhhs_portal.notifications.mail import render as render_mail
from mhhs_portal.notifications.models import Message
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def editions(request: PortalRequest, acting: Membership) -> HttpResponse:
    """All editions; the button begins the next one."""
    if request.method == "POST":
        edition = clock.open_draft(by=acting.person, now=timezone.now())
        return redirect("news:office_edition", org=acting.organisation.slug, edition=edition.pk)
    found = Edition.objects.annotate(lines=Count("entries")).select_related("issued_by")
    sent_ones = found.exclude(issued_at=None).order_by("-number")
    if file := file_of(request, editions_table(sent_ones)):
        return file
    context = {
        "acting": acting,
        "draft": found.filter(issued_at=None).first(),
        "editions": sent_ones,
        "subscribers": Subscription.objects.running().count(),
    }
    return render(request, "news/office_editions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def edition(request: PortalRequest, acting: Membership, edition: int) -> HttpResponse:
    found = get_object_or_404(Edition, pk=edition)
    if found.issued_at:
        return redirect("news:edition", clock_number=found.number)
    page = EditionPage(found, timezone.now(), sent(request))
    if request.method == "POST" and page.press(request.POST.get("do", "save"), acting):
        messages.success(request, "Saved. Look at the preview before you send it.")
        return redirect("news:office_preview", org=acting.organisation.slug, edition=found.pk)
    return render(request, "news/office_edition.html", page.context() | {"acting": acting})


@require_safe
@acting_as(Role.OFFICE)
def preview(request: PortalRequest, acting: Membership, edition: int) -> HttpResponse:
    """As the page will be, and the text of the mail; `?part=html` is the mail's HTML, as a file to look at."""
    found = get_object_or_404(Edition, pk=edition, issued_at=None)
    mail = render_mail(_specimen(found, acting))
    if request.GET.get("part") == "html":
        response = HttpResponse(mail.html, content_type="text/html; charset=utf-8")
        response["Content-Disposition"] = 'attachment; filename="the-clock-preview.html"'
        return response
    context = {
        "acting": acting,
        "edition": found,
        "sections": clock.sections_of(found),
        "mail": mail,
        "subscribers": Subscription.objects.running().exclude(person__is_active=False).count(),
    }
    return render(request, "news/office_preview.html", context)


def _specimen(edition: Edition, acting: Membership) -> Message:
    facts = clock.mail_facts(edition) | {"edition": _next_number(), "unsubscribe_path": "/news/unsubscribe/…/"}
    return Message(to=acting.person, template="clock", context=facts, about_url=f"/news/clock/{_next_number()}/")


def _next_number() -> int:
    return (Edition.objects.exclude(number=None).order_by("-number").values_list("number", flat=True).first() or 0) + 1


@require_POST
@acting_as(Role.OFFICE)
def step(request: PortalRequest, acting: Membership, edition: int) -> HttpResponse:
    """Send, look again, discard: what one button does."""
    found = get_object_or_404(Edition, pk=edition)
    slug, now, button = acting.organisation.slug, timezone.now(), request.POST.get("do", "")
    try:
        if button == "send":
            issued = clock.issue(found, by=acting.person, now=now)
            messages.success(request, f"The Clock {issued.number} is on the web and on its way to {issued.recipients}.")
            return redirect("news:office_editions", org=slug)
        if button == "renew":
            clock.renew(found, by=acting.person, now=now)
        elif button == "discard":
            clock.discard(found, by=acting.person)
            messages.success(request, "Draft discarded.")
            return redirect("news:office_editions", org=slug)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
        return redirect("news:office_editions", org=slug)
    return redirect("news:office_edition", org=slug, edition=edition)
