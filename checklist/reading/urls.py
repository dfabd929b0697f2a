from __future__ import annotations

from django.urls import path, re_path

from checklist.reading.views import addresses, feeds, kept, visits

app_name = "reading"
urlpatterns = [
    path("checklist/feed.atom", feeds.atom_feed, name="feed"),
    path("checklist/calendar.ics", feeds.calendar, name="calendar"),
    re_path(r"^checklist/feed/(?P<list_secret>[A-Za-z0-9_-]{20,80})\.atom$", feeds.own_atom_feed, name="own_feed"),
    re_path(r"^checklist/feed/(?P<list_secret>[A-Za-z0-9_-]{20,80})\.ics$", feeds.own_calendar, name="own_calendar"),
    path("o/<slug:org>/checklist/feeds/", addresses.list_feeds, name="list_feeds"),
    path("o/<slug:org>/checklist/feeds/<int:list_feed>/revoke/", addresses.revoke_list_feed, name="revoke_list_feed"),
    path("o/<slug:org>/checklist/filters/", kept.filters, name="filters"),
    path("o/<slug:org>/checklist/filters/<int:saved_filter>/", kept.change, name="filter"),
    path("o/<slug:org>/checklist/changes/", visits.changes, name="changes"),
    path("o/<slug:org>/checklist/seen/", visits.seen, name="seen"),
]
