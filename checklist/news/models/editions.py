from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from mhhs_portal.frozen import refuse, refuse_truncate

#: In the order in which an edition shows them. The Programme's own section names are not published: these are ours.
SECTIONS = [
    ("news", "News"),
    ("checklist", "Participant Checklist"),
    ("plan", "The plan"),
    ("due", "What is due"),
    ("other", "Also"),
]


@pghistory.track()
class Edition(models.Model):
    """One edition of The Clock, the Programme's newsletter. Once sent it stays as it was sent."""

    #: Given when it is sent, so that numbers have no gaps; empty in a draft.
    number = models.PositiveIntegerField(null=True, blank=True, unique=True)
    title = models.CharField(max_length=160)
    intro = models.TextField("your own words", blank=True, max_length=5_000)
    #: What it is about begins and ends here: proposals are drawn from between, and from the days after.
    since_at = models.DateTimeField("since")
    until_at = models.DateTimeField("until")
    issued_at = models.DateTimeField("sent", null=True, blank=True)
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    #: To how many subscribers it was promised.
    recipients = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    is_sample = models.BooleanField(default=False)

    class Meta:
        ordering = [F("number").desc(nulls_first=True), "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="edition_has_a_title"),
            models.CheckConstraint(condition=Q(until_at__gt=F("since_at")), name="edition_covers_some_time"),
            models.CheckConstraint(
                condition=Q(number=None, issued_at=None) | Q(number__isnull=False, issued_at__isnull=False),
                name="edition_numbered_when_sent",
            ),
            models.UniqueConstraint(  # type: ignore[call-overload]  # Q is an expression for Django
                Q(issued_at__isnull=True),
                condition=Q(issued_at__isnull=True),
                name="edition_one_draft",
                violation_error_message="An edition is being put together already.",
            ),
        ]
        triggers = [
            refuse(
                "edition_stays_as_sent",
                pgtrigger.Update | pgtrigger.Delete,
                when="OLD.issued_at IS NOT NULL",
                words="An edition that was sent stays as it was sent.",
            ),
            refuse_truncate("edition", "Editions are kept."),
        ]

    def __str__(self) -> str:
        return f"The Clock {self.number}" if self.number else "The next edition of The Clock"


class EditionEntry(models.Model):
    """One line of an edition: what changed or what is due, in words that are frozen with it."""

    edition = models.ForeignKey(Edition, models.CASCADE, related_name="entries")
    #: What it is about, so that nothing stands twice: "checklist/PCL-0041/opened". Own words: "own/3".
    key = models.CharField(max_length=160)
    section = models.CharField(max_length=10, choices=SECTIONS)
    position = models.PositiveSmallIntegerField(default=0)
    title = models.CharField(max_length=250)
    words = models.CharField(max_length=600, blank=True)
    #: Within the portal; empty for own words without a link.
    path = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["edition", "key"], name="edition_entry_once"),
            models.CheckConstraint(condition=~Q(title=""), name="edition_entry_has_a_title"),
            models.CheckConstraint(
                condition=Q(path="") | (Q(path__startswith="/") & ~Q(path__startswith="//")),
                name="edition_entry_links_into_the_portal",
                violation_error_message="A link begins with / and leads into the portal.",
            ),
        ]
        triggers = [
            refuse(
                "edition_entry_stays_as_sent",
                pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when="EXISTS (SELECT 1 FROM news_edition e WHERE e.issued_at IS NOT NULL AND e.id ="
                " CASE WHEN TG_OP = 'DELETE' THEN OLD.edition_id ELSE NEW.edition_id END)"
                " OR (TG_OP = 'UPDATE' AND NEW.edition_id <> OLD.edition_id)",
                words="An edition that was sent stays as it was sent.",
            ),
            refuse_truncate("edition_entry", "Editions are kept."),
        ]

    def __str__(self) -> str:
        return self.title
