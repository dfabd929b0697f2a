from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from mhhs_portal.library.views import documents, office, words

OFFICE = "o/<slug:org>/documents/"
VERSION = "<slug:document>/versions/<slug:document_version>/"

named: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("glossary/", words.glossary, name="glossary"),
        path("who-to-ask/", words.who_to_ask, name="who_to_ask"),
        path("documents/", documents.documents, name="documents"),
        path("documents/<slug:document>/", documents.document, name="document"),
        path(f"documents/{VERSION}file", documents.download, name="download"),
        path(OFFICE, office.overview, name="office"),
        path(f"{OFFICE}new/", office.edit_document, name="office_new"),
        path(f"{OFFICE}<slug:document>/", office.edit_document, name="office_document"),
        path(f"{OFFICE}<slug:document>/versions/new/", office.add_version, name="office_new_version"),
        path(f"{OFFICE}{VERSION}withdraw/", office.withdraw, name="office_withdraw"),
    ],
    "library",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(named))]
