"""The network of one critical path, or of all of them, as it is known: items, links, and dates where there are some."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q
from django.urls import reverse

from milestones.models import CriticalPath, Dependency, PathStep
from milestones.models.dates import Confidence
from milestones.network.models import StepLink
from milestones.poap import When
from milestones.register import Entry, Register

GATE_NOTE = "The gate stands where the path reaches migration."


@dataclass(frozen=True)
class Item:
    """A milestone, a step, a path's gate, or something that others must do first."""

    key: str
    kind: str  # "milestone", "step", "gate", "outside"
    code: str
    name: str
    #: When it starts and ends, as far as that is known; a milestone has an end alone.
    start: When | None = None
    end: When | None = None
    #: Where the date comes from: "Achieved", "Forecast", "CR055 baseline", "Published", "Your own plan".
    origin: str = ""
    confidence: str = ""
    url: str = ""
    path_slug: str = ""
    pk: int = 0
    is_achieved: bool = False
    owner: str = ""
    note: str = ""

    @property
    def when(self) -> When | None:
        return self.end or self.start

    @property
    def label(self) -> str:
        return f"{self.code} {self.name}" if self.kind == "milestone" else self.name


@dataclass(frozen=True)
class Bond:
    """What waits for what, with the lag where one is published."""

    before: str
    after: str
    lag: int | None = None
    confidence: str = ""
    note: str = ""
    source: Any = None
    is_inferred: bool = True


@dataclass
class Network:
    items: dict[str, Item] = field(default_factory=dict)
    bonds: list[Bond] = field(default_factory=list)
    #: What the float is counted to: the key of the path's gate, or of the milestone that stands for it.
    anchor: str = ""

    @property
    def linked(self) -> set[str]:
        return {end for bond in self.bonds for end in (bond.before, bond.after)}

    def held(self) -> Network:
        """Without the links into what has been achieved: that happened when it happened, whatever moves."""
        bonds = [bond for bond in self.bonds if not self.items[bond.after].is_achieved]
        return Network(self.items, bonds, self.anchor)

    def moved(self, dates: dict[str, When]) -> Network:
        """The same with other dates for some items; what they were is gone, what waits for them is not touched."""
        items = {
            key: replace(item, start=None, end=dates[key], origin="Moved by you") if key in dates else item
            for key, item in self.items.items()
        }
        return Network(items, self.bonds, self.anchor)


def of_milestone(entry: Entry) -> Item:
    milestone = entry.milestone
    origin, confidence = "", ""
    if entry.achieved:
        origin, confidence = "Achieved", entry.achieved.confidence
    elif entry.forecast:
        origin, confidence = "Forecast", entry.forecast.confidence
    elif entry.current:
        origin, confidence = f"{entry.current.baseline.name} baseline", entry.current.get_confidence_display()
    return Item(
        f"m{milestone.pk}", "milestone", milestone.code, milestone.brief, None, entry.now, origin, confidence,
        reverse("milestones:detail", args=[milestone.slug]), pk=milestone.pk, is_achieved=bool(entry.achieved),
    )  # fmt: skip


def of_step(step: PathStep, path: CriticalPath) -> Item:
    origin = "Published" if step.start or step.end else ""
    return Item(
        f"s{step.pk}", "step", path.code, step.short_name, step.start, step.end, origin,
        step.get_confidence_display(), path_slug=path.slug, pk=step.pk,
    )  # fmt: skip


def steps_links() -> Any:
    """Links of steps in force, whole: one query."""
    return StepLink.objects.filter(is_removed=False).select_related("before_outside", "source")


def read(
    register: Register,
    paths: Iterable[CriticalPath],
    steps: Iterable[PathStep],
    *,
    own: dict[int, When] | None = None,
) -> Network:
    """The network of these paths with their milestones: two queries beside what the caller has read.

    `own` are an organisation's own dates for steps, by the step's number; they stand before the published ones.
    """
    by_pk = {path.pk: path for path in paths}
    network = Network()
    ours = [step for step in steps if step.path_id in by_pk]
    for step in ours:
        item = of_step(step, by_pk[step.path_id])
        if own and step.pk in own:
            item = replace(item, start=None, end=own[step.pk], origin="Your own plan", confidence="")
        network.items[item.key] = item
    _bonds_of_steps(network, ours)
    _milestones(network, register, {path.slug for path in by_pk.values()})
    for path in by_pk.values():
        _gate(network, path, [step for step in ours if step.path_id == path.pk])
    return network


def _bonds_of_steps(network: Network, steps: list[PathStep]) -> None:
    pks = [step.pk for step in steps]
    for link in steps_links().filter(Q(before_step__in=pks) | Q(after_step__in=pks)):
        before = f"m{link.before_milestone_id}" if link.before_milestone_id else f"s{link.before_step_id}"
        if outside := link.before_outside:
            before = f"x{outside.pk}"
            network.items.setdefault(
                before,
                Item(
                    before, "outside", "", outside.name, None, outside.when, "Published" if outside.when else "",
                    outside.get_confidence_display(), pk=outside.pk, owner=outside.owner, note=outside.note,
                ),
            )  # fmt: skip
        after = f"m{link.after_milestone_id}" if link.after_milestone_id else f"s{link.after_step_id}"
        network.bonds.append(_bond(before, after, link))


def _bond(before: str, after: str, row: Any) -> Bond:
    inferred = row.confidence == Confidence.INFERRED
    return Bond(before, after, row.lag_working_days, row.get_confidence_display(), row.note, row.source, inferred)


def _milestones(network: Network, register: Register, slugs: set[str]) -> None:
    """Milestones that the paths name or that are linked to them, and the links between these."""
    linked = network.linked
    for entry in register.entries:
        key = f"m{entry.milestone.pk}"
        if key in linked or slugs & set(entry.path_slugs):
            network.items[key] = of_milestone(entry)
    rows = Dependency.objects.select_related("source")
    network.bonds += [
        _bond(f"m{row.before_id}", f"m{row.after_id}", row)
        for row in rows
        if f"m{row.before_id}" in network.items and f"m{row.after_id}" in network.items
    ]
    network.bonds = [bond for bond in network.bonds if bond.before in network.items and bond.after in network.items]


def _gate(network: Network, path: CriticalPath, steps: list[PathStep]) -> None:
    """The path's gate before migration; without one, the milestone that its steps lead to."""
    gate = getattr(path, "gate", None)
    last = f"s{steps[-1].pk}" if steps else ""
    if gate is None:
        keys = {f"s{step.pk}" for step in steps}
        led_to = [network.items[b.after] for b in network.bonds if b.before in keys and b.after.startswith("m")]
        dated = [item for item in led_to if item.when and item.when.last]
        network.anchor = min(dated, key=lambda item: item.when.last, default=None).key if dated else last  # type: ignore
        return
    key = f"m{gate.milestone_id}" if gate.milestone_id else f"g{path.pk}"
    if key not in network.items:
        network.items[key] = Item(
            key, "gate", path.code, gate.label, None, gate.when, "The path’s gate", gate.get_confidence_display(),
            path_slug=path.slug, pk=path.pk, note=gate.note,
        )  # fmt: skip
    network.anchor = key
    pairs = {(bond.before, bond.after) for bond in network.bonds}
    wanted = [(b.before, key) for b in network.bonds if b.after == last and b.before.startswith("s")]
    for before, after in [*wanted, *([(key, last)] if last else [])]:
        # What staff link stands; what we infer never closes a loop with it.
        if (before, after) not in pairs and not _leads(network.bonds, after, before):
            network.bonds.append(Bond(before, after, None, Confidence.INFERRED.label, GATE_NOTE, gate.source))


def _leads(bonds: list[Bond], first: str, last: str) -> bool:
    """Whether the first comes somewhere before the last."""
    after: dict[str, list[str]] = {}
    for bond in bonds:
        after.setdefault(bond.before, []).append(bond.after)
    seen, ahead = {first}, [first]
    while ahead:
        new = [key for key in after.get(ahead.pop(), ()) if key not in seen]
        seen.update(new)
        ahead.extend(new)
    return last in seen
