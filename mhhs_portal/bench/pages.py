"""Which pages are measured, as whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.apps import apps
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.cached_db import SessionStore
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.bench.plan_rows import MANY_ROLES
from mhhs_portal.organisations.models import Membership, Organisation, Person, Role

#: An organisation's home gathers what every part of the portal has for it: a query or two for each, and eight more in
#: the weeks after a new baseline, when it says what that changed for the organisation.
HOME = 24


@dataclass(frozen=True)
class Page:
    name: str
    address: str
    #: The session of the person who reads it; empty for anonymous.
    session: str = ""
    #: The most queries: ten for what the page shows, two to know who is signed in.
    queries: int = 12
    #: Milliseconds that its median must stay under, and the most kB of HTML; 0 for no limit of its own.
    median: int = 0
    kilobytes: int = 0

    @property
    def cookies(self) -> dict[str, str]:
        return {settings.SESSION_COOKIE_NAME: self.session} if self.session else {}


def _session_of(person: Person) -> str:
    session = SessionStore()
    session[SESSION_KEY] = str(person.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = person.get_session_auth_hash()
    session.save()
    return str(session.session_key)


def _somebody(role: Role, organisation: Organisation | None = None) -> Person:
    held = Membership.objects.current().filter(role=role).order_by("pk")
    return (held.filter(organisation=organisation) if organisation else held).select_related("person")[0].person


def pages() -> list[Page]:
    """The main pages of every kind of reader, on rows of the seeding."""
    submission = apps.get_model("readiness.Submission")._default_manager.select_related("organisation", "campaign")
    draft = submission.filter(organisation__slug__startswith="bench-", status="in-progress").order_by("pk").first()
    sent = submission.filter(organisation__slug__startswith="bench-", status="submitted").order_by("pk").first()
    if draft is None or sent is None:
        raise LookupError("Nothing is seeded: run `manage.py bench`.")
    us = draft.organisation
    addressed = apps.get_model("checklist.Addressee")._default_manager.filter(organisation=us).select_related("item")
    due = addressed.filter(item__reference__gte="PCL-50000", item__opens_at__lte=timezone.now())
    open_item = due.latest("item__due_at").item.reference
    organisation, campaign = {"org": us.slug}, draft.campaign.slug
    lead, office, analyst = (_session_of(_somebody(*who)) for who in ((Role.LEAD, us), (Role.OFFICE,), (Role.ANALYST,)))
    programme, elexon = {"org": "programme"}, {"org": "elexon", "campaign": campaign}

    def at(name: str, **arguments: str) -> str:
        return reverse(name, kwargs=arguments)

    return [
        *_plan(at, us.slug, office, lead),
        *_checklist(at, us.slug, open_item, office, lead),
        Page("sign-in", at("sign_in")),
        Page("home of an organisation", at("organisation_home", **organisation), lead, queries=HOME),
        Page("AIR tasks", at("readiness:tasks", **organisation), lead),
        Page("submission", at("readiness:submission", **organisation, campaign=campaign), lead),
        Page("section", at("readiness:section", **organisation, campaign=campaign, letter="A"), lead),
        Page("publish", at("checklist:publish", **programme), office),
        Page("campaigns", at("readiness:campaigns", org="elexon"), analyst),
        Page("campaign", at("readiness:campaign", **elexon), analyst),
        Page("review", at("readiness:review", **elexon, organisation=sent.organisation.slug), analyst),
    ]


def _plan(at: Callable[..., str], us: str, office: str, lead: str) -> list[Page]:
    """The pages and files of the plan, with the limits that it has set itself."""
    own, staff, many = {"org": us}, {"org": "programme"}, {"org": MANY_ROLES}
    register, roles = (
        at("milestones:list"),
        _session_of(_somebody(Role.LEAD, Organisation.objects.get(slug=MANY_ROLES))),
    )

    def page(name: str, address: str, session: str = "", median: int = 150) -> Page:
        return Page(name, address, session, queries=10, median=median)

    def file(name: str, address: str) -> Page:
        """All rows at once: seconds, where a page has a part of a second."""
        return Page(name, address, queries=10, median=2500)

    filters = ["workstream=migration", "tier=2", "path=cp1", "state=red", "ofgem=yes", "q=milestone"]
    filters += ["against=bn1&sort=-slip"]
    return [
        page("timeline", at("home")),
        page("timeline as table", at("home") + "?view=table"),
        page("timeline by months", at("home") + "?zoom=months&path=cp2&compare=bn1"),
        page("timeline on a past day", at("home") + "?as_at=2026-01-05", median=300),
        page("register", register),
        *(page(f"register, {one}", f"{register}?{one}") for one in filters),
        page("milestone", at("milestones:detail", code="m10")),
        page("milestone of many links", at("milestones:detail", code="b42")),
        page("baselines", at("milestones:baselines"), median=250),
        page("baseline", at("milestones:baseline", baseline="bn2"), median=250),
        page("comparison", at("milestones:compare", before="bn1", after="bn2"), median=250),
        page("comparison of a path", at("milestones:compare", before="bn1", after="bn2") + "?path=cp1", median=250),
        page("comparison, forecast", at("milestones:compare", before="bn2", after="forecast")),
        page("critical paths", at("milestones:paths")),
        page("critical path", at("milestones:path", slug="cp3")),
        page("change requests", at("milestones:changes")),
        page("change request", at("milestones:change", change="bn2")),
        page("change request, assessed", at("milestones:change", change="bn3")),
        page("change request, own", at("milestones:own_change", **own, change="bn3"), lead),
        page("change request, office", at("milestones:office_change", **staff, change="bn3"), office),
        page("plan releases", at("milestones:releases")),
        page("own path", at("milestones:own_path", **own), lead),
        page("own plan", at("milestones:own_plan", **own), lead),
        page("own path of 50 roles", at("milestones:own_path", **many), roles),
        page("own plan of 50 roles", at("milestones:own_plan", **many), roles, 400),
        page("progress of all roles", at("milestones:progress", **staff), office, 400),
        page("paths and routes", at("milestones:placements", **staff), office),
        page("milestones, office", at("milestones:office_milestones", **staff), office),
        page("the plan's files", at("plan_files:plan")),
        *(file(f"register as {kind.upper()}", f"{register}?format={kind}") for kind in ("csv", "xlsx", "json")),
        file("plan for Project", at("plan_files:file", kind="xml")),
        file("calendar of milestones", at("calendars:feed", feed="milestones")),
        file("feed of changes", at("calendars:changes")),
    ]


def _checklist(at: Callable[..., str], us: str, item: str, office: str, lead: str) -> list[Page]:
    """The pages of the checklist, with the limits that it has set itself."""
    own, staff = {"org": us}, {"org": "programme"}
    searched = "?q=migration&state=all"

    def page(name: str, address: str, session: str = "", kilobytes: int = 0) -> Page:
        return Page(name, address, session, queries=10, median=100, kilobytes=kilobytes)

    return [
        page("checklist, public", at("checklist:list")),
        page("checklist, searched", at("checklist:list") + searched),
        page("item, public", at("checklist:item", reference=item)),
        page("own checklist", at("checklist:own_list", **own), lead),
        page("own checklist, searched", at("checklist:own_list", **own) + searched, lead),
        page("own item", at("checklist:own_item", **own, reference=item), lead),
        page("own history", at("checklist:own_history", **own, reference=item), lead),
        page("office checklist", at("checklist:office_list", **staff), office),
        page("office checklist, overdue", at("checklist:office_list", **staff) + "?due=overdue", office),
        page("office checklist, by number", at("checklist:office_list", **staff) + "?q=412", office),
        page("office item", at("checklist:office_item", **staff, reference=item), office),
        page("matrix", at("chasing:matrix", **staff), office, 300),
        page("matrix, longest waiting", at("chasing:matrix", **staff) + "?order=waiting", office, 300),
        page("matrix of every item", at("chasing:matrix", **staff) + "?items=all", office, 300),
        page("comments of an item", at("closing:comments", **staff, reference=item), office),
        page("comments to me", at("closing:all_comments", **staff), office),
    ]
