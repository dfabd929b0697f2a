"""The walk over all addresses as every kind of visitor: what is declared at the door against what is observed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, URLPattern, get_resolver, resolve
from django.utils import timezone

from mhhs_portal.organisations.models import Membership, Organisation, Role
from tests import make
from tests.planted import MARKERS, allow_annex, assurance, leaked

#: Where each role is at home; an address is walked under the homes of the roles that it is for, and always under `OWN`.
OWN, FOREIGN = "oldcastle", "brightwell"
HOMES = {Role.OFFICE: "programme", Role.ANALYST: "elexon", Role.BOARD: "pab"}
#: The number of the scenario that the visitor of the programme office has.
SCENARIO = 987_654
SIGN_IN = "/sign-in/?next="
FINE = {200, 202, 302}
#: Public addresses that may rightly answer something else.
MAY_ANSWER = {
    "health_jobs": {200, 503},
    "plan_pdf": {200, 404, 503},
    "supplier_journey_pdf": {200, 503},
    "plan_version": {200, 404},
    "account_confirm_login_code": {302},
}


@dataclass(frozen=True)
class Route:
    pattern: str
    view: Any
    name: str
    converters: dict[str, Any] = field(hash=False)
    url: str = ""

    def address(self, **values: Any) -> str:
        """The address with these values; the path is put together from the pattern, not by `reverse`, so that two
        routes of one name are both walked."""
        [(form, names)] = self.forms
        return "/" + form % {name: self.converters[name].to_url(values[name]) for name in names}

    @property
    def forms(self) -> list[tuple[str, list[str]]]:
        from django.utils.regex_helper import normalize

        return normalize(self.url)


def routes(urlconf: Any = None) -> list[Route]:
    return list(_routes(get_resolver(urlconf).url_patterns, "", "", {}))


def _routes(patterns: Any, shown: str, regex: str, converters: dict[str, Any]) -> Iterator[Route]:
    for pattern in patterns:
        here = pattern.pattern
        path, known = regex + here.regex.pattern.lstrip("^").removesuffix(r"\Z"), converters | here.converters
        if isinstance(pattern, URLPattern):
            names = {name: known.get(name, _AsIs()) for name in here.regex.groupindex} | known
            yield Route(f"{shown}{here}", pattern.callback, pattern.name or "", names, path)
        else:
            yield from _routes(pattern.url_patterns, f"{shown}{here}", path, known)


class _AsIs:
    """The converter of a named group in a regular expression."""

    def to_url(self, value: Any) -> str:
        return str(value)


@dataclass(frozen=True)
class Visitor:
    name: str
    role: Role | None
    #: The slug of the organisation where the role is held today; empty for nobody's.
    at: str
    client: Client


def visitors() -> list[Visitor]:
    """One of every kind; the sample portal must be loaded."""
    homes = {organisation.slug: organisation for organisation in Organisation.objects.all()}
    former = make.former_lead(homes[OWN])
    kinds = [(f"{role} of {OWN}", role, OWN) for role in (Role.LEAD, Role.CONTRIBUTOR, Role.VIEWER)]
    kinds += [(f"lead of {FOREIGN}", Role.LEAD, FOREIGN)] + [
        (f"{role} of {at}", role, at) for role, at in HOMES.items()
    ]
    everybody = [Visitor("anonymous", None, "", Client(raise_request_exception=False))]
    for name, role, at in kinds:
        everybody.append(Visitor(name, role, at, _signed_in(make.member(homes[at], role).person)))
        if role in (Role.ANALYST, Role.BOARD):
            allow_annex(Membership.objects.filter(organisation=homes[at], role=role).latest("pk").person)
        if role == Role.OFFICE:
            _scenario_of(Membership.objects.filter(organisation=homes[at], role=role).latest("pk"))
    return [*everybody, Visitor("former lead", None, "", _signed_in(former.person))]


def _scenario_of(acting: Membership) -> None:
    """A scenario is one person's alone, so it is made with its visitor."""
    from milestones.network.models import Scenario

    Scenario.objects.get_or_create(
        pk=SCENARIO, defaults={"person": acting.person, "organisation": acting.organisation, "name": "Walk"}
    )


def _signed_in(person: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person)
    return client


def sample_values() -> dict[str, Any]:
    """A value that exists in the sample portal for every name in our addresses."""
    from checklist.models import Addressee
    from milestones.models import Criterion
    from milestones.plan_files.models import PlanImport
    from readiness.models import Question, SubmittedRound

    item = Addressee.objects.filter(organisation__slug=OWN).order_by("item__due_at").last().item
    given = SubmittedRound.objects.select_related("submission__campaign", "submission__organisation").first()
    question = Question.objects.select_related("section").filter(section__version=given.submission.campaign.version)[0]
    return {
        "code": "m10",
        "criterion": Criterion.objects.filter(milestone__slug="m10").earliest("pk").pk,
        "slug": "cp1",
        "reference": item.reference,
        "campaign": given.submission.campaign.slug,
        "organisation": given.submission.organisation.slug,
        "round_number": given.round_number,
        "letter": question.section.letter,
        "number": question.number,
        "baseline": "cr055",
        "before": "cr022",
        "after": "cr055",
        "change": "cr-s02",
        "release": _release(),
        "sheet": _sheet(),
        "lane": _draft().lanes.first().pk,
        "stage": _draft().stages.first().pk,
        "run": PlanImport.objects.get(state="checked").pk,
        "kind": "json",
        **_checklist(item),
        "group": "psg",
        "meeting": "psg-2025-09-24-e",
        "thing": item.reference,
        "kind_asked": "checklist-item",
        "kind_assured": "air-submission",
        "decision": _decision(),
        "feed": "milestones",
        "secret": _secret(),
        "feed_number": 1,
        "scenario": SCENARIO,
        "document": "programme-plan",
        "document_version": _kept_version(),
        "asked": OWN,
        "chase": _chase(item),
        "saved_filter": _kept_filter(),
        **assurance(given.submission),
        **_list_feed(),
        **_planned(),
        **_news(),
    }


def _kept_filter() -> int:
    """A filter that the people of `OWN` share."""
    from checklist.reading.saving import keep_filter

    lead = make.lead(Organisation.objects.get(slug=OWN))
    return keep_filter(name="Walked", query="state=all", is_shared=True, acting=lead, now=timezone.now()).pk


def _list_feed() -> dict[str, Any]:
    """A list that the lead of `OWN` reads elsewhere."""
    from checklist.reading.addresses import new_feed

    lead = make.lead(Organisation.objects.get(slug=OWN))
    feed, secret = new_feed(query="state=all", acting=lead, now=timezone.now())
    return {"list_feed": feed.pk, "list_secret": secret}


def _news() -> dict[str, Any]:
    """An announcement that everybody reads, an edition that was sent, a draft of the next, a subscription, a file."""
    from checklist.news import clock
    from checklist.news.models import Announcement, Edition, Subscription
    from mhhs_portal.documents.models import keep

    now = timezone.now()
    upload = keep(b"%PDF-1.7", name="walked.pdf", content_type="application/pdf", by=make.office().person)
    return {
        "news": Announcement.objects.filter(is_public=True, state="published").earliest("pk").slug,
        "clock_number": Edition.objects.exclude(number=None).earliest("number").number,
        "edition": clock.open_draft(by=None, now=now).pk,
        "key": Subscription.objects.create(address="walked@outside.example", asked_at=now).secret,
        "scan": upload.scan.pk,
    }


def _chase(item: Any) -> int:
    """A chase of the organisation for the item."""
    import uuid

    from checklist.chasing.models import Chase, Chased

    facts = {"press": uuid.uuid4(), "by": make.office().person, "at": timezone.now(), "fingerprint": "walked"}
    made = Chase.objects.create(subject="Walked", text="Walked", people=1, **facts)
    own = Organisation.objects.get(slug=OWN)
    Chased.objects.create(chase=made, item=item, organisation=own, state="not-opened")
    return made.pk


def _planned() -> dict[str, Any]:
    """A role of `OWN` on a path, one of its steps, and a reporting period."""
    from milestones.models import ReportingPeriod

    role = make.role_held(Organisation.objects.get(slug=OWN), mpid="ZZO9")
    placement = make.on_path(role)
    step = placement.path.steps.get(key="pit")
    period = ReportingPeriod.objects.earliest("starts_on")
    return {"placement": placement.pk, "step": step.pk, "role": role.pk, "period": period.pk}


def _decision() -> int:
    from milestones.governance.models import Decision

    return Decision.objects.filter(meeting__key="psg-2025-09-24-e").earliest("pk").pk


def _secret() -> str:
    """The address of a personal calendar."""
    from mhhs_portal.calendars import secrets

    lead = make.lead(Organisation.objects.get(slug=OWN))
    return secrets.new_address(acting=lead, kind="path", now=timezone.now())


def _kept_version() -> str:
    """A version of a document whose file is kept here."""
    from mhhs_portal.library.models import Document
    from mhhs_portal.library.office import put_version

    document = Document.objects.get(slug="programme-plan")
    if not document.versions.filter(key="walked").exists():
        said = {"number": "walked", "made_from": "walked"}
        put_version(document, "walked", said, b"%PDF-1.7", "plan.pdf", "application/pdf")
    return "walked"


def _draft() -> Any:
    """An open draft of lanes and stages."""
    from milestones.sheets import drafting

    return drafting.open_of() or drafting.open_draft(by=make.office().person, now=timezone.now())


def _sheet() -> str:
    """The check code of a published drawing."""
    from mhhs_portal.documents.models import keep
    from milestones.models import Baseline, PlanOnAPage

    drawn = PlanOnAPage.objects.filter(organisation=None).first()
    if drawn is None:
        file = keep(b"%PDF-1.7", name="plan.pdf", content_type="application/pdf", made_here=True)
        baseline = Baseline.objects.get(is_current=True)
        drawn = PlanOnAPage.objects.create(version="ab" * 32, baseline=baseline, as_at=timezone.localdate(), file=file)
    return drawn.code


def _checklist(item: Any) -> dict[str, Any]:
    """A file of the item, a template, a named group and a table that was sent: the samples have none."""
    from checklist.importing import check
    from checklist.models import (
        ChecklistItem,
        CommentsUpload,
        DraftFile,
        ItemTemplate,
        NamedGroup,
        Response,
        ResponseDraft,
        ResponseFile,
    )
    from mhhs_portal.documents.models import keep

    acting, now = make.office(), timezone.now()
    us, file = Organisation.objects.get(slug=OWN), make.attachment(item)
    stored = keep(b"Comment\nWalked\n", name="a.csv", content_type="text/csv", made_here=True)
    log = CommentsUpload.objects.create(
        item=item, organisation=us, file=stored, uploaded_by=acting.person, uploaded_at=now
    )
    if not Response.objects.filter(item=item, organisation=us, revision=1, number=1).exists():
        make.response(item, us, revision=1)
    comment = make.comment(Response.objects.get(item=item, organisation=us, revision=1, number=1), number=200)
    template = ItemTemplate.objects.create(name="Walked", content={}, kept_by=acting.person, kept_at=now)
    group = NamedGroup.objects.create(slug="walked", name="Walked")
    table = SimpleUploadedFile("a.csv", b"Title\nWalked\n")
    upload = check(file=table, acting=acting, now=now)
    response = Response.objects.get(item=item, organisation=us, revision=1, number=1)
    sent_file = ResponseFile.objects.create(response=response, title="a.csv", file=stored)
    draft = ResponseDraft.objects.filter(item=item, organisation=us).first() or make.response_draft(item, us)
    drafted = DraftFile.objects.create(draft=draft, title="a.csv", file=stored, added_by=acting.person, added_at=now)
    ChecklistItem.objects.filter(pk=item.pk).update(shows_responses=True)
    sent = {"responder": OWN, "sent": "1", "comments_log": log.pk, "comment": comment.pk}
    sent |= {"sent_file": sent_file.pk, "drafted": drafted.pk}
    return {"file": file.pk, "template": template.pk, "named": group.slug, "upload": upload.pk, **sent}


def _release() -> str:
    """No forecast of the Programme is published, so the samples have no release: one is made for the walk."""
    from datetime import date

    from milestones.changes import releases
    from milestones.models import Milestone, PlanRelease
    from milestones.poap import When

    made = PlanRelease.objects.exclude(published_at=None).first()
    if made is None:
        milestone = Milestone.objects.get(code="M15")
        made = releases.draft(milestone=milestone, when=When.day(date(2027, 5, 7)), reason="On track", by=None).release
        releases.publish(made, by=None, now=timezone.now())
    return made.number


def expected(route: Route, visitor: Visitor, org: str) -> set[int | str]:
    """The statuses that the declaration at the door allows; "sign in" is the redirect to the sign-in page."""
    access = route.view.access
    if isinstance(access, str) and access.startswith("public"):
        return MAY_ANSWER.get(route.name, FINE)
    if visitor.name == "anonymous":
        return {"sign in"}
    if isinstance(access, str):
        return FINE
    if visitor.at != org:
        return {404}
    return FINE | {404} if visitor.role in access else {403}


def observed(visitor: Visitor, method: str, address: str, told: set[str] | None = None) -> int | str:
    with transaction.atomic():
        answer = getattr(visitor.client, method)(address)
        if found := leaked(visitor.role, answer):
            transaction.set_rollback(True)
            return f"leaks: {', '.join(found)}"
        if told is not None and visitor.role == Role.ANALYST and answer.status_code == 200 and not answer.streaming:
            told.update(name for name, marker in MARKERS.items() if marker.encode() in answer.content)
        transaction.set_rollback(True)  # a POST without fields should change nothing; the next visitor relies on it
    return "sign in" if answer.status_code == 302 and answer["Location"].startswith(SIGN_IN) else answer.status_code


def orgs_for(route: Route) -> list[str]:
    if "org" not in route.converters:
        return [""]
    access = route.view.access
    return [OWN, *(HOMES[role] for role in access if role in HOMES)] if isinstance(access, tuple) else [OWN]


def addresses(values: dict[str, Any]) -> Iterator[tuple[Route, str, str]]:
    """Every route that can be reached, with the organisation in its address, and the address itself."""
    for route in routes():
        for org in orgs_for(route):
            try:
                address = route.address(org=org, **values)
                reached = resolve(address).func
            except Resolver404:  # the converter does not take this organisation
                continue
            if reached is route.view:
                yield route, org, address


def walk(
    values: dict[str, Any],
    everybody: list[Visitor],
    methods: tuple[str, ...] = ("get", "post"),
    opened: set[str] | None = None,
    told: set[str] | None = None,
) -> Iterator[str]:
    """What was observed against the declarations, in words; nothing when every door is as declared.

    `opened` takes up the routes through which somebody got in: a walk over addresses that exist for nobody proves
    nothing. `told` takes up the planted secrets that an analyst has read, for the same reason.
    """
    for route, org, address in addresses(values):
        for visitor in everybody:
            for method in methods:
                allowed = expected(route, visitor, org)
                if visitor.name != "anonymous" or allowed != {"sign in"}:
                    allowed = allowed | {405}  # said before anybody is looked at, and to everybody alike
                if method == "post" and visitor.role == Role.VIEWER:
                    allowed = allowed | {403}  # some pages are for reading to viewers and for writing to others
                if method == "post" and allowed & FINE:
                    allowed = allowed | {400}  # some pages refuse in words a POST that no button of theirs sends
                status = observed(visitor, method, address, told)
                if opened is not None and allowed & FINE and status in FINE | {503}:
                    opened.add(route.pattern)
                if status not in allowed:
                    yield f"{method.upper()} {address} as {visitor.name}: {status}, not {sorted(map(str, allowed))}"
