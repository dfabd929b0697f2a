from __future__ import annotations

from typing import Any

from django import forms

from mhhs_portal.forms import ActionForm
from milestones.changes.typed_dates import WhenField
from milestones.models import CriticalPath, DraftLane, DraftStage, PlanDraft

OPEN = "Leave empty if it is not published: the bar is drawn open."


class LaneForm(ActionForm):
    name = forms.CharField(label="Name of the lane", max_length=60)
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    @classmethod
    def of(cls, lane: DraftLane) -> LaneForm:
        return cls(initial={"name": lane.name, "version": lane.version})


class StageForm(ActionForm):
    name = forms.CharField(label="Name of the stage", max_length=120)
    short_name = forms.CharField(
        label="Short form", max_length=60, required=False, help_text="Drawn where the name has no room."
    )
    place = forms.ChoiceField(label="Where it stands")
    starts = WhenField(label="Start", required=False, help_text=f"A day, a month or a range of months. {OPEN}")
    ends = WhenField(label="End", required=False, help_text=f"A day, a month or a range of months. {OPEN}")
    is_window = forms.BooleanField(
        label="It is a window: something may happen at any time within it",
        required=False,
        help_text="Drawn as a dashed outline.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, initial=0)

    def __init__(self, *args: Any, draft: PlanDraft, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lanes = [(f"lane:{lane.pk}", lane.name) for lane in draft.lanes.filter(is_removed=False)]
        paths = [(f"path:{path.slug}", f"{path.code} {path.name}") for path in CriticalPath.objects.all()]
        self.fields["place"].choices = [("Lanes", lanes), ("Critical paths", paths)]  # type: ignore[attr-defined]

    @classmethod
    def of(cls, stage: DraftStage, draft: PlanDraft) -> StageForm:
        return cls(
            draft=draft,
            initial={
                "name": stage.name,
                "short_name": stage.short_name,
                "place": f"path:{stage.path.slug}" if stage.path else f"lane:{stage.lane_id}",
                "starts": stage.start.words if stage.start else "",
                "ends": stage.end.words if stage.end else "",
                "is_window": stage.is_window,
                "version": stage.version,
            },
        )


class PublishForm(ActionForm):
    note = forms.CharField(
        label="Note for the history", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )
    seal = forms.CharField(widget=forms.HiddenInput, required=False)
