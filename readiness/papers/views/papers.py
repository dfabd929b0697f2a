"""Papers as analysts write them and as board members decide on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.deadlines import local_day
from mhhs_portal.forms import ActionForm
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Kind, Membership, Person, Role
from mhhs_portal.web import PortalRequest
from readiness.assurance.forms import PlainForm
from readiness.models import Submission
from readiness.papers import contents, writing
from readiness.papers.forms import AnnexForm, AskForm, DecideForm, PaperForm
from readiness.papers.models import (
    SHOWN_TO_BOARD,
    AnnexOpening,
    AnnexPermission,
    Paper,
    PaperRecommendation,
    PaperVersion,
)
from readiness.views.analysts import campaigns_of

PAGE = 50
GET_POST = ["GET", "HEAD", "POST"]
READERS = (Role.ANALYST, Role.BOARD)
NEEDS_PERMISSION = "The names stand in the annex, which has a permission of its own. An analyst of Elexon gives it."


def papers_of(acting: Membership) -> QuerySet[Paper]:
    """All of them for analysts; for board members what was put to the board. Whatever else exists does not exist."""
    rows = Paper.objects.select_related("campaign", "author")
    if acting.organisation.kind == Kind.ELEXON:
        return rows
    if acting.organisation.kind == Kind.BOARD:
        return rows.filter(status__in=SHOWN_TO_BOARD)
    raise Http404


@require_safe
@acting_as(*READERS)
def papers(request: PortalRequest, acting: Membership) -> HttpResponse:
    page = Paginator(papers_of(acting), PAGE).get_page(request.GET.get("page"))
    context = {"acting": acting, "page": page, "is_analyst": acting.role == Role.ANALYST}
    return render(request, "readiness/papers/papers.html", context)


@require_http_methods(GET_POST)
@acting_as(Role.ANALYST)
def new(request: PortalRequest, acting: Membership) -> HttpResponse:
    campaign = campaigns_of(acting).opened().filter(slug=request.GET.get("campaign", "")).first()
    form = PaperForm(request.POST or None, initial={"campaign": campaign})
    if request.method == "POST" and form.run(writing.begin, acting=acting, now=timezone.now()):
        messages.success(request, f"{form.result} is begun. Freeze its figures when you are ready.")
        return redirect("papers:paper", org=acting.organisation.slug, paper=form.result.number)
    return render(request, "readiness/papers/new.html", {"acting": acting, "form": form})


#: What the page can do: the form, the verb, whether it is told the time, what is said afterwards.
Doing = tuple[type[ActionForm], Callable[..., Any], bool, str]
DOES: dict[str, Doing] = {
    "freeze": (PlainForm, writing.freeze, True, "The figures are frozen as at now."),
    "recommend": (AskForm, writing.recommend, False, "Added."),
    "put": (PlainForm, writing.put_to_the_board, True, "The board reads it now. It can no longer be changed."),
    "conclude": (PlainForm, writing.conclude, True, "The decisions stand."),
    "qag": (PlainForm, writing.release_to_qag, True, "Released to the QAG view, without names."),
    "qwg": (PlainForm, writing.release_to_qwg, True, "Released to the QWG view: participants read the summary."),
}
BOARD_DOES = ("conclude",)


@require_http_methods(GET_POST)
@acting_as(*READERS)
def paper(request: PortalRequest, acting: Membership, paper: int) -> HttpResponse:
    one = get_object_or_404(papers_of(acting), number=paper)
    failed: dict[str, ActionForm] = {}
    if request.method == "POST":
        step = request.POST.get("do", "")
        form, done, said = _did(request, acting, one, step)
        if form is None:
            return redirect(request.path)
        if done:
            messages.success(request, said)
            return redirect(request.path)
        failed = {step: form}
        one.refresh_from_db(fields=["status"])
    return render(request, "readiness/papers/paper.html", _context(acting, one, failed))


def _did(request: PortalRequest, acting: Membership, one: Paper, step: str) -> tuple[ActionForm | None, bool, str]:
    """The form of what was asked for, whether it was done, and what to say; None for what the page does not know."""
    now = timezone.now()
    if step in ("decide", "take_back"):
        number = request.POST.get("recommendation", "")
        asked = one.recommendations.filter(number=number).first() if number.isdecimal() and len(number) < 5 else None
        if asked is None:
            return None, False, ""
        if step == "decide":
            form: ActionForm = DecideForm(request.POST, auto_id=f"id_{asked.number}_%s")
            return (
                form,
                form.run(writing.decide, asked, acting=acting, now=now),
                f"Decision {asked.number} is recorded.",
            )
        form = PlainForm(request.POST)
        return form, form.run(writing.take_back, asked, acting=acting), "Taken back."
    if step not in DOES or (acting.role == Role.BOARD and step not in BOARD_DOES):
        return None, False, ""
    form_class, verb, is_timed, said = DOES[step]
    form = form_class(request.POST)
    return form, form.run(verb, one, acting=acting, **({"now": now} if is_timed else {})), said


def _context(acting: Membership, one: Paper, failed: dict[str, ActionForm]) -> dict[str, Any]:
    versions = list(one.versions.defer("annex").select_related("frozen_by"))
    latest = versions[0] if versions else None
    asked = list(one.recommendations.prefetch_related("decisions__recorded_by"))
    wrong = failed.get("decide")
    return {
        "acting": acting,
        "paper": one,
        "campaign": one.campaign,
        "version": latest,
        "versions": versions,
        "blocks": contents.blocks(latest) if latest else [],
        "figures": contents.figures_listed(latest) if latest else [],
        "asked": [_asked(row, wrong) for row in asked],
        "decided": sum(bool(row.decisions.all()) for row in asked),
        "is_analyst": acting.role == Role.ANALYST,
        "may_annex": writing.may_open_annex(acting.person),
        "is_writing": one.status in writing.WRITING,
        "ask_form": failed.get("recommend") or AskForm(),
        "failed": next(iter(failed.values()), None),
        "now": timezone.now(),
    }


def _asked(
    row: PaperRecommendation, wrong: ActionForm | None
) -> tuple[PaperRecommendation, Any, list[Any], ActionForm]:
    auto_id = f"id_{row.number}_%s"
    form = wrong if wrong is not None and wrong.auto_id == auto_id else DecideForm(auto_id=auto_id)
    decisions = list(row.decisions.all())
    return row, decisions[0] if decisions else None, decisions[1:], form


def _latest(one: Paper) -> PaperVersion:
    version = one.versions.select_related("paper__author").first()
    if version is None:
        raise Http404("The figures of this paper have not been frozen yet.")
    return version


@require_safe
@acting_as(*READERS)
def annex(request: PortalRequest, acting: Membership, paper: int) -> HttpResponse:
    """The names; each opening is recorded."""
    one = get_object_or_404(papers_of(acting), number=paper)
    version = _latest(one)
    if not writing.may_open_annex(acting.person):
        raise PermissionDenied(NEEDS_PERMISSION)
    AnnexOpening.objects.create(paper=one, person=acting.person, form="page", at=timezone.now())
    context = {
        "acting": acting,
        "paper": one,
        "campaign": one.campaign,
        "version": version,
        "blocks": contents.annex(version),
        "openings": one.openings.select_related("person")[:50],
    }
    return render(request, "readiness/papers/annex.html", context)


@require_safe
@acting_as(*READERS)
def records(request: PortalRequest, acting: Membership, paper: int, figure: str) -> HttpResponse:
    """Who is behind a figure, as frozen. They are names, so the permission of the annex is needed."""
    one = get_object_or_404(papers_of(acting), number=paper)
    version = _latest(one)
    slugs = version.annex["records"].get(figure)
    if slugs is None:
        raise Http404("There is no such figure in this paper.")
    if not writing.may_open_annex(acting.person):
        raise PermissionDenied(NEEDS_PERMISSION)
    AnnexOpening.objects.create(paper=one, person=acting.person, form="page", at=timezone.now())
    known = dict.fromkeys(slugs)
    found = Submission.objects.filter(campaign=one.campaign, organisation__slug__in=known)
    page = Paginator(found.select_related("organisation").order_by("organisation__name"), PAGE)
    label = next((row for row in contents.figures_listed(version) if row[0] == figure), (figure, figure, ""))
    context = {
        "acting": acting,
        "paper": one,
        "campaign": one.campaign,
        "version": version,
        "label": label,
        "count": len(slugs),
        "page": page.get_page(request.GET.get("page")),
        "is_analyst": acting.role == Role.ANALYST,
    }
    return render(request, "readiness/papers/records.html", context)


@require_http_methods(GET_POST)
@acting_as(Role.ANALYST)
def annex_permission(request: PortalRequest, acting: Membership) -> HttpResponse:
    """Who may open named annexes; nobody by role alone, and nobody by their own hand."""
    now = timezone.now()
    campaigns_of(acting)
    held = Membership.objects.current(local_day(now)).filter(role__in=READERS)
    people = list(Person.objects.filter(pk__in=held.values("person")).exclude(pk=acting.person_id).order_by("name"))
    ends = request.POST.get("ends", "")
    if ends.isdecimal():
        permission = get_object_or_404(AnnexPermission, pk=ends, ended_at=None)
        writing.end_annex(permission, acting=acting, now=now)
        messages.success(request, "The permission has ended.")
        return redirect(request.path)
    form = AnnexForm(people, request.POST or None)
    if request.method == "POST" and form.run(writing.allow_annex, acting=acting, now=now):
        messages.success(request, f"{form.result.person} may open the named annexes.")
        return redirect(request.path)
    rows = AnnexPermission.objects.select_related("person", "given_by")[:200]
    return render(request, "readiness/papers/annex_permission.html", {"acting": acting, "form": form, "rows": rows})
