"""Dates as they are known: a day, a month, or a range of months, each with who says so and how sure that is."""

from __future__ import annotations

from datetime import date
from typing import cast

from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear
from django.db.models.lookups import Exact

from milestones.poap import Precision as PrecisionWord
from milestones.poap import When


class Precision(models.TextChoices):
    DAY = "day", "day"
    MONTH = "month", "month"
    RANGE = "range", "range of months"


class Confidence(models.TextChoices):
    """How a fact is known. The label is what readers see."""

    STATED = "stated", "Stated by the source"
    SECOND_HAND = "stated_second_hand", "Stated by the source, seen as quoted elsewhere"
    TRADE_PRESS = "trade_press", "Trade press only"
    INFERRED = "inferred", "Inferred"


class _DayAfter(Func):
    template = "(%(expressions)s + 1)"
    output_field = models.DateField()


def date_rules(noun: str, *, prefix: str = "", required: bool = True) -> list[models.BaseConstraint]:
    """Constraints that keep `first_on`, `last_on` and `precision` in step.

    A day begins and ends on itself, a month is one whole month, a range is two or more whole months in order.
    """
    first, last, precision = f"{prefix}first_on", f"{prefix}last_on", f"{prefix}precision"
    whole_months = Q(Exact(ExtractDay(F(first)), 1)) & Q(Exact(ExtractDay(_DayAfter(F(last))), 1))
    one_month = Q(Exact(ExtractMonth(F(first)), ExtractMonth(F(last)))) & Q(
        Exact(ExtractYear(F(first)), ExtractYear(F(last)))
    )
    known = (
        Q(**{precision: Precision.DAY, first: F(last)})
        | (Q(**{precision: Precision.MONTH}) & whole_months & one_month)
        | (Q(**{precision: Precision.RANGE, f"{first}__lt": F(last)}) & whole_months & ~one_month)
    ) & Q(**{f"{first}__isnull": False, f"{last}__isnull": False})
    unknown = Q(**{f"{first}__isnull": True, f"{last}__isnull": True, precision: ""})
    return [
        models.CheckConstraint(
            condition=known if required else known | unknown,
            name=f"{noun}_{prefix}dates_fit_their_precision",
            violation_error_message=(
                "A day is one day, a month is one whole month, a range is whole months with the first before the last."
            ),
        ),
    ]


def confidence_rule(noun: str, field: str = "confidence") -> models.CheckConstraint:
    return models.CheckConstraint(condition=Q(**{f"{field}__in": Confidence.values}), name=f"{noun}_{field}_known")


def when(
    first: date | None, last: date | None, precision: str, *, alternative: When | None = None, is_inferred: bool = False
) -> When | None:
    """The date as the drawing and all words take it; None when it is not published."""
    if first is None or last is None:
        return None
    return When(first, last, cast(PrecisionWord, precision), alternative, is_inferred)


class Dated(models.Model):
    """What has one date with a precision. Meta.constraints of the child adds `date_rules`."""

    first_on = models.DateField()
    last_on = models.DateField()
    precision = models.CharField(max_length=10, choices=Precision)

    class Meta:
        abstract = True

    @property
    def when(self) -> When:
        found = when(self.first_on, self.last_on, self.precision, is_inferred=self.is_inferred)
        assert found is not None
        return found

    @property
    def is_inferred(self) -> bool:
        return getattr(self, "confidence", "") == Confidence.INFERRED


class Sourced(models.Model):
    """What somebody published, or what we conclude from that, and how sure it is."""

    source = models.ForeignKey("milestones.Source", models.PROTECT, related_name="+")
    confidence = models.CharField(max_length=20, choices=Confidence)
    #: The reason for an inference, or what the reader must know about the source.
    note = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def is_inferred(self) -> bool:
        return self.confidence == Confidence.INFERRED
