from __future__ import annotations

from django.urls import path

from mhhs_portal.notifications import views

app_name = "notifications"

urlpatterns = [
    path("o/<slug:org>/messages/", views.message_log, name="log"),
]
