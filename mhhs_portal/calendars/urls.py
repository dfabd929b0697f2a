from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

named: tuple[list[URLPattern | URLResolver], str] = ([], "calendars")

urlpatterns: list[URLPattern | URLResolver] = [path("", include(named))]
