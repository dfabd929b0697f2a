"""People sign in with a password or an e-mailed code; nobody signs up by themselves."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.test import Client

from mhhs_portal.organisations.models import Person
from tests import make

WRONG = "The e-mail address and password do not match"


@pytest.fixture
def post(client):
    """Posts as a browser does: with the token of a page that was opened first."""
    strict = Client(enforce_csrf_checks=True)

    def send(address, **fields):
        strict.get("/sign-in/")
        token = strict.cookies["csrftoken"].value
        return strict.post(address, fields | {"csrfmiddlewaretoken": token})

    send.browser = strict
    return send


def signed_in(browser):
    return SESSION_KEY in browser.session


def test_the_right_password_leads_home(post, lead):
    answer = post("/sign-in/", login=lead.person.email.upper(), password=make.PASSWORD)

    assert (answer.status_code, answer["Location"]) == (302, "/home/")
    assert signed_in(post.browser)


def test_after_sign_in_people_land_where_they_wanted_to_go(post, lead):
    wanted = f"/o/{lead.organisation.slug}/"
    refused = post.browser.get(wanted)
    assert refused["Location"] == f"/sign-in/?next={wanted}"

    answer = post(refused["Location"], login=lead.person.email, password=make.PASSWORD, next=wanted)

    assert answer["Location"] == wanted


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_sign_in_never_leads_to_another_site(post, lead, elsewhere):
    answer = post("/sign-in/", login=lead.person.email, password=make.PASSWORD, next=elsewhere)

    assert answer.status_code == 302
    assert "evil" not in answer["Location"]
    assert not answer["Location"].startswith("javascript")


@pytest.mark.parametrize("known", [True, False])
def test_a_wrong_password_is_said_in_words_and_does_not_tell_who_is_here(post, lead, known):
    address = lead.person.email if known else "nobody@sample.example"

    page = post("/sign-in/", login=address, password="not-the-password")

    assert page.status_code == 200
    assert not signed_in(post.browser)
    text = page.content.decode()
    assert text.count(WRONG) >= 1
    assert "There is a problem" in text
    assert "<title>Error: Sign in" in text
    assert f'value="{address}"' in text, "what was typed is kept"
    assert "not-the-password" not in text, "except the password"


def test_the_fifth_wrong_password_closes_the_door_even_for_the_right_one(post, lead):
    for _ in range(5):
        post("/sign-in/", login=lead.person.email, password="not-the-password")

    page = post("/sign-in/", login=lead.person.email, password=make.PASSWORD)

    assert not signed_in(post.browser)
    assert "There were too many tries" in page.content.decode()


def test_others_can_still_sign_in_after_one_address_was_closed(post, lead):
    for _ in range(6):
        post("/sign-in/", login=lead.person.email, password="not-the-password")

    other = make.lead(make.organisation())
    post("/sign-in/", login=other.person.email, password=make.PASSWORD)

    assert signed_in(post.browser)


CODE = r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$"


def code_in(message):
    return re.search(CODE, message.body, re.MULTILINE).group(1)


def test_a_code_by_e_mail_signs_in_and_only_typing_it_does(post, lead):
    answer = post("/sign-in/code/", email=lead.person.email)
    assert answer["Location"] == "/sign-in/code/confirm/"
    [message] = mail.outbox
    assert message.to == [lead.person.email]
    code = code_in(message)

    assert post.browser.get("/sign-in/code/confirm/").status_code == 200
    assert not signed_in(post.browser), "opening a page signs nobody in"
    post("/sign-in/code/confirm/", code=code)

    assert signed_in(post.browser)


@pytest.mark.parametrize("known", [True, False])
def test_the_mail_about_a_code_is_in_the_portals_own_words(post, lead, settings, known):
    post("/sign-in/code/", email=lead.person.email if known else "nobody@sample.example")

    [message] = mail.outbox
    assert settings.SITE_NAME in message.subject
    assert settings.SITE_NAME in message.body
    assert settings.CONTACT_EMAIL in message.body
    for words in ("testserver", "sign up", "Hello from", "database"):
        assert words not in message.subject + message.body, words
    assert max(len(line) for line in message.body.splitlines()) <= 72
    assert bool(re.search(CODE, message.body, re.MULTILINE)) == known


def test_a_wrong_code_is_said_in_words(post, lead):
    post("/sign-in/code/", email=lead.person.email)

    page = post("/sign-in/code/confirm/", code="WRONG1")

    assert page.status_code == 200
    assert "There is a problem" in page.content.decode()
    assert not signed_in(post.browser)


def test_asking_for_a_code_does_not_tell_who_is_here(post, lead):
    known, unknown = (post("/sign-in/code/", email=e) for e in (lead.person.email, "nobody@sample.example"))

    assert known.status_code == unknown.status_code
    assert known["Location"] == unknown["Location"]


def test_a_person_who_was_switched_off_cannot_sign_in(post, lead):
    Person.objects.filter(pk=lead.person_id).update(is_active=False)

    wrong = post("/sign-in/", login=lead.person.email, password="not-the-password")
    right = post("/sign-in/", login=lead.person.email, password=make.PASSWORD)

    assert not signed_in(post.browser)
    assert WRONG in wrong.content.decode()
    assert right.status_code == 403
    assert "Your access to the portal has ended" in right.content.decode()


def test_nobody_signs_up(client, db):
    for address in ("/accounts/signup/", "/signup/", "/sign-up/"):
        assert client.get(address).status_code == 404
    client.post("/sign-in/", {"email": "new@sample.example", "password1": "x" * 14, "password2": "x" * 14})

    assert not Person.objects.exists()


def test_signing_out_takes_a_post(post, lead):
    post("/sign-in/", login=lead.person.email, password=make.PASSWORD)

    assert post.browser.get("/sign-out/").status_code == 200
    assert signed_in(post.browser)
    answer = post("/sign-out/")

    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert not signed_in(post.browser)


def test_the_session_cookie_is_for_this_site_and_not_for_scripts(post, lead):
    answer = post("/sign-in/", login=lead.person.email, password=make.PASSWORD)

    cookie = answer.cookies["sessionid"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")


def test_the_session_gets_a_new_key_at_sign_in(post, lead):
    post.browser.get("/sign-in/")
    session = post.browser.session
    session["planted"] = "yes"
    session.save()
    before = session.session_key

    post("/sign-in/", login=lead.person.email, password=make.PASSWORD)

    assert post.browser.session.session_key != before


def test_a_form_without_its_token_is_refused_in_words(lead):
    strict = Client(enforce_csrf_checks=True)

    page = strict.post("/sign-in/", {"login": lead.person.email, "password": make.PASSWORD})

    assert page.status_code == 403
    assert "Go back, reload and send again" in page.content.decode()


def test_home_leads_to_ones_own_organisation(lead_client, lead):
    assert lead_client.get("/home/")["Location"] == f"/o/{lead.organisation.slug}/"


def test_somebody_without_an_organisation_is_told_what_to_do(client, db):
    client.force_login(make.person())

    page = client.get("/home/")

    assert page.status_code == 200
    assert "lead contact" in page.content.decode()
