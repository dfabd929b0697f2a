"""Where items stand, told by PostgreSQL in the words of checklist/progress.py, for lists too long to be read through.

A test holds the two against each other.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from checklist.models import Response, ResponseDraft, State
from checklist.models.items import ItemQuerySet
from checklist.progress import ANSWER_STATES
from mhhs_portal.deadlines import DUE_SOON_DAYS, add_working_days, deadline, local_day
from mhhs_portal.organisations.models import Organisation

_BY_STAFF = [State.CLOSED, State.OUTCOME]
MIDNIGHT = time(0, 0)


def _words(*whens: When, default: str) -> Case:
    return Case(*whens, default=Value(default), output_field=CharField())


def with_phase(items: ItemQuerySet, now: datetime) -> Any:  # the type checker does not see what is added
    """Adds standing: "withdrawn", "outcome", "closed", "upcoming" or "open", and ends_at."""
    return items.annotate(
        ends_at=F("due_at"),
        standing=_words(
            When(state=State.WITHDRAWN, then=Value("withdrawn")),
            When(state=State.OUTCOME, then=Value("outcome")),
            When(state=State.CLOSED, then=Value("closed")),
            When(opens_at__gt=now, then=Value("upcoming")),
            When(due_at__lt=now, then=Value("closed")),
            default="open",
        ),
    )


def with_standing_of(items: ItemQuerySet, organisation: Organisation, now: datetime) -> Any:
    """Adds standing, as progress.state_for() says it for the organisation, and ends_at, its own deadline."""
    answers: Any = Response.objects.current().filter(
        item=OuterRef("pk"), revision=OuterRef("revision"), organisation=organisation
    )
    said = [When(answer=answer, then=Value(state)) for answer, state in ANSWER_STATES.items()]
    answers = answers.annotate(
        said=Case(When(is_late=True, then=Value("sent-late")), *said, output_field=CharField())
    ).values("said")
    drafts = ResponseDraft.objects.filter(item=OuterRef("pk"), organisation=organisation)
    items = items.with_deadline_of(organisation).annotate(ends_at=F("own_due_at"))
    changing = Q(handed_of(organisation), state=State.PUBLISHED, opens_at__lte=now, own_due_at__gte=now)
    return items.annotate(
        standing=Case(
            When(state=State.WITHDRAWN, then=Value("withdrawn")),
            When(changing & Q(Exists(answers)), then=Value("change-waits-for-sign-off")),
            default=Coalesce(Subquery(answers[:1]), _unanswered(now, Exists(drafts))),
            output_field=CharField(),
        )
    )


def handed_of(organisation: Organisation) -> Q:
    """Whether the organisation's draft was handed to its lead contacts; read once for all items."""
    handed = ResponseDraft.objects.filter(organisation=organisation, handed_at__isnull=False)
    return Q(pk__in=handed.values("item"))


def _start(day: date) -> datetime:
    return deadline(day, MIDNIGHT)


def _unanswered(now: datetime, has_draft: Exists) -> Case:
    today = local_day(now)
    is_past = Q(own_due_at__lt=now)
    return _words(
        When(state__in=_BY_STAFF, then=Value("closed")),
        When(opens_at__gt=now, then=Value("upcoming")),
        When(is_past & Q(accepts_late=True), then=Value("overdue")),
        When(is_past, then=Value("closed")),
        When(has_draft, then=Value("draft-saved")),
        When(own_due_at__lt=_start(add_working_days(today, DUE_SOON_DAYS + 1)), then=Value("due-soon")),
        When(opens_at__gte=_start(today), opens_at__lt=_start(today + timedelta(days=1)), then=Value("new-today")),
        default="open",
    )
