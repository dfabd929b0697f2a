"""News for an organisation: what everybody may read, and what was addressed to it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from checklist.news import announcing
from checklist.news.models import Announcement, NewsReading
from checklist.news.tables import news_table
from mhhs_portal.exports import file_of
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as
from mhhs_portal.organisations.models import Membership
from mhhs_portal.web import PortalRequest

ON_A_PAGE = 20


@require_safe
@acting_as(*PARTICIPANTS)
def own_list(request: PortalRequest, acting: Membership) -> HttpResponse:
    now = timezone.now()
    found = Announcement.objects.current(now).for_organisation(acting.organisation).in_order()
    if file := file_of(request, news_table(found)):
        return file
    read = NewsReading.objects.filter(announcement=OuterRef("pk"), person=acting.person)
    found = found.annotate(is_read=Exists(read))
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "news/own_list.html", {"acting": acting, "page": page, "now": now})


@require_safe
@acting_as(*PARTICIPANTS)
def own(request: PortalRequest, acting: Membership, news: str) -> HttpResponse:
    """One announcement; opening it takes it off the person's unread ones."""
    now = timezone.now()
    readable = Announcement.objects.for_organisation(acting.organisation).filter(opens_at__lte=now)
    found = get_object_or_404(readable.exclude(state="draft"), slug=news.lower())
    if request.method == "GET" and found.state == Announcement.State.PUBLISHED:
        announcing.note_reading(found, person=acting.person, now=now)
    context = {"acting": acting, "news": found, "corrections": found.corrections.all(), "now": now}
    return render(request, "news/announcement.html", context)
