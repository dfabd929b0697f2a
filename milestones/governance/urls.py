from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from milestones.governance.views import office, public

OFFICE = "o/<slug:org>/governance/"
DECISIONS = f"{OFFICE}meetings/<slug:meeting>/decisions/"

named: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("governance/", public.governance, name="governance"),
        path("governance/meetings/<slug:meeting>/", public.meeting, name="meeting"),
        path("governance/<slug:group>/", public.group, name="group"),
        path(OFFICE, office.overview, name="office"),
        path(f"{OFFICE}groups/new/", office.edit_group, name="office_new_group"),
        path(f"{OFFICE}groups/<slug:group>/", office.edit_group, name="office_group"),
        path(f"{OFFICE}meetings/new/", office.edit_meeting, name="office_new_meeting"),
        path(f"{OFFICE}meetings/<slug:meeting>/", office.edit_meeting, name="office_meeting"),
        path(f"{OFFICE}meetings/<slug:meeting>/cancel/", office.cancel_meeting, name="office_cancel"),
        path(f"{DECISIONS}new/", office.edit_decision, name="office_new_decision"),
        path(
            f"{OFFICE}meetings/<slug:meeting>/decisions/<int:decision>/", office.edit_decision, name="office_decision"
        ),
    ],
    "governance",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(named))]
