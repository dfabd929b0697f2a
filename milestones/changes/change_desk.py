"""What one press of a button does on the Programme's page of a change request; the page has one address."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from mhhs_portal.organisations.models import Membership
from milestones.changes import applying, change_requests, impact_assessments, proposals, telling
from milestones.changes.change_forms import LINE_FORMS, AddForm, ChangeForm, DecisionForm, DueForm, LineForm, NoteForm
from milestones.models import Baseline, ChangeRequest, Lane, Milestone
from milestones.models.change_requests import State


class Desk:
    """One request at the desk of programme staff. `press` does what a button says, or keeps what was typed."""

    def __init__(self, request: ChangeRequest, acting: Membership, now: datetime) -> None:
        self.change, self.acting, self.now = request, acting, now
        self.said = ""
        self.problem = ""
        self.typed: QueryDict | None = None
        self.pressed = ""
        self.broken: Any = None

    @property
    def state(self) -> State:
        return State(self.change.state)

    def press(self, button: str, typed: QueryDict) -> bool:
        """Whether it was done; then `said` tells what. Otherwise the page shows the form with its problem."""
        self.pressed, self.typed = button, typed
        step, _, which = button.partition("-")
        act = getattr(self, f"_{step}", None) if step in _BUTTONS else None
        if act is None:
            self.problem = "This page has no such button."
            return False
        try:
            return bool(act(which))
        except ValidationError as refusal:
            self.problem = " ".join(refusal.messages)
            return False

    # -- the buttons

    def _save(self, which: str) -> bool:
        form = self._form(ChangeForm)
        del form.fields["code"]
        return self._run(form, change_requests.edit_draft, "Draft saved.", by=self.acting.person)

    def _line(self, which: str) -> bool:
        form = next((form for form in self.line_forms() if form.kind == which), None)
        if form is None or not form.is_valid():
            self.broken = form
            return False
        return self._checked(form, lambda: change_requests.add_line(self.change, form.line, by=self.acting.person))

    def _checked(self, form: LineForm, act: Any) -> bool:
        try:
            row = act()
        except ValidationError as refusal:
            form._refuse(refusal)
            self.broken = form
            return False
        self.said = f"Added: {row.get_kind_display().lower()} {row.milestone.code if row.milestone else row.new_code}."
        return True

    def _drop(self, which: str) -> bool:
        row = self.change.changes.filter(pk=int(which) if which.isdecimal() and len(which) < 9 else 0).first()
        if row is not None:
            change_requests.remove_line(row, by=self.acting.person)
        self.said = "The line is removed."
        return True

    def _publish(self, which: str) -> bool:
        said = "Published. Every participant is asked to assess it."
        verb = change_requests.publish_for_assessment
        return self._run(self._form(DueForm), verb, said, by=self.acting.person, now=self.now)

    def _extend(self, which: str) -> bool:
        verb = change_requests.extend_assessment
        return self._run(self._form(DueForm), verb, "The closing date is moved.", by=self.acting.person, now=self.now)

    def _chase(self, which: str) -> bool:
        if not impact_assessments.is_open(self.change, self.now):
            raise ValidationError("The impact assessment is not open: nobody can be reminded of it.")
        sent = telling.chase(self.change, self.now)
        self.said = f"{sent} reminder{'s' * (sent != 1)} on the way. Nobody is reminded twice on one day."
        return True

    def _close(self, which: str) -> bool:
        change_requests.close_assessment(self.change, by=self.acting.person, now=self.now)
        self.said = "The impact assessment is closed."
        return True

    def _decide(self, which: str) -> bool:
        form = self._form(DecisionForm)
        return self._run(form, self._record, "The decision is recorded.")

    def _record(self, request: ChangeRequest, *, decision: str, **facts: Any) -> None:
        facts |= {"by": self.acting.person, "now": self.now}
        if decision == "approve":
            change_requests.decide(request, **facts)
        else:
            facts.pop("effective_on", None)
            change_requests.reject(request, **facts)

    def _note(self, which: str) -> bool:
        return self._run(self._form(NoteForm), change_requests.edit_note, "The note is saved.", by=self.acting.person)

    def _withdraw(self, which: str) -> bool:
        change_requests.withdraw(self.change, by=self.acting.person)
        self.said = f"{self.change.code} is withdrawn."
        return True

    def _discard(self, which: str) -> bool:
        change_requests.discard(self.change, by=self.acting.person)
        self.said = f"The draft {self.change.code} is discarded."
        return True

    # -- what the page shows

    def _form(self, kind: Any, **facts: Any) -> Any:
        return kind(self.typed, **facts)

    def _run(self, form: Any, verb: Any, said: str, **facts: Any) -> bool:
        if form.run(verb, self.change, **facts):
            self.said = said
            return True
        self.broken = form
        return False

    def line_forms(self) -> list[LineForm]:
        pressed = self.pressed.removeprefix("line-")
        lanes = list(Lane.objects.filter(is_removed=False))
        made = []
        for kind in LINE_FORMS:
            typed = self.typed if kind.kind == pressed else None
            made.append(kind(typed, lanes=lanes) if kind is AddForm else kind(typed))
        return made

    def context(self) -> dict[str, Any]:
        lines = proposals.of(self.change)
        counts = impact_assessments.counts(self.change) if self.change.assessment_opened_at else None
        found: dict[str, Any] = {
            "acting": self.acting,
            "change": self.change,
            "now": self.now,
            "lines": lines,
            "counts": counts,
            "is_open": impact_assessments.is_open(self.change, self.now),
            "problem": self.problem,
            "broken": self.broken,
            "baseline": Baseline.objects.published().filter(change_request=self.change).first(),
            "needs_ofgem": self.change.needs_ofgem
            or (self.state == State.DRAFT and any(change_requests.needs_ofgem(line.row) for line in lines)),
        }
        return found | self._forms()

    def _forms(self) -> dict[str, Any]:
        def shown(kind: Any, initial: dict[str, Any] | None = None) -> Any:
            return self.broken if isinstance(self.broken, kind) else kind(initial=initial)

        if self.state == State.DRAFT:
            facts = {name: getattr(self.change, name) for name in ("title", "summary", "reason", "raised_by_words")}
            form = shown(ChangeForm, facts)
            form.fields.pop("code", None)
            lines = [self.broken if isinstance(self.broken, type(one)) else one for one in self.line_forms()]
            codes = Milestone.objects.filter(is_removed=False).values_list("code", "name")
            return {"form": form, "line_forms": lines, "due_form": shown(DueForm), "milestones": codes}
        if self.state == State.ASSESSMENT:
            return {"due_form": shown(DueForm)}
        if self.state == State.ASSESSED:
            return {"decision_form": shown(DecisionForm, {"is_ofgem": self.change.needs_ofgem})}
        if self.state == State.APPROVED:
            rehearsed = applying.rehearse(self.change, now=self.now)
            return {
                "rehearsed": rehearsed,
                "note_form": shown(NoteForm, {"note": rehearsed.note}),
                "basis_has_changed": applying.basis_has_changed(self.change),
            }
        return {}


_BUTTONS = {"save", "line", "drop", "publish", "extend", "chase", "close", "decide", "note", "withdraw", "discard"}
