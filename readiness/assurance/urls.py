from __future__ import annotations

from django.urls import path

from readiness.assurance.views import dashboards, exports, findings, own, reviewing

app_name = "assurance"
SUB = "o/<slug:org>/campaigns/<slug:campaign>/submissions/<slug:organisation>"
urlpatterns = [
    path("o/<slug:org>/review/", reviewing.review_queue, name="queue"),
    path("o/<slug:org>/review/interests/", reviewing.interests, name="interests"),
    path(f"{SUB}/assign/", reviewing.assign_page, name="assign"),
    path(f"{SUB}/ask/", reviewing.ask_page, name="ask"),
    path(f"{SUB}/more/", reviewing.more_page, name="more"),
    path(f"{SUB}/accept/", reviewing.accept_page, name="accept"),
    path(f"{SUB}/second-check/", reviewing.second_check, name="second_check"),
    path(f"{SUB}/rounds/", reviewing.rounds, name="rounds"),
    path(f"{SUB}/history/", reviewing.history, name="history"),
    path(f"{SUB}/findings/new/", findings.new, name="new_finding"),
    path(f"{SUB}/answers.zip", exports.submission_zip, name="submission_zip"),
    path("o/<slug:org>/campaigns/<slug:campaign>/answers/", exports.answers, name="answers"),
    path("o/<slug:org>/campaigns/<slug:campaign>/dashboard/", dashboards.campaign, name="dashboard"),
    path("o/<slug:org>/campaigns/<slug:campaign>/chase/", dashboards.chase_rest, name="chase"),
    path("o/<slug:org>/findings/", findings.findings, name="findings"),
    path("o/<slug:org>/findings/themes/", findings.themes, name="themes"),
    path("o/<slug:org>/findings/<int:finding>/", findings.finding, name="finding"),
    path("o/<slug:org>/findings/<int:finding>/edit/", findings.edit, name="edit_finding"),
    path("o/<slug:org>/findings/<int:finding>/files/<int:evidence>/", exports.finding_file, name="finding_file"),
    path("o/<slug:org>/readiness/findings/", own.own_findings, name="own_findings"),
    path("o/<slug:org>/readiness/findings/<int:finding>/", own.own_finding, name="own_finding"),
    path(
        "o/<slug:org>/readiness/findings/<int:finding>/files/<int:evidence>/", exports.own_file, name="own_finding_file"
    ),
    path("o/<slug:org>/readiness/findings/<int:finding>/plan/", own.own_plan, name="own_plan"),
    path("o/<slug:org>/readiness/standing/", dashboards.organisation, name="own_standing"),
    path("o/<slug:org>/readiness/<slug:campaign>/questions/", own.own_queries, name="own_queries"),
    path("o/<slug:org>/readiness-overview/", dashboards.programme, name="programme_readiness"),
]
