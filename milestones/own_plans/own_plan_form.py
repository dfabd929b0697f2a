"""The bulk edit of a plan: what was typed into each field, what it means, and what is wrong with it in words.

Good fields are saved and bad ones stay as they were typed, each with its reason, so that nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from mhhs_portal.deadlines import day_words
from mhhs_portal.forms import sent_number
from milestones.journeys import RolePath
from milestones.models import Likelihood
from milestones.own_plans.own_plan import FIELDS, LABELS, Clash, said
from milestones.own_plans.role_plans import DAYS, RolePlan, warnings
from milestones.own_plans.typed_days import NotADay, day_of, typed_as

LONGEST = {"comment": 2000, "evidence_title": 160, "evidence_url": 500}
#: Eight fields each, within what one request may carry (settings.DATA_UPLOAD_MAX_NUMBER_FIELDS).
STEPS_ON_A_PAGE = 85
_is_address = URLValidator(schemes=["https"])


def read(name: str, typed: str, today: date) -> Any:
    """What the typed text means; raises ValidationError in words that say what to do."""
    text = typed.replace("\x00", "").strip()
    if name in DAYS:
        try:
            day = day_of(text)
        except NotADay as problem:
            raise ValidationError(str(problem)) from None
        if name == "achieved_on" and day and day > today:
            raise ValidationError(f"It cannot be achieved after today, {day_words(today)}. Use the forecast for that")
        return day
    if name == "likelihood" and text not in Likelihood.values:
        raise ValidationError("Choose one of the four answers")
    if len(text) > LONGEST.get(name, len(text)):
        raise ValidationError(f"Shorten it to {LONGEST[name]} characters; it has {len(text)}")
    if name == "evidence_url" and text:
        if not text.lower().startswith("https://"):
            raise ValidationError("Enter a link that begins with https://")
        try:
            _is_address(text)
        except ValidationError:
            raise ValidationError("Enter a whole link, such as https://portal.example/report") from None
    return text.replace("\r\n", "\n")


@dataclass
class Cell:
    """One field of one step, as the page shows it."""

    name: str
    field: str
    label: str
    value: str
    error: str = ""
    clash: Clash | None = None

    @property
    def theirs(self) -> str:
        return said(self.field, self.clash.theirs) if self.clash else ""

    @property
    def mine(self) -> str:
        if self.field == "likelihood":
            return said(self.field, self.value)
        return self.value or "empty"

    @property
    def noun(self) -> str:
        return LABELS[self.field]


@dataclass
class Row:
    """One step of one role."""

    plan: RolePlan
    cells: dict[str, Cell]
    warning: str = ""
    #: What a colleague changed in other fields while this page was open.
    others: list[str] = field(default_factory=list)
    problem: str = ""
    #: Fields that the page shows as they were at another version.
    stale: dict[str, int | None] = field(default_factory=dict)

    @property
    def seen(self) -> str:
        """ "7,comment@3": the version that the row shows, and those of the fields that it shows otherwise."""
        if self.plan.version is None:
            return ""
        others = (f",{name}@{'' if version is None else version}" for name, version in self.stale.items())
        return f"{self.plan.version}{''.join(others)}"

    @property
    def key(self) -> str:
        return self.plan.key

    @property
    def days(self) -> list[Cell]:
        return [self.cells[name] for name in DAYS]

    @property
    def texts(self) -> list[Cell]:
        return [self.cells[name] for name in ("comment", "evidence_title", "evidence_url")]

    @property
    def has_clash(self) -> bool:
        return any(cell.clash for cell in self.cells.values())

    @property
    def clashes(self) -> list[Cell]:
        return [cell for cell in self.cells.values() if cell.clash]

    @property
    def errors(self) -> list[Cell]:
        return [cell for cell in self.cells.values() if cell.error]


@dataclass
class RoleRows:
    role: RolePath
    rows: list[Row]
    parts: list[Row]

    @property
    def parts_are_open(self) -> bool:
        return any(row.plan.version is not None or row.errors or row.has_clash for row in self.parts)


def rows_of(roles: Iterable[RolePath]) -> list[RoleRows]:
    found = []
    for role in roles:
        odd = warnings(role.plans) | warnings(role.parts)
        found.append(RoleRows(role, *([row_of(plan, odd) for plan in plans] for plans in (role.plans, role.parts))))
    return found


def row_of(plan: RolePlan, odd: Mapping[int, str]) -> Row:
    cells = {
        name: Cell(f"{plan.key}-{name}", name, _label(name, plan), _shown(name, getattr(plan, name))) for name in FIELDS
    }
    return Row(plan, cells, odd.get(plan.step.pk, ""))


def _label(name: str, plan: RolePlan) -> str:
    held = plan.placement.role_held
    return f"{LABELS[name].capitalize()}, {plan.step.short_name}, {held.market_role.short_name} {held.mpid}"


def _shown(name: str, value: Any) -> str:
    return typed_as(value) if name in DAYS else str(value)


@dataclass
class Sent:
    """What a person sent for one step: typed texts, what they mean, and what is wrong with them."""

    plan: RolePlan
    typed: dict[str, str]
    values: dict[str, Any]
    errors: dict[str, str]
    seen: int | None
    #: Fields that the page shows as they were at another version than the rest.
    older: dict[str, int | None]
    keep: dict[str, int]

    @property
    def is_new(self) -> bool:
        """Whether anything that was understood differs from what is stored."""
        return any(value != getattr(self.plan, name) for name, value in self.values.items())


def sent_for(plan: RolePlan, data: Mapping[str, str]) -> Sent | None:
    """None when the request has nothing about the step.

    A field whose clash was settled for the other text ("theirs") counts as not typed at all.
    """
    key = plan.key
    if f"{key}-seen" not in data:
        return None
    chosen, version = _choice(data.get("mine", ""))
    dropped = _choice(data.get("theirs", ""))[0]
    names = [name for name in FIELDS if f"{key}-{name}" in data and f"{key}-{name}" != dropped]
    typed = {name: data[f"{key}-{name}"] for name in names}
    values, errors = {}, {}
    for name, text in typed.items():
        if text.replace("\r\n", "\n") == _shown(name, getattr(plan, name)):
            values[name] = getattr(plan, name)
            continue
        try:
            values[name] = read(name, text, plan.today)
        except ValidationError as problem:
            errors[name] = problem.messages[0]
    seen, *others = data[f"{key}-seen"].split(",")
    pairs = (other.partition("@") for other in others)
    older = {name: _version(version) for name, _, version in pairs if name in names}
    keep = {name: version for name in names if f"{key}-{name}" == chosen}
    return Sent(plan, typed, values, errors, _version(seen), older, keep)


def _version(text: str) -> int | None:
    """The version that a page saw; None when the step had no plan then."""
    return sent_number(text) if text.isdecimal() else None


def _choice(text: str) -> tuple[str, int]:
    """ "12-34-forecast_on@5": a field, and the version of the other text that the person saw."""
    name, _, version = text.partition("@")
    return name, sent_number(version)


def put_back(row: Row, sent: Sent, clashes: Mapping[str, Clash], problem: str = "") -> None:
    """What could not be saved stands in the row as typed, on top of the version that the person saw."""
    row.problem = problem
    for name, text in sent.typed.items():
        cell = row.cells[name]
        if name in sent.errors or name in clashes or problem:
            cell.value, cell.error, cell.clash = text, sent.errors.get(name, ""), clashes.get(name)
            row.stale[name] = sent.older.get(name, sent.seen)


def leave_stale(row: Row, sent: Sent, clashes: Mapping[str, Clash]) -> None:
    """Fields that a colleague changed while the person's page goes on showing them as they were."""
    for name, value in sent.values.items():
        there = getattr(row.plan, name)
        if there != value and name not in clashes:
            row.others.append(f"{LABELS[name].capitalize()}: {said(name, there)}")
            row.stale[name] = sent.older.get(name, sent.seen)
