from __future__ import annotations

from django.urls import path

import checklist.urls  # noqa: F401  # registers the converters
from checklist.chasing.views import chases, entering, items, overview

app_name = "chasing"
_ITEM = "o/<office:org>/checklist/<reference:reference>/"
urlpatterns = [
    path("o/<office:org>/checklist/matrix/", overview.matrix, name="matrix"),
    path("o/<office:org>/checklist/responses/", overview.responses, name="responses"),
    path("o/<office:org>/checklist/chase/", chases.chase, name="chase"),
    path("o/<office:org>/checklist/chases/<int:chase>/", chases.chased, name="chased"),
    path(f"{_ITEM}opened/", items.views, name="views"),
    path(f"{_ITEM}on-behalf/<slug:asked>/", entering.on_behalf, name="on_behalf"),
]
