"""Addresses of an organisation's own path and plan, and of the Programme's view of all of them."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from milestones.views import own_plan, placements, programme

OWN = "o/<slug:org>/path/"
STEP = f"{OWN}plan/<int:placement>/<int:step>/"
PERIOD = "o/<slug:org>/plan/periods/<int:period>/"

planning: list[URLPattern | URLResolver] = [
    path(OWN, own_plan.own_path, name="own_path"),
    path(f"{OWN}plan/", own_plan.own_plan, name="own_plan"),
    path(STEP, own_plan.own_step, name="own_step"),
    path(f"{STEP}history/", own_plan.step_history, name="step_history"),
    path(f"{OWN}confirm/<int:period>/", own_plan.confirm_plan, name="confirm_plan"),
    path("o/<slug:org>/progress/", programme.progress, name="progress"),
    path("o/<slug:org>/progress/<slug:organisation>/", programme.organisation_plan, name="organisation_plan"),
    path("o/<slug:org>/plan/periods/", programme.periods, name="periods"),
    path(PERIOD, programme.period_due, name="period_due"),
    path(f"{PERIOD}chase/", programme.chase_period, name="chase_period"),
    path("o/<slug:org>/plan/placements/", placements.placement_list, name="placements"),
    path("o/<slug:org>/plan/placements/<int:role>/", placements.placement, name="placement"),
]
