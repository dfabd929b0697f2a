"""What every page's frame needs: who is here, for whom, and where they can go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from mhhs_portal.organisations.access import memberships_of
from mhhs_portal.organisations.models import Kind, Membership

THEMES = ("light", "dark")

PUBLIC = [
    ("Timeline", "home", False),
    ("Milestones", "milestones:list", False),
    ("Critical paths", "milestones:paths", False),
    ("Baselines", "milestones:baselines", False),
    ("Change requests", "milestones:changes", False),
    ("Checklist", "checklist:list", False),
    ("Governance", "governance:governance", False),
    ("Documents", "library:documents", False),
    ("News", "news:list", False),
]
BY_KIND = {
    Kind.PARTICIPANT: [
        ("Home", "organisation_home", True),
        ("My path", "milestones:own_path", True),
        ("Checklist", "checklist:own_list", True),
        ("AIR", "readiness:tasks", True),
        ("Findings", "assurance:own_findings", True),
        ("Changes", "milestones:own_changes", True),
        ("Timeline", "home", False),
    ],
    Kind.PROGRAMME: [
        ("Checklist", "checklist:office_list", True),
        ("Publish", "checklist:publish", True),
        ("Progress", "milestones:progress", True),
        ("Plan", "milestones:office_plan", True),
        ("News", "news:office_list", True),
        ("Messages", "notifications:log", True),
        ("Timeline", "home", False),
        ("Milestones", "milestones:list", False),
        ("Critical paths", "milestones:paths", False),
    ],
    Kind.ELEXON: [
        ("Review queue", "assurance:queue", True),
        ("Campaigns", "readiness:campaigns", True),
        ("Reminders", "reminders:overview", True),
        ("Findings", "assurance:findings", True),
        ("Board papers", "papers:papers", True),
        ("Checklist", "checklist:list", False),
        ("Timeline", "home", False),
    ],
    Kind.BOARD: [
        ("Papers", "papers:papers", True),
        ("Timeline", "home", False),
        ("Milestones", "milestones:list", False),
    ],
}


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_current: bool


def _stands_under(path: str, org: str) -> str:
    """Pages that have no entry of their own stand under the one that leads to them."""
    own = f"/o/{org}/"
    if path.startswith(f"{own}what-if/"):
        return f"{own}plan/" if org == "programme" else f"{own}path/"
    if org == "programme" and path.startswith((f"{own}plan/periods/", f"{own}plan/placements/")):
        return f"{own}progress/"
    if org == "programme" and path.startswith(
        (f"{own}change-requests/", f"{own}governance/", f"{own}documents/", f"{own}files/")
    ):
        return f"{own}plan/"
    if org == "programme" and path.startswith(f"{own}clock/"):
        return f"{own}news/"
    if org == "programme" and path.startswith(f"{own}reminders/"):
        return f"{own}messages/"
    return path


def _navigation(request: HttpRequest, acting: Membership | None) -> list[Link]:
    entries = BY_KIND.get(Kind(acting.organisation.kind), PUBLIC) if acting else PUBLIC
    found = []
    for label, name, of_organisation in entries:
        args = [acting.organisation.slug] if of_organisation and acting else []
        try:
            found.append((label, reverse(name, args=args)))
        except NoReverseMatch:  # an address that this release does not have
            continue
    at = _stands_under(request.path, acting.organisation.slug) if acting else request.path
    homes = ("/", f"/o/{acting.organisation.slug}/" if acting else "/")  # every address begins with them
    inside = [url for _, url in found if at == url or (url not in homes and at.startswith(url))]
    current = max(inside, key=len, default="")
    return [Link(label, url, url == current) for label, url in found]


def portal(request: HttpRequest) -> dict[str, Any]:
    """`acting` is the membership the page acts under; elsewhere, the person's first one, so that the way home stays."""
    memberships = memberships_of(request) if hasattr(request, "user") else []
    acting = getattr(request, "acting", None) or next(iter(memberships), None)
    theme = request.COOKIES.get("theme", "")
    return {
        "nav": _navigation(request, acting),
        "organisations": memberships,
        "acting": acting,
        "sample_data": settings.SAMPLE_DATA,
        "site_name": settings.SITE_NAME,
        "contact_email": settings.CONTACT_EMAIL,
        "theme": theme if theme in THEMES else "",
    }
