"""Many items from one table: first a dry run that names every bad row, then, when confirmed, all of them as drafts."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict

from checklist.audiences import Rule
from checklist.content import Content
from checklist.drafting import draft_from
from checklist.import_reading import COLUMNS, LARGEST, Problem, Table, TableRow, read
from checklist.models import ChecklistItem, ItemImport, ItemKind, Method, State
from checklist.publish_forms import WORKSTREAMS, Choices, LinkForm, PublishForm
from mhhs_portal.db import save_checked
from mhhs_portal.documents.models import keep
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Constituency, MarketRole, Membership

_DATES = ("opens_on", "questions_on", "due_on")
_YES, _NO = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0"}
_TICKS = {"is_mandatory": False, "accepts_late": True, "is_public": False}
MEDIA_TYPE = "application/octet-stream"


@dataclass
class Ready:
    """A row that can become a draft."""

    number: int
    content: Content
    dates: dict[str, Any]

    @property
    def title(self) -> str:
        return str(self.content.facts["title"])


@dataclass
class DryRun:
    ready: list[Ready] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    rows: int = 0

    @property
    def bad_rows(self) -> int:
        return len({problem.row for problem in self.problems})

    @property
    def can_import(self) -> bool:
        return bool(self.ready) and not self.problems


def check(*, file: UploadedFile, acting: Membership, now: datetime) -> ItemImport:
    """Keep the file so that it can be looked at and then taken over; refuses what is no table of items."""
    if (file.size or 0) > LARGEST:
        raise ValidationError({"file": "This file has more than 2 MB. Send it in parts."})
    content = file.read()
    name = file.name or "items"
    read(io.BytesIO(content), name)
    with doing("checklist.import_checked", by=acting.person):
        stored = keep(content, name=name[-150:], content_type=MEDIA_TYPE, by=acting.person)
        run = ItemImport(file=stored, checked_at=now, checked_by=acting.person)
        save_checked(run)
    return run


def dry_run(run: ItemImport) -> DryRun:
    """What taking the file over would do now; nothing is written."""
    return _judged(read(io.BytesIO(run.file.read()), run.file.name))


def take_over(run: ItemImport, *, acting: Membership, now: datetime) -> ItemImport:
    """Make a draft of every row, all or none. Raises ValidationError when a row has become bad meanwhile."""
    with doing("checklist.imported", by=acting.person):
        run = ItemImport.objects.select_for_update(of=("self",)).select_related("file").get(pk=run.pk)
        if run.imported_at:
            raise ValidationError("This file has been imported already.")
        judged = dry_run(run)
        if not judged.can_import:
            raise ValidationError("The file has rows that cannot be imported. Nothing was imported.")
        for row in judged.ready:
            draft_from(row.content, acting=acting, now=now, **row.dates)
        run.imported_at, run.made = now, len(judged.ready)
        save_checked(run)
    return run


def _judged(table: Table) -> DryRun:
    result = DryRun(problems=list(table.problems), unknown=table.unknown, rows=len(table.rows))
    names = _Names()
    known = {
        (title.casefold(), due_on): reference
        for title, due_on, reference in ChecklistItem.objects.exclude(state=State.WITHDRAWN).values_list(
            "title", "due_on", "reference"
        )
    }
    for row in table.rows:
        problems, ready = _row(row, names)
        if ready:
            key = (ready.title.casefold(), ready.dates.get("due_on"))
            if key in known:
                words = f"An item of this title and closing date is there already: {known[key]}."
                problems.append(Problem(row.number, COLUMNS["title"], words))
            known[key] = f"row {row.number}"
        result.problems += problems
        if ready and not problems:
            result.ready.append(ready)
    result.problems.sort(key=lambda problem: problem.row)
    return result


def _row(row: TableRow, names: _Names) -> tuple[list[Problem], Ready | None]:
    problems: list[Problem] = []

    def bad(key: str, words: str) -> None:
        problems.append(Problem(row.number, COLUMNS.get(key, key), words))

    typed = QueryDict(mutable=True)
    for key, value in row.cells.items():
        if key in _DATES:
            for part, said in zip(("day", "month", "year"), _day(value), strict=True):
                typed[f"{key}_{part}"] = said
        elif key in _TICKS or key in ("audience", "link"):
            continue
        else:
            typed[key] = f"{value:%H:%M}" if isinstance(value, time) else str(value)
    for key, default in _TICKS.items():
        said = str(row.cells.get(key, "")).casefold()
        if said and said not in _YES | _NO:
            bad(key, f"“{said[:40]}” is neither yes nor no.")
        elif said in _YES or (not said and default):
            typed[key] = "on"
    for key, label in (("kind", names.kinds), ("response_method", names.methods), ("workstream", names.workstreams)):
        if said := typed.get(key, "").strip():
            typed[key] = label.get(said.casefold(), said)
    typed["path"] = typed.get("path", "").strip().lower()
    typed["milestone"] = typed.get("milestone", "").strip().upper()
    form = PublishForm(typed, lax=True, choices=names.choices)
    if not form.is_valid():
        for key, errors in form.errors.items():
            for error in errors:
                bad(key, str(error))
    if not row.cells.get("title"):
        bad("title", "Enter a title.")
    rules = names.rules(str(row.cells.get("audience", "")), bad)
    links = _links(str(row.cells.get("link", "")), bad)
    if problems:
        return problems, None
    facts = form.facts
    dates = {
        name: facts.pop(name) for name in list(facts) if name.endswith(("_on", "_time")) or name == "reason_for_dates"
    }
    return problems, Ready(row.number, Content(facts, rules, links), dates)


def _day(value: Any) -> tuple[str, str, str]:
    """Day, month and year as typed; what cannot be told apart is left to the form to refuse in words."""
    if isinstance(value, date):
        return str(value.day), str(value.month), str(value.year)
    said = str(value).strip()
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", said):
        return found[3], found[2], found[1]
    parts = re.split(r"[\s/.]+", said, maxsplit=2)
    return (parts[0], parts[1], parts[2]) if len(parts) == 3 else (said, "", "")


def _links(typed: str, bad: Any) -> list[dict[str, str]]:
    """One address on each line, or separated by spaces."""
    links = []
    for address in typed.split():
        form = LinkForm({"title": address[:200], "url": address})
        if form.is_valid():
            links.append(form.cleaned_data)
        else:
            bad("link", f"“{address[:80]}” is no full address.")
    return links


class _Names:
    """The words that a table may use for what we know, read once for a file."""

    def __init__(self) -> None:
        self.choices = Choices()
        self.kinds = {label.casefold(): value for value, label in ItemKind.choices}
        self.methods = {label.casefold(): value for value, label in Method.choices}
        self.workstreams = {name.casefold(): name for name in WORKSTREAMS}
        self._tokens: dict[str, dict[str, str]] | None = None

    def rules(self, typed: str, bad: Any) -> list[Rule]:
        """ "Supplier + CP3; LDSO; group pilots; Northmoor Energy": rules by semicolon, conditions by plus."""
        found = []
        for words in filter(None, (part.strip() for part in typed.split(";"))):
            rule: dict[str, Any] = {}
            for word in (part.strip() for part in words.split("+")):
                said = self.tokens.get(word.casefold())
                if said is None:
                    bad("audience", f"“{word[:60]}” is no role, path, constituency, group or participant.")
                elif rule.keys() & said.keys():
                    bad("audience", f"“{words[:60]}” names two of one kind. Separate them with a semicolon.")
                else:
                    rule |= said
            if rule.get("everyone") and len(rule) > 1:
                bad("audience", "“Everyone” cannot be narrowed.")
            elif rule:
                found.append(Rule(**rule))
        return found

    @property
    def tokens(self) -> dict[str, dict[str, Any]]:
        if self._tokens is None:
            tokens: dict[str, dict[str, Any]] = {}
            for slug, name in self.choices.participants:
                tokens[slug] = tokens[name.casefold()] = {"organisation": slug}
            for slug, name in self.choices.groups[1:]:
                tokens[name.casefold()] = tokens[f"group {slug}"] = {"group": slug}
            for constituency in Constituency:
                if constituency.value:
                    tokens[constituency.label.casefold()] = {"constituency": constituency.value}
            for slug, name in self.choices.paths[1:]:
                tokens[slug] = tokens[name.casefold()] = {"path": slug}
            for role in MarketRole.objects.all():
                for said in (role.code, role.name, role.short_name):
                    tokens[said.casefold()] = {"market_role": role.code}
            tokens["everyone"] = tokens["every participant"] = {"everyone": True}
            self._tokens = tokens
        return self._tokens
