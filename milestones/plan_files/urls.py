from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

named: tuple[list[URLPattern | URLResolver], str] = ([], "plan_files")

urlpatterns: list[URLPattern | URLResolver] = [path("", include(named))]
