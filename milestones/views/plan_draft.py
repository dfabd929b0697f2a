"""The Programme's editor of lanes and stages: a draft that nobody else sees until it is published."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from mhhs_portal.deadlines import local_day
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from milestones.models import CriticalPath, DraftLane, DraftStage, PlanDraft
from milestones.poap.sizes import ZOOMS
from milestones.sheets import draft_publishing, drafting
from milestones.sheets.draft_forms import LaneForm, PublishForm, StageForm
from milestones.sheets.picture import picture


@dataclass(frozen=True)
class Place:
    """A lane or a path with its stages, as the editor lists them."""

    name: str
    stages: list[DraftStage]
    lane: DraftLane | None = None
    key: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def plan_draft(request: PortalRequest, acting: Membership) -> HttpResponse:
    """The draft with its lanes and stages; every button here is one small change."""
    draft = drafting.open_of()
    lane_form, publish_form = LaneForm(), None
    if request.method == "POST":
        do, _, number = request.POST.get("do", "").partition(" ")
        if do == "add-lane" and draft:
            lane_form = LaneForm(request.POST)
            if lane_form.run(_adding(draft, acting)):
                return redirect("milestones:plan_draft", org=acting.organisation.slug)
        elif do == "publish" and draft:
            publish_form = PublishForm(request.POST)
            if publish_form.run(_publishing(draft, acting)):
                messages.success(request, "Published. The timeline shows it now, the PDF in a minute or two.")
                return redirect("milestones:plan_draft", org=acting.organisation.slug)
        else:
            _press(request, acting, draft, do, sent_number(number))
            return redirect("milestones:plan_draft", org=acting.organisation.slug)
    context = _page(draft) if draft else {}
    context |= {"acting": acting, "draft": draft, "lane_form": lane_form, "publish_form": publish_form}
    context["earlier"] = _earlier()
    return render(request, "milestones/draft.html", context)


def _earlier() -> Any:
    done = PlanDraft.objects.exclude(published_at=None, discarded_at=None)
    return done.select_related("started_by", "published_by")[:20]


def _adding(draft: PlanDraft, acting: Membership) -> Callable[..., DraftLane]:
    return lambda name, version: drafting.save_lane(draft, None, name=name, by=acting.person)


def _publishing(draft: PlanDraft, acting: Membership) -> Callable[..., list[str]]:
    now = timezone.now()
    return lambda note, seal: draft_publishing.publish(
        draft, note=note, seal=seal, by=acting.person, now=now, today=local_day(now)
    )


def _press(request: PortalRequest, acting: Membership, draft: PlanDraft | None, do: str, number: int) -> None:
    """One button of the list; what it refuses is said at the top of the page."""
    try:
        if do == "open":
            drafting.open_draft(by=acting.person, now=timezone.now())
        elif draft is None:
            raise ValidationError("There is no open draft. Somebody published or discarded it.")
        elif do == "discard":
            drafting.discard(draft, by=acting.person, now=timezone.now())
            messages.success(request, "The draft is discarded. The plan stays as it is.")
        else:
            _row_button(draft, do, number, acting)
    except ValidationError as refusal:
        messages.error(request, " ".join(refusal.messages))


def _row_button(draft: PlanDraft, do: str, number: int, acting: Membership) -> None:
    kind, _, what = do.partition("-")
    rows: Any = {"lane": draft.lanes, "stage": draft.stages}.get(kind)
    row = rows.select_related("draft").filter(pk=number).first() if rows else None
    if row is None:
        raise ValidationError("That button is not known. Nothing has changed.")
    if what in ("up", "down"):
        drafting.move(row, what == "up", by=acting.person)
    elif what == "remove":
        remove: Any = drafting.remove_lane if kind == "lane" else drafting.remove_stage
        remove(row, by=acting.person)
    elif what == "restore":
        drafting.restore(row, by=acting.person)


def _page(draft: PlanDraft) -> dict[str, Any]:
    lanes = list(draft.lanes.select_related("lane", "changed_by"))
    stages = list(draft.stages.select_related("path", "changed_by", "stage"))
    shown = [stage for stage in stages if not stage.is_removed]
    places = [
        Place(f"{path.code} {path.name}", [s for s in shown if s.path_id == path.pk], None, f"path:{path.slug}")
        for path in CriticalPath.objects.all()
    ]
    places += [
        Place(lane.name, [s for s in shown if s.lane_id == lane.pk], lane, f"lane:{lane.pk}")
        for lane in lanes
        if not lane.is_removed
    ]
    changes = draft_publishing.changes(draft, timezone.localdate())
    removed = [("lane", lane) for lane in lanes if lane.is_removed]
    removed += [("stage", stage) for stage in stages if stage.is_removed]  # type: ignore[misc]
    return {
        "places": places,
        "removed": removed,
        "changes": changes,
        "seal": draft_publishing.seal_of(changes),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def draft_lane(request: PortalRequest, acting: Membership, lane: int) -> HttpResponse:
    """Rename one lane."""
    draft = _open_or_404()
    row = get_object_or_404(draft.lanes.select_related("draft"), pk=lane)
    form = LaneForm(request.POST) if request.method == "POST" else LaneForm.of(row)
    if request.method == "POST" and form.run(lambda **said: drafting.save_lane(draft, row, by=acting.person, **said)):
        return redirect("milestones:plan_draft", org=acting.organisation.slug)
    return _form(request, acting, form, row, f"Rename {row.name}")


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def draft_stage(request: PortalRequest, acting: Membership, stage: int = 0) -> HttpResponse:
    """Change one stage, or with 0 add one."""
    draft = _open_or_404()
    row = get_object_or_404(draft.stages.select_related("path", "lane", "draft"), pk=stage) if stage else None
    if request.method == "POST":
        form = StageForm(request.POST, draft=draft)
        if form.run(lambda **said: drafting.save_stage(draft, row, by=acting.person, **said)):
            return redirect("milestones:plan_draft", org=acting.organisation.slug)
    else:
        place = request.GET.get("place", "")
        form = StageForm.of(row, draft) if row else StageForm(draft=draft, initial={"place": place})
    return _form(request, acting, form, row, f"Change {row.name}" if row else "Add a stage")


def _form(
    request: PortalRequest, acting: Membership, form: Any, row: DraftLane | DraftStage | None, title: str
) -> HttpResponse:
    """A clash carries the version that is now there, so that saving again replaces it knowingly."""
    if form.is_bound and row is not None:
        row.refresh_from_db()
        form.data = form.data.copy()
        form.data["version"] = row.version
    context = {"acting": acting, "form": form, "title": title, "row": row}
    return render(request, "milestones/draft_form.html", context)


def _open_or_404() -> PlanDraft:
    draft = drafting.open_of()
    if draft is None:
        raise Http404("There is no open draft of the plan.")
    return draft


@require_safe
@acting_as(Role.OFFICE)
def draft_preview(request: PortalRequest, acting: Membership) -> HttpResponse:
    """The draft as the timeline would draw it."""
    draft, today = _open_or_404(), timezone.localdate()
    zoom = request.GET.get("zoom", "")
    zoom = zoom if zoom in ZOOMS else ""
    _, after = draft_publishing.plans(draft, today)
    context = {
        "acting": acting,
        "draft": draft,
        "picture": picture(after, zoom),
        "zoom": zoom,
        "zooms": (("Whole plan", ""), ("Quarters", "quarters"), ("Months", "months")),
        "changes": draft_publishing.changes(draft, today),
    }
    return render(request, "milestones/draft_preview.html", context)
