from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from milestones.change_urls import changing
from milestones.views import own_plan, paths, plan_pdf, register, timeline

#: "sit-exit" as well as "m10"; capitals are led to the lower-case address.
CODE = r"(?P<code>[A-Za-z0-9-]+)"

named = (
    [
        path("milestones/", register.milestone_list, name="list"),
        re_path(rf"^milestones/{CODE}/$", register.milestone_detail, name="detail"),
        path("critical-paths/", paths.path_list, name="paths"),
        re_path(r"^critical-paths/(?P<slug>[A-Za-z0-9-]+)/$", paths.path_detail, name="path"),
        path("timeline/plan-on-a-page.pdf", plan_pdf.plan_pdf, name="plan_pdf"),
        re_path(r"^timeline/plan-on-a-page/(?P<sheet>[0-9a-f]{12,64})\.pdf$", plan_pdf.version_pdf, name="plan_version"),
        path("timeline/versions/", plan_pdf.version_list, name="plan_versions"),
        path("o/<slug:org>/plan-on-a-page.pdf", plan_pdf.own_pdf, name="own_plan_pdf"),
        path("o/<slug:org>/path/", own_plan.own_path, name="own_path"),
        path("o/<slug:org>/path/plan/", own_plan.own_plan, name="own_plan"),
        path("o/<slug:org>/path/plan/<int:placement>/<int:step>/", own_plan.own_step, name="own_step"),
        path("o/<slug:org>/path/plan/<int:placement>/<int:step>/history/", own_plan.step_history, name="step_history"),
        path("o/<slug:org>/path/confirm/<int:period>/", own_plan.confirm_plan, name="confirm_plan"),
        *changing,
    ],
    "milestones",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", timeline.home, name="home"),
    path("", include(named)),
]
