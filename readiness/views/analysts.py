"""Elexon's view: campaigns, and who has submitted."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Kind, Membership, Role
from mhhs_portal.web import PortalRequest
from readiness.models import Campaign, Submission
from readiness.models.campaigns import CampaignQuerySet

PAGE = 50
#: Each submission is in exactly one of these: key, words, and the short word of its tab.
STANDINGS = [
    ("not-started", "Not started", "Not started"),
    ("in-progress", "In progress", "In progress"),
    ("overdue", "Overdue, not submitted", "Overdue"),
    ("more-needed", "Sent back, more needed", "Sent back"),
    ("submitted", "Submitted in time", "In time"),
    ("submitted-late", "Submitted late", "Late"),
]
WORDS = {key: words for key, words, _ in STANDINGS}


def campaigns_of(acting: Membership) -> CampaignQuerySet:
    if acting.organisation.kind != Kind.ELEXON:
        raise Http404
    return Campaign.objects.all().select_related("version__questionnaire")


@require_safe
@acting_as(Role.ANALYST)
def campaigns(request: PortalRequest, acting: Membership) -> HttpResponse:
    now = timezone.now()
    handed_in = Submission.objects.filter(campaign=OuterRef("pk"), rounds__round_number=1).order_by().values("campaign")
    rows = campaigns_of(acting).annotate(
        asked=Count("submissions"), handed_in=Coalesce(Subquery(handed_in.annotate(n=Count("pk")).values("n")), 0)
    )
    return render(request, "readiness/campaigns.html", {"acting": acting, "campaigns": rows, "now": now})


@require_safe
@acting_as(Role.ANALYST)
def campaign(request: PortalRequest, acting: Membership, campaign: str) -> HttpResponse:
    now = timezone.now()
    one = get_object_or_404(campaigns_of(acting).opened(), slug=campaign)
    everyone = Submission.objects.filter(campaign=one).with_standing(now)
    counts = everyone.counts_by_standing()
    asked = sum(counts.values())
    show = request.GET.get("show", "")
    chosen = everyone.standing(show) if show in WORDS else everyone
    rows = chosen.with_counts().with_marked().select_related("organisation").order_by("organisation__name")
    pages = Paginator(rows, PAGE)
    pages.count = counts.get(show, 0) if show in WORDS else asked  # known already: no second count
    context = {
        "acting": acting,
        "campaign": one,
        "asked": asked,
        "standings": [(key, words, short, counts.get(key, 0)) for key, words, short in STANDINGS],
        "handed_in": counts.get("submitted", 0) + counts.get("submitted-late", 0) + counts.get("more-needed", 0),
        "page": pages.get_page(request.GET.get("page")),
        "show": show,
        "show_words": WORDS.get(show, ""),
        "now": now,
    }
    return render(request, "readiness/campaign.html", context)
