from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from milestones.changes.change_urls import changing
from milestones.own_plans.own_plan_urls import planning
from milestones.register.standing_urls import standing
from milestones.views import paths, plan_draft, plan_pdf, register, supplier_journey, timeline

#: "sit-exit" as well as "m10"; capitals are led to the lower-case address.
CODE = r"(?P<code>[A-Za-z0-9-]+)"

named = (
    [
        path("milestones/", register.milestone_list, name="list"),
        re_path(rf"^milestones/{CODE}/$", register.milestone_detail, name="detail"),
        path("critical-paths/", paths.path_list, name="paths"),
        re_path(r"^critical-paths/(?P<slug>[A-Za-z0-9-]+)/$", paths.path_detail, name="path"),
        path("journeys/non-sit-supplier/", supplier_journey.supplier_journey, name="supplier_journey"),
        path("journeys/non-sit-supplier.pdf", supplier_journey.supplier_journey_pdf, name="supplier_journey_pdf"),
        path("timeline/plan-on-a-page.pdf", plan_pdf.plan_pdf, name="plan_pdf"),
        re_path(
            r"^timeline/plan-on-a-page/(?P<sheet>[0-9a-f]{12,64})\.pdf$", plan_pdf.version_pdf, name="plan_version"
        ),
        path("timeline/versions/", plan_pdf.version_list, name="plan_versions"),
        path("o/<slug:org>/plan-on-a-page.pdf", plan_pdf.own_pdf, name="own_plan_pdf"),
        path("o/<slug:org>/plan/draft/", plan_draft.plan_draft, name="plan_draft"),
        path("o/<slug:org>/plan/draft/preview/", plan_draft.draft_preview, name="draft_preview"),
        path("o/<slug:org>/plan/draft/lanes/<int:lane>/", plan_draft.draft_lane, name="draft_lane"),
        path("o/<slug:org>/plan/draft/stages/new/", plan_draft.draft_stage, name="draft_new_stage"),
        path("o/<slug:org>/plan/draft/stages/<int:stage>/", plan_draft.draft_stage, name="draft_stage"),
        *planning,
        *changing,
        *standing,
    ],
    "milestones",
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", timeline.home, name="home"),
    path("", include(named)),
]
