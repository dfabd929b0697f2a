from __future__ import annotations

from django.urls import path

import checklist.urls  # noqa: F401  # registers the converters
from checklist.closing.views import logs, outcomes, triage

app_name = "closing"
ITEM = "o/<office:org>/checklist/<reference:reference>"
urlpatterns = [
    path("checklist/<reference:reference>/comments-log/", logs.public_log, name="log"),
    path("checklist/<reference:reference>/outcome/", outcomes.public_outcome, name="outcome"),
    path("o/<office:org>/comments/", triage.all_comments, name="all_comments"),
    path(f"{ITEM}/comments/", triage.comments, name="comments"),
    path(f"{ITEM}/comments/many/", triage.many, name="many"),
    path(f"{ITEM}/comments/names/", triage.names, name="names"),
    path(f"{ITEM}/comments/log/", logs.preview, name="preview"),
    path(f"{ITEM}/comments/<int:comment>/", triage.comment, name="comment"),
    path(f"{ITEM}/comments/<int:comment>/history/", triage.history, name="comment_history"),
    path(f"{ITEM}/comments-log/", logs.office_log, name="office_log"),
    path(f"{ITEM}/outcome-page/", outcomes.put_together, name="outcome_page"),
    path("o/<slug:org>/checklist/<reference:reference>/comments-log/", logs.own_log, name="own_log"),
    path("o/<slug:org>/checklist/<reference:reference>/outcome-page/", outcomes.own_outcome, name="own_outcome"),
]
