from __future__ import annotations

import pghistory
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q


class MarketRole(models.Model):
    """What a company may be in the electricity market, under the name that the codes give it.

    Reference data: rows come from `facts/market_roles.toml`. Who approves which qualifying role is the Programme's
    published approval table; where it is silent the field is null, which means "not published".
    """

    code = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    short_name = models.CharField(max_length=20)
    #: The same actor under another code, such as MEM (REC) for MOA (BSC).
    also_called = models.CharField(max_length=120, blank=True)
    is_legacy = models.BooleanField(default=False)
    approved_by_dip_manager = models.BooleanField(null=True)
    approved_by_bsc_pab = models.BooleanField(null=True)
    approved_by_rec = models.BooleanField(null=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.name


@pghistory.track()
class RoleHeld(models.Model):
    """One market role that an organisation holds under one MPID (Market Participant Identifier)."""

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="roles_held")
    mpid = models.CharField(
        max_length=4,
        validators=[RegexValidator(r"^[A-Z0-9]{4}\Z", "An MPID is four capital letters or digits.")],
    )
    market_role = models.ForeignKey(MarketRole, models.PROTECT, related_name="held")
    #: False: stays on legacy arrangements for this role, and answers the Assurance Information Request.
    is_qualifying = models.BooleanField(default=True)

    class Meta:
        ordering = ["mpid"]
        constraints = [
            models.UniqueConstraint(
                fields=["mpid", "market_role"],
                name="role_held_once_per_mpid",
                violation_error_message="This MPID already holds that market role.",
            ),
            models.CheckConstraint(
                condition=Q(mpid__regex=r"^[A-Z0-9]{4}$"),
                name="role_held_mpid_has_four_characters",
                violation_error_message="An MPID is four capital letters or digits.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.market_role} ({self.mpid})"
