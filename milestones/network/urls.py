from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from milestones.network import link_views, views

named: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("o/<slug:org>/what-if/", views.scenario_list, name="scenarios"),
        path("o/<slug:org>/what-if/<int:scenario>/", views.scenario, name="scenario"),
        re_path(r"^o/(?P<org>programme)/plan/links/$", link_views.links, name="links"),
        re_path(r"^o/(?P<org>programme)/what-if/(?P<scenario>[0-9]{1,9})/draft/$", views.draft, name="draft"),
    ],
    "network",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(named))]
