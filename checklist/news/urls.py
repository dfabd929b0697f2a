from __future__ import annotations

from django.urls import path

import checklist.urls  # noqa: F401  # registers the converters
from checklist.news.views import clock, office, own, public, subscriptions

app_name = "news"
OFFICE = "o/<office:org>/news"
CLOCK = "o/<office:org>/clock"
urlpatterns = [
    path("news/", public.news_list, name="list"),
    path("news/feed.atom", public.news_feed, name="feed"),
    path("news/clock/", public.editions, name="editions"),
    path("news/clock/feed.atom", public.clock_feed, name="clock_feed"),
    path("news/clock/<int:clock_number>/", public.edition, name="edition"),
    path("news/subscribe/", subscriptions.subscribe, name="subscribe"),
    path("news/subscription/", subscriptions.subscription, name="subscription"),
    path("news/confirm/<str:key>/", subscriptions.confirm, name="confirm"),
    path("news/unsubscribe/<str:key>/", subscriptions.unsubscribe, name="unsubscribe"),
    path("news/<slug:news>/", public.announcement, name="announcement"),
    path(f"{OFFICE}/", office.office_list, name="office_list"),
    path(f"{OFFICE}/new/", office.new, name="office_new"),
    path(f"{OFFICE}/<slug:news>/", office.office, name="office"),
    path(f"{OFFICE}/<slug:news>/edit/", office.edit, name="office_edit"),
    path(f"{OFFICE}/<slug:news>/step/", office.step, name="office_step"),
    path(f"{OFFICE}/<slug:news>/correct/", office.correct, name="office_correct"),
    path(f"{OFFICE}/<slug:news>/withdraw/", office.withdraw, name="office_withdraw"),
    path(f"{CLOCK}/", clock.editions, name="office_editions"),
    path(f"{CLOCK}/<int:edition>/", clock.edition, name="office_edition"),
    path(f"{CLOCK}/<int:edition>/preview/", clock.preview, name="office_preview"),
    path(f"{CLOCK}/<int:edition>/step/", clock.step, name="office_edition_step"),
    path("o/<slug:org>/news/", own.own_list, name="own_list"),
    path("o/<slug:org>/news/<slug:news>/", own.own, name="own"),
]
