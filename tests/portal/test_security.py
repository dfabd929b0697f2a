"""What every page carries, and what a visitor is told when something is not for them or goes wrong."""

from __future__ import annotations

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

from mhhs_portal import urls as portal_urls
from mhhs_portal.organisations.access import acting_as, public
from mhhs_portal.organisations.models import Role
from tests import make

POLICY = {
    "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'",
    "connect-src 'self'", "manifest-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    "object-src 'none'",
}  # fmt: skip
PUBLIC = ["/", "/?view=table", "/milestones/", "/milestones/m10/", "/critical-paths/", "/critical-paths/cp1/",
          "/critical-paths/later/", "/checklist/", "/readiness/about/", "/style/", "/sign-in/", "/sign-in/code/",
          "/health/live", "/health/ready", "/health/jobs", "/no-such-page/"]  # fmt: skip


@public("fails")
def fails(request):
    raise ValueError("the database password is hunter2")


@acting_as(Role.BOARD)
def board_only(request, acting):
    return HttpResponse()


class WithFaults:
    """The portal's own addresses and two more that fail on purpose."""

    urlpatterns = [*portal_urls.urlpatterns, path("fails/", fails), path("o/<slug:org>/board-only/", board_only)]
    handler400, handler403 = portal_urls.handler400, portal_urls.handler403
    handler404, handler500 = portal_urls.handler404, portal_urls.handler500


def policy_of(answer):
    return {part.strip() for part in answer["Content-Security-Policy"].split(";") if part.strip()}


@pytest.mark.parametrize("address", PUBLIC)
def test_every_public_page_carries_every_header(client, sample_portal, db, address):
    answer = client.get(address)

    assert answer.status_code == (404 if "no-such" in address else 503 if address == "/health/jobs" else 200)
    assert policy_of(answer) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "geolocation=()" in answer["Permissions-Policy"]


def test_no_policy_allows_inline_or_eval(client, db):
    for address in ("/", "/sign-in/", "/no-such-page/"):
        assert "unsafe" not in client.get(address)["Content-Security-Policy"]


def test_in_production_the_browser_is_told_to_stay_on_https(client, db, settings):
    settings.SECURE_HSTS_SECONDS = 31536000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True

    answer = client.get("/sign-in/", secure=True)

    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_what_a_signed_in_person_sees_is_kept_by_no_cache(lead_client, lead):
    answer = lead_client.get(f"/o/{lead.organisation.slug}/")

    assert answer["Cache-Control"] == "private, no-store"


def test_an_expired_session_sends_a_browser_to_sign_in_and_back(client, org):
    answer = client.get(f"/o/{org.slug}/")

    assert (answer.status_code, answer["Location"]) == (302, f"/sign-in/?next=/o/{org.slug}/")


def test_an_expired_session_tells_htmx_to_leave_the_page(client, org):
    answer = client.get(f"/o/{org.slug}/", headers={"HX-Request": "true"})

    assert answer.status_code == 200
    assert answer["HX-Redirect"] == f"/sign-in/?next=/o/{org.slug}/"
    assert answer.content == b""


def test_an_expired_session_never_takes_away_a_page_on_which_somebody_typed(client, org):
    answer = client.post(f"/o/{org.slug}/", headers={"HX-Request": "true"})

    assert answer.status_code == 401
    assert "HX-Redirect" not in answer


@pytest.fixture
def faulty(settings):
    settings.ROOT_URLCONF = WithFaults
    return Client(raise_request_exception=False)


def check_helps(page, title):
    text = page.content.decode()
    assert f"<h1>{title}" in text
    assert "What you can do" in text
    assert re.search(r'<a class="mark" href="/"', text), "the way home stays"
    assert 'id="main"' in text
    assert 'class="skip"' in text
    return text


def test_an_unknown_address_helps_and_keeps_the_navigation(client, db):
    page = client.get("/no-such-page/")

    text = check_helps(page, "This page does not exist")
    assert page.status_code == 404
    assert 'aria-label="Main"' in text


def test_the_wrong_role_is_told_what_it_may_do_and_keeps_the_navigation(faulty, lead):
    faulty.force_login(lead.person)

    page = faulty.get(f"/o/{lead.organisation.slug}/board-only/")

    text = check_helps(page, "You cannot do this")
    assert page.status_code == 403
    assert "This page is for: board observer. You are lead contact here." in text
    assert 'aria-label="Main"' in text
    assert f"/o/{lead.organisation.slug}/" in text


def test_another_organisations_page_looks_exactly_like_one_that_is_not_there(lead_client, lead):
    other = make.organisation()
    make.lead(other)

    def words(address):
        page = lead_client.get(address)
        token = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
        return page.status_code, token.sub("", page.content.decode()).replace(address, "ADDRESS")

    assert words(f"/o/{other.slug}/") == words("/o/not-there/")
    assert words("/o/not-there/")[0] == 404


def test_a_fault_of_ours_says_what_is_safe_and_nothing_else(faulty, lead):
    faulty.force_login(lead.person)

    page = faulty.get("/fails/")

    text = check_helps(page, "Something went wrong on our side")
    assert page.status_code == 500
    assert "hunter2" not in text
    assert "ValueError" not in text
    assert policy_of(page) == POLICY


def test_a_fault_can_be_said_when_the_database_is_gone(faulty, db, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert faulty.get("/fails/").status_code == 500


def test_a_strange_host_is_refused(client, db):
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


@pytest.mark.parametrize(
    ("wanted", "landed"),
    [("/checklist/", "/checklist/"), ("https://evil.example/", "/"), ("//evil.example", "/"), ("", "/")],
)
def test_choosing_colours_leads_back_to_the_page_and_never_elsewhere(client, db, wanted, landed):
    answer = client.post("/theme/", {"theme": "dark", "next": wanted})

    assert (answer.status_code, answer["Location"]) == (302, landed)
    assert answer.cookies["theme"].value == "dark"


def test_choosing_the_systems_colours_forgets_the_choice(client, db):
    client.post("/theme/", {"theme": "dark"})
    client.post("/theme/", {"theme": "system"})

    assert "theme" not in client.cookies or not client.cookies["theme"].value
    assert 'data-theme="' not in client.get("/sign-in/").content.decode()


def test_a_strange_theme_is_not_put_into_the_page(client, db):
    client.cookies["theme"] = '"><script>'

    assert "data-theme" not in client.get("/sign-in/").content.decode()


def test_an_unknown_thing_is_not_explained_in_the_words_of_the_code(lead_client, org):
    for address in (f"/o/{org.slug}/checklist/PCL-9999/", f"/o/{org.slug}/readiness/none/", "/checklist/PCL-9999/"):
        answer = lead_client.get(address)

        assert answer.status_code == 404
        assert "matches the given query" not in answer.text
