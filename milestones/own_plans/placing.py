"""Programme staff put a role on a path and a route, move it to another, or say that it stays on legacy arrangements.

A role is on one path at a time. Moving ends the old placement and begins a new one; dates for steps that both have go
along, the rest stays on record with the old one.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.urls import reverse

from mhhs_portal.db import save_checked
from mhhs_portal.history.verbs import doing
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.models import Membership, Person, Role, RoleHeld
from milestones.models import CriticalPath, PathStep, Placement, Route, StepPlan
from milestones.own_plans.own_plan import FIELDS

_LDSO = "ldso"


def place(role: RoleHeld, *, path: CriticalPath, route: str, reason: str, by: Person, today: date) -> Placement:
    """Put the role on the path by the route. Raises ValidationError in words that name the field."""
    reason = _reason(reason)
    _refuse_route(role, path, route)
    with doing("milestones.role_placed", by=by):
        role = _locked(role)
        old = _current(role)
        if old and (old.path_id, old.route) == (path.pk, route):
            raise ValidationError(f"{role.mpid} is on {path.code} by this route already.")
        _end(old, reason, today)
        new = Placement(role_held=role, path=path, route=route, since_on=today, reason=reason)
        new.is_sample = role.organisation.is_sample
        save_checked(new)
        if old:
            _carry_over(old, new)
        if not role.is_qualifying:
            role.is_qualifying = True
            role.save(update_fields=["is_qualifying"])
        _tell(
            role, f"{role.mpid} is on {path.code} now", f"{_named(role)} is on {path.code}, {path.name}", reason, new.pk
        )
    return new


def keep_on_legacy(role: RoleHeld, *, reason: str, by: Person, today: date) -> None:
    """The role does not qualify: it leaves its path and answers the Assurance Information Request instead."""
    reason = _reason(reason)
    with doing("milestones.role_kept_on_legacy", by=by):
        role = _locked(role)
        if not role.is_qualifying:
            raise ValidationError(f"{role.mpid} is on legacy arrangements already.")
        old = _current(role)
        _end(old, reason, today)
        role.is_qualifying = False
        role.save(update_fields=["is_qualifying"])
        words = f"{_named(role)} stays on legacy arrangements and has no path"
        _tell(role, f"{role.mpid} stays on legacy arrangements", words, reason, old.pk if old else 0)


def routes_of(path: CriticalPath, steps: list[PathStep]) -> list[str]:
    """The routes by which one can be on a path: those that its steps name; all when none names any."""
    named = {route for step in steps if step.path_id == path.pk for route in step.routes}
    return [route for route in Route.values if route != Route.LEGACY and (not named or route in named)]


def _refuse_route(role: RoleHeld, path: CriticalPath, route: str) -> None:
    possible = routes_of(path, list(PathStep.objects.filter(path=path)))
    if route not in possible:
        words = ", ".join(Route(one).label for one in possible)
        raise ValidationError({"route": f"{path.code} is taken by these routes: {words}"})
    is_ldso = role.market_role.code == _LDSO
    if route == Route.NON_SIT_LDSO and not is_ldso:
        raise ValidationError({"route": "This route is for LDSOs"})
    if route == Route.NON_SIT and is_ldso:
        raise ValidationError({"route": "An LDSO outside SIT takes the non-SIT LDSO route"})


def _reason(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": "Say why, for the record"})
    return reason.strip()


def _locked(role: RoleHeld) -> RoleHeld:
    held = RoleHeld.objects.select_related("organisation", "market_role").select_for_update(of=("self",))
    return held.get(pk=role.pk)


def _current(role: RoleHeld) -> Placement | None:
    return Placement.objects.current().filter(role_held=role).select_for_update().first()


def _end(old: Placement | None, reason: str, today: date) -> None:
    if old:
        old.until_on, old.end_reason = today, reason
        old.save(update_fields=["until_on", "end_reason"])


def _carry_over(old: Placement, new: Placement) -> None:
    """Copies the dates of the steps that the new way has as well."""
    steps = {step.key: step for step in PathStep.objects.filter(path=new.path_id) if step.belongs_to(new)}
    for plan in StepPlan.objects.filter(placement=old).select_related("step"):
        step = steps.get(plan.step.key)
        if step:
            facts: dict[str, Any] = {name: getattr(plan, name) for name in FIELDS}
            changed = {"changed_at": plan.changed_at, "changed_by_id": plan.changed_by_id}
            StepPlan.objects.create(placement=new, step=step, **facts, **changed)


def _named(role: RoleHeld) -> str:
    return f"{role.market_role.name}, {role.mpid},"


def _tell(role: RoleHeld, headline: str, words: str, reason: str, number: int) -> None:
    """A notice to the organisation's leads, with the reason."""
    leads = Membership.objects.current().filter(organisation=role.organisation, role=Role.LEAD)
    enqueue_many(
        draft(
            "notice",
            to=lead.person,
            dedupe_key=f"placement/{role.pk}/{number}/{'on' if role.is_qualifying else 'legacy'}/{lead.person_id}",
            for_organisation=role.organisation,
            about="plan/placements",
            about_url=reverse("milestones:own_path", args=[role.organisation.slug]),
            headline=headline,
            lead=f"The Programme changed the path of a role of yours: {words}. Dates of steps that stay are kept.",
            facts=[["Organisation", role.organisation.name], ["Reason", reason]],
            action="Look at your path",
            why=f"You receive this because you are a lead contact of {role.organisation.short_name}.",
            is_sample=role.organisation.is_sample,
        )
        for lead in leads.select_related("person")
    )
