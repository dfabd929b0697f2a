"""What programme staff do with a change request, from the first draft to the decision.

A draft is staff's own: lines come and go. Once it is published nothing in it changes, which PostgreSQL refuses too
(models/change_requests.py). `apply` makes the next baseline (applying.py), `assess` takes what participants say
(impact_assessments.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.text import slugify

from mhhs_portal.db import save_checked
from mhhs_portal.deadlines import CLOSE_OF_PLAY, day_words, deadline, is_past, local_day
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from milestones.changes import telling
from milestones.changes.applying import apply
from milestones.changes.impact_assessments import assess
from milestones.models import Baseline, ChangeRequest, Dependency, Lane, Milestone, ProposedChange
from milestones.models.change_requests import STEPS, State
from milestones.network.links import step_pairs
from milestones.poap import When

__all__ = [
    "Line",
    "add_line",
    "apply",
    "assess",
    "close_assessment",
    "decide",
    "discard",
    "draft_change",
    "edit_draft",
    "edit_note",
    "extend_assessment",
    "publish_for_assessment",
    "reject",
    "remove_line",
    "withdraw",
]

Kind = ProposedChange.Kind
OFGEM = "Ofgem"


@dataclass(frozen=True)
class Line:
    """One change that a request proposes; which fields count follows from the kind."""

    kind: str
    #: What is moved, removed or re-worded; for a link, what comes after.
    milestone: Milestone | None = None
    when: When | None = None
    #: For a link: what `milestone` waits for.
    before: Milestone | None = None
    lag_working_days: int | None = None
    new_name: str = ""
    new_summary: str = ""
    new_code: str = ""
    new_lane: Lane | None = None


def draft_change(
    *,
    code: str,
    title: str,
    summary: str = "",
    reason: str = "",
    raised_by_words: str = "",
    by: Person | None,
    lines: Iterable[Line] = (),
    raised_on: date | None = None,
    is_sample: bool = False,
) -> ChangeRequest:
    """A new draft, written against the baseline that is current now. Refused in words; then nothing is written."""
    with doing("milestones.change_drafted", by=by):
        request = ChangeRequest(
            code=code.strip().upper(),
            slug=slugify(code),
            title=title.strip(),
            summary=summary.strip(),
            reason=reason.strip(),
            raised_by_words=raised_by_words.strip(),
            raised_on=raised_on,
            based_on=Baseline.objects.current(),
            is_sample=is_sample,
        )
        _refuse_a_bad_code(request)
        save_checked(request)
        for line in lines:
            _add(request, line)
    return request


def edit_draft(request: ChangeRequest, *, by: Person | None, **facts: Any) -> None:
    """Change what a draft says about itself: title, summary, reason, raised_by_words, raised_on."""
    with doing("milestones.change_edited", by=by):
        held = _draft(request)
        for name, value in facts.items():
            setattr(held, name, value.strip() if isinstance(value, str) else value)
        save_checked(held)


def add_line(request: ChangeRequest, line: Line, *, by: Person | None) -> ProposedChange:
    with doing("milestones.change_line_added", by=by):
        return _add(_draft(request), line)


def remove_line(row: ProposedChange, *, by: Person | None) -> None:
    with doing("milestones.change_line_removed", by=by):
        _draft(row.change_request)
        ProposedChange.objects.filter(pk=row.pk).delete()


def discard(request: ChangeRequest, *, by: Person | None) -> None:
    """Delete a draft that nobody has seen."""
    with doing("milestones.change_discarded", by=by):
        _draft(request).delete()


def publish_for_assessment(
    request: ChangeRequest, *, due_on: date, by: Person | None, now: datetime, due_time: time = CLOSE_OF_PLAY
) -> None:
    """Show the request to everybody and ask every participant what it would mean for them."""
    due_at = deadline(due_on, due_time)
    with doing("milestones.change_published", by=by):
        held = _take("publish", request, "Only a draft can be published.")
        lines = list(held.changes.select_related("milestone", "before"))
        if not lines:
            raise ValidationError("Add at least one change before you publish.")
        if is_past(due_at, now):
            raise ValidationError({"due_on": "The closing date must be in the future"})
        _refuse_cycles(lines)
        held.needs_ofgem = any(needs_ofgem(row) for row in lines)
        held.published_at = held.assessment_opened_at = now
        held.assessment_due_at = due_at
        held.raised_on = held.raised_on or local_day(now)
        _keep(held, request)
        telling.ask_for_assessments(held, now)


def extend_assessment(
    request: ChangeRequest, *, due_on: date, by: Person | None, now: datetime, due_time: time = CLOSE_OF_PLAY
) -> None:
    """Give participants longer. The day is only ever moved later."""
    due_at = deadline(due_on, due_time)
    with doing("milestones.assessment_extended", by=by):
        held = ChangeRequest.objects.select_for_update().get(pk=request.pk)
        if held.state != State.ASSESSMENT or held.assessment_due_at is None:
            raise ValidationError("Only an impact assessment that is open can be extended.")
        if due_at <= held.assessment_due_at or is_past(due_at, now):
            raise ValidationError({"due_on": "The new closing date must be later than the old one, and in the future"})
        held.assessment_due_at = due_at
        _keep(held, request)


def close_assessment(request: ChangeRequest, *, by: Person | None, now: datetime) -> None:
    """Take no more answers. May be done before the day that was given, for a request that everybody has answered."""
    with doing("milestones.assessment_closed", by=by):
        _keep(_take("close", request, "Only an impact assessment that is open can be closed."), request)


def decide(
    request: ChangeRequest,
    *,
    decided_by: str,
    decided_on: date,
    by: Person | None,
    now: datetime,
    is_ofgem: bool = False,
    recommended_by: str = "",
    effective_on: date | None = None,
    words: str = "",
) -> None:
    """Record that the request is approved. A Level 1 milestone, or one that Ofgem approves, moves only by Ofgem."""
    with doing("milestones.change_approved", by=by):
        held = _take("approve", request, "Close the impact assessment first: only then can it be decided.")
        if held.needs_ofgem and not is_ofgem:
            raise ValidationError(
                {"is_ofgem": "Ofgem must decide: the request changes a Level 1 milestone or one that Ofgem approves"}
            )
        _say_decision(held, decided_by, decided_on, now, recommended_by, words)
        held.is_ofgem_decision, held.effective_on = is_ofgem, effective_on
        if effective_on and effective_on < decided_on:
            raise ValidationError({"effective_on": "The decision cannot take effect before it was taken"})
        _keep(held, request)


def reject(
    request: ChangeRequest,
    *,
    decided_by: str,
    decided_on: date,
    by: Person | None,
    now: datetime,
    is_ofgem: bool = False,
    recommended_by: str = "",
    words: str = "",
) -> None:
    with doing("milestones.change_rejected", by=by):
        held = _take("reject", request, "Close the impact assessment first: only then can it be decided.")
        _say_decision(held, decided_by, decided_on, now, recommended_by, words)
        held.is_ofgem_decision = is_ofgem
        _keep(held, request)


def withdraw(request: ChangeRequest, *, by: Person | None) -> None:
    """Take a published request back; it stays in view as withdrawn."""
    with doing("milestones.change_withdrawn", by=by):
        _keep(_take("withdraw", request, "This request is over already, or is a draft: discard a draft."), request)


def edit_note(request: ChangeRequest, *, note: str, by: Person | None) -> None:
    """The release note in staff's own words; empty means the generated one. It is frozen with the baseline."""
    with doing("milestones.release_note_edited", by=by):
        held = ChangeRequest.objects.select_for_update().get(pk=request.pk)
        if held.state in (State.APPLIED, State.REJECTED, State.WITHDRAWN):
            raise ValidationError("This request is over: its note does not change.")
        held.release_note = note.replace("\r\n", "\n").strip()
        _keep(held, request)


def needs_ofgem(row: ProposedChange) -> bool:
    """Whether the line changes the date of a milestone that only Ofgem may move, or takes it away."""
    milestone = row.milestone if row.kind in (Kind.MOVE, Kind.REMOVE) else None
    return milestone is not None and (bool(milestone.needs_ofgem_approval) or milestone.tier == 1)


def date_fields(said: When | None) -> dict[str, Any]:
    """The columns of a date; both empty when there is none."""
    fields: dict[str, Any] = {}
    for prefix, one in (("", said), ("alternative_", said.alternative if said else None)):
        fields[f"{prefix}first_on"] = one.first if one else None
        fields[f"{prefix}last_on"] = one.last if one else None
        fields[f"{prefix}precision"] = one.precision if one else ""
    return fields


def _add(request: ChangeRequest, line: Line) -> ProposedChange:
    row = ProposedChange(
        change_request=request,
        kind=line.kind,
        milestone=line.milestone,
        before=line.before,
        lag_working_days=line.lag_working_days,
        new_code=line.new_code.strip(),
        new_lane=line.new_lane,
        new_name=line.new_name.strip(),
        new_summary=line.new_summary.strip(),
        **date_fields(line.when),
    )
    _refuse_a_line_that_changes_nothing(request, row)
    save_checked(row)
    return row


def _draft(request: ChangeRequest) -> ChangeRequest:
    held = ChangeRequest.objects.select_for_update().get(pk=request.pk)
    if held.state != State.DRAFT:
        raise ValidationError("The request is published: what it proposes does not change any more.")
    return held


def _take(step: str, request: ChangeRequest, otherwise: str) -> ChangeRequest:
    """The locked row, with the state that the step leads to; refused in words when the step is not open to it."""
    held = ChangeRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    after = STEPS.get((step, State(held.state)))
    if after is None:
        raise ValidationError(otherwise)
    held.state = after
    return held


def _keep(held: ChangeRequest, request: ChangeRequest) -> None:
    save_checked(held)
    request.refresh_from_db()


def _say_decision(
    held: ChangeRequest, decided_by: str, decided_on: date, now: datetime, recommended_by: str, words: str
) -> None:
    if not decided_by.strip():
        raise ValidationError({"decided_by": "Say which body decided"})
    if decided_on > local_day(now):
        raise ValidationError({"decided_on": f"A decision cannot be dated after today, {day_words(local_day(now))}"})
    held.decided_by, held.decided_on = decided_by.strip(), decided_on
    held.recommended_by, held.decision_words = recommended_by.strip(), words.strip()


def _refuse_a_bad_code(request: ChangeRequest) -> None:
    if not request.slug or request.slug in ("compare", "new"):
        raise ValidationError({"code": "Enter a number with letters and digits, such as CR060"})
    if Baseline.objects.filter(slug=request.slug).exists():
        raise ValidationError({"code": "There is a baseline of this name already"})


def _refuse_a_line_that_changes_nothing(request: ChangeRequest, row: ProposedChange) -> None:
    milestone = row.milestone
    if milestone is not None and milestone.is_removed:
        raise ValidationError({"milestone": f"{milestone.code} is not in the current baseline any more"})
    if row.kind == Kind.ADD and Milestone.objects.filter(code__iexact=row.new_code).exists():
        raise ValidationError({"new_code": "There is a milestone with this number already"})
    if row.kind == Kind.ADD and not slugify(row.new_code):
        raise ValidationError({"new_code": "Enter a number with letters and digits, such as M17"})
    if row.kind == Kind.REWORD and milestone and (milestone.name, milestone.summary) == (row.new_name, row.new_summary):
        raise ValidationError({"new_name": f"{milestone.code} has these words already"})
    if row.kind == Kind.MOVE and milestone and request.based_on_id:
        now = request.based_on.dates.filter(milestone=milestone).first()  # type: ignore[union-attr]
        if now is not None and date_fields(now.when) == date_fields(row.when):
            raise ValidationError({"when": f"{milestone.code} has this date already"})
    link = Dependency.objects.filter(before=row.before, after=milestone) if row.before_id and milestone else None
    if row.kind == Kind.UNLINK and link is not None and not link.exists():
        raise ValidationError({"before": f"{milestone} does not wait for {row.before}"})
    if row.kind == Kind.LINK and link is not None and link.filter(lag_working_days=row.lag_working_days).exists():
        raise ValidationError({"before": f"{milestone} waits for {row.before} already"})


def _refuse_cycles(lines: Sequence[ProposedChange]) -> None:
    """The links as they would be, without a loop; the loop is named in the refusal."""
    links = {(row.before.code, row.after.code) for row in Dependency.objects.select_related("before", "after")}
    for row in lines:
        if row.kind in (Kind.LINK, Kind.UNLINK) and row.before and row.milestone:
            pair = (row.before.code, row.milestone.code)
            links = links | {pair} if row.kind == Kind.LINK else links - {pair}
    loop = loop_in(links | step_pairs())
    if loop:
        raise ValidationError(f"These links go round in a circle: {' waits for '.join(reversed(loop))}.")


def loop_in(links: set[tuple[str, str]]) -> list[str]:
    """The codes of one loop, the first one repeated at the end; empty when there is none."""
    after: dict[str, list[str]] = {}
    for before, later in sorted(links):
        after.setdefault(before, []).append(later)
    done: set[str] = set()
    for start in sorted(after):
        way: list[str] = []
        stack = [(start, iter(after.get(start, [])))] if start not in done else []
        way = [start] if stack else []
        while stack:
            code, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                done.add(code)
                stack.pop()
                way.pop()
            elif following in way:
                return [*way[way.index(following) :], following]
            elif following not in done:
                stack.append((following, iter(after.get(following, []))))
                way.append(following)
    return []
