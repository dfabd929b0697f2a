"""What analysts do: opening a campaign, counting, and marking what was submitted."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from readiness.campaigns import open_campaign
from readiness.models import Assessment, Submission
from tests import make
from tests.readiness.test_pages import address, text_of

HTMX = {"HX-Request": "true"}
NOW = timezone.now()


@pytest.fixture
def submission(org):
    return make.submission(org)


def test_opening_asks_everybody_with_a_role_that_does_not_qualify_once(db):
    legacy, both, ready = make.organisation(), make.organisation(), make.organisation()
    make.role_held(legacy, "nhhdc", is_qualifying=False)
    make.role_held(both, "supplier")
    make.role_held(both, "moa", is_qualifying=False)
    make.role_held(both, "nhhda", is_qualifying=False)
    make.role_held(ready, "supplier")
    campaign = make.campaign()

    assert open_campaign(campaign, by=make.analyst().person, now=NOW) == 2

    assert set(campaign.submissions.values_list("organisation", flat=True)) == {legacy.pk, both.pk}
    assert len(campaign.submissions.get(organisation=both).asked_for) == 2


def test_opening_is_refused_twice_and_for_nobody(org):
    from django.core.exceptions import ValidationError

    campaign = make.campaign()
    with pytest.raises(ValidationError, match="nobody to ask"):
        open_campaign(campaign, by=None, now=NOW)
    make.role_held(org, "nhhdc", is_qualifying=False)
    open_campaign(campaign, by=None, now=NOW)
    with pytest.raises(ValidationError, match="open already"):
        open_campaign(campaign, by=None, now=NOW)
    assert Submission.objects.count() == 1


def test_a_sample_asks_no_real_organisation(org):
    make.role_held(org, "nhhdc", is_qualifying=False)
    sample = make.organisation(is_sample=True)
    make.role_held(sample, "nhhdc", is_qualifying=False)

    campaign = make.campaign(is_sample=True)
    open_campaign(campaign, by=None, now=NOW)

    assert [s.organisation for s in campaign.submissions.all()] == [sample]


def test_the_counts_add_up_to_everybody_asked(client, db):
    past = make.campaign(due_at=NOW - timedelta(hours=1))
    make.submitted(make.organisation(), campaign_=past)
    make.submitted(make.organisation(), campaign_=past, now=NOW - timedelta(hours=2))
    make.submission(make.organisation(), past)
    one = make.submission(make.organisation(), past)
    make.answered(one, make.lead(one.organisation), A1="So")
    analyst = make.analyst()
    client.force_login(analyst.person)

    page = client.get(address("campaign", analyst.organisation, one))

    counts = {key: count for key, _, _, count in page.context["standings"]}
    assert counts == {
        "not-started": 0, "in-progress": 0, "overdue": 2, "more-needed": 0, "submitted": 1, "submitted-late": 1,
    }  # fmt: skip
    assert sum(counts.values()) == page.context["asked"] == 4
    assert [s.standing for s in client.get("?show=overdue", PATH_INFO=page.request["PATH_INFO"]).context["page"]] == [
        "overdue",
        "overdue",
    ]


def test_an_analyst_marks_with_and_without_scripts_and_is_told_of_a_colleague(client, org, lead):
    submission = make.submitted(org, lead)
    one, two = make.analyst(), make.analyst()
    url = address("mark", one.organisation, submission, org.slug, "a1")
    client.force_login(one.person)

    plain = client.post(url, {"mark": "adequate", "reason": "", "seen": ""}, follow=True)
    assert "A1 is marked as adequate" in text_of(plain)
    client.force_login(two.person)
    part = client.post(url, {"mark": "not-adequate", "reason": "No test", "seen": ""}, headers=HTMX)

    assert text_of(part).strip().startswith('<article class="answer" id="answer-a1"')
    assert f"{one.person.name} marked this answer as adequate" in text_of(part)
    assert [row.mark for row in Assessment.objects.order_by("pk")] == ["adequate", "not-adequate"]


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_mark_without_a_reason_is_refused_beside_the_field_and_stays_chosen(client, org, lead, headers):
    submission = make.submitted(org, lead)
    analyst = make.analyst()
    client.force_login(analyst.person)

    page = client.post(
        address("mark", analyst.organisation, submission, org.slug, "a1"), {"mark": "more-needed"}, headers=headers
    )

    assert text_of(page).count("Say why the answer is not adequate.") == 2
    assert 'value="more-needed" id="mark-a1-3" checked' in text_of(page)
    assert not Assessment.objects.exists()
