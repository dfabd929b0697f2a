"""An approved change request becomes the next baseline: one transaction, the only way in which one comes to exist."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.db.models import Max
from django.utils.module_loading import import_string
from django.utils.text import slugify

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.models import Message
from mhhs_portal.organisations.models import Organisation, Person
from milestones import register
from milestones.changes import compare, release_notes, telling
from milestones.models import (
    Baseline,
    BaselineDate,
    BaselineLink,
    BaselineMilestone,
    ChangeRequest,
    Confidence,
    Dependency,
    Milestone,
    ProposedChange,
    Source,
)
from milestones.models.change_requests import STEPS, State
from milestones.network import links

Kind = ProposedChange.Kind
_LOCK = 4_120_455  # the advisory lock under which baselines are made
_DATES = tuple(
    f"{prefix}{name}" for prefix in ("", "alternative_") for name in ("first_on", "last_on", "precision", "confidence")
)


def portal_source() -> Source:
    """What dates come from that were decided by a request raised here."""
    facts = {"title": "Change requests decided in this portal", "url": f"{settings.SITE_URL}/change-requests/"}
    return Source.objects.get_or_create(key="PORTAL", defaults=facts)[0]


def apply(request: ChangeRequest, *, by: Person | None, now: datetime, despite_basis: bool = False) -> Baseline:
    """Make the next baseline of an approved request, make it current, and tell everybody.

    `despite_basis`: whoever applies it has seen that another baseline than the one it was written against is current.
    Raises ValidationError in words; then nothing at all is written.
    """
    with doing("milestones.change_applied", by=by):
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        held = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
        _refuse(held, despite_basis)
        before = Baseline.objects.current()
        lines = list(held.changes.select_related("milestone", "before", "new_lane"))
        added = _change_the_plan(lines)
        baseline = _next_baseline(held, before, now)
        fill(baseline, _dates(before, lines, added), now=now, knows_words_and_links=True)
        Baseline.objects.filter(is_current=True).update(is_current=False)
        Baseline.objects.filter(pk=baseline.pk).update(is_current=True)
        held.release_note = held.release_note or release_notes.generated(before, baseline)
        finish(held, now)
        telling.tell_what_changed(held, before, baseline, now)
        announce(now)
    request.refresh_from_db()
    baseline.refresh_from_db()
    return baseline


def fill(baseline: Baseline, dates: list[BaselineDate], *, now: datetime, knows_words_and_links: bool) -> None:
    """Put the dates into a new baseline, and what is known of words and links, and freeze it."""
    save_checked(baseline)
    for row in dates:
        row.baseline = baseline
    BaselineDate.objects.bulk_create(dates)
    if knows_words_and_links:
        _snapshot(baseline)
    Baseline.objects.filter(pk=baseline.pk).update(frozen_at=now)


def finish(request: ChangeRequest, now: datetime) -> None:
    request.state, request.applied_at = STEPS["apply", State.APPROVED], now
    save_checked(request)


@dataclass(frozen=True)
class Rehearsal:
    """What applying would do, as it would do it; nothing of it is kept."""

    before: Baseline | None
    comparison: compare.Comparison | None
    note: str
    #: What each participant would be told about its own paths.
    own: list[tuple[Organisation, release_notes.OwnNote]]
    messages: int
    #: Why it cannot be applied, in words; then all else is empty.
    refusal: str = ""


class _NotKept(Exception):  # noqa: N818  # no error: it only takes everything back
    pass


def rehearse(request: ChangeRequest, *, now: datetime) -> Rehearsal:
    """Applies the request, looks at the result, and takes all of it back."""
    found: list[Rehearsal] = []
    try:
        with transaction.atomic():
            before = Baseline.objects.current()
            waiting = Message.objects.count()
            baseline = apply(request, by=None, now=now, despite_basis=True)
            read = register.read(local_day(now))
            what = compare.compare(read, before, baseline) if before else None
            paths = release_notes.paths_by_organisation()
            everybody = Organisation.objects.participants().order_by("name")
            own = [
                (organisation, release_notes.for_paths(what, read, paths.get(organisation.pk, ())))
                for organisation in everybody
                if what is not None
            ]
            note = ChangeRequest.objects.get(pk=request.pk).release_note
            found.append(Rehearsal(before, what, note, own, Message.objects.count() - waiting))
            raise _NotKept
    except _NotKept:
        request.refresh_from_db()
        return found[0]
    except ValidationError as refusal:
        request.refresh_from_db()
        return Rehearsal(None, None, "", [], 0, " ".join(refusal.messages))


def basis_has_changed(request: ChangeRequest) -> bool:
    """Whether another baseline is current than the one that the request was written against."""
    current = Baseline.objects.current()
    return (current.pk if current else None) != request.based_on_id


def announce(now: datetime) -> None:
    """Tells the other parts, inside the transaction, that the published plan has changed."""
    for path in getattr(settings, "PLAN_CHANGED", []):
        import_string(path)(now)


def _snapshot(baseline: Baseline) -> None:
    """Keeps which milestones the baseline has, their words and their links."""
    BaselineMilestone.objects.bulk_create(
        BaselineMilestone(baseline=baseline, milestone=milestone, name=milestone.name, summary=milestone.summary)
        for milestone in Milestone.objects.filter(is_removed=False)
    )
    BaselineLink.objects.bulk_create(
        BaselineLink(
            baseline=baseline, before_id=link.before_id, after_id=link.after_id, lag_working_days=link.lag_working_days
        )
        for link in Dependency.objects.all()
    )


def _refuse(held: ChangeRequest, despite_basis: bool) -> None:
    if held.state == State.APPLIED:
        raise ValidationError(f"{held.code} is applied already: it made its baseline once, and makes no second one.")
    if held.state != State.APPROVED:
        raise ValidationError("Only an approved change request can be applied.")
    if basis_has_changed(held) and not despite_basis:
        current = Baseline.objects.current()
        raise ValidationError(
            f"{held.code} was written against {held.based_on or 'no baseline'}, but {current} is current now. "
            f"Look at what it changes from {current}, and confirm that it still stands."
        )


def _change_the_plan(lines: list[ProposedChange]) -> dict[str, Milestone]:
    """Milestones and links as they are from now on; gives those that were added, by number."""
    added: dict[str, Milestone] = {}
    last = Milestone.objects.aggregate(last=Max("position"))["last"] or 0
    for row in lines:
        _refuse_what_no_longer_fits(row)
        if row.kind == Kind.ADD:
            milestone = Milestone(
                code=row.new_code,
                slug=slugify(row.new_code),
                name=row.new_name,
                summary=row.new_summary,
                lane=row.new_lane,
                position=last + len(added) + 1,
            )
            save_checked(milestone)
            added[row.new_code.lower()] = milestone
        elif row.kind == Kind.REMOVE and row.milestone:
            Milestone.objects.filter(pk=row.milestone.pk).update(is_removed=True)
            Dependency.objects.filter(before=row.milestone).delete()
            Dependency.objects.filter(after=row.milestone).delete()
        elif row.kind == Kind.REWORD and row.milestone:
            words = {"name": row.new_name, "summary": row.new_summary}
            if row.new_name != row.milestone.name:
                words["short_name"] = ""  # the old short form no longer says the same
            Milestone.objects.filter(pk=row.milestone.pk).update(**words)
    _change_the_links(lines)
    return added


def _change_the_links(lines: list[ProposedChange]) -> None:
    """First what goes, then what comes: another request may have made a link since that would close a loop."""
    for row in lines:
        if row.kind == Kind.UNLINK:
            Dependency.objects.filter(before=row.before, after=row.milestone).delete()
    new = [(row, row.before, row.milestone) for row in lines if row.kind == Kind.LINK and row.before and row.milestone]
    if new:
        links.refuse_a_loop((before, after) for _, before, after in new)
    for row, before, after in new:
        facts = {
            "lag_working_days": row.lag_working_days,
            "source": row.source or portal_source(),
            "confidence": Confidence.STATED,
        }
        Dependency.objects.update_or_create(before=before, after=after, defaults=facts)


def _refuse_what_no_longer_fits(row: ProposedChange) -> None:
    ends = [end for end in (row.milestone, row.before) if end is not None]
    gone = next((end for end in ends if end.is_removed), None)
    if gone is not None:
        raise ValidationError(f"{gone.code} is not in the current baseline any more. Withdraw this request.")


def _next_baseline(held: ChangeRequest, before: Baseline | None, now: datetime) -> Baseline:
    assert held.decided_on is not None  # an approved request has its day
    return Baseline(
        slug=held.slug,
        name=held.code,
        title=held.title,
        number=(before.number if before else 1) + 1,
        decided_on=held.decided_on,
        decided_by=held.decided_by,
        published_on=local_day(now),
        replaces=before,
        change_request=held,
        source=portal_source(),
        confidence=Confidence.STATED,
    )


def _dates(before: Baseline | None, lines: list[ProposedChange], added: dict[str, Milestone]) -> list[BaselineDate]:
    """What the request proposes; everything else as it was."""
    touched = {row.milestone_id for row in lines if row.kind in (Kind.MOVE, Kind.REMOVE)}
    rows = []
    for old in before.dates.exclude(milestone__in=touched) if before else ():
        old.pk, old._state.adding = None, True
        rows.append(old)
    for row in lines:
        milestone = added.get(row.new_code.lower()) if row.kind == Kind.ADD else row.milestone
        if row.kind in (Kind.MOVE, Kind.ADD) and row.first_on and milestone:
            rows.append(approved_date(row, milestone))
    return rows


def approved_date(row: ProposedChange, milestone: Milestone) -> BaselineDate:
    """The date that a line proposes, as its baseline will have it."""
    source = row.source or portal_source()
    facts = {name: getattr(row, name) for name in _DATES}
    if row.alternative_first_on:
        facts["alternative_source"] = row.alternative_source or source
        facts["alternative_confidence"] = row.alternative_confidence or Confidence.STATED
    return BaselineDate(milestone=milestone, source=source, note=row.note, **facts)
