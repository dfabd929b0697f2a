from __future__ import annotations

from django.urls import path

from readiness.papers.views import files, papers, released

app_name = "papers"
urlpatterns = [
    path("o/<slug:org>/papers/", papers.papers, name="papers"),
    path("o/<slug:org>/papers/new/", papers.new, name="new"),
    path("o/<slug:org>/papers/annex-permission/", papers.annex_permission, name="annex_permission"),
    path("o/<slug:org>/papers/<int:paper>/", papers.paper, name="paper"),
    path("o/<slug:org>/papers/<int:paper>/annex/", papers.annex, name="annex"),
    path("o/<slug:org>/papers/<int:paper>/records/<slug:figure>/", papers.records, name="records"),
    path("o/<slug:org>/papers/<int:paper>/files/<slug:form>/", files.paper_file, name="file"),
    path("o/<slug:org>/papers/<int:paper>/annex/files/<slug:form>/", files.annex_file, name="annex_file"),
    path("o/<slug:org>/readiness-papers/", released.for_qag, name="qag"),
    path("o/<slug:org>/readiness-papers/<int:paper>/", released.qag_paper, name="qag_paper"),
    path("o/<slug:org>/readiness/papers/", released.for_qwg, name="qwg"),
    path("o/<slug:org>/readiness/papers/<int:paper>/", released.qwg_paper, name="qwg_paper"),
]
