"""Programme staff write news."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from checklist.news import announcing
from checklist.news.forms import CorrectForm, WithdrawForm
from checklist.news.models import Announcement
from checklist.news.news_page import NewsPage
from checklist.news.tables import news_table
from checklist.views.posted import sent
from mhhs_portal.exports import file_of
from mhhs_portal.history.panel import events_of
from mhhs_portal.notifications.outbox import log_of
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest

WRITES = ["GET", "HEAD", "POST"]
ON_A_PAGE = 25
VERBS = {
    "news.drafted": "Draft saved",
    "news.published": "Published",
    "news.corrected": "Corrected",
    "news.withdrawn": "Withdrawn",
    "news.pinned": "Put on top",
    "news.unpinned": "No longer on top",
    "news.facts_loaded": "Loaded from the Programme’s site",
}
_HIDDEN = {"id", "edited_at", "edited_by", "edited_by_id", "slug", "is_sample"}
_NAMES = {field.attname: str(field.verbose_name) for field in Announcement._meta.fields}


@require_safe
@acting_as(Role.OFFICE)
def office_list(request: PortalRequest, acting: Membership) -> HttpResponse:
    found = Announcement.objects.select_related("edited_by").order_by("-pk")
    wanted = request.GET.get("state", "")
    if wanted in Announcement.State.values:
        found = found.filter(state=wanted)
    if file := file_of(request, news_table(found, for_staff=True)):
        return file
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [(news, news.standing(timezone.now())) for news in page]
    context = {"acting": acting, "page": page, "rows": rows, "wanted": wanted, "states": Announcement.State.choices}
    return render(request, "news/office_list.html", context)


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def new(request: PortalRequest, acting: Membership) -> HttpResponse:
    return _put_together(request, acting, None)


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def edit(request: PortalRequest, acting: Membership, news: str) -> HttpResponse:
    found = get_object_or_404(Announcement, slug=news)
    if not found.is_draft:
        return redirect("news:office", org=acting.organisation.slug, news=news)
    return _put_together(request, acting, found)


def _put_together(request: PortalRequest, acting: Membership, draft: Announcement | None) -> HttpResponse:
    """One form; every button posts all of it. Adding or removing a rule saves nothing."""
    page = NewsPage(timezone.now(), sent(request), draft)
    saved = page.press(request.POST.get("do", "save"), acting) if request.method == "POST" else None
    if saved:
        messages.success(request, "Draft saved. Nobody outside the Programme office sees it before you publish it.")
        return redirect("news:office", org=acting.organisation.slug, news=saved.slug)
    return render(request, "news/edit.html", page.context() | {"acting": acting})


@require_safe
@acting_as(Role.OFFICE)
def office(request: PortalRequest, acting: Membership, news: str) -> HttpResponse:
    """The announcement as its readers will see it, whom it reaches, and what can be done with it."""
    now = timezone.now()
    found = get_object_or_404(Announcement, slug=news)
    context = {
        "acting": acting,
        "news": found,
        "standing": found.standing(now),
        "audience": announcing.audience_of(found, now) if found.is_draft else None,
        "people": len({held.person_id for held in announcing.readers(found, now)}) if found.is_mailed else 0,
        "recipients": None if found.is_draft else found.recipients.select_related("organisation"),
        "corrections": found.corrections.select_related("by"),
        "messages_sent": log_of(announcing.about(found))[:20],
        "history": _history(found),
        "now": now,
    }
    return render(request, "news/office.html", context)


def _history(news: Announcement) -> list[dict[str, Any]]:
    return [
        {
            "at": event.at,
            "who": event.actor,
            "what": VERBS.get(event.verb, "Changed"),
            "fields": [_NAMES.get(name, name) for name in event.changes if name not in _HIDDEN],
        }
        for event in events_of(news)
    ]


@require_POST
@acting_as(Role.OFFICE)
def step(request: PortalRequest, acting: Membership, news: str) -> HttpResponse:
    """Publish, discard, pin: what one button does."""
    found = get_object_or_404(Announcement, slug=news)
    button, slug = request.POST.get("do", ""), acting.organisation.slug
    try:
        if button == "publish":
            published = announcing.publish(found, by=acting.person, now=timezone.now())
            is_open = published.has_opened(timezone.now())
            messages.success(request, "Published." if is_open else "Published. It opens at the time that you gave.")
        elif button == "discard":
            announcing.discard(found, by=acting.person)
            messages.success(request, f"Draft “{found.title}” discarded.")
            return redirect("news:office_list", org=slug)
        elif button in {"pin", "unpin"}:
            announcing.pin(found, is_pinned=button == "pin", by=acting.person)
            messages.success(request, "It stands on top of the lists." if button == "pin" else "It stands by its date.")
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))
    return redirect("news:office", org=slug, news=news)


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def correct(request: PortalRequest, acting: Membership, news: str) -> HttpResponse:
    found = get_object_or_404(Announcement, slug=news)
    initial = {"title": found.title, "summary": found.summary, "body": found.body}
    form = CorrectForm(sent(request), initial=initial)
    if request.method == "POST" and form.run(announcing.correct, found, by=acting.person, now=timezone.now()):
        messages.success(request, "Corrected. Readers see what changed and when.")
        return redirect("news:office", org=acting.organisation.slug, news=news)
    context = {"acting": acting, "news": found, "form": form, "title": "Correct", "button": "Publish the correction"}
    return render(request, "news/step.html", context)


@require_http_methods(WRITES)
@acting_as(Role.OFFICE)
def withdraw(request: PortalRequest, acting: Membership, news: str) -> HttpResponse:
    found = get_object_or_404(Announcement, slug=news)
    form = WithdrawForm(sent(request))
    if request.method == "POST" and form.run(announcing.withdraw, found, by=acting.person, now=timezone.now()):
        messages.success(request, "Withdrawn.")
        return redirect("news:office", org=acting.organisation.slug, news=news)
    context = {"acting": acting, "news": found, "form": form, "title": "Withdraw", "button": "Withdraw it"}
    return render(request, "news/step.html", context | {"is_danger": True})
