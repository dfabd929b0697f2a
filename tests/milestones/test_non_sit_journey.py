"""The Non-SIT Supplier Journey: drawn from the paths, as a page and as a PDF that is kept."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.library.models import DocumentVersion
from milestones import non_sit_journey
from milestones.models import PathStep

PAGE = "/journeys/non-sit-supplier/"
PDF = "/journeys/non-sit-supplier.pdf"


@pytest.fixture
def drawn(monkeypatch):
    """Drawing without the engine; what it was asked for is remembered."""
    asked = []

    def draw(journey, today, version):
        asked.append(version)
        return b"%PDF-" + version.encode()

    monkeypatch.setattr(non_sit_journey, "draw", draw)
    return asked


@pytest.fixture
def plan(sample_portal, db):
    return non_sit_journey.read()


def test_the_steps_are_those_of_the_paths_in_their_order(plan):
    names = list(PathStep.objects.whole().filter(path__slug="cp3").order_by("position").values_list("name", flat=True))

    assert [step.name for step in plan.steps] == names
    assert plan.steps[0].when == "5 February 2024 to 26 April 2024"
    assert plan.steps[1].when == "Not published"
    assert not any("SIT)" in step.name for step in plan.steps)


def test_only_what_a_supplier_or_everybody_must_do_is_asked(plan):
    by_name = {step.name: step for step in plan.steps}

    assert any("Service Activation Proforma" in words for words in by_name["Service activation"].duties)
    assert plan.approvers == ("DIP Manager", "BSC Performance Assurance Board (PAB)", "REC Code Manager")


def test_what_is_not_published_and_what_is_inferred_is_said(plan):
    gates = {way.code: way.gate for way in plan.ways}

    assert gates["CP3"] == "Qualification route opens: May 2026 (trade press only)"
    assert "no date is published" in gates["Later"]
    assert {row.code: row.when for row in plan.milestones}["M12"] == "October 2025 (inferred)"


def test_the_page_says_what_the_paths_say(plan, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(10):
        said = client.get(PAGE).content.decode()

    for step in plan.steps:
        assert step.name in said
    assert "its text was not available" in said
    assert reverse("milestones:path", args=["cp3"]) in said


def test_a_worker_keeps_one_pdf_for_each_thing_that_is_said(plan, drawn):
    now = timezone.now()

    first = non_sit_journey.make_if_missing(now)
    assert non_sit_journey.make_if_missing(now) is None
    PathStep.objects.filter(path__slug="cp3", key="pit").update(summary="Something else.")
    second = non_sit_journey.make_if_missing(now + timedelta(hours=1))

    assert len(drawn) == 2
    assert non_sit_journey.newest() == second
    assert first.file.read() == b"%PDF-" + drawn[0].encode()
    assert {version.pk for version in DocumentVersion.objects.filter(document__slug=non_sit_journey.SLUG)} >= {
        first.pk,
        second.pk,
    }


def test_a_journey_that_goes_back_to_what_it_said_is_drawn_again(plan, drawn):
    now = timezone.now()
    non_sit_journey.make_if_missing(now)
    step = PathStep.objects.get(path__slug="cp3", key="pit")
    before = step.summary
    PathStep.objects.filter(pk=step.pk).update(summary="Something else.")
    non_sit_journey.make_if_missing(now)
    PathStep.objects.filter(pk=step.pk).update(summary=before)

    assert non_sit_journey.make_if_missing(now + timedelta(minutes=1)) is not None
    assert len(drawn) == 3


def test_a_drawing_that_fails_leaves_nothing_behind(plan, monkeypatch):
    def draw(*args):
        raise RuntimeError("no")

    monkeypatch.setattr(non_sit_journey, "draw", draw)
    before = StoredFile.objects.count()

    with pytest.raises(RuntimeError):
        non_sit_journey.make_if_missing(timezone.now())

    assert StoredFile.objects.count() == before


def test_the_pdf_is_served_from_storage_and_not_sent_twice(plan, drawn, client):
    assert client.get(PDF).status_code == 503
    version = non_sit_journey.make_if_missing(timezone.now())

    first = client.get(PDF)
    again = client.get(PDF, headers={"If-None-Match": first["ETag"]})

    assert first["Content-Type"] == "application/pdf"
    assert first["ETag"] == f'"{version.file.sha256}"'
    assert again.status_code == 304
    assert "PDF, A4, as at" in client.get(PAGE).content.decode()


def test_the_version_follows_what_is_said(plan):
    other = replace(plan, approvers=())

    assert non_sit_journey.version_of(plan) != non_sit_journey.version_of(other)


def test_the_pdf_is_tagged_a4_and_says_the_same_as_the_page(plan):
    import pypdf

    made = non_sit_journey.draw(plan, timezone.localdate(), "a" * 64)
    read = pypdf.PdfReader(io.BytesIO(made))
    words = " ".join(page.extract_text() for page in read.pages).replace("\n", " ")

    assert read.trailer["/Root"]["/MarkInfo"]["/Marked"] is True or "/StructTreeRoot" in read.trailer["/Root"]
    assert read.trailer["/Root"]["/Lang"] == "en-GB"
    assert b"pdfuaid" in made or "pdfuaid" in str(read.xmp_metadata.rdf_root.toxml())
    box = read.pages[0].mediabox
    assert (round(box.width), round(box.height)) == (595, 842)
    for step in plan.steps:
        assert step.name.split("(")[0].strip() in words
    assert read.metadata.title == "MHHS: Non-SIT Supplier Journey"
