"""The message log: to whom the portal has written, or will, and what became of it."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from mhhs_portal.notifications.models import Message, MessageQuerySet, Status
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Kind, Membership, Role
from mhhs_portal.web import PortalRequest

ON_A_PAGE = 25
#: The tabs: what the address says, what the tab says, and the statuses it shows.
TABS = [
    ("", "All", list(Status)),
    ("waiting", "Waiting", [Status.QUEUED, Status.SENDING]),
    ("sent", "Sent", [Status.SENT]),
    ("given-up", "Given up", [Status.PARKED]),
]


@require_safe
@acting_as(Role.OFFICE)
def message_log(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Newest first; with `about`, those about one thing. Pages go by message number, so the thousandth costs what the
    first does."""
    if acting.organisation.kind != Kind.PROGRAMME:
        raise Http404
    wanted = request.GET.get("state", "")
    statuses = next((shown for key, _, shown in TABS if key == wanted), list(Status))
    about = request.GET.get("about", "").replace("\x00", "")[:120]
    messages = Message.objects.for_the_programme()
    messages = messages.filter(about=about) if about else messages
    found = _older_than(request.GET.get("before", ""), messages.filter(status__in=statuses))
    rows = list(found.select_related("to", "organisation").defer("context").order_by("-pk")[: ON_A_PAGE + 1])
    counts = _open_counts(messages)
    context = {
        "tabs": [(key, label, counts.get(key)) for key, label, _ in TABS],
        "wanted": wanted,
        "about": about,
        "rows": rows[:ON_A_PAGE],
        "older": rows[ON_A_PAGE - 1].pk if len(rows) > ON_A_PAGE else None,
        "is_first_page": not request.GET.get("before"),
    }
    return render(request, "notifications/message_log.html", context)


def _older_than(number: str, messages: MessageQuerySet) -> MessageQuerySet:
    return messages.filter(pk__lt=int(number)) if number.isdecimal() and len(number) < 19 else messages


def _open_counts(messages: MessageQuerySet) -> dict[str, int]:
    """How many wait and how many were given up. All and Sent grow for ever and are not counted."""
    is_open = messages.exclude(status=Status.SENT)
    return is_open.order_by().aggregate(
        **{
            "waiting": Count("pk", filter=~Q(status=Status.PARKED)),
            "given-up": Count("pk", filter=Q(status=Status.PARKED)),
        }
    )
