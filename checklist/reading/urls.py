from __future__ import annotations

from django.urls import path

from checklist.reading.views import feeds, kept, visits

app_name = "reading"
urlpatterns = [
    path("checklist/feed.atom", feeds.atom_feed, name="feed"),
    path("checklist/calendar.ics", feeds.calendar, name="calendar"),
    path("o/<slug:org>/checklist/filters/", kept.filters, name="filters"),
    path("o/<slug:org>/checklist/filters/<int:saved_filter>/", kept.change, name="filter"),
    path("o/<slug:org>/checklist/changes/", visits.changes, name="changes"),
    path("o/<slug:org>/checklist/seen/", visits.seen, name="seen"),
]
