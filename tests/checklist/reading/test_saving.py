from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, InternalError, transaction
from django.utils import timezone

from checklist.reading.models import MOST_FILTERS, SavedFilter
from checklist.reading.saving import keep_filter
from tests import make

pytestmark = pytest.mark.django_db


def kept_by(acting, name="Mine", query="kind=survey", is_shared=False) -> SavedFilter:
    return keep_filter(name=name, query=query, is_shared=is_shared, acting=acting, now=timezone.now())


def names(client, acting) -> list[str]:
    client.force_login(acting.person)
    slug = acting.organisation.slug
    return [kept.name for kept in client.get(f"/o/{slug}/checklist/").context["saved"]]


def test_a_filter_is_read_and_written_again_before_it_is_kept(lead_client, org):
    make.item(for_=org, kind="survey")
    sent = 'kind=survey&q=" onclick=x&next=//evil.example&state=all&page=7&format=csv&kind2=1#frag'

    answer = lead_client.post(f"/o/{org.slug}/checklist/filters/", {"name": " My  surveys ", "query": sent})

    kept = SavedFilter.objects.get()
    assert (kept.name, kept.query, kept.is_shared) == ("My surveys", "q=%22+onclick%3Dx&state=all&kind=survey", False)
    assert answer["Location"] == f"/o/{org.slug}/checklist/?{kept.query}"
    page = lead_client.get(f"/o/{org.slug}/checklist/")
    assert f'href="/o/{org.slug}/checklist/?q=%22+onclick%3Dx&amp;state=all&amp;kind=survey"' in page.text


def test_colleagues_see_what_is_shared_and_nobody_else_sees_anything(client, org, lead):
    kept_by(lead, "Shared", is_shared=True)
    kept_by(lead, "Private")
    colleague, office = make.viewer(org), make.office()
    stranger = make.lead(make.organisation())
    kept_by(office, "Of staff", is_shared=True)

    assert names(client, lead) == ["Private", "Shared"]
    assert names(client, colleague) == ["Shared"]
    assert names(client, stranger) == []
    assert names(client, office) == ["Of staff"]


def test_one_renames_and_deletes_ones_own_and_a_lead_what_is_shared(client, org, lead):
    colleague = make.contributor(org)
    theirs, shared = kept_by(colleague, "Theirs"), kept_by(colleague, "Shared", is_shared=True)
    own = kept_by(lead, "Own", is_shared=True)

    def post(acting, kept, **data):
        client.force_login(acting.person)
        return client.post(f"/o/{acting.organisation.slug}/checklist/filters/{kept.pk}/", data).status_code

    assert post(colleague, theirs, name="Renamed") == 302
    assert post(colleague, own, do="delete") == 404
    assert post(lead, theirs, do="delete") == 404
    assert post(make.lead(make.organisation()), shared, do="delete") == 404
    assert post(lead, shared, do="delete") == 302
    assert sorted(SavedFilter.objects.values_list("name", flat=True)) == ["Own", "Renamed"]


def test_a_refusal_says_what_to_do_and_keeps_what_was_typed(lead_client, org, lead):
    kept_by(lead, "Taken")
    address = f"/o/{org.slug}/checklist/filters/"

    again = lead_client.post(address, {"name": "Taken", "query": "state=all"})
    empty = lead_client.post(address, {"name": "  ", "query": "state=all"})

    assert "You have a filter of this name already" in again.text
    assert "Give the filter a name" in empty.text
    assert 'name="query" value="state=all"' in empty.text
    assert SavedFilter.objects.count() == 1


def test_there_is_a_limit_in_sql_too(org, lead):
    for n in range(MOST_FILTERS):
        kept_by(lead, f"Filter {n}")

    with pytest.raises(ValidationError, match="Delete one first"):
        kept_by(lead, "One more")
    one = SavedFilter(organisation=org, owner=lead.person, name="By SQL", made_at=timezone.now())
    with pytest.raises((IntegrityError, InternalError), match="Delete one first"), transaction.atomic():
        SavedFilter.objects.bulk_create([one])
    assert SavedFilter.objects.count() == MOST_FILTERS
