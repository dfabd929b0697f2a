"""Addresses of baselines, change requests and plan releases."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from milestones.views import baselines, changes, office_changes, office_releases, releases

OFFICE = r"^o/(?P<org>programme)/"
CHANGE = r"(?P<change>[a-z0-9-]+)"

changing: list[URLPattern] = [
    path("baselines/", baselines.baseline_list, name="baselines"),
    path("baselines/compare/", baselines.compare_chosen, name="compare_chosen"),
    path("baselines/compare/<slug:before>/<slug:after>/", baselines.compare_two, name="compare"),
    path("baselines/<slug:baseline>/", baselines.baseline_detail, name="baseline"),
    path("change-requests/", changes.change_list, name="changes"),
    path("change-requests/<slug:change>/", changes.change_detail, name="change"),
    path("plan/releases/", releases.release_list, name="releases"),
    re_path(r"^plan/releases/(?P<release>[0-9A-Za-z.-]{1,12})/$", releases.release_detail, name="release"),
    re_path(rf"{OFFICE}plan/$", office_releases.plan_overview, name="office_plan"),
    re_path(rf"{OFFICE}plan/releases/$", office_releases.draft_release, name="office_releases"),
    re_path(rf"{OFFICE}change-requests/$", office_changes.office_list, name="office_changes"),
    re_path(rf"{OFFICE}change-requests/new/$", office_changes.raise_change, name="raise_change"),
    re_path(rf"{OFFICE}change-requests/{CHANGE}/$", office_changes.office_change, name="office_change"),
    re_path(rf"{OFFICE}change-requests/{CHANGE}/apply/$", office_changes.apply_change, name="apply_change"),
    path("o/<slug:org>/change-requests/", changes.own_changes, name="own_changes"),
    path("o/<slug:org>/change-requests/<slug:change>/", changes.own_change, name="own_change"),
    path("o/<slug:org>/change-requests/<slug:change>/assess/", changes.assess, name="assess_change"),
]
