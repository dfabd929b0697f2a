"""The decorators that say who may enter; the walk over all addresses is in tests/test_house_rules.py."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse

from mhhs_portal.organisations.access import PARTICIPANTS, RESPONDERS, acting_as, memberships_of, public, signed_in
from mhhs_portal.organisations.models import Kind, Role
from mhhs_portal.organisations.models.people import HELD_ONLY_IN
from tests import make


@acting_as(Role.LEAD, Role.CONTRIBUTOR)
def respond(request, acting, **kwargs):
    return HttpResponse(f"{acting.organisation.slug} {acting.role} {sorted(kwargs)}")


def ask(rf, person, org, view=respond, **kwargs):
    request = rf.get("/")
    request.user = person or AnonymousUser()
    return view(request, org=org.slug, **kwargs)


@pytest.mark.parametrize("role", RESPONDERS)
def test_the_view_receives_the_membership_instead_of_the_slug(rf, org, role):
    someone = make.member(org, role).person

    assert ask(rf, someone, org, reference="C-1").content.decode() == f"{org.slug} {role} ['reference']"


@pytest.mark.parametrize("role", sorted(set(Role) - set(RESPONDERS)))
def test_the_wrong_role_at_home_is_told_who_may(rf, db, role):
    org = make.organisation(kind=HELD_ONLY_IN.get(role, Kind.PARTICIPANT))
    someone = make.member(org, role).person

    with pytest.raises(PermissionDenied, match=r"for: lead contact or contributor\. You are .* here"):
        ask(rf, someone, org)


@pytest.mark.parametrize("role", Role)
def test_another_organisation_does_not_exist_whatever_the_role(rf, org, role):
    someone = make.member(make.organisation(kind=HELD_ONLY_IN.get(role, Kind.PARTICIPANT)), role).person

    with pytest.raises(Http404):
        ask(rf, someone, make.organisation())


def test_an_organisation_that_is_not_there_answers_like_a_foreign_one(rf, lead):
    missing = make.organisation()
    missing.slug = "not-there"

    with pytest.raises(Http404):
        ask(rf, lead.person, missing)


def test_yesterdays_membership_opens_nothing_and_tomorrows_not_yet(rf, org):
    from datetime import timedelta

    from django.utils import timezone

    early = make.lead(org, starts_on=timezone.localdate() + timedelta(days=1))

    for someone in (make.former_lead(org).person, early.person):
        with pytest.raises(Http404):
            ask(rf, someone, org)


def test_a_person_who_was_switched_off_is_nobody(rf, lead):
    lead.person.is_active = False
    lead.person.save()

    with pytest.raises(Http404):
        ask(rf, lead.person, lead.organisation)


def test_somebody_in_two_organisations_acts_for_the_one_in_the_address(rf, lead):
    elsewhere = make.contributor(make.organisation(), person=lead.person)

    assert ask(rf, lead.person, lead.organisation).content.startswith(f"{lead.organisation.slug} lead".encode())
    assert ask(rf, lead.person, elsewhere.organisation).content.startswith(
        f"{elsewhere.organisation.slug} contributor".encode()
    )


def test_memberships_cost_one_query_a_request(rf, lead, django_assert_num_queries):
    request = rf.get("/")
    request.user = lead.person

    with django_assert_num_queries(1):
        for _ in range(3):
            assert [m.organisation.slug for m in memberships_of(request)] == [lead.organisation.slug]


def test_each_decorator_leaves_a_declaration_that_the_walk_can_read():
    def view(request):
        return HttpResponse()

    assert acting_as(*PARTICIPANTS)(view).access == PARTICIPANTS
    assert public("health")(view).access == "public: health"
    assert signed_in("home")(view).access == "signed in: home"
    assert public("health")(view).login_required is False
    assert getattr(signed_in("home")(view), "login_required", True) is True
