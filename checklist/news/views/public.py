"""News and The Clock for everybody, as pages and feeds."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklist.news import clock, feeds
from checklist.news.models import Announcement, Edition
from checklist.news.tables import editions_table, news_table
from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import public
from mhhs_portal.web import PortalRequest

ON_A_PAGE = 20
ATOM = "application/atom+xml; charset=utf-8"


@require_safe
@public("announcements for everybody")
def news_list(request: PortalRequest) -> HttpResponse:
    now = timezone.now()
    found = Announcement.objects.current(now).public().in_order()
    if file := file_of(request, news_table(found)):
        return file
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    latest = Edition.objects.exclude(issued_at=None).order_by("-number").first()
    return render(request, "news/list.html", {"page": page, "latest": latest, "now": now})


@require_safe
@public("announcements for everybody")
def announcement(request: PortalRequest, news: str) -> HttpResponse:
    """One announcement. A withdrawn one says so and why; what is not for everybody does not exist here."""
    now = timezone.now()
    readable = Announcement.objects.public().filter(opens_at__lte=now).exclude(state="draft")
    found = get_object_or_404(readable, slug=news.lower())
    context = {"news": found, "corrections": found.corrections.all(), "now": now}
    return render(request, "news/announcement.html", context)


@require_safe
@public("announcements for everybody")
def news_feed(request: PortalRequest) -> HttpResponse:
    return _feed(feeds.news_feed(timezone.now()))


@require_safe
@public("editions that were sent")
def editions(request: PortalRequest) -> HttpResponse:
    found = Edition.objects.exclude(issued_at=None).order_by("-number").annotate(lines=Count("entries"))
    if file := file_of(request, editions_table(found)):
        return file
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "news/editions.html", {"page": page})


@require_safe
@public("editions that were sent")
def edition(request: PortalRequest, clock_number: int) -> HttpResponse:
    found = get_object_or_404(Edition.objects.exclude(issued_at=None), number=clock_number)
    around = Edition.objects.filter(number__in=[clock_number - 1, clock_number + 1]).values_list("number", flat=True)
    context = {
        "edition": found,
        "sections": clock.sections_of(found),
        "before": clock_number - 1 if clock_number - 1 in around else None,
        "after": clock_number + 1 if clock_number + 1 in around else None,
    }
    return render(request, "news/edition.html", context)


@require_safe
@public("editions that were sent")
def clock_feed(request: PortalRequest) -> HttpResponse:
    return _feed(feeds.clock_feed())


def _feed(content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=ATOM)
    response["Cache-Control"] = "public, max-age=900"
    return response
