from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils import timezone

from mhhs_portal.frozen import refuse
from mhhs_portal.organisations.models.organisations import Kind, Organisation


class PersonManager(BaseUserManager["Person"]):
    def create_user(self, email: str, name: str, password: str | None = None, **fields: Any) -> Person:
        person = self.model(email=email.strip().lower(), name=name, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(email__iexact=username)


@pghistory.track(exclude=["password", "last_login"])
class Person(AbstractBaseUser):
    """Somebody who signs in. What they may do comes from memberships alone."""

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=120)
    is_active = models.BooleanField(default=True)
    is_sample = models.BooleanField(default=False)
    joined_at = models.DateTimeField(default=timezone.now)

    objects: ClassVar[PersonManager] = PersonManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="person_email_once_in_any_case",
                violation_error_message="Somebody with this e-mail address is already here.",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a person is in an organisation."""

    LEAD = "lead", "lead contact"
    CONTRIBUTOR = "contributor", "contributor"
    VIEWER = "viewer", "viewer"
    OFFICE = "office", "Programme staff"
    ANALYST = "analyst", "Elexon analyst"
    BOARD = "board", "board observer"


#: These roles open what no participant may see, so each is held in its own body alone; the others may be held anywhere.
HELD_ONLY_IN = {Role.OFFICE: Kind.PROGRAMME, Role.ANALYST: Kind.ELEXON, Role.BOARD: Kind.BOARD}
MISPLACED = "A role is held where it belongs: staff in the Programme, analysts in Elexon, board observers in the PAB."


def misplaced(role: str, kind: str) -> str:
    """The SQL condition that a role is held where it does not belong, of two SQL expressions."""
    return " OR ".join(f"({role} = '{one}' AND {kind} <> '{home}')" for one, home in HELD_ONLY_IN.items())


class MembershipQuerySet(models.QuerySet["Membership"]):
    def current(self, today: date | None = None) -> MembershipQuerySet:
        """Memberships in force on the day; the last day counts."""
        day = today or timezone.localdate()
        return self.filter(
            Q(ends_on__isnull=True) | Q(ends_on__gte=day),
            starts_on__lte=day,
            person__is_active=True,
        )


@pghistory.track()
class Membership(models.Model):
    """One person's role in one organisation, from a day to a day."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role)
    starts_on = models.DateField(default=timezone.localdate)
    #: The last day in force; empty means until further notice.
    ends_on = models.DateField(null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__name", "person__name"]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="membership_ends_after_it_starts",
                violation_error_message="A membership cannot end before it starts.",
            ),
            ExclusionConstraint(
                name="membership_one_role_at_a_time",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    ("organisation", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_on"),
                            F("ends_on"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="DATERANGE",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message="This person already has a role in this organisation at that time.",
            ),
        ]
        triggers = [
            # Locked, so that the organisation cannot become another kind of body in the meantime.
            refuse(
                "membership_role_in_its_body",
                pgtrigger.Insert | pgtrigger.UpdateOf("role", "organisation_id"),
                declare="held",
                first="SELECT kind INTO held FROM organisations_organisation WHERE id = NEW.organisation_id FOR SHARE;",
                when=misplaced("NEW.role", "held.kind"),
                words=MISPLACED,
            )
        ]

    def clean(self) -> None:
        """Asked before the constraints: PostgreSQL cannot even compare a span whose end comes first."""
        home = HELD_ONLY_IN.get(Role(self.role)) if self.role in Role.values else None
        if home and self.organisation.kind != home:
            raise ValidationError({"role": MISPLACED})
        if self.ends_on and self.ends_on < self.starts_on:
            raise ValidationError({"ends_on": "A membership cannot end before it starts."})

    def __str__(self) -> str:
        return f"{self.person}, {self.get_role_display()}, {self.organisation}"
