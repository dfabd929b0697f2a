"""The page on which an item is put together: everything typed so far, and what the pressed button does to it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from checklist.attachments import WORDS, attach, detach
from checklist.audiences import Apart, Audience, Rule
from checklist.content import WORDS as FACTS
from checklist.content import content_of
from checklist.drafting import save_draft_item
from checklist.models import Attachment, ChecklistItem
from checklist.publish_forms import EVERYONE, Choices, ExceptionForm, LinkForm, PublishForm, RuleForm
from checklist.publishing import LONGEST, Warning, preview, publish, warnings_about
from checklist.rows import Rows, Together
from mhhs_portal.deadlines import add_working_days, bank_holidays, day_words, deadline, local_day
from mhhs_portal.documents.serving import SCAN
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.models import Membership, Organisation

PERIODS = (5, 10, 15)
MAX_PERIOD = 260


class PublishPage:
    """`shown` is what the page shows beyond the form: nothing, or the preview with its names."""

    def __init__(self, now: datetime, data: QueryDict | None = None, draft: ChecklistItem | None = None) -> None:
        self.now, self.draft = now, draft
        self.data = data.copy() if data is not None else typed_of(draft) if draft else None
        typed = self.data or QueryDict()
        self.choices = Choices()
        self.rules = Rows.posted(RuleForm, "rules", typed, choices=self.choices)
        self.apart = Rows.posted(ExceptionForm, "apart", typed, choices=self.choices)
        self.links = Rows.posted(LinkForm, "links", typed)
        self.is_judged = self.is_lax = False
        self.is_previewed = False
        #: The draft that the button saved, and what was wrong with a file.
        self.saved: ChecklistItem | None = None
        self.file_error = ""

    @property
    def today(self) -> date:
        return local_day(self.now)

    @cached_property
    def form(self) -> PublishForm:
        form = PublishForm(self.data, quiet=not self.is_judged, lax=self.is_lax, choices=self.choices)
        self.__dict__["form"] = form  # the warnings read the dates from it
        form.fields["reason_for_dates"].required = self.needs_reason and not self.is_lax
        return form

    @cached_property
    def audience(self) -> Audience:
        """Whom the rules as typed would reach now; a rule with a fault reaches nobody."""
        return preview(self.typed_rules, self.today, self.typed_apart)

    @property
    def typed_apart(self) -> list[Apart]:
        """The exceptions as typed; one that names nobody changes nothing."""
        return [
            Apart(slug, row.get("reason", ""), row.get("decision") != "in")
            for row in self.apart.filled
            if (slug := self.choices.slug_of(row.get("organisation", "").strip()))
        ]

    @property
    def needs_reason(self) -> bool:
        return any(warning.needs_reason for warning in self.warnings)

    @property
    def is_scheduled(self) -> bool:
        """Published now, it would open later."""
        typed = getattr(self.form, "cleaned_data", {})
        day, at = typed.get("opens_on"), typed.get("opens_time")
        return bool(day and at and deadline(day, at) > self.now)

    @property
    def typed_rules(self) -> list[Rule]:
        """The rules as typed, not yet judged: what is faulty reaches nobody."""
        return [_rule(row) for row in self.rules.typed]

    @property
    def warnings(self) -> list[Warning]:
        return warnings_about(self.form["kind"].data or "", self.opens_on, self.due_on) if self.due_on else []

    @cached_property
    def files(self) -> list[Attachment]:
        """The draft's files as they are kept now, with what the scanner says of each."""
        return list(self.draft.attachments.select_related("file", f"file__{SCAN}")) if self.draft else []

    @property
    def held_back(self) -> list[Attachment]:
        """Those that their readers could not open if the item was published now."""
        return [one for one in self.files if one.is_held_back]

    @property
    def due_at(self) -> datetime | None:
        """The instant that publication would freeze, once the form is in order."""
        typed = getattr(self.form, "cleaned_data", {})
        day, at = typed.get("due_on"), typed.get("due_time")
        return deadline(day, at) if day and at else None

    @property
    def contact_words(self) -> str:
        return f"{len(self.audience.without_contact)} without an active contact"

    @property
    def bank_holiday_note(self) -> str:
        if not self.due_on:
            return ""
        years = range(self.opens_on.year, self.due_on.year + 1)
        days = sorted(day for year in years for day in bank_holidays(year) if self.opens_on < day < self.due_on)
        named = ", ".join(day_words(day, weekday=True) for day in days if day.weekday() < 5)
        return f"{named}: bank holiday in England and Wales, not counted." if named else ""

    @property
    def opens_on(self) -> date:
        """The day from which working days count: the opening day as typed, today when it is empty or past."""
        return max(self._typed_day("opens_on") or self.today, self.today)

    @property
    def due_on(self) -> date | None:
        return self._typed_day("due_on")

    def _typed_day(self, name: str) -> date | None:
        day = self.form.typed_day(name) if self.data is not None else None
        return day if day and day <= self.today + LONGEST else None

    def set_due(self, day: date) -> None:
        assert self.data is not None
        for part in ("day", "month", "year"):
            self.data[f"due_on_{part}"] = str(getattr(day, part))

    def press(self, button: str, acting: Membership, upload: UploadedFile | None = None) -> ChecklistItem | None:
        """Do what the button says; gives the item when it was published."""
        kind, _, value = button.partition("-")
        if button == "days-typed":
            value = self.data.get("period", "") if self.data else ""
        if kind == "days" and (days := sent_number(value)):
            self.set_due(add_working_days(self.opens_on, min(days, MAX_PERIOD)))
        elif kind == "use":
            with suppress(ValueError):
                self.set_due(date.fromisoformat(value))
        elif button == "preview":
            self.is_previewed = self._judge()
        elif button == "publish":
            return self._publish(acting)
        elif button == "save":
            self._save(acting)
        elif button == "attach":
            self._attach(acting, upload)
        elif kind == "detach" and self.draft and (file := sent_number(value)):
            detach(self.draft, file, acting=acting)
        else:
            self.rules.press(button) or self.links.press(button) or self.apart.press(button)
        return None

    def _save(self, acting: Membership) -> bool:
        """Keep what is typed as a draft. What cannot be read is told beside its field, and nothing is written."""
        if not self._is_readable():
            return False
        try:
            self.saved = save_draft_item(
                self.draft,
                acting=acting,
                now=self.now,
                rules=[row["rule"] for row in self.rules.cleaned],
                links=self.links.cleaned,
                apart=[row.apart for row in self.apart if row.is_bound],
                seen_edit=self.form.cleaned_data["seen_edit"],
                **self.form.facts,
            )
        except ValidationError as refusal:
            self.form._refuse(refusal)
            return False
        return True

    def _attach(self, acting: Membership, upload: UploadedFile | None) -> None:
        """Keep the file even when the rest has faults: then the draft has only what could be read."""
        is_new = self.draft is None
        if not self._save(acting) and is_new:
            self.draft = save_draft_item(None, acting=acting, now=self.now, **self.form.facts)
        draft = self.saved or self.draft
        assert draft is not None
        try:
            if upload is None:
                raise ValidationError("Choose a file first.")
            attach(draft, upload, acting=acting, now=self.now)
        except ValidationError as refusal:
            self.file_error = " ".join(refusal.messages)
            self.draft, self.saved = draft, None
        if self.data is not None:
            self.data["seen_edit"] = str(ChecklistItem.objects.values_list("edit_number", flat=True).get(pk=draft.pk))

    def _is_readable(self) -> bool:
        self.is_judged = self.is_lax = True
        self.__dict__.pop("form", None)
        return all([self.form.is_valid(), self.rules.is_valid(), self.links.is_valid(), self.apart.is_valid()])

    def _judge(self) -> bool:
        """Whether everything typed has the right shape."""
        self.is_judged = True
        self.__dict__.pop("form", None)
        fine = [self.form.is_valid(), self.rules.is_valid(), self.links.is_valid(), self.apart.is_valid()]
        if not self.audience.addressed:
            self.form.add_error(None, "These rules reach no organisation; add or change a rule")
            return False
        return all(fine)

    def _publish(self, acting: Membership) -> ChecklistItem | None:
        if not self._judge():
            return None
        if not self.form.cleaned_data["seen_audience"]:  # nobody publishes to a list that they have not looked at
            self.is_previewed = True
            return None
        rules = [row["rule"] for row in self.rules.cleaned]
        done = self.form.run(
            publish,
            acting=acting,
            now=self.now,
            rules=rules,
            links=self.links.cleaned,
            apart=[row.apart for row in self.apart if row.is_bound],
            draft=self.draft,
            is_sample=acting.person.is_sample,
        )
        self.is_previewed = not done
        return self.form.result if done else None

    def context(self) -> dict[str, Any]:
        return {
            "page": self,
            "form": self.form,
            "summary": Together(self.form, self.rules, self.apart, self.links),
            "periods": PERIODS,
            "choices": self.choices,
            "file_words": WORDS,
            "now": self.now,
        }


def _rule(typed: dict[str, str]) -> Rule:
    role, *rest = (
        typed.get(field, "").strip() for field in ("market_role", "path", "constituency", "organisation", "group")
    )
    if role == EVERYONE:
        return Rule() if any(rest) else Rule(everyone=True)
    return Rule(False, role, *rest)


_DATES = ("opens_on", "due_on", "questions_on")
_TIMES = ("opens_time", "due_time", "questions_time")
_TICKS = ("is_mandatory", "accepts_late", "is_public", "shows_responses")


def typed_of(draft: ChecklistItem) -> QueryDict:
    """The draft as the page would have posted it."""
    content = content_of(draft)
    typed = QueryDict(mutable=True)
    for name in FACTS:
        if name not in _TICKS:
            typed[name] = str(content.facts[name])
    for name in _TICKS:
        if getattr(draft, name):
            typed[name] = "on"
    for name in _DATES:
        if day := getattr(draft, name):
            for part in ("day", "month", "year"):
                typed[f"{name}_{part}"] = str(getattr(day, part))
    for name in _TIMES:
        typed[name] = f"{getattr(draft, name):%H:%M}"
    typed["parent"] = draft.parent.reference if draft.parent else ""
    typed["milestone"] = draft.milestone.code if draft.milestone else ""
    typed["path"] = draft.path.slug if draft.path else ""
    typed["reason_for_dates"], typed["seen_edit"] = draft.reason_for_dates, str(draft.edit_number)
    slugs = {rule.organisation for rule in content.rules} | {row.organisation for row in content.apart}
    names = dict(Organisation.objects.filter(slug__in=slugs - {""}).values_list("slug", "name"))
    for n, rule in enumerate(content.rules):
        for name, value in (asdict(rule) | {"organisation": names.get(rule.organisation, "")}).items():
            if name != "everyone":
                typed[f"rules-{n}-{name}"] = EVERYONE if rule.everyone and name == "market_role" else value
    for n, link in enumerate(content.links):
        for name, value in link.items():
            typed[f"links-{n}-{name}"] = value
    for n, row in enumerate(content.apart):
        typed[f"apart-{n}-organisation"], typed[f"apart-{n}-reason"] = names[row.organisation], row.reason
        typed[f"apart-{n}-decision"] = "out" if row.is_left_out else "in"
    return typed
