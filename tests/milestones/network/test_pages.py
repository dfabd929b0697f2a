"""The pages of the critical paths: what they show, what they ask of the database, and as files."""

from __future__ import annotations

import csv
import io
import json
import re
from itertools import pairwise

import pgtrigger
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from milestones.models import CriticalPath, Dependency, Forecast, Milestone
from milestones.network.models import StepLink
from tests import make

pytestmark = pytest.mark.django_db
PATHS = ("cp1", "cp2", "cp3", "later")


def text_of(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))


@pytest.fixture
def pages(client, sample_portal):
    return client


def test_each_path_shows_its_network_and_why(pages):
    for slug in PATHS:
        page = pages.get(f"/critical-paths/{slug}/")

        assert page.status_code == 200
        for words in ("What waits for what", "Float by step", "Next gate", "Why ", "What it was called", "<desc"):
            assert words in page.text, (slug, words)
        assert "lag is not published and counts as 0" in page.text or "Stands on its own date" in page.text


def test_labels_stand_with_their_dates(pages):
    said = text_of(pages.get("/critical-paths/cp3/").text)

    assert "Qualification Wave" in said
    assert "Since 27 November 2023" in said
    assert "April 2023 to 27 November 2023" in said
    assert "SIT Minimum Viable Cohort (MVC) 20 December 2024 to May 2025" in text_of(
        pages.get("/critical-paths/cp1/").text
    )


def test_approvers_stand_by_role(pages):
    page = pages.get("/critical-paths/cp1/").text

    assert page.count("REC Code Manager") == 1
    assert "DIP Manager" in page
    assert "BSC PAB" in page


def test_why_follows_the_chain_that_is_asked_for(pages):
    step = StepLink.objects.get(after_step__path__slug="cp3", after_step__key="qt").after_step

    page = pages.get(f"/critical-paths/cp3/?why=s{step.pk}").text

    chain = re.search(r'<ol class="why-chain">(.*?)</ol>', page, re.S)[1]
    assert re.findall(r"<b>([^<]+)</b>", chain) == ["PQS", "PIT", "DIP onboarding", "Initial QAD", "QT"]
    assert pages.get("/critical-paths/cp3/?why=nonsense").status_code == 200


def test_a_month_is_never_said_as_a_day(pages):
    """M11 was reached in October 2025, CP3 opens in May 2026: neither is on the page as its last day."""
    for slug in PATHS:
        said = text_of(pages.get(f"/critical-paths/{slug}/").text)
        assert "the end of October 2025" in said.replace("The end", "the end")
        for day in ("31 October 2025", "31 May 2026", "29 May 2026", "31 May 2027", "28 May 2027"):
            assert day not in said, (slug, day)


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_lists_are_files_too(pages, form):
    for address in ("/critical-paths/", "/critical-paths/cp1/"):
        assert pages.get(f"{address}?format={form}").status_code == 200
    assert pages.get(f"{address}?format=doc").status_code == 400


def test_the_file_has_the_rows_of_the_page(pages):
    rows = list(csv.DictReader(io.StringIO(pages.get("/critical-paths/cp1/?format=csv").content.decode("utf-8-sig"))))
    said = json.loads(pages.get("/critical-paths/cp1/?format=json").content)["rows"]

    page = pages.get("/critical-paths/cp1/").text
    table = re.search(r'<caption class="visually-hidden">Everything on CP1.*?</table>', page, re.S)[0]
    assert len(rows) == len(said) == table.count('<th scope="row">') > 12
    [m10] = [row for row in said if row["code"] == "M10"]
    assert (m10["date"], m10["earliest"], m10["latest"]) == (
        "24 September 2025",
        "24 September 2025",
        "the end of October 2025",
    )
    # 25, 26, 29, 30 September and the 23 working days of October 2025
    assert m10["float_working_days"] == 27


def more_milestones(count: int) -> None:
    """Milestones on every path with a baseline date, a forecast and a link, beside what is there."""
    source, lane, now = make.source(), make.lane(), timezone.now()
    rows = Milestone.objects.bulk_create(
        Milestone(code=f"Z{n}", slug=f"z{n}", name=f"Extra {n}", lane=lane, position=100 + n) for n in range(count)
    )
    for path in CriticalPath.objects.all():  # a quarter matters to the paths
        Milestone.paths.through.objects.bulk_create(
            Milestone.paths.through(milestone_id=row.pk, criticalpath_id=path.pk) for row in rows[::4]
        )
    day = timezone.localdate()
    facts = {"first_on": day, "last_on": day, "precision": "day", "source": source, "confidence": "stated"}
    Forecast.objects.bulk_create(Forecast(milestone=row, as_at=day, reported_at=now, **facts) for row in rows)
    with pgtrigger.ignore("milestones.Dependency:dependency_closes_no_loop"):  # it asks about each of them
        Dependency.objects.bulk_create(
            Dependency(before=one, after=other, source=source, confidence="inferred")
            for one, other in pairwise(rows[::4])
        )


def test_pages_ask_as_much_for_16_milestones_as_for_300(sample_portal):
    nobody, lead = Client(), Client()
    lead.force_login(make.lead(make.organisation()).person)
    addresses = ("/critical-paths/", "/critical-paths/cp1/", "/critical-paths/cp3/")
    doors = [(client, address) for client in (nobody, lead) for address in addresses]

    def count() -> list[int]:
        found = []
        for client, address in doors:
            with CaptureQueriesContext(connection) as captured:
                page = client.get(address)
            found.append(len(captured))
            assert page.status_code == 200
        return found

    for client, address in doors:
        client.get(address)
    few = count()
    more_milestones(300)
    many = count()

    assert few == many
    assert max(few) <= 10, few
    assert "more are in the table below" in nobody.get("/critical-paths/cp1/").text
