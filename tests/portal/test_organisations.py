"""Organisations, people and memberships: what PostgreSQL refuses, in which words."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from mhhs_portal.db import save_checked
from mhhs_portal.organisations.models import Kind, Membership, Organisation, Person, Role, RoleHeld
from tests import make

D = date


def membership(lead, starts_on, ends_on, role=Role.VIEWER):
    return Membership(
        person=lead.person, organisation=lead.organisation, role=role, starts_on=starts_on, ends_on=ends_on
    )


@pytest.mark.parametrize(
    ("starts_on", "ends_on"),
    [
        (D(2026, 3, 31), D(2026, 4, 30)),  # they share one day
        (D(2026, 1, 15), D(2026, 2, 15)),
        (D(2025, 1, 1), None),
        (D(2025, 12, 1), D(2026, 1, 1)),
    ],
)
def test_a_person_has_one_role_in_an_organisation_at_a_time(org, starts_on, ends_on):
    first = make.lead(org, starts_on=D(2026, 1, 1), ends_on=D(2026, 3, 31))

    with pytest.raises(ValidationError, match="already has a role in this organisation at that time"):
        save_checked(membership(first, starts_on, ends_on))
    with pytest.raises(IntegrityError, match="membership_one_role_at_a_time"), transaction.atomic():
        membership(first, starts_on, ends_on).save()

    assert Membership.objects.get() == first


def test_a_person_may_change_role_the_next_day_and_have_two_organisations(org):
    first = make.lead(org, starts_on=D(2026, 1, 1), ends_on=D(2026, 3, 31))

    save_checked(membership(first, D(2026, 4, 1), None))
    make.lead(make.organisation(), person=first.person, starts_on=D(2026, 2, 1))

    assert Membership.objects.count() == 3


def test_a_membership_is_in_force_from_its_first_to_its_last_day(org):
    held = make.lead(org, starts_on=D(2026, 1, 10), ends_on=D(2026, 1, 20))

    in_force = [day for day in range(1, 32) if Membership.objects.current(D(2026, 1, day)).exists()]

    assert in_force == list(range(10, 21))
    Person.objects.filter(pk=held.person_id).update(is_active=False)
    assert not Membership.objects.current(D(2026, 1, 15)).exists()


def test_a_membership_cannot_end_before_it_starts(org):
    with pytest.raises(ValidationError, match="cannot end before it starts"):
        save_checked(
            Membership(
                person=make.person(),
                organisation=org,
                role=Role.LEAD,
                starts_on=D(2026, 2, 2),
                ends_on=D(2026, 2, 1),
            )
        )


def test_an_address_belongs_to_one_person_in_any_case(db):
    make.person(email="sam@sample.example")

    with pytest.raises(ValidationError, match="already here"):
        save_checked(Person(email="SAM@sample.example", name="Another Sam", password="x"))


@pytest.mark.parametrize("mpid", ["zzn1", "ZZN", "ZZN11", "ZZ-1", "ZZN1\n"])
def test_an_mpid_is_four_capital_letters_or_digits(org, mpid):
    with pytest.raises(ValidationError, match="four|at most 4"):
        save_checked(RoleHeld(organisation=org, mpid=mpid, market_role=make.market_role()))

    assert not RoleHeld.objects.exists()


def test_an_mpid_holds_a_market_role_once(org):
    make.role_held(org, mpid="ZZN1")

    with pytest.raises(ValidationError, match="already holds that market role"):
        save_checked(RoleHeld(organisation=make.organisation(), mpid="ZZN1", market_role=make.market_role()))


@pytest.mark.django_db(transaction=True)
def test_of_people_who_save_the_same_thing_at_once_one_wins_and_the_others_are_told_in_words():
    org, market_role = make.organisation(), make.market_role()

    def save(_):
        try:
            save_checked(RoleHeld(organisation=org, mpid="ZZN1", market_role=market_role))
        except ValidationError as refusal:
            return refusal.messages
        finally:
            connection.close()
        return "saved"

    with ThreadPoolExecutor(max_workers=8) as crowd:
        answers = list(crowd.map(save, range(8)))

    told = [answer for answer in answers if answer != "saved"]
    assert RoleHeld.objects.count() == 1
    assert len(told) == 7
    assert {len(messages) for messages in told} == {1}
    assert {messages[0] for messages in told} == {"This MPID already holds that market role."}


@pytest.mark.parametrize(("role", "home"), [(Role.OFFICE, "programme"), (Role.ANALYST, "elexon"), (Role.BOARD, "pab")])
def test_a_role_that_opens_what_no_participant_sees_is_held_in_its_own_body_alone(org, role, home):
    """So that a page that asks for the role alone is safe as well."""
    bodies = [org, *(make.organisation(kind=kind) for kind in Kind.values if kind != Kind.PARTICIPANT)]

    for body in bodies:
        if body.kind == home:
            save_checked(Membership(person=make.person(), organisation=body, role=role))
            continue
        with pytest.raises(ValidationError, match="held where it belongs"):
            save_checked(Membership(person=make.person(), organisation=body, role=role))
        with pytest.raises(IntegrityError, match="held where it belongs"), transaction.atomic():
            make.member(body, role)

    viewer = make.viewer(org)
    with pytest.raises(IntegrityError, match="held where it belongs"), transaction.atomic():
        Membership.objects.filter(pk=viewer.pk).update(role=role)


def test_a_body_with_staff_of_its_own_stays_what_it_is(org):
    programme = make.office().organisation

    with pytest.raises(IntegrityError, match="stays what it is"), transaction.atomic():
        Organisation.objects.filter(pk=programme.pk).update(kind=Kind.OFGEM)

    Organisation.objects.filter(pk=org.pk).update(kind=Kind.OFGEM)
    assert Organisation.objects.filter(pk=org.pk, kind=Kind.OFGEM).exists()
