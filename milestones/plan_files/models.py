"""The detailed plan in versions, and the files that it came from."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.frozen import refuse_truncate
from milestones.models import Milestone, PlanRelease
from milestones.plan_files.plan import BASELINES, LINK_TYPES

PERSON = settings.AUTH_USER_MODEL


def _only_while_read(noun: str) -> list[pgtrigger.Trigger]:
    """Rows come and go only while their plan is being read in; from then on they stay as they are."""
    words = "The tasks of a plan are never changed: import a plan that says something else."
    return [
        pgtrigger.Trigger(
            name=f"{noun}_only_while_read",
            when=pgtrigger.Before,
            operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
            declare=[("its_plan", "BIGINT"), ("is_read", "BOOLEAN")],
            func=(
                "IF TG_OP = 'UPDATE' THEN "  # noqa: S608
                f"RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation'; END IF; "
                "IF TG_OP = 'DELETE' THEN its_plan := OLD.plan_id; ELSE its_plan := NEW.plan_id; END IF; "
                "SELECT state = 'read' INTO is_read FROM plan_files_detailedplan WHERE id = its_plan; "
                "IF is_read IS FALSE THEN "
                f"RAISE EXCEPTION '{words}' USING ERRCODE = 'restrict_violation'; END IF; "
                "IF TG_OP = 'DELETE' THEN RETURN OLD; ELSE RETURN NEW; END IF;"
            ),
        ),
        refuse_truncate(noun, words),
    ]


class DetailedPlanQuerySet(models.QuerySet["DetailedPlan"]):
    def draft(self) -> DetailedPlan | None:
        """What programme staff work on; nobody else sees it."""
        return self.filter(state=DetailedPlan.State.DRAFT).first()

    def published(self) -> DetailedPlan | None:
        """What everybody reads."""
        return self.filter(state=DetailedPlan.State.PUBLISHED).first()


@pghistory.track()
class DetailedPlan(models.Model):
    """One version of the Programme's detailed plan. Its tasks never change; another file is another version."""

    class State(models.TextChoices):
        READ = "read", "Read from a file, not applied"
        DRAFT = "draft", "Draft"
        REPLACED = "replaced", "Draft that a later one replaced"
        UNDONE = "undone", "Draft that was undone"
        PUBLISHED = "published", "Published"
        FORMER = "former", "Published before"

    title = models.CharField(max_length=512, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.READ)
    made_at = models.DateTimeField(default=timezone.now)
    #: The author's own fields: {number: [name, alias]}.
    fields = models.JSONField(default=dict, blank=True)
    #: The draft that it took the place of; undoing brings it back.
    replaces = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    release = models.ForeignKey(PlanRelease, models.PROTECT, null=True, blank=True, related_name="detailed_plans")
    is_sample = models.BooleanField(default=False)

    objects = DetailedPlanQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state__in=["draft", "published"]),
                name="detailed_plan_one_draft_one_published",
                violation_error_message="There is one draft and one published plan at a time.",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["published", "former"], published_at__isnull=False)
                | (~Q(state__in=["published", "former"]) & Q(published_at__isnull=True)),
                name="detailed_plan_published_has_a_time",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_plan_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__state__in=["published", "former"]),
                func=(
                    "IF NEW.state NOT IN ('published', 'former') OR (OLD.title, OLD.fields, OLD.published_at, "
                    "OLD.published_by_id, OLD.release_id) IS DISTINCT FROM (NEW.title, NEW.fields, NEW.published_at, "
                    "NEW.published_by_id, NEW.release_id) THEN "
                    "RAISE EXCEPTION 'A published plan stays as it was.' USING ERRCODE = 'restrict_violation'; "
                    "END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="only_a_read_plan_goes",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=~pgtrigger.Q(old__state="read"),
                func="RAISE EXCEPTION 'A plan that was a draft is kept.' USING ERRCODE = 'restrict_violation';",
            ),
            refuse_truncate("detailed_plan", "Plans are kept."),
        ]

    def __str__(self) -> str:
        return self.title or f"Detailed plan {self.pk}"


class PlanTask(models.Model):
    """One row of a version, as its file had it. Times are wall-clock times without a zone, as in Project."""

    plan = models.ForeignKey(DetailedPlan, models.CASCADE, related_name="tasks")
    position = models.PositiveIntegerField()
    uid = models.PositiveIntegerField()
    name = models.CharField(max_length=512, blank=True)
    level = models.PositiveSmallIntegerField(default=1)
    wbs = models.CharField(max_length=512, blank=True)
    start_on = models.DateField(null=True, blank=True)
    start_time = models.TimeField(null=True, blank=True)
    finish_on = models.DateField(null=True, blank=True)
    finish_time = models.TimeField(null=True, blank=True)
    #: Seconds, with the number of the unit in which it was written.
    duration = models.BigIntegerField(null=True, blank=True)
    duration_format = models.PositiveSmallIntegerField(default=7)
    is_milestone = models.BooleanField(default=False)
    is_summary = models.BooleanField(default=False)
    percent = models.PositiveSmallIntegerField(default=0)
    notes = models.TextField(blank=True)
    #: As the file names it, whether the portal has it or not.
    code = models.CharField(max_length=20, blank=True)
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="+")
    custom = models.JSONField(default=dict, blank=True)
    more = models.JSONField(default=dict, blank=True)
    #: Where its file has it.
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["plan", "position"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "uid"], name="plan_task_uid_once"),
            models.UniqueConstraint(fields=["plan", "position"], name="plan_task_position_once"),
            models.CheckConstraint(condition=Q(percent__lte=100), name="plan_task_percent"),
            models.CheckConstraint(
                condition=Q(start_on__isnull=True) | Q(finish_on__isnull=True) | Q(start_on__lte=F("finish_on")),
                name="plan_task_ends_after_it_starts",
            ),
        ]
        triggers = _only_while_read("plan_task")


class TaskLink(models.Model):
    """That a task waits for another of the same version; both by their unique IDs."""

    plan = models.ForeignKey(DetailedPlan, models.CASCADE, related_name="links")
    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField(default=0)
    predecessor = models.PositiveIntegerField()
    type = models.CharField(max_length=2, choices=[(kind, kind) for kind in LINK_TYPES])
    #: Tenths of a minute, or per cent, with the number of the unit.
    lag = models.IntegerField(default=0)
    lag_format = models.PositiveSmallIntegerField(default=7)

    class Meta:
        ordering = ["task", "position"]
        triggers = _only_while_read("task_link")


class TaskBaseline(models.Model):
    """Dates of one of Project's baselines as the file has them. The portal's baselines come from change requests."""

    plan = models.ForeignKey(DetailedPlan, models.CASCADE, related_name="baselines")
    task = models.ForeignKey(PlanTask, models.CASCADE, related_name="baselines")
    number = models.PositiveSmallIntegerField()
    start_on = models.DateField(null=True, blank=True)
    start_time = models.TimeField(null=True, blank=True)
    finish_on = models.DateField(null=True, blank=True)
    finish_time = models.TimeField(null=True, blank=True)
    duration = models.BigIntegerField(null=True, blank=True)
    duration_format = models.PositiveSmallIntegerField(default=7)

    class Meta:
        ordering = ["task", "number"]
        constraints = [
            models.UniqueConstraint(fields=["task", "number"], name="task_baseline_once"),
            models.CheckConstraint(condition=Q(number__in=list(BASELINES)), name="task_baseline_0_to_10"),
        ]
        triggers = _only_while_read("task_baseline")


class PlanImportQuerySet(models.QuerySet["PlanImport"]):
    def waiting(self) -> PlanImportQuerySet:
        return self.filter(state__in=[PlanImport.State.UPLOADED, PlanImport.State.READING])


#: How far a worker is; no history is kept of it.
_PROGRESS = ["progress", "progress_words", "heard_at", "attempts"]


@pghistory.track(exclude=_PROGRESS)
class PlanImport(models.Model):
    """One file that staff uploaded, and what became of it. The row is the queue: a worker takes it from here."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", "Waiting to be read"
        READING = "reading", "Being read"
        CHECKED = "checked", "Read, not applied"
        REFUSED = "refused", "Refused"
        APPLIED = "applied", "Applied to the draft"
        UNDONE = "undone", "Undone"
        DISCARDED = "discarded", "Discarded"

    file = models.OneToOneField(StoredFile, models.PROTECT, related_name="+")
    #: "mspdi", "xlsx", "csv": by the file's bytes; empty until it was looked at.
    kind = models.CharField(max_length=5, blank=True)
    uploaded_at = models.DateTimeField(default=timezone.now)
    uploaded_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    progress = models.PositiveSmallIntegerField(default=0)
    progress_words = models.CharField(max_length=80, blank=True)
    #: When the worker that reads it last said so; a silent one is dead.
    heard_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    refusal = models.TextField(blank=True)
    #: {"tasks": 412, "milestones": 16, "summaries": 40, "links": 503}: as counted by itself, and as read.
    own_totals = models.JSONField(default=dict, blank=True)
    found_totals = models.JSONField(default=dict, blank=True)
    left_out = models.PositiveIntegerField(default=0)
    portal_rows = models.PositiveIntegerField(default=0)
    not_kept = models.JSONField(default=list, blank=True)
    #: How many rows by what would happen to them: {"same": 381, "moved": 17, …}.
    tally = models.JSONField(default=dict, blank=True)
    plan = models.OneToOneField(DetailedPlan, models.SET_NULL, null=True, blank=True, related_name="plan_import")
    compared_with = models.ForeignKey(DetailedPlan, models.PROTECT, null=True, blank=True, related_name="+")
    applied_at = models.DateTimeField(null=True, blank=True)
    applied_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    #: Whether tasks of the draft that the file does not have were taken out.
    removed_missing = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(PERSON, models.PROTECT, null=True, blank=True, related_name="+")
    #: Milestones that the file dates otherwise than the portal: offered as draft forecasts.
    offers = models.JSONField(default=list, blank=True)
    #: Where a baseline of the file says something else than the portal's. Shown, never taken.
    baseline_differences = models.JSONField(default=list, blank=True)
    #: The draft forecasts that applying made, with what was there before: undoing puts it back.
    forecasts = models.JSONField(default=list, blank=True)
    is_sample = models.BooleanField(default=False)

    objects = PlanImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="applied") | Q(applied_at__isnull=False, plan__isnull=False),
                name="plan_import_applied_has_a_plan",
            ),
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(refusal=""), name="plan_import_refused_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.file.name}, import {self.pk}"

    @property
    def kind_words(self) -> str:
        return {"mspdi": "Microsoft Project XML", "xlsx": "Excel", "csv": "CSV"}.get(self.kind, "not known")

    @property
    def changed(self) -> int:
        """Rows that applying touches; tasks that the file does not have are asked for separately."""
        return sum(self.tally.get(kind, 0) for kind in ("added", "moved", "words", "links"))

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.UPLOADED, self.State.READING)


class ImportProblem(models.Model):
    """A row that is left out: where it is, what it says, why not, and how to correct it."""

    plan_import = models.ForeignKey(PlanImport, models.CASCADE, related_name="problems")
    position = models.PositiveIntegerField()
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(default=0)
    column = models.CharField(max_length=100, blank=True)
    uid = models.BigIntegerField(null=True, blank=True)
    name = models.CharField(max_length=512, blank=True)
    value = models.CharField(max_length=200, blank=True)
    reason = models.CharField(max_length=300)
    advice = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["plan_import", "position"]


class ImportChange(models.Model):
    """What applying does to one task of the draft."""

    class Kind(models.TextChoices):
        ADDED = "added", "Added"
        REMOVED = "removed", "Not in the file"
        MOVED = "moved", "Moved"
        WORDS = "words", "Words"
        LINKS = "links", "Links"

    plan_import = models.ForeignKey(PlanImport, models.CASCADE, related_name="changes")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=8, choices=Kind)
    uid = models.PositiveIntegerField()
    name = models.CharField(max_length=512, blank=True)
    #: The name that the draft has, when the file words it otherwise.
    old_name = models.CharField(max_length=512, blank=True)
    is_milestone = models.BooleanField(default=False)
    sheet = models.CharField(max_length=100, blank=True)
    row = models.PositiveIntegerField(default=0)
    before_on = models.DateField(null=True, blank=True)
    after_on = models.DateField(null=True, blank=True)
    movement = models.CharField(max_length=60, blank=True)
    links_before = models.CharField(max_length=500, blank=True)
    links_after = models.CharField(max_length=500, blank=True)
    #: All that differs, in words: "Start, notes, baseline 3".
    what = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["plan_import", "position"]
