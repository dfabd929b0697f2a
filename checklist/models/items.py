from __future__ import annotations

from datetime import datetime, time
from typing import Any

import pghistory
import pgtrigger
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Greatest, JSONObject

from checklist.models.audiences import Addressee
from checklist.models.life import ALLOWED, State
from checklist.models.response_drafts import ResponseDraft
from checklist.models.responses import Response
from mhhs_portal.deadlines import CLOSE_OF_PLAY, is_past
from mhhs_portal.frozen import refuse
from mhhs_portal.organisations.models import Organisation
from milestones.models import CriticalPath, Milestone


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


class Method(models.TextChoices):
    """How an organisation responds."""

    HERE = "here", "On this page: comments, “no comments” or “does not apply”"
    FORM = "form", "A form at another address"
    PORTAL = "portal", "A submission portal"
    MAIL = "mail", "By e-mail to the contact mailbox"
    ATTEND = "attend", "By attending"
    NONE = "none", "No response is needed"


OPENING_TIME = time(9, 0)


def _answers_of(organisation: Organisation) -> models.QuerySet[Response]:
    """Their answers to the outer item, at the wording now in force."""
    return Response.objects.current().filter(
        item=OuterRef("pk"), revision=OuterRef("revision"), organisation=organisation
    )


def own_extensions(item: Any, organisation: Any) -> models.QuerySet[Any, Any]:
    """The latest deadline that was granted to one organisation alone, for a subquery."""
    granted = apps.get_model("checklist", "Extension")._default_manager.filter(item=item, organisation=organisation)
    return granted.order_by("-due_at").values("due_at")[:1]


class ItemQuerySet(models.QuerySet["ChecklistItem"]):
    def issued(self) -> ItemQuerySet:
        """Everything that left the draft; withdrawn items still say that they are withdrawn."""
        return self.exclude(state=State.DRAFT)

    def drafts(self) -> ItemQuerySet:
        return self.filter(state=State.DRAFT)

    def for_staff(self) -> ItemQuerySet:
        """Issued items with everything that the office's page shows, in a fixed number of queries."""
        items = self.issued().select_related("issued_by", "parent", "milestone", "path")
        people = ("organisation", "granted_by"), ("file", "file__scan")
        models_ = (apps.get_model("checklist", n) for n in ("Extension", "Attachment"))
        parts = [
            Prefetch(name, model._default_manager.select_related(*with_))
            for name, model, with_ in zip(("extensions", "attachments"), models_, people, strict=True)
        ]
        links = apps.get_model("checklist", "ItemLink")._default_manager.filter(item=OuterRef("pk"))
        words = JSONObject(title="title", url="url", note="note")
        return items.annotate(kept_links=ArraySubquery(links.values(json=words))).prefetch_related(*parts)

    def public(self) -> ItemQuerySet:
        return self.filter(is_public=True).exclude(state__in=[State.DRAFT, State.WITHDRAWN])

    def open_at(self, now: datetime) -> ItemQuerySet:
        """Can be answered in time at that moment."""
        return self.filter(state=State.PUBLISHED, opens_at__lte=now, due_at__gte=now)

    def addressed_to(self, organisation: Organisation) -> ItemQuerySet:
        ours = Addressee.objects.filter(item=OuterRef("pk"), organisation=organisation)
        return self.issued().filter(Exists(ours))

    def with_deadline_of(self, organisation: Organisation) -> ItemQuerySet:
        """Adds own_due_at: the deadline for that organisation, later than the item's where it was extended for it."""
        return self.annotate(own_due_at=Greatest("due_at", Subquery(own_extensions(OuterRef("pk"), organisation))))

    def with_answer_of(self, organisation: Organisation) -> ItemQuerySet:
        """Adds answer, answered_at, answered_late, has_draft, handed_at and own_due_at: that organisation's only."""
        answers = _answers_of(organisation)
        drafts = ResponseDraft.objects.filter(item=OuterRef("pk"), organisation=organisation)
        return self.with_deadline_of(organisation).annotate(
            answer=Subquery(answers.values("answer")[:1]),
            answered_at=Subquery(answers.values("given_at")[:1]),
            answered_late=Subquery(answers.values("is_late")[:1]),
            has_draft=Exists(drafts),
            handed_at=Subquery(drafts.values("handed_at")[:1]),
        )

    def awaiting(self, organisation: Organisation, now: datetime, also: Q | None = None) -> ItemQuerySet:
        """What they can still answer and have not: open, or overdue where late answers are taken.

        `also` says which of what they have answered is wanted too.
        """
        answerable = Q(own_due_at__gte=now) | Q(accepts_late=True)
        wanted = Q(~Exists(_answers_of(organisation)))
        return (
            self.addressed_to(organisation)
            .with_deadline_of(organisation)
            .filter(wanted | also if also else wanted, answerable, state=State.PUBLISHED, opens_at__lte=now)
        )

    def with_counts(self) -> ItemQuerySet:
        """Adds asked, sent, late and missing: how many organisations were asked, and answered the wording in force."""
        return self.annotate(**{name: F(f"tally__{name}") for name in ("asked", "sent", "late", "missing")})


_MOVED = "OLD.due_at IS DISTINCT FROM NEW.due_at OR OLD.due_on IS DISTINCT FROM NEW.due_on"
_MOVED_TIME = "OLD.due_time IS DISTINCT FROM NEW.due_time"
#: What people answer to; `wording` of ItemRevision holds these, and links and files beside them.
WORDING = ("title", "summary", "body", "document_number", "document_version")
_REWORDED = " OR ".join(f"OLD.{name} IS DISTINCT FROM NEW.{name}" for name in ("revision", *WORDING))
_KEPT = " AND ".join(f"r.wording->>'{name}' = OLD.{name}" for name in WORDING)
_RECORDED = " AND ".join(f"r.wording->>'{name}' = NEW.{name}" for name in WORDING)
_REISSUED = "OLD.issued_at IS DISTINCT FROM NEW.issued_at OR OLD.opens_at IS DISTINCT FROM NEW.opens_at"


@pghistory.track()
class ChecklistItem(models.Model):
    """One thing that the Programme asks of every organisation in its audience, by one instant.

    A draft may lack everything but its reference.
    """

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
    due_on = models.DateField("closing date", null=True, blank=True)
    due_time = models.TimeField("closing time", default=CLOSE_OF_PLAY)
    due_at = models.DateTimeField(null=True, blank=True, editable=False)
    opens_on = models.DateField("opening date", null=True, blank=True)
    opens_time = models.TimeField("opening time", default=OPENING_TIME)
    opens_at = models.DateTimeField(null=True, blank=True)
    #: Until when questions about the wording are taken; the wall clock as typed and the instant.
    questions_on = models.DateField("questions until", null=True, blank=True)
    questions_time = models.TimeField("questions until, time", default=CLOSE_OF_PLAY)
    questions_at = models.DateTimeField(null=True, blank=True, editable=False)
    issued_at = models.DateTimeField(null=True, blank=True, editable=False)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    #: Why a date that the portal warned about was kept.
    reason_for_dates = models.CharField(max_length=300, blank=True)
    accepts_late = models.BooleanField("late responses are accepted and marked", default=True)
    is_mandatory = models.BooleanField("a response is mandatory", default=False)
    legal_basis = models.CharField(max_length=200, blank=True)
    response_method = models.CharField(max_length=12, choices=Method, default=Method.HERE)
    response_address = models.URLField("address of the form or portal", max_length=500, blank=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name="follows from item"
    )
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, blank=True, related_name="checklist_items")
    path = models.ForeignKey(CriticalPath, models.PROTECT, null=True, blank=True, related_name="checklist_items")
    closed_at = models.DateTimeField(null=True, blank=True, editable=False)
    closed_reason = models.CharField(max_length=300, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)
    withdrawn_reason = models.CharField(max_length=300, blank=True)
    #: "You said, we did": what came of it.
    outcome = models.TextField(blank=True, max_length=20_000)
    #: "Approved", "Version 1.0 baselined": the decision in one line.
    outcome_decision = models.CharField("decision", max_length=200, blank=True)
    outcome_url = models.URLField("address of the decision or next version", max_length=500, blank=True)
    outcome_at = models.DateTimeField(null=True, blank=True, editable=False)
    #: Rises with each save of a draft: whoever saves says which one they saw.
    edit_number = models.PositiveIntegerField(default=1, editable=False)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    is_public = models.BooleanField("anyone may read this item", default=False)
    #: Everybody who was asked sees who responded and what; else nobody but the Programme does.
    shows_responses = models.BooleanField("everybody who was asked sees the responses", default=False)
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
                | Q(due_on__isnull=False, due_at__isnull=False, issued_at__isnull=False, opens_at__isnull=False),
                name="item_issued_has_its_instants",
                violation_error_message="A published item needs its opening and its deadline.",
            ),
            models.CheckConstraint(
                condition=Q(due_at__isnull=True) | Q(opens_at__isnull=True) | Q(due_at__gt=F("opens_at")),
                name="item_closes_after_it_opens",
                violation_error_message="An item must close after it opens.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | (~Q(title="") & ~Q(summary="") & ~Q(workstream="")),
                name="item_issued_says_what_it_asks",
                violation_error_message="A published item needs a title, a workstream and what it asks for.",
            ),
            models.CheckConstraint(
                condition=Q(questions_at__isnull=True) | Q(due_at__isnull=True) | Q(questions_at__lte=F("due_at")),
                name="item_takes_questions_until_it_closes",
                violation_error_message="Questions are taken at most until the item closes.",
            ),
            models.CheckConstraint(
                condition=Q(state=State.DRAFT) | Q(is_mandatory=False) | ~Q(legal_basis=""),
                name="item_mandatory_says_why",
                violation_error_message="Give the legal basis of a mandatory item.",
            ),
            models.CheckConstraint(condition=Q(response_method__in=Method.values), name="item_method_known"),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="item_is_not_its_own_parent",
                violation_error_message="An item cannot follow from itself.",
            ),
        ]
        triggers = [
            refuse(
                "item_steps",
                pgtrigger.Update,
                when=f"NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN ({ALLOWED})",
                words="An item cannot be taken from this state to that one.",
            ),
            refuse(
                "item_says_why_it_ends",
                pgtrigger.Update,
                when="NEW.state <> OLD.state AND ((NEW.state = 'withdrawn' AND"
                " (NEW.withdrawn_reason = '' OR NEW.withdrawn_at IS NULL))"
                " OR (NEW.state = 'closed' AND (NEW.closed_at IS NULL OR"
                " (NEW.closed_at <= NEW.due_at AND NEW.closed_reason = ''))))",
                words="Withdrawing an item, or closing it before its deadline, needs a reason.",
            ),
            refuse(
                "item_outcome_follows_its_close",
                pgtrigger.Update,
                when="NEW.state = 'outcome' AND (NEW.outcome = '' OR NEW.outcome_at IS NULL"
                " OR (NEW.closed_at IS NULL AND NEW.outcome_at <= NEW.due_at))",
                words="An outcome is published with its words, after the item has closed.",
            ),
            pgtrigger.Trigger(
                name="issued_deadline_moves_by_extension",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(f"OLD.state <> 'draft' AND ({_MOVED} OR {_MOVED_TIME})"),
                func="""
                    IF NOT EXISTS (
                        SELECT 1 FROM checklist_extension e
                        WHERE e.item_id = NEW.id AND e.organisation_id IS NULL
                          AND e.old_due_at = OLD.due_at AND e.due_at = NEW.due_at
                          AND e.due_on = NEW.due_on AND e.due_time = NEW.due_time
                    ) THEN
                        RAISE EXCEPTION 'The deadline of % moves only by an extension.', OLD.reference;
                    END IF;
                    RETURN NEW;
                """,
            ),
            refuse(
                "issued_wording_changes_by_revision",
                pgtrigger.Update,
                when=f"OLD.state <> 'draft' AND ({_REWORDED}) AND NOT ("  # noqa: S608  # names of our own columns
                f" EXISTS (SELECT 1 FROM checklist_itemrevision r WHERE r.item_id = OLD.id"
                f" AND r.number = OLD.revision AND {_KEPT})"
                f" AND EXISTS (SELECT 1 FROM checklist_itemrevision r WHERE r.item_id = NEW.id"
                f" AND r.number = NEW.revision AND {_RECORDED})"
                " AND NEW.revision - OLD.revision IN (0, 1))",
                words="The wording of a published item changes only with a revision that keeps both wordings.",
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

    @property
    def may_be_named(self) -> bool:
        """Whether everybody may know that it exists: for naming it as another item's parent."""
        return self.is_public and self.state not in {State.DRAFT, State.WITHDRAWN}

    @property
    def has_been_closed(self) -> bool:
        """By staff, and not only by the clock."""
        return self.state in {State.CLOSED, State.OUTCOME}

    @property
    def is_draft(self) -> bool:
        return self.state == State.DRAFT

    @property
    def shown_links(self) -> list[Any]:
        """In their order; no query when they came with the item itself as kept_links [{title, url, note}]."""
        kept = self.__dict__.get("kept_links")
        return list(self.links.all()) if kept is None else [self.links.model(**one) for one in kept]

    @property
    def current_files(self) -> list[Any]:
        """The newest version of each file; no query when attachments were read ahead."""
        files = list(self.attachments.all())
        replaced = {file.replaces_id for file in files}
        return [file for file in files if file.pk not in replaced]

    @property
    def closes_at(self) -> datetime | None:
        """The deadline for whom the item was read: with_deadline_of() makes it that organisation's own."""
        own: datetime | None = self.__dict__.get("own_due_at")
        return own or self.due_at

    def has_opened(self, now: datetime) -> bool:
        return self.opens_at is not None and self.opens_at <= now

    def takes_answers(self, now: datetime) -> bool:
        if self.state != State.PUBLISHED or self.closes_at is None or not self.has_opened(now):
            return False
        return self.accepts_late or not is_past(self.closes_at, now)
