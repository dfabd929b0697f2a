from __future__ import annotations

import io
import zipfile
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from checklist.models import ChecklistItem, ItemImport
from tests import make

pytestmark = pytest.mark.django_db
IMPORT = "/o/programme/checklist/import/"
HEAD = "Title,Type,Workstream,Closes on,Audience,Public"
GOOD = (
    f"{HEAD}\nThresholds 2.1,Consultation,Migration,30 May 2027,Supplier + CP3; LDSO,yes\n"
    "Return,Submission,Testing,2027-06-01,everyone,\n"
)


@pytest.fixture
def office(client):
    for code in ("supplier", "ldso"):
        make.market_role(code)
    make.on_path(make.role_held(make.organisation(name="One Energy")), "cp3")
    client.force_login(make.office().person)
    return client


def send(office, content, name="items.csv"):
    content = content.encode() if isinstance(content, str) else content
    return office.post(IMPORT, {"file": SimpleUploadedFile(name, content)}, follow=True)


def workbook(*rows) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_a_dry_run_counts_and_writes_no_item_until_it_is_confirmed(office):
    page = send(office, GOOD)
    assert "2 rows</b>: 2 can be imported, 0 cannot" in page.text
    assert not ChecklistItem.objects.exists()

    office.post(page.redirect_chain[-1][0], {"do": "import"})

    first, second = ChecklistItem.objects.order_by("pk")
    assert (first.title, first.state, first.due_on, first.is_public) == (
        "Thresholds 2.1",
        "draft",
        date(2027, 5, 30),
        True,
    )
    assert [(r.market_role.code, r.path and r.path.slug) for r in first.rules.all()] == [
        ("supplier", "cp3"),
        ("ldso", None),
    ]
    assert (second.kind, second.rules.get().everyone, second.due_on) == ("submission", True, date(2027, 6, 1))


def test_confirmed_twice_imports_once(office):
    address = send(office, GOOD).redirect_chain[-1][0]

    for _ in range(2):
        office.post(address, {"do": "import"})

    assert ChecklistItem.objects.count() == ItemImport.objects.get().made == 2


def test_every_bad_row_is_named_by_row_column_and_reason_and_none_is_imported(office):
    rows = [
        "Good,Consultation,Migration,30 May 2027,LDSO,no",
        ",Consultation,Migration,30 May 2027,,",
        "Bad date,Consultation,Migration,31 February 2027,,",
        "Bad kind,Riddle,Migration,30 May 2027,,perhaps",
        "Bad audience,Survey,Testing,30 May 2027,Plumbers,",
    ]
    page = send(office, "\n".join([HEAD, *rows]))
    told = {(p.row, p.column) for p in page.context["judged"].problems}

    assert told == {(3, "Title"), (4, "Closes on"), (5, "Type"), (5, "Public"), (6, "Audience")}
    for words in ("“perhaps” is neither yes nor no", "“Plumbers” is no role", "must be a real date"):
        assert words in page.text
    office.post(page.redirect_chain[-1][0], {"do": "import"})
    assert not ChecklistItem.objects.exists()


def test_what_is_there_already_or_stands_twice_is_named(office):
    address = send(office, GOOD).redirect_chain[-1][0]
    office.post(address, {"do": "import"})

    again = send(office, GOOD).text
    twice = send(office, f"{HEAD}\nA,Survey,Testing,30 May 2027,,\nA,Survey,Testing,30 May 2027,,").text

    assert again.count("there already: PCL-") == 2
    assert "there already: row 2" in twice


def test_a_workbook_is_read_with_its_dates_and_formulas_are_refused(office):
    head = HEAD.split(",")
    fine = send(office, workbook(head, ["A", "Survey", "Testing", date(2027, 5, 30), "CP3", "no"]), "a.xlsx")
    formula = send(office, workbook(head, ["=1+1", "Survey", "Testing", date(2027, 5, 30), "", ""]), "a.xlsx")

    assert fine.context["judged"].ready[0].dates["due_on"] == date(2027, 5, 30)
    assert "This cell holds a formula" in formula.text


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 1_000)
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 220 * 1024 * 1024)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.csv", "empty"),
        (b"PK\x03\x04 damaged", "a.xlsx", "damaged"),
        (b"x", "a.xlsm", "macros"),
        (b"Name,Age\n1,2", "a.csv", "“Title” among them"),
        (b"Title,Title\n1,2", "a.csv", "stands twice"),
        (b"Title\n", "a.csv", "no rows"),
        (b"Title\n\xff\xfe\xfa", "a.csv", "UTF-8"),
        (("Title\n" + "x\n" * 501).encode(), "a.csv", "more than 500 rows"),
    ],
)
def test_a_file_that_is_no_table_of_items_is_refused_in_words(office, content, name, words):
    assert words in send(office, content, name).text
    assert not ItemImport.objects.exists()


def test_a_workbook_that_would_unpack_to_much_is_not_unpacked(office):
    assert "would unpack to" in send(office, bomb(), "a.xlsx").text


def test_the_empty_table_can_be_imported_as_it_is_downloaded(office):
    for kind in ("csv", "xlsx"):
        content = office.get(IMPORT, {"format": kind}).content

        judged = send(office, content, f"a.{kind}").context["judged"]

        assert (len(judged.ready), judged.problems) == (1, [])
