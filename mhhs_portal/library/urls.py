from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from mhhs_portal.library.views import words

named: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("glossary/", words.glossary, name="glossary"),
        path("who-to-ask/", words.who_to_ask, name="who_to_ask"),
    ],
    "library",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(named))]
