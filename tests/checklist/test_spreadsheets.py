from __future__ import annotations

import io
import time
import zipfile

import pytest
from django.apps.registry import Apps
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from checklist import comment_uploads
from checklist.comment_reading import read
from checklist.comment_sheets import Placed, plain, workbook
from checklist.models import ChecklistItem, CommentsUpload, DraftComment, ItemLink, Response
from checklist.responding import CommentRow
from checklist.response_drafting import add_rows, row_of
from mhhs_portal.organisations.models import Organisation
from tests import make

HEAD = ["Document reference", "Section", "Comment", "Severity", "Kind", "Proposed wording", "Confidential"]
GOOD = ["Plan", "4.3", "It is not clear.", "High", "Question", "Say so.", "Yes"]


@pytest.fixture
def lead(db):
    return make.lead(make.organisation(slug="oldcastle", name="Oldcastle Energy"))


@pytest.fixture
def item(lead):
    return make.item(for_=lead.organisation, document_number="DEL2428", document_version="1.0")


def book(*rows, head=HEAD, sheet="Comments") -> bytes:
    made = Workbook()
    made.active.title = sheet
    for row in (head, *rows):
        made.active.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def log(content: bytes, name="log.xlsx"):
    return read(io.BytesIO(content), name, len(content))


def uploaded(item, lead, content, name="log.xlsx"):
    file = SimpleUploadedFile(name, content)
    return comment_uploads.upload(item, file=file, acting=lead, now=timezone.now())


def drafted() -> list[str]:
    return list(DraftComment.objects.order_by("position").values_list("comment", flat=True))


ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=60) | st.sampled_from(
    ["=1+1", "'=x", "+44", "-", "@a", "a\nb\r\nc", "#N/A", "é ü ż", "0.10", "  x  ", "y" * 8000]
)
ROWS = st.lists(
    st.builds(
        CommentRow,
        document=ANY.map(lambda text: text[:100]),
        clause=ANY.map(lambda text: text[:70]),
        comment=ANY.filter(plain),
        suggested_change=ANY,
        kind=st.sampled_from(["substantive", "question", "editorial"]),
        severity=st.sampled_from(["high", "medium", "low"]),
        is_confidential=st.booleans(),
    ),
    min_size=1,
    max_size=4,
)


class Offline(ChecklistItem):
    """An item that no database knows."""

    class Meta:
        proxy = True
        app_label = "checklist"
        apps = Apps()  # a registry of its own: the portal's models stay as they are

    links = attachments = type("None_", (), {"all": lambda self: [], "filter": lambda self, **_: []})()


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS)
def test_what_is_written_reads_back_the_same(rows):
    content = workbook(Offline(reference="PCL-0001"), Organisation(slug="a", name="A"), [Placed(row) for row in rows])
    back = log(content)
    assert [each.faults for each in back.rows] == [[]] * len(rows)
    assert [each.row for each in back.rows] == [comment_uploads._canonical(row) for row in rows]


def test_the_template_says_what_it_is_for_and_brings_the_draft(item, lead):
    ItemLink.objects.model(item=item, position=0, title="Annex 2", url="https://a.example/")
    add_rows(item, [CommentRow(comment="=SUM(A1)\r\nTwo", kind="editorial")], acting=lead, now=timezone.now())
    client = Client()
    client.force_login(lead.person)
    answer = client.get(f"/o/oldcastle/checklist/{item.reference}/comments.xlsx")
    assert answer["Content-Disposition"] == f'attachment; filename="{item.reference}-comments-oldcastle.xlsx"'

    made = load_workbook(io.BytesIO(answer.content))
    assert made.sheetnames[:2] == ["Comments", "Instructions"]
    sheet = made["Comments"]
    assert [cell.value for cell in sheet[1]][:7] == HEAD
    assert (sheet["C2"].value, sheet["C2"].data_type, sheet["E2"].value) == ("=SUM(A1)\nTwo", "s", "Editorial")
    rules = {str(rule.sqref).split(":")[0]: rule for rule in sheet.data_validations.dataValidation}
    assert rules["D2"].showErrorMessage
    assert rules["E2"].showErrorMessage
    assert not rules["A2"].showErrorMessage
    assert [cell.value for cell in made["Lists"]["B"]][:3] == ["High", "Medium", "Low"]
    assert made["Lists"]["A1"].value == "DEL2428 1.0"
    told = "\n".join(str(cell.value) for row in made["Instructions"] for cell in row)
    for words in (item.reference, "Oldcastle Energy", "the Programme's comments log template is not published"):
        assert words in told


def test_every_bad_row_is_named_and_nothing_is_lost():
    from datetime import date

    found = log(
        book(
            GOOD,
            ["Plan", "1", "", "High", "Question", "KEEP ME", ""],
            ["Plan", "2", "Text", "Urgent", "Riddle", "", "maybe"],
            ["Plan", date(2026, 4, 3), "Text", "", "", "", ""],
            ["Plan", "4", "x" * 8001, "", "", "", ""],
            ["Plan", "5", "=1+1", "", "", "", ""],
            ["", "", "", "Low", "Editorial", "", "No"],
            [None, None, "Only a comment"],
        )
    )
    assert [row.number for row in found.good] == [2, 9]
    assert found.good[0].row == CommentRow("Plan", "4.3", "It is not clear.", "Say so.", "question", "high", True)
    said = {row.number: {fault.column: fault.words for fault in row.faults} for row in found.rows if row.faults}
    assert {number: list(faults) for number, faults in said.items()} == {
        3: ["Comment"],
        4: ["Severity", "Kind", "Confidential"],
        5: ["Section"],
        6: ["Comment"],
        7: ["Comment"],
    }
    assert "missing" in said[3]["Comment"]
    assert "8,001 characters" in said[6]["Comment"]
    assert "High, Medium, Low" in said[4]["Severity"]
    assert "3 April 2026" in said[5]["Section"]
    assert "formula" in said[7]["Comment"]
    assert found.rows[1].row.suggested_change == "KEEP ME"
    assert len(found.rows[4].row.comment) == 8001


def test_a_csv_is_read_as_well():
    found = log('Comment,Section,Owner\r\n"Two\r\nlines",\'=4,me\r\n'.encode("utf-8-sig"), "log.csv")
    assert [(row.row.comment, row.row.clause) for row in found.rows] == [("Two\nlines", "=4")]
    assert found.unknown == ["Owner"]
    assert found.sheet == ""


def bomb() -> bytes:
    out = io.BytesIO(book(GOOD))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"0" * (60 * 1024 * 1024))
    return out.getvalue()


def with_a_sheet(rows: str) -> bytes:
    """A workbook whose sheet is this XML, as no program would write it."""
    space, out = "http://schemas.openxmlformats.org/spreadsheetml/2006/main", io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book(GOOD))) as made, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in made.namelist():
            sheet = f'{rows[: rows.find("<row")]}<worksheet xmlns="{space}"><sheetData>{rows[rows.find("<row") :]}'
            ours = f"{sheet}</sheetData></worksheet>".encode()
            archive.writestr(name, ours if name.endswith("sheet1.xml") else made.read(name))
    return out.getvalue()


def a_million_cells() -> bytes:
    return with_a_sheet(f"<row r='1'>{''.join(f'<c><v>{n % 9973}</v></c>' for n in range(150_000))}</row>")


def entities() -> bytes:
    named = "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
    start = f"<!DOCTYPE a [<!ENTITY a 'aaaaaaaaaa'>{named}]>"
    return with_a_sheet(f"{start}<row r='1'><c t='inlineStr'><is><t>&j;</t></is></c></row>")


def with_macros() -> bytes:
    out = io.BytesIO(book(GOOD))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("log.xlsm", lambda: book(GOOD), "macros"),
        ("log.xlsx", with_macros, "macros"),
        ("log.xlsx", bomb, "would unpack to"),
        ("log.xlsx", a_million_cells, "rows, cells and texts"),
        ("log.xlsx", entities, "damaged"),
        ("log.xlsx", lambda: b"PK\x03\x04 damaged", "damaged"),
        ("log.xlsx", lambda: book(GOOD)[:3000], "damaged"),
        ("log.pdf", lambda: b"%PDF-1.7", "neither"),
        ("log.xml", lambda: b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "neither an Excel"),
        ("log.csv", lambda: "Comment\n\xff".encode("latin-1"), "not in UTF-8"),
        ("log.csv", lambda: b"Comment\n" + b"x" * 200_000, "cannot be read"),
        ("log.csv", lambda: b"Comment\n" + b"x\n" * 2_100, "more than 2,000"),
        ("log.csv", lambda: b"x" * (5 * 1024 * 1024), "5.0 MB"),
        ("log.xlsx", lambda: book(["a"], head=["What"]), "headings"),
        ("log.xlsx", lambda: book(), "no comment"),
        ("log.xlsx", lambda: book(GOOD, head=["Comment", "Comment"]), "stands twice"),
    ],
)
def test_files_that_cannot_be_a_log_are_refused_in_words_at_once(name, content, words):
    made, started = content(), time.process_time()
    with pytest.raises(ValidationError) as refusal:
        log(made, name)
    assert words in " ".join(refusal.value.messages)
    assert time.process_time() - started < 3


def test_rows_are_added_once_and_a_corrected_file_replaces_what_came_from_the_first(item, lead):
    add_rows(item, [CommentRow(comment="Typed here")], acting=lead, now=timezone.now())
    first = uploaded(item, lead, book(GOOD, ["", "", "Second"], ["", "", ""], ["", "9", ""]))
    assert drafted() == ["Typed here"]
    assert comment_uploads.take(first, replace=False, acting=lead, now=timezone.now()) == (2, 0)
    assert drafted() == ["Typed here", "It is not clear.", "Second"]
    with pytest.raises(ValidationError, match="nothing to add"):
        comment_uploads.take(first, replace=False, acting=lead, now=timezone.now())

    again = uploaded(item, lead, book(GOOD, ["", "", "Second, corrected"], ["", "9", "Third"]))
    look = comment_uploads.look(again)
    assert (len(look.new), len(look.known), len(look.replaceable)) == (2, 1, 1)
    assert comment_uploads.take(again, replace=True, acting=lead, now=timezone.now()) == (2, 1)
    assert drafted() == ["Typed here", "It is not clear.", "Second, corrected", "Third"]


def test_a_downloaded_draft_that_was_edited_away_from_the_portal_replaces_its_own_rows_only(item, lead):
    rows = [CommentRow(comment=text) for text in ("One", "Two", "Three")]
    add_rows(item, rows, acting=lead, now=timezone.now())
    made = load_workbook(io.BytesIO(comment_uploads.template(item, lead.organisation)))
    made["Comments"]["C2"], made["Comments"]["C3"] = "One, longer", "Two, longer"
    out = io.BytesIO()
    made.save(out)
    colleague = DraftComment.objects.get(comment="Two")  # edited in the portal meanwhile
    colleague.comment, colleague.version = "Two, by a colleague", 2
    colleague.save()

    upload = uploaded(item, lead, out.getvalue())
    assert [comment.comment for comment in comment_uploads.look(upload).edited] == ["Two, by a colleague"]
    assert comment_uploads.take(upload, replace=True, acting=lead, now=timezone.now()) == (2, 1)
    assert sorted(drafted()) == ["One, longer", "Three", "Two, by a colleague", "Two, longer"]


def test_the_page_shows_good_and_bad_rows_and_asks(item, lead):
    client = Client()
    client.force_login(make.contributor(lead.organisation).person)
    page = f"/o/oldcastle/checklist/{item.reference}/comments/upload/"
    refused = client.post(page, {"file": SimpleUploadedFile("log.xlsx", b"PK damaged")})
    assert "damaged" in refused.content.decode()
    assert "Choose a file" in client.post(page).content.decode()

    content = book(GOOD, ["Plan", "7", "", "Urgent", "", "<b>KEEP ME</b>", ""])
    shown = client.post(page, {"file": SimpleUploadedFile("log.xlsx", content)}, follow=True)
    text = shown.content.decode()
    for words in ("Sheet Comments, row 3", "Column <b>Severity</b>", "&lt;b&gt;KEEP ME", "Add 1 row to the draft"):
        assert words in text, words
    assert drafted() == []
    done = client.post(shown.redirect_chain[-1][0], {"do": "add"}, follow=True)
    assert "1 comment added to the draft" in done.content.decode()
    assert row_of(DraftComment.objects.get()) == CommentRow(
        "Plan", "4.3", "It is not clear.", "Say so.", "question", "high", True
    )


def test_a_file_is_its_organisations_alone(item, lead):
    other = make.lead(make.organisation())
    upload = uploaded(item, lead, book(["MARKER", "", "MARKER"]))
    client = Client()
    client.force_login(other.person)
    for org in ("oldcastle", other.organisation.slug):
        for tail in ("comments.xlsx", "comments/upload/", f"comments/upload/{upload.pk}/"):
            assert client.get(f"/o/{org}/checklist/{item.reference}/{tail}").status_code == 404
    viewer = make.viewer(lead.organisation)
    client.force_login(viewer.person)
    assert client.get(f"/o/oldcastle/checklist/{item.reference}/comments/upload/").status_code == 403


def test_a_closed_item_takes_no_file(lead):
    from datetime import timedelta

    item = make.item(for_=lead.organisation, accepts_late=False, due_at=timezone.now() - timedelta(hours=1))
    with pytest.raises(ValidationError, match="closed"):
        uploaded(item, lead, book(GOOD))
    assert not CommentsUpload.objects.exists()
    assert not Response.objects.exists()
