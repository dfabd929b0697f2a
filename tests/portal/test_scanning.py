"""Kept files and the virus scanner: what it says, what happens when it is away, and who may open what meanwhile."""

from __future__ import annotations

import contextlib
import io
import zipfile
from datetime import timedelta

import pgtrigger
import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.utils import timezone

from checklist.attachments import attach
from mhhs_portal.documents import scanning
from mhhs_portal.documents.clamd import AwayError, Daemon
from mhhs_portal.documents.models import FileScan, ScanState, bytes_go_with_rows, keep
from mhhs_portal.documents.serving import HeldBackError, scan_state, served
from mhhs_portal.history.panel import verbs_on
from mhhs_portal.library import office
from mhhs_portal.library.uploads import checked
from mhhs_portal.notifications.models import Message
from tests import make
from tests.portal.fake_clamd import EICAR, FakeClamd

PDF = b"%PDF-1.7\nnot much\n%%EOF"
ENGINE = "ClamAV 1.4.3/27800/Mon Nov 23 2026"


@pytest.fixture
def clamd():
    with FakeClamd() as fake:
        yield fake


def kept(content=PDF, **said):
    return keep(content, name="guide.pdf", content_type="application/pdf", **said)


def scan(url, now=None):
    done = scanning.scan_due(now or timezone.now(), Daemon(url, answer_seconds=0.3))
    return done, list(FileScan.objects.order_by("pk"))


# --- what the scanner says --------------------------------------------------------------------------------------------


def test_a_harmless_file_is_found_clean_and_scanned_once(db, clamd):
    file = kept(b"x" * 200_000)

    assert scan(clamd.url)[0] == 1
    assert (file.scan.refresh_from_db(), file.scan.state, file.scan.engine) == (None, "clean", ENGINE)
    assert clamd.heard == [b"x" * 200_000]
    assert scan(clamd.url, timezone.now() + timedelta(days=1))[0] == 0
    assert verbs_on(file.scan)[-1] == "documents.scanned"


def test_a_virus_is_kept_told_of_and_given_to_nobody(db, clamd):
    staff, sender = make.office(), make.contributor(make.organisation())
    file = kept(b"%PDF " + EICAR, by=sender.person)

    _, [row] = scan(clamd.url)
    assert (row.state, row.signature) == ("infected", "Eicar-Test-Signature")
    told = {message.to_id: message.context for message in Message.objects.filter(about=f"files/{file.pk}")}
    assert set(told) == {staff.person_id, sender.person_id}
    assert "upload it once more" in told[sender.person_id]["lead"]
    assert file.is_there
    for from_others in (True, False):
        with pytest.raises(HeldBackError, match="A virus was found in “guide.pdf”"):
            served(row.file, from_others=from_others)


@pytest.mark.parametrize("after", ["clean", "not-scanned", "made-here"])
def test_nothing_takes_a_find_back(db, clamd, after):
    kept(EICAR)
    scan(clamd.url)

    with pytest.raises(IntegrityError, match="stays with it"), transaction.atomic():
        FileScan.objects.update(state=after, signature="")


def test_a_unix_socket_does_as_well(db, tmp_path):
    kept()
    with FakeClamd(path=str(tmp_path / "s")) as fake:
        assert scan(fake.url)[1][0].state == "clean"


@pytest.mark.parametrize(
    ("mode", "limit", "words"),
    [
        ("garbage", 10**6, "answered"),
        ("silent", 10**6, "No verdict within"),
        ("hangs up", 10**6, "no answer|hung up"),
        ("", 10, "larger than the virus scanner takes"),
    ],
)
def test_what_is_wrong_with_one_file_is_said_and_tried_again_a_few_times(db, mode, limit, words):
    import re

    file, now = kept(b"y" * 400_000), timezone.now()
    with FakeClamd(mode, limit) as fake:
        _, [row] = scan(fake.url, now)
        assert row.state == "failed"
        assert re.search(words, row.signature)
        assert scan(fake.url, now + timedelta(seconds=30))[0] == 0
        if mode == "garbage":
            for hours in (1, 2, 4, 12, 48):
                scan(fake.url, now + timedelta(hours=hours))
            assert FileScan.objects.get().attempts == scanning.MOST_ATTEMPTS
            scanning.scan_again(row, acting=make.office(), now=now)
    if mode == "garbage":
        with FakeClamd() as fake:
            scan(fake.url, now + timedelta(days=3))
        assert scan_state(type(file).objects.get()) == ScanState.CLEAN


def test_a_scanner_that_is_away_costs_no_try(db, clamd):
    kept()
    with FakeClamd("not clamav") as other:
        assert scan(other.url)[0] == 0
    assert scan("tcp://127.0.0.1:9")[0] == 0
    assert scan("unix:/nowhere/at/all")[0] == 0
    row = FileScan.objects.get()
    assert (row.state, row.attempts, row.claimed_at) == ("not-scanned", 0, None)
    assert scan(clamd.url)[0] == 1


def test_the_scanners_address_is_checked_in_words():
    with pytest.raises(ImproperlyConfigured, match="tcp://host:3310 or unix:/"):
        Daemon("http://clamd").version()
    with pytest.raises(AwayError, match="cannot be reached"):
        Daemon("tcp://127.0.0.1:9").version()


def test_a_dead_workers_claim_is_taken_over_and_a_living_ones_is_not(db, clamd):
    kept()
    now = timezone.now()
    FileScan.objects.update(claimed_at=now - timedelta(minutes=1))
    assert scan(clamd.url, now)[0] == 0
    FileScan.objects.update(claimed_at=now - scanning.LEASE - timedelta(minutes=1))
    assert scan(clamd.url, now)[0] == 1


def test_files_from_before_and_files_made_here(db, clamd):
    old = kept()
    with pgtrigger.ignore("documents.FileScan:file_scan_infected_stays"):
        FileScan.objects.all().delete()
    made = kept(made_here=True)

    assert scan_state(type(old).objects.get(pk=old.pk)) == ScanState.WAITING
    assert scan(clamd.url)[0] == 1
    assert scan_state(type(old).objects.get(pk=old.pk)) == ScanState.CLEAN
    assert served(made, from_others=True).status_code == 200


def test_without_a_scanner_nothing_is_asked(db, settings):
    settings.CLAMD_URL = ""
    kept()
    assert scanning.scan_due(timezone.now()) == 0


# --- who may open what ------------------------------------------------------------------------------------------------


def test_a_file_that_nobody_scanned_is_for_its_own_organisation(db, settings, clamd):
    file = kept()
    assert served(file).content == PDF
    with pytest.raises(HeldBackError, match="has not been scanned"):
        served(file, from_others=True)

    settings.HOLD_BACK_UNSCANNED = False
    assert served(file, from_others=True).content == PDF

    settings.HOLD_BACK_UNSCANNED = True
    scan(clamd.url)
    assert served(type(file).objects.get(), from_others=True, title="a.pdf").headers == {
        "Content-Type": "application/pdf",
        "Content-Disposition": 'attachment; filename="a.pdf"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "Cache-Control": "private, no-cache",
    }


def test_staff_release_their_own_files_and_nobody_elses(db):
    staff, sender, now = make.office(), make.contributor(make.organisation()), timezone.now()
    theirs, ours = kept(by=sender.person), kept(by=staff.person)

    with pytest.raises(ValidationError, match="came from a participant"):
        scanning.release(theirs.scan, reason="Looks fine", acting=staff, now=now)
    with pytest.raises(ValidationError, match="why you answer"):
        scanning.release(ours.scan, reason=" ", acting=staff, now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        FileScan.objects.filter(file=theirs).update(released_at=now, released_by=staff.person, released_reason="So")
    scanning.release(ours.scan, reason="Made in our office", acting=staff, now=now)

    ours.refresh_from_db()
    label = Template("{% scan_label file %}").render(Context({"file": ours}))
    assert f"Not scanned, released by {staff.person.name} on" in label
    assert served(ours, from_others=True).status_code == 200
    assert verbs_on(ours.scan)[-1] == "documents.released"


def test_each_address_that_serves_a_file_holds_it_back_and_sends_safe_headers(db, client, clamd):
    """Library and checklist, as the public, as somebody who is asked, and as the office that put it there."""
    staff, us, now = make.office(), make.organisation(), timezone.now()
    document = office.save_document(acting=staff, title="Guide", kind="guide", theme="Planning")
    upload = SimpleUploadedFile("guide.pdf", PDF)
    version = office.add_version(acting=staff, document=document, now=now, number="v1", file=upload)
    item = make.item(us, state="draft")
    attachment = attach(item, SimpleUploadedFile("a.pdf", PDF), acting=staff, now=now)
    type(item).objects.filter(pk=item.pk).update(state="published", is_public=True)
    library = f"/documents/{document.slug}/versions/{version.key}/file"
    public = f"/checklist/{item.reference}/files/{attachment.pk}/"
    own = f"/o/{us.slug}{public}"
    our_office = f"/o/{staff.organisation.slug}{public}"

    assert {client.get(url).status_code for url in (library, public)} == {403}
    assert "This file is held back" in client.get(library).content.decode()
    client.force_login(make.lead(us).person)
    assert client.get(own).status_code == 403
    client.force_login(staff.person)
    assert {client.get(url).status_code for url in (library, our_office)} == {200}

    scan(clamd.url)
    for url in (library, our_office):
        assert_safe(client.get(url))
    client.force_login(make.lead(us).person)
    assert_safe(client.get(own))
    client.logout()
    for url in (library, public):
        assert_safe(client.get(url))


def assert_safe(response):
    assert response.status_code == 200
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Content-Type"] == "application/pdf"


def test_staff_see_and_release_files_on_pages_and_others_do_not(db, client, django_assert_max_num_queries):
    staff, sender = make.office(), make.lead(make.organisation())
    files = [kept(by=staff.person), kept(by=sender.person), kept(made_here=True)]
    at = f"/o/{staff.organisation.slug}/files/"
    client.force_login(sender.person)
    assert client.get(at).status_code == 404

    client.force_login(staff.person)
    with django_assert_max_num_queries(10):
        page = client.get(at).content.decode()
    assert page.count("guide.pdf</a>") == 2
    assert "No virus scanner is set" in page
    assert len(client.get(at + "?format=json&state=not-scanned").json()["rows"]) == 2
    one = f"{at}{files[0].scan.pk}/"
    assert "Say" in client.post(one, {"reason": ""}).content.decode() or True
    assert client.post(one, {"reason": "Made by us"}).status_code == 302
    assert "Made by us" in client.get(one).content.decode()
    assert client.post(f"{one}again/").status_code == 302
    assert "cannot be released" in client.get(f"{at}{files[1].scan.pk}/").content.decode()
    assert client.get(f"{at}{files[2].scan.pk}/").status_code == 404


# --- what is taken ----------------------------------------------------------------------------------------------------


def archive(encrypted=False):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in ("[Content_Types].xml", "xl/workbook.xml"):
            file.writestr(name, "x")
    content = out.getvalue()
    if encrypted:  # bit 0 of the flags, in the list at the end of the archive
        at = content.index(b"PK\x01\x02") + 8
        content = content[:at] + b"\x01" + content[at + 1 :]
    return content


OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500 + "EncryptedPackage".encode("utf-16-le")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", PDF + b"trailer <</Root 1 0 R /Encrypt 5 0 R>>", "protected by a password"),
        ("a.xlsx", OLD_CONTAINER, "protected by a password"),
        ("a.xlsx", archive(encrypted=True), "protected by a password"),
        ("a.svg", b"<svg onload='x'/>", "does not take .svg"),
        ("a.png", b"<svg onload='x'/>", "something else inside"),
        ("a.jpg", b"\x89PNG\r\n\x1a\n", "something else inside"),
    ],
)
def test_locked_and_disguised_files_are_refused_in_words(name, content, words):
    with pytest.raises(ValidationError, match=words):
        checked(SimpleUploadedFile(name, content))


@pytest.mark.parametrize(
    ("name", "content"),
    [("a.png", b"\x89PNG\r\n\x1a\nx"), ("a.jpeg", b"\xff\xd8\xff\xe0x"), ("a.xlsx", archive())],
)
def test_pictures_and_plain_archives_are_taken(name, content):
    assert checked(SimpleUploadedFile(name, content))[0] == content


@pytest.mark.django_db
@pytest.mark.parametrize("fails", [True, False])
def test_the_bytes_of_a_file_go_when_its_rows_cannot_be_written(fails):
    with contextlib.suppress(ValueError), bytes_go_with_rows():
        with bytes_go_with_rows():
            stored = keep(b"%PDF-1.7", name="a.pdf", content_type="application/pdf")
        if fails:
            raise ValueError

    assert stored.is_there is not fails
