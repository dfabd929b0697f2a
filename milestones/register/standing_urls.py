"""Addresses of what the Programme office keeps about milestones."""

from __future__ import annotations

from django.urls import URLPattern, re_path

from milestones.views import office_milestones

OFFICE = r"^o/(?P<org>programme)/plan/"
CODE = r"(?P<code>[a-z0-9-]+)"

standing: list[URLPattern] = [
    re_path(rf"{OFFICE}milestones/$", office_milestones.office_milestones, name="office_milestones"),
    re_path(rf"{OFFICE}milestones/{CODE}/$", office_milestones.office_milestone, name="office_milestone"),
    re_path(rf"{OFFICE}milestones/{CODE}/criteria/new/$", office_milestones.new_criterion, name="new_criterion"),
    re_path(
        rf"{OFFICE}milestones/{CODE}/criteria/(?P<criterion>\d{{1,9}})/$",
        office_milestones.office_criterion,
        name="office_criterion",
    ),
    re_path(rf"{OFFICE}tolerances/$", office_milestones.tolerances, name="office_tolerances"),
]
