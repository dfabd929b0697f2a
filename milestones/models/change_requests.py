"""Change requests: what somebody proposes to change in the plan, what participants say to it, and what was decided."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from mhhs_portal.frozen import never_changes, refuse, refuse_truncate
from mhhs_portal.organisations.models import Organisation
from milestones.models.dates import Confidence, Precision, confidence_rule, date_rules, when
from milestones.models.plan import Lane, Milestone, Source
from milestones.poap import When


class State(models.TextChoices):
    DRAFT = "draft", "Draft"
    ASSESSMENT = "assessment", "Out for impact assessment"
    ASSESSED = "assessed", "Impact assessment closed"
    APPROVED = "approved", "Approved"
    REJECTED = "rejected", "Rejected"
    WITHDRAWN = "withdrawn", "Withdrawn"
    APPLIED = "applied", "Applied: a new baseline"


#: The whole life of a change request. What is not in this table cannot happen, in SQL either.
STEPS: dict[tuple[str, State], State] = {
    ("publish", State.DRAFT): State.ASSESSMENT,
    ("close", State.ASSESSMENT): State.ASSESSED,
    ("approve", State.ASSESSED): State.APPROVED,
    ("reject", State.ASSESSED): State.REJECTED,
    ("withdraw", State.ASSESSMENT): State.WITHDRAWN,
    ("withdraw", State.ASSESSED): State.WITHDRAWN,
    ("withdraw", State.APPROVED): State.WITHDRAWN,
    ("apply", State.APPROVED): State.APPLIED,
    # Only what somebody published elsewhere, with its source: it was assessed and decided before it came here.
    ("record", State.DRAFT): State.APPROVED,
}

_ALLOWED = ", ".join(
    f"('{before.value}', '{after.value}')" for (step, before), after in STEPS.items() if step != "record"
)
#: What a published request says, and what a decision says: neither changes afterwards.
_PROPOSAL = "code slug title summary reason raised_on raised_by_words published_at needs_ofgem based_on_id source_id"
_DECISION = "recommended_by decided_by is_ofgem_decision decided_on decision_words effective_on"
_OVER = "('applied', 'rejected', 'withdrawn')"


def _changed(columns: str) -> str:
    old = ", ".join(f"OLD.{name}" for name in columns.split())
    return f"({old}) IS DISTINCT FROM ({old.replace('OLD.', 'NEW.')})"


class ChangeRequestQuerySet(models.QuerySet["ChangeRequest"]):
    def published(self) -> ChangeRequestQuerySet:
        """What the public may read; a draft is shown to programme staff alone."""
        return self.filter(published_at__isnull=False)


@pghistory.track()
class ChangeRequest(models.Model):
    """A proposal to change the plan. Applying an approved one is the only way in which a baseline comes to exist."""

    State = State

    code = models.CharField(max_length=12)
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=160)
    summary = models.TextField(blank=True)
    #: Why the plan should change, in the proposer's words.
    reason = models.TextField(blank=True)
    raised_on = models.DateField(null=True, blank=True)
    #: Who proposed it, as readers see it: an organisation, a constituency, a group.
    raised_by_words = models.CharField(max_length=160, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.DRAFT)
    #: The baseline that it was written against; when another one is current by then, whoever applies it must say so.
    based_on = models.ForeignKey("milestones.Baseline", models.PROTECT, null=True, blank=True, related_name="+")
    #: Empty while nobody but programme staff may know of it.
    published_at = models.DateTimeField(null=True, blank=True)
    assessment_opened_at = models.DateTimeField(null=True, blank=True)
    assessment_due_at = models.DateTimeField(null=True, blank=True)
    #: True when a proposed date moves a milestone that Ofgem must approve; kept as it was at publication.
    needs_ofgem = models.BooleanField(default=False)
    recommended_by = models.CharField(max_length=160, blank=True)
    decided_by = models.CharField(max_length=160, blank=True)
    is_ofgem_decision = models.BooleanField(default=False)
    decided_on = models.DateField(null=True, blank=True)
    decision_words = models.TextField(blank=True)
    effective_on = models.DateField(null=True, blank=True)
    applied_at = models.DateTimeField(null=True, blank=True)
    #: The note as staff edited it; empty means the generated one.
    release_note = models.TextField(blank=True)
    #: Where a fact about this request comes from; empty for requests raised in this portal.
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    is_sample = models.BooleanField(default=False)

    objects = ChangeRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("code"),
                name="change_request_code_once",
                violation_error_message="There is a change request with this number already.",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | (~Q(state="draft") & Q(published_at__isnull=False)),
                name="change_request_draft_is_not_published",
                violation_error_message="A draft is not published, and what is published is no draft.",
            ),
            models.CheckConstraint(
                condition=Q(assessment_due_at__isnull=True) | Q(assessment_due_at__gt=F("assessment_opened_at")),
                name="change_request_assessment_ends_after_it_opens",
                violation_error_message="The impact assessment must close after it opens.",
            ),
            models.CheckConstraint(
                condition=~Q(state="assessment")
                | Q(assessment_opened_at__isnull=False, assessment_due_at__isnull=False),
                name="change_request_assessment_has_dates",
                violation_error_message="An impact assessment needs a day on which answers are due.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "rejected", "applied"])
                | (~Q(decided_by="") & Q(decided_on__isnull=False)),
                name="change_request_decision_names_body_and_day",
                violation_error_message="A decision names the body that took it and the day.",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "applied"], needs_ofgem=True, is_ofgem_decision=False),
                name="change_request_level_1_is_decided_by_ofgem",
                violation_error_message="A Level 1 milestone moves only by Ofgem's decision.",
            ),
            models.CheckConstraint(
                condition=Q(state="applied", applied_at__isnull=False)
                | (~Q(state="applied") & Q(applied_at__isnull=True)),
                name="change_request_applied_at_a_time",
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="change_request_state_known"),
        ]
        triggers = [
            refuse(
                "change_request_begins",
                pgtrigger.Insert,
                when="NEW.state <> 'draft'",
                words="A change request begins as a draft.",
            ),
            refuse(
                "change_request_steps",
                pgtrigger.Update,
                when=f"NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({_ALLOWED}) AND NOT "
                "(OLD.state = 'draft' AND NEW.state = 'approved' AND NEW.source_id IS NOT NULL)",
                words="A change request cannot be taken from this state to that one.",
            ),
            refuse(
                "change_request_is_applied_by_its_baseline",
                pgtrigger.Update,
                when="NEW.state = 'applied' AND OLD.state <> 'applied' AND NOT EXISTS (SELECT 1 FROM "
                "milestones_baseline b WHERE b.change_request_id = NEW.id AND b.frozen_at IS NOT NULL)",
                words="A change request is applied only by the baseline that it makes.",
            ),
            refuse(
                "change_request_stays_as_published",
                pgtrigger.Update,
                when=f"OLD.state <> 'draft' AND {_changed(_PROPOSAL)}",
                words="What a change request proposes does not change once it is published.",
            ),
            refuse(
                "change_request_stays_as_decided",
                pgtrigger.Update,
                when=f"OLD.state IN ('approved', 'rejected', 'applied') AND {_changed(_DECISION)}",
                words="A decision is not changed afterwards.",
            ),
            refuse(
                "change_request_is_over",
                pgtrigger.Update,
                when=f"OLD.state IN {_OVER} AND OLD IS DISTINCT FROM NEW",
                words="This change request is over: nothing in it changes.",
            ),
            refuse(
                "change_request_kept",
                pgtrigger.Delete,
                when="OLD.state <> 'draft'",
                words="A published change request is never deleted.",
            ),
            refuse_truncate("change_request", "Change requests are never deleted."),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


@pghistory.track()
class ProposedChange(models.Model):
    """One line of a change request: a milestone moved, added, removed or re-worded, or a link changed."""

    class Kind(models.TextChoices):
        MOVE = "move", "Move"
        ADD = "add", "Add"
        REMOVE = "remove", "Remove"
        REWORD = "reword", "Re-word"
        LINK = "link", "Link"
        UNLINK = "unlink", "Remove a link"

    change_request = models.ForeignKey(ChangeRequest, models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=8, choices=Kind)
    #: What is moved, removed or re-worded; for a link, what comes after. Empty for a milestone that is added.
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="+")
    #: For a link: what it waits for.
    before = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="+")
    lag_working_days = models.SmallIntegerField(null=True, blank=True)
    #: For a milestone that is added.
    new_code = models.CharField(max_length=20, blank=True)
    new_lane = models.ForeignKey(Lane, models.PROTECT, null=True, blank=True, related_name="+")
    #: For one that is added or re-worded.
    new_name = models.CharField(max_length=160, blank=True)
    new_summary = models.TextField(blank=True)
    #: For one that is added (may stay empty: no date yet) or moved.
    first_on = models.DateField(null=True, blank=True)
    last_on = models.DateField(null=True, blank=True)
    precision = models.CharField(max_length=10, choices=Precision, blank=True)
    alternative_first_on = models.DateField(null=True, blank=True)
    alternative_last_on = models.DateField(null=True, blank=True)
    alternative_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    #: Of facts that somebody published; empty for requests raised in this portal.
    source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    confidence = models.CharField(max_length=20, choices=Confidence, default=Confidence.STATED)
    alternative_source = models.ForeignKey(Source, models.PROTECT, null=True, blank=True, related_name="+")
    alternative_confidence = models.CharField(max_length=20, choices=Confidence, blank=True)
    note = models.TextField(blank=True)

    class Meta:
        ordering = ["change_request", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change_request", "milestone"],
                condition=Q(kind__in=["move", "remove"]),
                name="proposed_change_moves_once",
                violation_error_message="The change request moves or removes this milestone already.",
            ),
            models.UniqueConstraint(
                fields=["change_request", "milestone"],
                condition=Q(kind="reword"),
                name="proposed_change_rewords_once",
                violation_error_message="The change request re-words this milestone already.",
            ),
            models.UniqueConstraint(
                fields=["change_request", "before", "milestone"],
                condition=Q(kind__in=["link", "unlink"]),
                name="proposed_change_links_once",
                violation_error_message="The change request changes this link already.",
            ),
            models.UniqueConstraint(
                "change_request",
                Lower("new_code"),
                condition=Q(kind="add"),
                name="proposed_change_adds_once",
                violation_error_message="The change request adds a milestone with this number already.",
            ),
            models.CheckConstraint(
                condition=(
                    Q(kind="add", milestone__isnull=True, new_lane__isnull=False) & ~Q(new_code="") & ~Q(new_name="")
                )
                | Q(kind="move", milestone__isnull=False, first_on__isnull=False)
                | Q(kind="remove", milestone__isnull=False, first_on__isnull=True)
                | (Q(kind="reword", milestone__isnull=False) & ~Q(new_name=""))
                | Q(kind__in=["link", "unlink"], milestone__isnull=False, before__isnull=False),
                name="proposed_change_says_what_it_needs",
                violation_error_message="This kind of change needs more to be filled in.",
            ),
            models.CheckConstraint(
                condition=Q(before__isnull=True) | ~Q(before=F("milestone")),
                name="proposed_change_not_on_itself",
                violation_error_message="A milestone cannot wait for itself.",
            ),
            *date_rules("proposed_change", required=False),
            *date_rules("proposed_change", prefix="alternative_", required=False),
            confidence_rule("proposed_change"),
            models.CheckConstraint(
                condition=Q(kind__in=["move", "add", "remove", "reword", "link", "unlink"]),
                name="proposed_change_kind_known",
            ),
        ]
        triggers = [
            # FOR SHARE waits for whoever publishes the request in the same moment.
            refuse(
                "proposed_change_only_in_a_draft",
                pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                first="PERFORM 1 FROM milestones_changerequest"
                " WHERE id IN (NEW.change_request_id, OLD.change_request_id) FOR SHARE;",
                when="EXISTS (SELECT 1 FROM milestones_changerequest r WHERE r.id IN"
                " (NEW.change_request_id, OLD.change_request_id) AND r.state <> 'draft')",
                words="What a change request proposes does not change once it is published.",
            ),
            refuse_truncate("proposed_change", "What a change request proposes is never emptied."),
        ]

    @property
    def when(self) -> When | None:
        alternative = when(
            self.alternative_first_on,
            self.alternative_last_on,
            self.alternative_precision,
            is_inferred=self.alternative_confidence == Confidence.INFERRED,
        )
        inferred = self.confidence == Confidence.INFERRED
        return when(self.first_on, self.last_on, self.precision, alternative=alternative, is_inferred=inferred)


class ImpactAssessment(models.Model):
    """What one organisation says to a change request. Never edited: a later answer replaces it, and both stay."""

    class Position(models.TextChoices):
        SUPPORT = "support", "Support"
        OBJECT = "object", "Object"
        NO_VIEW = "no-view", "No view"

    class Cost(models.TextChoices):
        NONE = "none", "No cost"
        LOW = "low", "Low"
        MEDIUM = "medium", "Medium"
        HIGH = "high", "High"

    change_request = models.ForeignKey(ChangeRequest, models.PROTECT, related_name="assessments")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="impact_assessments")
    position = models.CharField(max_length=10, choices=Position)
    reasons = models.TextField(blank=True)
    #: Working days by which the organisation's own dates would move; negative is earlier, empty is not said.
    date_impact_days = models.SmallIntegerField(null=True, blank=True)
    date_impact = models.TextField(blank=True)
    cost_impact = models.CharField(max_length=8, choices=Cost, blank=True)
    cost_words = models.TextField(blank=True)
    other_impact = models.TextField(blank=True)
    is_confidential = models.BooleanField(default=False)
    reference = models.CharField(max_length=20, unique=True)
    submitted_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["change_request", "organisation"],
                condition=Q(replaces__isnull=True),
                name="impact_assessment_one_first",
                violation_error_message="Your organisation has answered already; send a new answer to replace it.",
            ),
            models.CheckConstraint(
                condition=~Q(position="object") | ~Q(reasons=""),
                name="impact_assessment_objection_has_reasons",
                violation_error_message="Say why you object.",
            ),
        ]
        triggers = [
            *never_changes("impact_assessment", "An impact assessment is never edited: send a later one."),
            # FOR SHARE makes an answer wait for a close that is under way.
            refuse(
                "impact_assessment_in_time",
                pgtrigger.Insert,
                declare="asked",
                first="SELECT state, assessment_due_at INTO asked FROM milestones_changerequest"
                " WHERE id = NEW.change_request_id FOR SHARE;",
                when="asked.state <> 'assessment' OR NEW.submitted_at > asked.assessment_due_at",
                words="The impact assessment has closed.",
            ),
            refuse(
                "impact_assessment_replaces_its_own",
                pgtrigger.Insert,
                when="NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM milestones_impactassessment a WHERE"
                " a.id = NEW.replaces_id AND a.change_request_id = NEW.change_request_id"
                " AND a.organisation_id = NEW.organisation_id)",
                words="An answer replaces an earlier one of the same organisation.",
            ),
        ]
