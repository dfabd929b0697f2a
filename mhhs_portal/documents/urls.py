from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from mhhs_portal.documents import views

named: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("o/<slug:org>/files/", views.files, name="files"),
        path("o/<slug:org>/files/<int:scan>/", views.file, name="file"),
        path("o/<slug:org>/files/<int:scan>/again/", views.again, name="again"),
    ],
    "files",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(named))]
