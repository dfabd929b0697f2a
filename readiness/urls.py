from __future__ import annotations

from django.urls import path

from readiness.views import analysts, participants, public, reviewing, submitting

app_name = "readiness"
urlpatterns = [
    path("readiness/about/", public.about, name="about"),
    path("o/<slug:org>/readiness/", participants.tasks, name="tasks"),
    path("o/<slug:org>/readiness/<slug:campaign>/", participants.submission, name="submission"),
    path("o/<slug:org>/readiness/<slug:campaign>/sections/<slug:letter>/", participants.section, name="section"),
    path("o/<slug:org>/readiness/<slug:campaign>/answers/<slug:number>/", participants.answer, name="answer"),
    path("o/<slug:org>/readiness/<slug:campaign>/check/", submitting.check, name="check"),
    path("o/<slug:org>/readiness/<slug:campaign>/submit/", submitting.declare, name="submit"),
    path("o/<slug:org>/readiness/<slug:campaign>/receipts/<int:round_number>/", submitting.receipt, name="receipt"),
    path("o/<slug:org>/campaigns/", analysts.campaigns, name="campaigns"),
    path("o/<slug:org>/campaigns/<slug:campaign>/", analysts.campaign, name="campaign"),
    path("o/<slug:org>/campaigns/<slug:campaign>/submissions/<slug:organisation>/", reviewing.review, name="review"),
    path(
        "o/<slug:org>/campaigns/<slug:campaign>/submissions/<slug:organisation>/answers/<slug:number>/",
        reviewing.mark,
        name="mark",
    ),
    path("o/<slug:org>/campaigns/<slug:campaign>/submissions/<slug:organisation>/notes/", reviewing.note, name="note"),
]
