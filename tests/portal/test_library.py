"""Documents and their versions: the facts, the pages, what staff may put there, and what is served how."""

from __future__ import annotations

import hashlib
import io
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from mhhs_portal.documents.models import StoredFile
from mhhs_portal.history.panel import verbs_on
from mhhs_portal.library import facts, office, uploads
from mhhs_portal.library.models import Document, DocumentVersion
from mhhs_portal.organisations.models import Role
from tests import make

PDF = b"%PDF-1.7\nnot much\n%%EOF"


def archive(*names):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in ("[Content_Types].xml", *names):
            file.writestr(name, "x")
    return out.getvalue()


@pytest.fixture
def staff(db):
    return make.office()


@pytest.fixture
def document(staff):
    return office.save_document(acting=staff, title="Guide & notes", kind="guide", theme="Planning")


def add(staff, document, **said):
    return office.add_version(acting=staff, document=document, now=timezone.now(), **said)


def upload(name="guide.pdf", content=PDF):
    return SimpleUploadedFile(name, content)


# --- facts ------------------------------------------------------------------------------------------------------------


def test_the_documents_that_pages_name_are_there_with_what_is_known(sample_portal, db):
    plan = Document.objects.get(slug="programme-plan")

    said = [(version.words, version.issued_words) for version in plan.versions.order_by("-issued_on")]
    assert said == [
        ("Version number not published", "20 December 2024"),
        ("v5.27", "June 2024"),
        ("v5.0", "8 June 2023"),
    ]
    assert Document.objects.get(del_number="DEL1590").versions.get().number == "v2.3"
    assert not Document.objects.get(slug="milestone-register").versions.exists()


def test_loading_twice_writes_nothing(sample_portal, db):
    assert facts.load(timezone.localdate()) == ["Documents: 0 rows written"]


# --- what is taken ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.pdf", PDF),
        ("a.csv", "Naïve,1\r\n".encode()),
        ("A.XLSX", archive("xl/workbook.xml")),
        ("a.docx", archive("word/document.xml")),
        ("a.pptx", archive("ppt/presentation.xml")),
    ],
)
def test_five_kinds_of_file_are_taken(staff, document, name, content):
    version = add(staff, document, number="v1", file=upload(name, content))

    assert version.file.sha256 == hashlib.sha256(content).hexdigest()
    assert name not in str(version.file.file.name)
    assert version.file.read() == content


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.exe", PDF, "does not take .exe"),
        ("a", PDF, "files without an ending"),
        ("a.html", b"<script>", "does not take .html"),
        ("a.pdf", b"<html>", "is something else inside"),
        ("a.xlsx", b"PK not a zip", "is something else inside"),
        ("a.xlsx", archive("word/document.xml"), "is something else inside"),
        ("a.xlsx", archive("xl/workbook.xml", "xl/vbaProject.bin"), "is something else inside"),
        ("a.csv", b"a\x00b", "is something else inside"),
        ("a.csv", b"\xff\xfe", "is something else inside"),
        ("a.pdf", b"", "is empty"),
    ],
)
def test_other_files_are_refused_in_words_and_leave_nothing_behind(staff, document, name, content, words):
    with pytest.raises(ValidationError, match=words):
        add(staff, document, number="v1", file=upload(name, content))

    assert not StoredFile.objects.filter(name__startswith="a").exists()
    assert not document.versions.exists()


def test_a_file_that_is_too_large_is_refused(staff, document, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST", 10)

    with pytest.raises(ValidationError, match="The most is 20 MB"):
        add(staff, document, number="v1", file=upload())


def test_a_version_is_a_file_or_a_link(staff, document):
    with pytest.raises(ValidationError, match="not both"):
        add(staff, document, number="v1", file=upload(), url="https://sample.example/")
    with pytest.raises(ValidationError, match="Choose a file, or give the link"):
        add(staff, document, number="v1")
    with pytest.raises(ValidationError, match="begins with https"):
        add(staff, document, number="v1", url="http://sample.example/")
    with pytest.raises(ValidationError, match="still ahead"):
        add(
            staff,
            document,
            number="v1",
            url="https://sample.example/",
            issued_on=timezone.localdate() + timedelta(days=2),
        )


def test_a_version_is_there_once(staff, document):
    add(staff, document, number="v1", url="https://sample.example/")

    with pytest.raises(ValidationError, match="has this version already"):
        add(staff, document, number="V1", file=upload())
    assert not StoredFile.objects.filter(name="guide.pdf").exists()


def test_the_database_refuses_what_no_page_sends(staff, document):
    version = add(staff, document, number="v1", url="https://sample.example/")

    for change, rule in (
        ({"url": "javascript:alert(1)"}, "link_is_https"),
        ({"withdrawn_at": timezone.now()}, "withdrawn_says_why"),
        ({"issued_precision": "day"}, "date_fits_its_precision"),
    ):
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            DocumentVersion.objects.filter(pk=version.pk).update(**change)


# --- what becomes of it -----------------------------------------------------------------------------------------------


def test_postgresql_keeps_a_version_as_it_was(staff, document):
    first = add(staff, document, number="v1", file=upload())
    other = add(staff, document, number="v2", file=upload("other.pdf"))
    versions = DocumentVersion.objects.filter(pk=first.pk)

    for change in ({"file": other.file}, {"file": None}, {"key": "v0"}):
        with pytest.raises(IntegrityError, match="stays as it was"), transaction.atomic():
            versions.update(**change)
    with pytest.raises(IntegrityError, match="stays as it was"), transaction.atomic():
        versions.delete()
    office.withdraw(first, acting=staff, reason="Wrong page 3", now=timezone.now())
    with pytest.raises(IntegrityError, match="withdraw it once"), transaction.atomic():
        versions.update(withdrawn_at=None, withdrawn_reason="")


def test_a_withdrawn_version_stays_readable_with_its_reason_and_the_one_before_is_the_latest(
    client, staff, document, settings
):
    settings.HOLD_BACK_UNSCANNED = False
    day = timezone.localdate()
    add(staff, document, number="v1", file=upload(content=PDF + b"1"), issued_on=day - timedelta(days=9))
    second = add(staff, document, number="v99", file=upload(content=PDF + b"2"), issued_on=day)

    office.withdraw(second, acting=staff, reason="Wrong page 3", now=timezone.now())

    page = client.get(reverse("library:document", args=[document.slug])).content.decode()
    listed = client.get(reverse("library:documents")).content.decode()
    assert "Wrong page 3" in page
    assert "v1" in listed
    assert "v99" not in listed
    assert client.get(reverse("library:download", args=[document.slug, "v99"])).content == PDF + b"2"
    assert verbs_on(second) == ["library.version_added", "library.version_withdrawn"]
    with pytest.raises(ValidationError, match="withdrawn already"):
        office.withdraw(second, acting=staff, reason="Again", now=timezone.now())


def test_a_file_is_served_as_a_download_that_no_browser_guesses_about(client, staff, document, settings):
    settings.HOLD_BACK_UNSCANNED = False
    version = add(staff, document, number="v1", file=upload('a "b"\r\n<x>.pdf'))

    response = client.get(reverse("library:download", args=[document.slug, "v1"]))
    again = client.get(
        reverse("library:download", args=[document.slug, "v1"]), headers={"If-None-Match": response["ETag"]}
    )

    assert response["Content-Disposition"].startswith("attachment")
    assert "\n" not in response["Content-Disposition"]
    assert "<" not in response["Content-Disposition"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Type"] == "application/pdf"
    assert response["ETag"] == f'"{version.file.sha256}"'
    assert again.status_code == 304


def test_a_version_that_is_a_link_has_no_file(client, staff, document):
    add(staff, document, number="v1", url="https://sample.example/a.pdf")

    assert client.get(reverse("library:download", args=[document.slug, "v1"])).status_code == 404
    assert "https://sample.example/a.pdf" in client.get(reverse("library:documents")).content.decode()


# --- pages ------------------------------------------------------------------------------------------------------------


def test_documents_are_filtered_searched_and_downloaded_so(sample_portal, db, client):
    address = reverse("library:documents")

    rows = client.get(f"{address}?theme=Qualification&type=qualification&q=v3.0&format=json").json()["rows"]
    assert {row["document"] for row in rows} == {"Qualification Approach and Plan (QA&P)"}
    assert [row["version"] for row in rows] == [None, None, "v3.0"]
    assert rows[0]["issued"] == "May 2025"
    assert rows[0]["issued_on"] is None
    assert "No document fits" in client.get(f"{address}?q=zzzz").content.decode()
    assert client.get(f"{address}?q=%00&theme=%00&type=x").status_code == 200
    assert client.get(f"{address}?format=xlsx").content[:2] == b"PK"
    assert client.get(reverse("library:document", args=["qap"]) + "?format=csv").content.count(b"\r\n") == 4


def test_the_library_costs_the_same_for_few_and_for_many_documents(client, staff, document):
    def read():
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("library:documents"))
        return len(asked)

    add(staff, document, number="v1", url="https://sample.example/")
    few = read()
    many = [Document(slug=f"d{n}", title=f"Document {n}", theme="Planning") for n in range(100)]
    for row in Document.objects.bulk_create(many):
        DocumentVersion.objects.create(document=row, key="v1", url="https://sample.example/")

    assert read() == few <= 6


# --- staff ------------------------------------------------------------------------------------------------------------


def address(name, *args):
    return reverse(f"library:{name}", args=["programme", *args])


def test_staff_add_a_document_a_version_and_withdraw_it_on_the_pages(client, staff):
    client.force_login(staff.person)

    made = client.post(address("office_new"), {"title": "New", "kind": "plan", "theme": "Planning"})
    slug = Document.objects.get(title="New").slug
    assert slug != "new"
    assert made["Location"] == address("office_document", slug)
    refused = client.post(address("office_new_version", slug), {"number": "v1", "file": upload("a.exe")})
    assert "does not take .exe" in refused.content.decode()
    client.post(address("office_new_version", slug), {"number": "v1", "file": upload()})
    client.post(address("office_withdraw", slug, "v1"), {"reason": "Wrong"})

    version = DocumentVersion.objects.get(document__slug=slug)
    assert (version.withdrawn_reason, version.added_by) == ("Wrong", staff.person)
    assert client.get(address("office")).status_code == 200


@pytest.mark.parametrize("role", [Role.LEAD, Role.CONTRIBUTOR, Role.VIEWER])
def test_participants_cannot_reach_the_staff_pages(client, org, document, role):
    client.force_login(make.member(org, role).person)

    assert client.get(address("office")).status_code == 404
    assert client.post(address("office_new_version", document.slug), {}).status_code == 404
    assert client.get(reverse("library:office", args=[org.slug])).status_code == 403
