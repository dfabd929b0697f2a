from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import F, Q

from mhhs_portal.frozen import never_changes, refuse, refuse_truncate
from milestones.models.dates import (
    Confidence,
    Dated,
    Precision,
    Sourced,
    confidence_rule,
    date_rules,
    when,
)
from milestones.models.plan import Milestone
from milestones.poap import When

#: What a frozen baseline says: every column but `is_current`.
_FACTS = (
    "slug name title number decided_on decided_by published_on replaces_id change_request_id frozen_at source_id "
    "confidence note"
)
_OLD = ", ".join(f"OLD.{name}" for name in _FACTS.split())
_NEW = _OLD.replace("OLD.", "NEW.")


def _not_after_freezing(noun: str, words: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=f"{noun}_not_after_freezing",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        declare=[("is_frozen", "TIMESTAMPTZ")],
        # FOR SHARE waits for whoever freezes the baseline in the same moment.
        func=(
            "SELECT frozen_at INTO is_frozen FROM milestones_baseline WHERE id = NEW.baseline_id FOR SHARE; "  # noqa: S608
            f"IF is_frozen IS NOT NULL THEN RAISE EXCEPTION '{words}' "
            "USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;"
        ),
    )


_WHEN = ("first_on", "last_on", "precision", "alternative_first_on", "alternative_last_on", "alternative_precision")


def _same_dates(alias: str) -> str:
    theirs, ours = (", ".join(f"{row}.{name}" for name in _WHEN) for row in (alias, "NEW"))
    return f"({theirs}) IS NOT DISTINCT FROM ({ours})"


_FIND_REQUEST = (
    "SELECT b.replaces_id, b.change_request_id AS request_id, r.state INTO made_by FROM milestones_baseline b"
    " LEFT JOIN milestones_changerequest r ON r.id = b.change_request_id"
    " WHERE b.id = NEW.baseline_id AND b.frozen_at IS NULL;"  # a frozen one refuses in its own words
)
#: Lines of the request that concern the milestone; one that is added is known by its number.
_ITS_LINES = (
    "SELECT 1 FROM milestones_proposedchange c WHERE c.change_request_id = made_by.request_id AND c.kind IN ({kinds})"
    " AND (c.milestone_id = NEW.milestone_id OR (c.kind = 'add' AND lower(c.new_code) ="
    " (SELECT lower(m.code) FROM milestones_milestone m WHERE m.id = NEW.milestone_id)))"
)

_DATED, _TOUCHED = "'move', 'add'", "'move', 'add', 'remove'"


def _while_it_is_applied(noun: str, words: str) -> pgtrigger.Trigger:
    return refuse(
        f"{noun}_comes_from_a_change_request",
        pgtrigger.Insert,
        declare="made_by",
        first=_FIND_REQUEST,
        when="made_by.request_id IS NOT NULL AND made_by.state <> 'approved'",
        words=words,
    )


class BaselineQuerySet(models.QuerySet["Baseline"]):
    def published(self) -> BaselineQuerySet:
        """Frozen ones; a baseline that is still being put together is shown to nobody."""
        return self.filter(frozen_at__isnull=False)

    def current(self) -> Baseline | None:
        return self.published().filter(is_current=True).first()


@pghistory.track()
class Baseline(Sourced):
    """The dates of the plan as they were agreed at one time. Once frozen, only `is_current` may change."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=40)
    title = models.CharField(max_length=160, blank=True)
    number = models.PositiveSmallIntegerField(unique=True)
    decided_on = models.DateField()
    decided_by = models.CharField(max_length=120)
    published_on = models.DateField(null=True, blank=True)
    replaces = models.OneToOneField("self", models.PROTECT, null=True, blank=True, related_name="replaced_by")
    #: The approved request that made it; the first timetable alone has none.
    change_request = models.OneToOneField(
        "milestones.ChangeRequest", models.PROTECT, null=True, blank=True, related_name="baseline"
    )
    is_current = models.BooleanField(default=False)
    #: Empty only while the baseline's dates are being put in.
    frozen_at = models.DateTimeField(null=True, blank=True)

    objects = BaselineQuerySet.as_manager()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"],
                condition=Q(is_current=True),
                name="baseline_one_current",
                violation_error_message="Another baseline is the current one.",
            ),
            models.CheckConstraint(
                condition=Q(is_current=False) | Q(frozen_at__isnull=False),
                name="baseline_current_is_frozen",
                violation_error_message="Only a frozen baseline can be the current one.",
            ),
            models.CheckConstraint(
                condition=Q(published_on__isnull=True) | Q(published_on__gte=F("decided_on")),
                name="baseline_published_after_decision",
                violation_error_message="A baseline cannot be published before it is decided.",
            ),
            models.CheckConstraint(
                condition=Q(number=1) | Q(change_request__isnull=False),
                name="baseline_comes_from_a_change_request",
                violation_error_message="A baseline is made by applying an approved change request.",
            ),
            confidence_rule("baseline"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="baseline_facts_are_frozen",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=(
                    f"IF OLD.frozen_at IS NOT NULL AND ({_OLD}) IS DISTINCT FROM ({_NEW}) THEN "
                    "RAISE EXCEPTION 'A frozen baseline does not change.' USING ERRCODE = 'restrict_violation'; "
                    "END IF; RETURN NEW;"
                ),
            ),
            pgtrigger.Trigger(
                name="baseline_frozen_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__frozen_at__isnull=False),
                func="RAISE EXCEPTION 'A frozen baseline is never deleted.' USING ERRCODE = 'restrict_violation';",
            ),
            refuse_truncate("baseline", "Baselines are never deleted."),
            refuse(
                "baseline_made_by_an_approved_request",
                pgtrigger.Insert,
                when="(NEW.change_request_id IS NULL AND EXISTS (SELECT 1 FROM milestones_baseline)) OR"
                " (NEW.change_request_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM milestones_changerequest r"
                " WHERE r.id = NEW.change_request_id AND r.state = 'approved'))",
                words="A baseline is made by applying an approved change request.",
            ),
            refuse(
                "baseline_keeps_its_request",
                pgtrigger.Update,
                when="NEW.change_request_id IS DISTINCT FROM OLD.change_request_id",
                words="A baseline stays with the change request that made it.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BaselineDate(Dated, Sourced):
    """One milestone's date as a baseline has it. Only a new baseline says something else.

    A milestone without a row has no published date in that baseline.
    """

    baseline = models.ForeignKey(Baseline, models.PROTECT, related_name="dates")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="baseline_dates")
    #: A second date that was approved beside the first.
    alternative_first_on = models.DateField(null=True, blank=True)
    alternative_last_on = models.DateField(null=True, blank=True)
    alternative_precision = models.CharField(max_length=10, choices=Precision, blank=True)
    alternative_source = models.ForeignKey("milestones.Source", models.PROTECT, null=True, blank=True, related_name="+")
    alternative_confidence = models.CharField(max_length=20, choices=Confidence, blank=True)

    class Meta:
        ordering = ["baseline__number", "milestone__position"]
        constraints = [
            models.UniqueConstraint(
                fields=["baseline", "milestone"],
                name="baseline_date_once",
                violation_error_message="The baseline has a date for this milestone already.",
            ),
            *date_rules("baseline_date"),
            *date_rules("baseline_date", prefix="alternative_", required=False),
            models.CheckConstraint(
                condition=Q(
                    alternative_first_on__isnull=True, alternative_source__isnull=True, alternative_confidence=""
                )
                | Q(
                    alternative_first_on__isnull=False,
                    alternative_source__isnull=False,
                    alternative_confidence__in=Confidence.values,
                ),
                name="baseline_date_alternative_has_a_source",
                violation_error_message="An alternative date names its source and how sure it is.",
            ),
            confidence_rule("baseline_date"),
        ]
        triggers = [
            *never_changes("baseline_date", "The dates of a baseline are never changed or deleted."),
            _not_after_freezing("baseline_date", "The baseline is frozen: it takes no more dates."),
            _while_it_is_applied("baseline_date", "A baseline takes dates only while its approved request is applied."),
            refuse(
                "baseline_date_says_what_was_approved",
                pgtrigger.Insert,
                declare="made_by",
                first=_FIND_REQUEST,
                when=(
                    "made_by.request_id IS NOT NULL"  # noqa: S608
                    f" AND NOT EXISTS ({_ITS_LINES.format(kinds=_DATED)} AND {_same_dates('c')})"
                    f" AND NOT (NOT EXISTS ({_ITS_LINES.format(kinds=_TOUCHED)}) AND EXISTS"
                    " (SELECT 1 FROM milestones_baselinedate d WHERE d.baseline_id = made_by.replaces_id"
                    f" AND d.milestone_id = NEW.milestone_id AND {_same_dates('d')}))"
                ),
                words="The change request proposes another date, or none, for this milestone.",
            ),
        ]

    @property
    def alternative(self) -> When | None:
        return when(
            self.alternative_first_on,
            self.alternative_last_on,
            self.alternative_precision,
            is_inferred=self.alternative_confidence == Confidence.INFERRED,
        )

    @property
    def when(self) -> When:
        found = when(
            self.first_on,
            self.last_on,
            self.precision,
            alternative=self.alternative,
            is_inferred=self.is_inferred,
        )
        assert found is not None
        return found


class BaselineMilestone(models.Model):
    """That a milestone belongs to a baseline, and its words as they were agreed there.

    The timetables from before this portal list none: what they left out or worded otherwise is not known.
    """

    baseline = models.ForeignKey(Baseline, models.PROTECT, related_name="milestones")
    milestone = models.ForeignKey(Milestone, models.PROTECT, related_name="in_baselines")
    name = models.CharField(max_length=160, blank=True)
    summary = models.TextField(blank=True)

    class Meta:
        ordering = ["baseline__number", "milestone__position"]
        constraints = [models.UniqueConstraint(fields=["baseline", "milestone"], name="baseline_milestone_once")]
        triggers = [
            *never_changes("baseline_milestone", "What a baseline says is never changed or deleted."),
            _not_after_freezing("baseline_milestone", "The baseline is frozen: it takes no more milestones."),
            _while_it_is_applied("baseline_milestone", "A baseline is filled only while its request is applied."),
        ]


class BaselineLink(models.Model):
    """That one milestone waits for another, as a baseline has it."""

    baseline = models.ForeignKey(Baseline, models.PROTECT, related_name="links")
    before = models.ForeignKey(Milestone, models.PROTECT, related_name="+")
    after = models.ForeignKey(Milestone, models.PROTECT, related_name="+")
    lag_working_days = models.SmallIntegerField(null=True, blank=True)

    class Meta:
        ordering = ["baseline__number", "after__position", "before__position"]
        constraints = [models.UniqueConstraint(fields=["baseline", "before", "after"], name="baseline_link_once")]
        triggers = [
            *never_changes("baseline_link", "What a baseline says is never changed or deleted."),
            _not_after_freezing("baseline_link", "The baseline is frozen: it takes no more links."),
            _while_it_is_applied("baseline_link", "A baseline is filled only while its request is applied."),
        ]
