from __future__ import annotations

from typing import Any

import pghistory
import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from readiness.models.refusals import refuse, refuse_truncate

_FROZEN = "A published version of a questionnaire is frozen. Make a new version."
_ANY_PUBLISHED = "EXISTS (SELECT 1 FROM readiness_questionnaireversion WHERE status = 'published')"
_WRITING = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete


@pghistory.track()
class Questionnaire(models.Model):
    """A set of questions that is asked again and again, in versions."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class QuestionnaireVersion(models.Model):
    """The wording of one questionnaire. A published one never changes: answers were given to these words."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    questionnaire = models.ForeignKey(Questionnaire, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(default=1)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["questionnaire", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["questionnaire", "number"],
                name="questionnaire_version_numbered_once",
                violation_error_message="This questionnaire already has a version with that number.",
            ),
            models.CheckConstraint(
                condition=Q(status="draft", published_at__isnull=True)
                | Q(status="published", published_at__isnull=False),
                name="questionnaire_version_says_when_published",
                violation_error_message="A version is either a draft, or published at a time.",
            ),
        ]
        triggers = [
            refuse(
                "version_frozen",
                pgtrigger.Update | pgtrigger.Delete,
                when="OLD.status = 'published'",
                words=_FROZEN,
            ),
            refuse_truncate("version_kept", when=_ANY_PUBLISHED, words=_FROZEN),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire}, version {self.number}"


class SectionQuerySet(models.QuerySet["Section"]):
    def with_state_for(self, submission: Any, round_number: Any) -> SectionQuerySet:
        """How far one submission's round is with each section. Both arguments may be an OuterRef."""
        from readiness.models.submissions import Answer

        given = (
            Answer.objects.filter(submission=submission, round_number=round_number, question__section=OuterRef("pk"))
            .order_by()
            .values("question__section")
        )

        def count(rule: Q) -> Coalesce:
            return Coalesce(Subquery(given.annotate(n=Count("pk", filter=rule)).values("n")), 0)

        return self.annotate(
            asked=Count("questions"),
            must=Count("questions", filter=Q(questions__is_required=True)),
            answered=count(Q(value__isnull=False)),
            must_answered=count(Q(value__isnull=False, question__is_required=True)),
            problems=count(~Q(problem="")),
        )


def section_state(*, must: int, answered: int, must_answered: int, problems: int) -> str:
    """The one rule for how far a section is; a key of the status words."""
    if problems:
        return "there-is-a-problem"
    if answered and must_answered == must:
        return "completed"
    return "in-progress" if answered else "not-started"


@pghistory.track()
class Section(models.Model):
    """One page of questions. Sections with the same group stand under one heading of the task list."""

    version = models.ForeignKey(QuestionnaireVersion, models.PROTECT, related_name="sections")
    letter = models.CharField(max_length=2, validators=[RegexValidator(r"^[A-Z]{1,2}\Z", "Use capital letters.")])
    title = models.CharField(max_length=120)
    short_title = models.CharField(max_length=30)
    group = models.CharField(max_length=60, blank=True)
    intro = models.TextField(blank=True)
    #: [{"word": "MSID", "meaning": "..."}], shown as "Words used here".
    words = models.JSONField(default=list, blank=True)
    position = models.PositiveSmallIntegerField()

    objects = SectionQuerySet.as_manager()

    class Meta:
        ordering = ["version", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "letter"],
                name="section_letter_once_per_version",
                violation_error_message="This version already has a section with that letter.",
            ),
        ]
        triggers = [
            refuse(
                "section_frozen",
                _WRITING,
                when="EXISTS (SELECT 1 FROM readiness_questionnaireversion WHERE status = 'published'"
                " AND (id = NEW.version_id OR id = OLD.version_id))",
                words=_FROZEN,
            ),
            refuse_truncate("section_kept", when=_ANY_PUBLISHED, words=_FROZEN),
        ]

    def __str__(self) -> str:
        return f"{self.letter}. {self.title}"

    @property
    def state(self) -> str:
        """After with_state_for()."""
        counts = ("must", "answered", "must_answered", "problems")
        return section_state(**{name: getattr(self, name) for name in counts})

    @property
    def state_word(self) -> str:
        """After with_state_for(): "In progress"."""
        return self.state.replace("-", " ").capitalize()

    @property
    def progress_words(self) -> str:
        """After with_state_for(): "In progress, 2 of 4"."""
        return f"{self.state_word}, {self.answered} of {self.asked}"  # type: ignore[attr-defined]


class Kind(models.TextChoices):
    """What form an answer takes."""

    YES_NO_PARTLY = "yes_no_partly", "Yes, no or partly"
    CHOICE = "choice", "One of several"
    MULTIPLE_CHOICE = "multiple_choice", "Any of several"
    SCALE = "scale", "Scale with a meaning for each step"
    NUMBER = "number", "Number"
    DATE = "date", "Date"
    SHORT_TEXT = "short_text", "Short text"
    LONG_TEXT = "long_text", "Long text"
    DECLARATION = "declaration", "Declaration"


@pghistory.track()
class Question(models.Model):
    """One question. What an answer to it may be is decided in readiness/questionnaires.py."""

    section = models.ForeignKey(Section, models.PROTECT, related_name="questions")
    number = models.CharField(
        max_length=6, validators=[RegexValidator(r"^[A-Z]{1,2}[0-9]{1,3}\Z", "Use a letter and a number, such as C1.")]
    )
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    text = models.TextField()
    short_text = models.CharField(max_length=80)
    guidance = models.TextField(blank=True)
    is_required = models.BooleanField(default=True)
    #: [{"value": "built", "label": "Built and tested, not yet live"}], for one or any of several;
    #: each step of a scale also says its "meaning".
    choices = models.JSONField(default=list, blank=True)
    unit = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["section", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["section", "number"],
                name="question_number_once_per_section",
                violation_error_message="This section already has a question with that number.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=Kind.values),
                name="question_kind_known",
                violation_error_message="Choose what form the answer takes.",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["choice", "multiple_choice", "scale"], choices=[]),
                name="question_offers_choices",
                violation_error_message="A question with answers to choose from must offer them.",
            ),
            models.CheckConstraint(
                condition=~Q(kind="number", unit=""),
                name="question_number_has_a_unit",
                violation_error_message="Say what is counted or measured.",
            ),
        ]
        triggers = [
            refuse(
                "question_frozen",
                _WRITING,
                when="EXISTS (SELECT 1 FROM readiness_section s JOIN readiness_questionnaireversion v"
                " ON v.id = s.version_id WHERE v.status = 'published'"
                " AND (s.id = NEW.section_id OR s.id = OLD.section_id))",
                words=_FROZEN,
            ),
            refuse(
                "question_scale_in_words",
                pgtrigger.Insert | pgtrigger.Update,
                when="NEW.kind = 'scale' AND jsonb_path_exists(NEW.choices,"
                " '$[*] ? (!exists(@.meaning) || @.meaning == \"\")')",
                words="Say in words what each step of the scale means.",
            ),
            refuse_truncate("question_kept", when=_ANY_PUBLISHED, words=_FROZEN),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.short_text}"

    @property
    def code(self) -> str:
        """For names of fields and places on the page: "c1"."""
        return self.number.lower()

    @property
    def options(self) -> list[tuple[str, str]]:
        if self.kind == Kind.YES_NO_PARTLY:
            return [("yes", "Yes"), ("partly", "Partly"), ("no", "No")]
        return [(choice["value"], choice["label"]) for choice in self.choices]

    @property
    def options_explained(self) -> list[tuple[str, str]]:
        """As the page offers them: each step of a scale with its meaning."""
        if self.kind != Kind.SCALE:
            return self.options
        return [(choice["value"], f"{choice['label']}: {choice['meaning']}") for choice in self.choices]
