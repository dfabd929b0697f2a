"""Which links may be: without loops, and who changes them.

Links between milestones change by change request. Programme staff edit the links of steps, and dependencies on others.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils.text import slugify

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Person
from milestones.models import Confidence, Dependency, Milestone, PathStep, Source
from milestones.network.arithmetic import CycleError, Link, Node, schedule
from milestones.network.models import OutsideDependency, StepLink
from milestones.poap import When

End = tuple[str, str]  # a key such as "m12" or "s7", and the name that readers see


def refuse_cycles(links: Iterable[tuple[Any, Any]], names: dict[Any, str] | None = None) -> None:
    """Refuse links (before, after) that go round in a loop; the refusal names the loop."""
    links = list(dict.fromkeys(links))
    ends = dict.fromkeys(end for link in links for end in link)
    try:
        schedule([Node(end) for end in ends], [Link(*link) for link in links])
    except CycleError as refused:
        said = [(names or {}).get(end, str(end)) for end in refused.loop]
        if len(said) == 1:
            raise ValidationError(f"{said[0]} cannot wait for itself.") from None
        ring = ", then ".join([*said, said[0]])
        raise ValidationError(f"These links would go round in a loop: {ring}.") from None


def key_of(thing: Milestone | PathStep | OutsideDependency) -> str:
    return f"{'m' if isinstance(thing, Milestone) else 's' if isinstance(thing, PathStep) else 'x'}{thing.pk}"


def name_of(thing: Milestone | PathStep | OutsideDependency) -> str:
    if isinstance(thing, Milestone):
        return thing.code
    return f"{thing.path.code} {thing.short_name}" if isinstance(thing, PathStep) else str(thing)


def all_links() -> list[tuple[Milestone | PathStep | OutsideDependency, Milestone | PathStep]]:
    """Every link in force, of milestones and of steps: two queries."""
    of_milestones = Dependency.objects.select_related("before", "after")
    return [(row.before, row.after) for row in of_milestones] + _step_links()


def _step_links() -> list[tuple[Milestone | PathStep | OutsideDependency, Milestone | PathStep]]:
    names = ("before_milestone", "before_step__path", "before_outside", "after_milestone", "after_step__path")
    return [(row.before, row.after) for row in StepLink.objects.filter(is_removed=False).select_related(*names)]


def step_pairs() -> set[tuple[str, str]]:
    """The links of steps by name, for whoever checks links between milestones: names of milestones are their codes."""
    return {
        (name_of(before), name_of(after))
        for before, after in _step_links()
        if not isinstance(before, OutsideDependency)
    }


def add_link(
    before: Milestone | PathStep | OutsideDependency,
    after: Milestone | PathStep,
    *,
    lag_working_days: int | None = None,
    note: str = "",
    confidence: str = Confidence.INFERRED,
    source: Source | None = None,
    by: Person | None,
) -> StepLink:
    """A new link of a step. Refused in words when it is there already or would close a loop."""
    with doing("network.link_added", by=by):
        _lock()
        if before == after:
            raise ValidationError(f"{name_of(after)} cannot wait for itself.")
        if isinstance(before, Milestone) and isinstance(after, Milestone):
            raise ValidationError("A link between two milestones is changed by a change request.")
        ends = _ends(before, after)
        if StepLink.objects.filter(is_removed=False, **ends).exists():
            raise ValidationError("There is this link already.")
        refuse_a_loop([(before, after)])
        facts = {"lag_working_days": lag_working_days, "note": note.strip(), "confidence": confidence}
        removed = StepLink.objects.filter(is_removed=True, **ends).first()
        link = removed or StepLink(**ends)
        for name, value in {**facts, "source": source or own_source(), "is_removed": False, "is_edited": True}.items():
            setattr(link, name, value)
        save_checked(link)
    return link


def add_outside(*, name: str, owner: str, when: When | None, note: str, by: Person | None) -> OutsideDependency:
    """Something that a named party must do first."""
    with doing("network.outside_dependency_added", by=by):
        made = OutsideDependency(
            key=slugify(name)[:50],
            name=name.strip(),
            owner=owner.strip(),
            note=note.strip(),
            confidence=Confidence.STATED,
            source=own_source(),
        )
        if when is not None:
            if when.alternative is not None:
                raise ValidationError({"when": "Enter one date"})
            made.first_on, made.last_on, made.precision = when.first, when.last, when.precision
        if OutsideDependency.objects.filter(key=made.key).exists():
            raise ValidationError({"name": "There is a dependency with this name already"})
        save_checked(made)
    return made


def own_source() -> Source:
    """The source of what programme staff say here."""
    facts = {"title": "Programme staff, in this portal", "url": settings.SITE_URL}
    return Source.objects.get_or_create(key="PORTAL", defaults=facts)[0]


def change_link(link: StepLink, *, lag_working_days: int | None, note: str, by: Person | None) -> None:
    with doing("network.link_changed", by=by):
        link.lag_working_days, link.note, link.is_edited = lag_working_days, note.strip(), True
        save_checked(link)


def remove_link(link: StepLink, *, by: Person | None) -> None:
    """Out of the network; kept, so that loading the files again does not bring it back."""
    with doing("network.link_removed", by=by):
        StepLink.objects.filter(pk=link.pk).update(is_removed=True, is_edited=True)


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('network links'))")


def refuse_a_loop(more: Iterable[tuple[Milestone | PathStep | OutsideDependency, Milestone | PathStep]]) -> None:
    """Refuse these links beside the ones in force; whoever asks holds the lock of links, or PostgreSQL says it."""
    links = [*all_links(), *more]
    names = {key_of(thing): name_of(thing) for link in links for thing in link}
    refuse_cycles([(key_of(one), key_of(other)) for one, other in links], names)


def _ends(before: Milestone | PathStep | OutsideDependency, after: Milestone | PathStep) -> dict[str, Any]:
    kinds = {"milestone": Milestone, "step": PathStep, "outside": OutsideDependency}
    begins = {f"before_{name}": before if isinstance(before, kind) else None for name, kind in kinds.items()}
    return begins | {
        "after_milestone": after if isinstance(after, Milestone) else None,
        "after_step": after if isinstance(after, PathStep) else None,
    }
