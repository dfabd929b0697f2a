"""The page of one import: its steps, its counts, and what its buttons do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict

from mhhs_portal.organisations.models import Person
from milestones.models import PlanRelease
from milestones.plan_files import applying, importing, rows
from milestones.plan_files.forms import ApplyForm
from milestones.plan_files.models import DetailedPlan, PlanImport

State = PlanImport.State
SHOWN = 200
KINDS = {"moved": "Moved", "added": "Added", "text": "Words, links", "removed": "Not in the file"}
_TOTALS = {
    "tasks": "task,tasks",
    "milestones": "milestone,milestones",
    "summaries": "summary,summaries",
    "links": "link,links",
}


class ImportPage:
    def __init__(self, run: PlanImport, show: str) -> None:
        self.run, self.show = run, show if show in KINDS else ""
        self.form = ApplyForm(run)
        self.problem = ""

    def press(self, sent: QueryDict, by: Person, now: datetime) -> str:
        """What was done, in words; empty when it was refused, and the page says why."""
        button = sent.get("do", "")
        try:
            if button == "apply":
                return self._apply(sent, by, now)
            if button == "undo":
                applying.undo(self.run, by=by, now=now)
                return "Undone. The draft is as it was before this file."
            if button == "discard":
                importing.discard(self.run, by=by)
                return "Discarded. The file is kept; the draft was not touched."
            if button == "again":
                importing.check_again(self.run, by=by)
                return "The file is read and compared again."
        except ValidationError as refusal:
            self.problem = " ".join(refusal.messages)
            self.run.refresh_from_db()
        return ""

    def _apply(self, sent: QueryDict, by: Person, now: datetime) -> str:
        self.form = ApplyForm(self.run, sent)
        if not self.form.run(applying.apply, self.run, by=by, now=now):
            self.problem = self.form.refusal
            return ""
        count = self.run.changed
        return f"Applied: {count:,} change{'s' * (count != 1)} in the draft. You can undo it."

    def context(self) -> dict[str, Any]:
        run = self.run
        done = run.state in (State.CHECKED, State.APPLIED, State.UNDONE)
        facts: dict[str, Any] = {"run": run, "problem": self.problem, "steps": self._steps(), "done": done}
        if not done:
            return facts
        tally = run.tally
        return facts | {
            "form": self.form,
            "show": self.show,
            "kinds": [(key, words, self._count(key)) for key, words in KINDS.items() if self._count(key)],
            "changed": self.run.changed,
            "total": sum(self._count(key) for key in KINDS),
            "changes": list(rows.changes_of(run, self.show)[:SHOWN]),
            "shown_of": self._count(self.show) if self.show else sum(self._count(key) for key in KINDS),
            "problems": list(rows.problems_of(run)[:SHOWN]),
            "problem_count": run.problems.count(),
            "totals": [
                (words, run.own_totals.get(key, 0), run.found_totals.get(key, 0)) for key, words in _TOTALS.items()
            ],
            "is_whole": run.own_totals == run.found_totals,
            "text": tally.get("words", 0) + tally.get("links", 0),
            "is_stale": run.state == State.CHECKED and run.compared_with != importing.current(),
            "why_no_undo": applying.cannot_be_undone(run) if run.state == State.APPLIED else "",
            "release": PlanRelease.objects.filter(published_at=None).first(),
            "compared": self._compared(),
        }

    def _count(self, key: str) -> int:
        tally = self.run.tally
        return tally.get("words", 0) + tally.get("links", 0) if key == "text" else tally.get(key, 0)

    def _compared(self) -> str:
        base = self.run.compared_with
        if base is None:
            return "There was no draft: every task is new."
        published = base.state in (DetailedPlan.State.PUBLISHED, DetailedPlan.State.FORMER)
        return (
            "Compared with the published plan, since there was no draft." if published else "Compared with the draft."
        )

    def _steps(self) -> list[tuple[str, str, str, bool]]:
        """Words, what it says, key of the mark, whether it is the step that one is at."""
        run, state = self.run, self.run.state
        if state in (State.UPLOADED, State.READING):
            return [
                ("1. Sent", run.file.name, "done", False),
                ("2. Read", "At work", "now", True),
                ("3. Check", "To come", "todo", False),
                ("4. Apply to the draft", "Can be undone", "todo", False),
            ]
        if state == State.REFUSED:
            return [
                ("1. Sent", run.file.name, "done", False),
                ("2. Read", "Refused", "failed", True),
                ("3. Check", "Not reached", "todo", False),
                ("4. Apply to the draft", "Not reached", "todo", False),
            ]
        read = f"{run.found_totals.get('tasks', 0):,} rows, {run.kind_words}"
        errors = run.left_out
        checked = f"{errors:,} row{'s' * (errors != 1)} with an error" if errors else "No row has an error"
        last = {State.APPLIED: "Applied", State.UNDONE: "Undone", State.DISCARDED: "Discarded"}.get(
            State(state), "Can be undone"
        )
        over = state != State.CHECKED
        return [
            ("1. Sent", run.file.name, "done", False),
            ("2. Read", read, "done", False),
            ("3. Check", checked, "done" if over else "now", not over),
            ("4. Apply to the draft", last, "done" if state == State.APPLIED else "todo", over),
        ]
