from __future__ import annotations

from django.urls import path

from mhhs_portal.reminders import views

app_name = "reminders"

urlpatterns = [
    path("o/<slug:org>/reminders/", views.overview, name="overview"),
    path("o/<slug:org>/reminders/<slug:kind>/", views.ladder, name="kind"),
    path("o/<slug:org>/reminders/<slug:kind>/all/", views.things, name="things"),
    path("o/<slug:org>/reminders/<slug:kind>/of/<str:thing>/", views.ladder, name="thing"),
]
