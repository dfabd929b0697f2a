from __future__ import annotations

from datetime import datetime

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery

from checklist.models.audiences import Addressee
from checklist.models.responses import Answer, Response, ResponseDraft
from mhhs_portal.deadlines import CLOSE_OF_PLAY, is_past
from mhhs_portal.organisations.models import Organisation


class ItemKind(models.TextChoices):
    """What the Programme asks participants for; each kind is seen in its published material."""

    CONSULTATION = "consultation", "Consultation"
    INFORMATION_REQUEST = "information-request", "Information request (PPIR)"
    IMPACT_ASSESSMENT = "impact-assessment", "Change request impact assessment"
    READINESS = "readiness-assessment", "Readiness assessment"
    SUBMISSION = "submission", "Submission"
    SURVEY = "survey", "Survey"
    NOMINATION = "nomination", "Nomination"
    EVENT = "event", "Event"
    DECISION = "decision", "Decision to note"


class State(models.TextChoices):
    """What staff decided. Upcoming, open and closed follow from the dates: see checklist/progress.py."""

    DRAFT = "draft", "Draft"
    PUBLISHED = "published", "Published"
    WITHDRAWN = "withdrawn", "Withdrawn"


def _answers_of(organisation: Organisation) -> models.QuerySet[Response]:
    """Their answers to the outer item, at the wording now in force."""
    return Response.objects.filter(item=OuterRef("pk"), revision=OuterRef("revision"), organisation=organisation)


class ItemQuerySet(models.QuerySet["ChecklistItem"]):
    def issued(self) -> ItemQuerySet:
        """Everything that left the draft; withdrawn items still say that they are withdrawn."""
        return self.exclude(state=State.DRAFT)

    def public(self) -> ItemQuerySet:
        return self.filter(state=State.PUBLISHED, is_public=True)

    def open_at(self, now: datetime) -> ItemQuerySet:
        """Can be answered in time at that moment."""
        return self.filter(state=State.PUBLISHED, opens_at__lte=now, due_at__gte=now)

    def addressed_to(self, organisation: Organisation) -> ItemQuerySet:
        ours = Addressee.objects.filter(item=OuterRef("pk"), organisation=organisation)
        return self.issued().filter(Exists(ours))

    def with_answer_of(self, organisation: Organisation) -> ItemQuerySet:
        """Adds answer, answered_at, answered_late and has_draft: that organisation's only."""
        answers = _answers_of(organisation)
        drafts = ResponseDraft.objects.filter(item=OuterRef("pk"), organisation=organisation)
        return self.annotate(
            answer=Subquery(answers.values("answer")[:1]),
            answered_at=Subquery(answers.values("given_at")[:1]),
            answered_late=Subquery(answers.values("is_late")[:1]),
            has_draft=Exists(drafts),
        )

    def awaiting(self, organisation: Organisation, now: datetime) -> ItemQuerySet:
        """What they can still answer and have not: open, or overdue where late answers are taken."""
        answerable = Q(due_at__gte=now) | Q(accepts_late=True)
        return self.addressed_to(organisation).filter(
            ~Exists(_answers_of(organisation)), answerable, state=State.PUBLISHED, opens_at__lte=now
        )

    def with_counts(self) -> ItemQuerySet:
        """Adds asked, sent and late: how many organisations were asked, and answered the wording in force."""

        def counted(rows: models.QuerySet[Response] | models.QuerySet[Addressee]) -> Subquery:
            total = rows.order_by().values("item").annotate(total=Count("pk")).values("total")
            return Subquery(total, output_field=models.IntegerField())

        answers = Response.objects.filter(item=OuterRef("pk"), revision=OuterRef("revision"))
        return self.annotate(
            asked=counted(Addressee.objects.filter(item=OuterRef("pk"))),
            sent=counted(answers),
            late=counted(answers.filter(is_late=True)),
            no_comments=counted(answers.filter(answer=Answer.NO_COMMENTS)),
        )


_MOVED = "OLD.due_at IS DISTINCT FROM NEW.due_at OR OLD.due_on IS DISTINCT FROM NEW.due_on"
_MOVED_TIME = "OLD.due_time IS DISTINCT FROM NEW.due_time"
_REISSUED = "OLD.issued_at IS DISTINCT FROM NEW.issued_at OR OLD.opens_at IS DISTINCT FROM NEW.opens_at"


@pghistory.track()
class ChecklistItem(models.Model):
    """One thing that the Programme asks of every organisation in its audience, by one instant."""

    reference = models.CharField(
        max_length=12,
        unique=True,
        validators=[RegexValidator(r"^PCL-\d{4,}\Z", "A reference is PCL- and four digits or more.")],
    )
    kind = models.CharField("type", max_length=30, choices=ItemKind)
    title = models.CharField(max_length=200)
    #: What is asked, in two sentences; opens every list and message.
    summary = models.CharField("what you ask for", max_length=600)
    body = models.TextField("more detail", blank=True)
    workstream = models.CharField(max_length=60)
    governance_group = models.CharField("group that decides", max_length=80, blank=True)
    document_number = models.CharField(max_length=30, blank=True)
    document_version = models.CharField("version", max_length=20, blank=True)
    contact = models.EmailField("contact mailbox", blank=True)
    #: Rises when the wording changes; everybody is asked again.
    revision = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=20, choices=State, default=State.DRAFT)
    #: The wall clock as staff typed it. It stays beside the instant that it was frozen to.
    due_on = models.DateField("closing date")
    due_time = models.TimeField("closing time", default=CLOSE_OF_PLAY)
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    opens_at = models.DateTimeField(null=True, blank=True)
    issued_at = models.DateTimeField(null=True, blank=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    #: Why a date that the portal warned about was kept.
    reason_for_dates = models.CharField(max_length=300, blank=True)
    accepts_late = models.BooleanField("late responses are accepted and marked", default=True)
    is_public = models.BooleanField("anyone may read this item", default=False)
    is_sample = models.BooleanField(default=False)

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "due_time", "reference"]
        indexes = [models.Index(fields=["state", "due_at"], name="item_by_state_and_due")]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ItemKind.values), name="item_kind_known"),
            models.CheckConstraint(condition=Q(state__in=State.values), name="item_state_known"),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^PCL-[0-9]{4,}$"),
                name="item_reference_is_pcl_and_digits",
                violation_error_message="A reference is PCL- and four digits or more.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT)
                | Q(due_at__isnull=False, issued_at__isnull=False, opens_at__isnull=False),
                name="item_issued_has_its_instants",
                violation_error_message="A published item needs its opening and its deadline.",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(opens_at__isnull=True) | Q(due_at__gt=F("opens_at")),
                name="item_closes_after_it_opens",
                violation_error_message="An item must close after it opens.",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="issued_deadline_moves_by_extension",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.state <> 'draft' AND ({_MOVED} OR {_MOVED_TIME})"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM checklist_extension e
                        WHERE e.item_id = NEW.id AND e.old_due_at = OLD.due_at AND e.due_at = NEW.due_at
                          AND e.due_on = NEW.due_on AND e.due_time = NEW.due_time
                    ) THEN
                        RAISE EXCEPTION 'The deadline of % moves only by an extension.', OLD.reference;
                    END IF;
                    RETURN NEW;
                """,
            ),
            pgtrigger.Protect(
                name="issue_is_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.state <> 'draft' AND ({_REISSUED} OR NEW.state = 'draft')"),
            ),
            pgtrigger.Protect(
                name="issued_item_is_kept",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    @property
    def is_withdrawn(self) -> bool:
        return self.state == State.WITHDRAWN

    @property
    def is_review(self) -> bool:
        """Answered by reading a document, so that "no comments" is a full response."""
        return self.kind in {ItemKind.CONSULTATION, ItemKind.IMPACT_ASSESSMENT, ItemKind.DECISION}

    def has_opened(self, now: datetime) -> bool:
        return self.opens_at is not None and self.opens_at <= now

    def takes_answers(self, now: datetime) -> bool:
        if self.state != State.PUBLISHED or self.due_at is None or not self.has_opened(now):
            return False
        return self.accepts_late or not is_past(self.due_at, now)


@pghistory.track()
class ItemLink(models.Model):
    """A document or page that belongs to an item, kept where the Programme publishes it."""

    item = models.ForeignKey(ChecklistItem, models.CASCADE, related_name="links")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=200)
    url = models.URLField("address", max_length=500)
    #: Type, size and pages, in words: "PDF, 1.4 MB, 62 pages".
    note = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["item", "position"], name="link_one_per_position")]


@pghistory.track()
class Extension(models.Model):
    """A later deadline for everybody, with its reason. Never edited; the old deadline stays in view."""

    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="extensions")
    old_due_at = models.DateTimeField()
    due_on = models.DateField()
    due_time = models.TimeField(default=CLOSE_OF_PLAY)
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=300, error_messages={"blank": "Say why the deadline moves."})
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField()

    class Meta:
        ordering = ["granted_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_at__gt=F("old_due_at")),
                name="extension_is_later",
                violation_error_message="An extension must end later than the deadline it replaces.",
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="extension_says_why",
                violation_error_message="Say why the deadline moves.",
            ),
        ]
        triggers = [pgtrigger.Protect(name="extension_is_kept", operation=pgtrigger.Update | pgtrigger.Delete)]
