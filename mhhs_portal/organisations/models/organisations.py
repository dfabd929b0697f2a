from __future__ import annotations

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q

from mhhs_portal.frozen import refuse


class Kind(models.TextChoices):
    PARTICIPANT = "participant", "Programme participant"
    PROGRAMME = "programme", "The MHHS Programme"
    ELEXON = "elexon", "Elexon, assurance"
    BOARD = "pab", "Performance Assurance Board (PAB)"
    OFGEM = "ofgem", "Ofgem"


class Constituency(models.TextChoices):
    """How the Programme groups participants for representation.

    The Programme's full list is not published; these are the words that appear in its public material.
    """

    UNKNOWN = "", "Not published"
    LARGE_SUPPLIER = "large-supplier", "Large supplier"
    MEDIUM_SUPPLIER = "medium-supplier", "Medium supplier"
    SMALL_SUPPLIER = "small-supplier", "Small supplier"
    AGENT = "agent", "Supplier agent"
    DNO = "dno", "Distribution network operator (DNO)"
    IDNO = "idno", "Independent distribution network operator (iDNO)"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def participants(self) -> OrganisationQuerySet:
        return self.filter(kind=Kind.PARTICIPANT)


@pghistory.track()
class Organisation(models.Model):
    """A company or body that takes part: a participant, the Programme, Elexon, the PAB or Ofgem."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.PARTICIPANT)
    constituency = models.CharField(max_length=30, choices=Constituency, blank=True)
    #: Invented for demonstration; pages that show it say so.
    is_sample = models.BooleanField(default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="organisation_kind_known"),
            models.CheckConstraint(
                condition=Q(constituency__in=Constituency.values),
                name="organisation_constituency_known",
            ),
            models.CheckConstraint(
                condition=Q(constituency="") | Q(kind=Kind.PARTICIPANT),
                name="organisation_constituency_is_for_participants",
                violation_error_message="Only a participant belongs to a constituency.",
            ),
        ]
        triggers = [
            refuse(
                "organisation_keeps_its_kind",
                pgtrigger.UpdateOf("kind"),
                when="""OLD.kind <> NEW.kind AND EXISTS (
                    SELECT 1 FROM organisations_membership
                    WHERE organisation_id = OLD.id AND role IN ('office', 'analyst', 'board'))""",
                words="A body in which staff, analysts or board observers hold a role stays what it is.",
            )
        ]

    def __str__(self) -> str:
        return self.name
