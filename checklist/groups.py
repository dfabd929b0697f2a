"""Named groups: organisations that staff ask together."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.text import slugify

from checklist.models import GroupMember, NamedGroup
from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.organisations.models import Membership, Organisation


def put_group(
    group: NamedGroup | None, *, name: str, purpose: str = "", members: str = "", acting: Membership
) -> NamedGroup:
    """Keep a group with exactly these members, one name a line; a name that nobody has is told with its line."""
    with doing("checklist.group_changed", by=acting.person):
        named = _named(members)
        group = group or NamedGroup(slug=_slug(name), is_sample=acting.person.is_sample)
        group.name, group.purpose = name.strip(), purpose.strip()
        save_checked(group)
        held = set(group.memberships.values_list("organisation", flat=True))
        wanted = {organisation.pk for organisation in named}
        group.memberships.filter(organisation__in=held - wanted).delete()
        GroupMember.objects.bulk_create(
            GroupMember(group=group, organisation=organisation) for organisation in named if organisation.pk not in held
        )
    return group


def remove_group(group: NamedGroup, *, acting: Membership) -> None:
    """A group that an item or a draft names stays; who was asked through it is kept there."""
    with doing("checklist.group_removed", by=acting.person):
        try:
            group.delete()
        except ProtectedError:
            raise ValidationError("An item or a draft names this group, so it cannot be removed.") from None


def _named(members: str) -> list[Organisation]:
    known: dict[str, Organisation] = {}
    for organisation in Organisation.objects.participants():
        known[organisation.name.casefold()] = known[organisation.slug] = organisation
    found, faults = {}, []
    for number, line in enumerate(members.splitlines(), start=1):
        name = line.strip()
        if not name:
            continue
        if one := known.get(name.casefold()):
            found[one.pk] = one
        else:
            faults.append(f"Line {number}: no participant has the name “{name[:80]}”.")
    if faults:
        more = f" And {len(faults) - 10} more." if len(faults) > 10 else ""
        raise ValidationError({"members": " ".join(faults[:10]) + more})
    return list(found.values())


def _slug(name: str) -> str:
    base = slugify(name)[:50] or "group"
    taken = set(NamedGroup.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)
