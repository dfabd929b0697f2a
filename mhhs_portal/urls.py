"""All addresses. Public pages are plain; what an organisation does lives under its own address."""

from django.urls import include, path

from mhhs_portal import health, views
from mhhs_portal.organisations import sign_in

handler400 = "mhhs_portal.views.bad_request"
handler403 = "mhhs_portal.views.forbidden"
handler404 = "mhhs_portal.views.not_found"
handler500 = "mhhs_portal.views.server_error"

urlpatterns = [
    path("", include("milestones.urls")),
    path("", include("milestones.network.urls")),
    path("", include("milestones.plan_files.urls")),
    path("", include("milestones.governance.urls")),
    path("", include("mhhs_portal.documents.urls")),
    path("", include("mhhs_portal.library.urls")),
    path("", include("mhhs_portal.calendars.urls")),
    path("", include("checklist.chasing.urls")),
    path("", include("checklist.closing.urls")),
    path("", include("checklist.reading.urls")),
    path("", include("checklist.news.urls")),
    path("", include("checklist.urls")),
    path("", include("readiness.assurance.urls")),
    path("", include("readiness.papers.urls")),
    path("", include("readiness.urls")),
    path("", include("mhhs_portal.notifications.urls")),
    path("", include("mhhs_portal.reminders.urls")),
    path("home/", views.my_home, name="my_home"),
    path("o/<slug:org>/", views.organisation_home, name="organisation_home"),
    path("sign-in/", sign_in.sign_in, name="sign_in"),
    path("sign-in/code/", sign_in.request_code, name="account_request_login_code"),
    path("sign-in/code/confirm/", sign_in.confirm_code, name="account_confirm_login_code"),
    path("sign-out/", sign_in.sign_out, name="sign_out"),
    path("theme/", views.set_theme, name="theme"),
    path("style/", views.style, name="style"),
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("health/jobs", health.jobs, name="health_jobs"),
    # allauth reverses these names; they are the same doors.
    path("sign-in/", sign_in.sign_in, name="account_login"),
    path("sign-out/", sign_in.sign_out, name="account_logout"),
    path("sign-in/", sign_in.sign_in, name="account_signup"),
    path("sign-in/code/", sign_in.request_code, name="account_reset_password"),
]
