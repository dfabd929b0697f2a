from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path

from milestones.plan_files.views import imports, public

OFFICE = r"^o/(?P<org>programme)/plan/"
RUN = rf"{OFFICE}import/(?P<run>[0-9]{{1,9}})/"
KIND = r"(?P<kind>xml|xlsx|csv|json)"

named: tuple[list[URLPattern | URLResolver], str] = (
    [
        path("plan/", public.plan_page, name="plan"),
        re_path(rf"^plan/export\.{KIND}$", public.plan_file, name="file"),
        re_path(rf"{OFFICE}detailed/$", public.draft_page, name="draft"),
        re_path(rf"{OFFICE}detailed/export\.{KIND}$", public.draft_file, name="draft_file"),
        re_path(rf"{OFFICE}import/$", imports.import_list, name="imports"),
        re_path(rf"{OFFICE}import/template\.xlsx$", imports.import_template, name="template"),
        re_path(rf"{RUN}$", imports.import_run, name="run"),
        re_path(rf"{RUN}changes/$", imports.import_changes, name="changes"),
        re_path(rf"{RUN}problems/$", imports.import_problems, name="problems"),
        re_path(rf"{RUN}file/$", imports.import_file, name="sent_file"),
    ],
    "plan_files",
)

urlpatterns: list[URLPattern | URLResolver] = [path("", include(named))]
