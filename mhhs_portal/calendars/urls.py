from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from mhhs_portal.calendars import views

named: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("calendar/", views.calendars, name="calendars"),
        path("changes.atom", views.changes, name="changes"),
        re_path(r"^calendar/(?P<feed>[A-Za-z0-9-]+)\.ics$", views.feed, name="feed"),
        re_path(r"^calendar/feed/(?P<secret>[A-Za-z0-9_-]{20,80})\.ics$", views.own_feed, name="own_feed"),
        path("o/<slug:org>/calendar/new/", views.new_address, name="new_address"),
        path("o/<slug:org>/calendar/<int:feed_number>/revoke/", views.revoke, name="revoke"),
    ],
    "calendars",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(named))]
