"""Files that mean harm, and files that are merely wrong: refused in words, in bounded time and memory."""

from __future__ import annotations

import io
import resource
import time
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from milestones.plan_files import importing, reading, unpacking
from milestones.plan_files.models import DetailedPlan, PlanImport, PlanTask
from milestones.plan_files.mspdi_write import write_mspdi
from milestones.plan_files.plan import Link, Plan, RefusedError
from milestones.plan_files.sheet_write import write_xlsx
from tests import make
from tests.milestones.plan_files import files

HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
PROJECT = '<Project xmlns="http://schemas.microsoft.com/project">'
XXE = f'{HEAD}<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]>{PROJECT}<Title>&a;</Title></Project>'
LAUGHS = (
    HEAD
    + "<!DOCTYPE p [<!ENTITY a0 'ha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + f"]>{PROJECT}<Title>&a11;</Title></Project>"
)


def read(content: bytes, name: str = "plan.xml", **limits):
    return reading.read_apart(io.BytesIO(content), name, len(content), **limits)


def task_xml(inside: str) -> bytes:
    return f"{HEAD}{PROJECT}<Tasks><Task>{inside}</Task></Tasks></Project>".encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (XXE.encode(), "document type or entities"),
        (LAUGHS.encode(), "document type or entities"),
        (f'{HEAD}<!DOCTYPE p SYSTEM "http://x.example/a.dtd">{PROJECT}</Project>'.encode(), "document type"),
        (f"{HEAD}{PROJECT}&a;</Project>".encode(), "not XML that can be read: undefined entity, line 2"),
        (f"{HEAD}<html></html>".encode(), "no plan: it begins with <html>"),
        (f"{HEAD}{PROJECT}<Tasks><Task>".encode(), "no element found|unclosed"),
        (b"<Project>\xff\xfe\xff</Project>", "invalid token"),
        (b'<?xml version="1.0" encoding="klingon"?><Project/>', "unknown encoding|encoding that is not known"),
        (f"{HEAD}{PROJECT}</Project>".encode(), "holds no task"),
        (f"{HEAD}{PROJECT}{'<a>' * 500}".encode(), "nested deeper than 40"),
        (task_xml(f"<Name>{'x' * 1_100_000}</Name>"), "more than 1,000,000 characters"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "Project .mpp"),
        (b"MZ\x90\x00" + bytes(600), "neither Microsoft Project XML"),
        (b"", "empty"),
        (b"PK\x03\x04" + bytes(50), "damaged or no Excel file"),
    ],
)
def test_what_is_no_plan_is_refused_in_words(content, words):
    before = time.monotonic()

    with pytest.raises(RefusedError, match=words.replace("Project .mpp", r"Project \(.mpp\)")):
        read(content)
    assert time.monotonic() - before < 10


@pytest.mark.parametrize(
    ("inside", "column", "words"),
    [
        ("<Name>a</Name>", "Unique ID", "no unique ID"),
        ("<UID>x</UID>", "Unique ID", "whole number"),
        ("<UID>99999999999999999999</UID>", "Unique ID", "whole number"),
        ("<UID>1</UID><Start>9999-99-99T00:00:00</Start>", "Start", "not a real date"),
        ("<UID>1</UID><Start>0001-01-01T00:00:00</Start>", "Start", "between 1984 and 2149"),
        ("<UID>1</UID><Finish>9999-12-31T00:00:00</Finish>", "Finish", "between 1984 and 2149"),
        ("<UID>1</UID><Start>2025-02-02T08:00:00</Start><Finish>2025-02-01T08:00:00</Finish>", "Finish", "before"),
        ("<UID>1</UID><OutlineLevel>5000</OutlineLevel>", "Outline level", "1 to 30"),
        ("<UID>1</UID><Duration>for ever</Duration>", "Duration", "not a duration"),
        ("<UID>1</UID><PercentComplete>101</PercentComplete>", "% complete", "0 to 100"),
        (f"<UID>1</UID><Name>{'n' * 600}</Name>", "Name", "600 characters"),
        (
            "<UID>1</UID><PredecessorLink><PredecessorUID>7</PredecessorUID></PredecessorLink>",
            "Predecessors",
            "No task",
        ),
        ("<UID>1</UID><Baseline><Number>11</Number></Baseline>", "Baseline", "0 to 10"),
        ("<UID>2000000000</UID>", "Unique ID", "portal writes itself"),
    ],
)
def test_a_bad_task_is_named_and_the_rest_is_read(inside, column, words):
    good = "</Task><Task><UID>5</UID><Name>Good</Name>"

    _, found = read(task_xml(f"<ID>12</ID>{inside}{good}"))

    [problem] = found.problems
    assert (problem.where.sheet, problem.where.row, problem.column) == ("Tasks", 12, column)
    assert words in problem.reason
    assert [task.uid for task in found.plan.tasks] == [5]
    assert found.found == found.own
    assert found.left_out == 1


@pytest.mark.parametrize("write", [write_mspdi, write_xlsx])
def test_tasks_that_wait_for_each_other_are_named_as_a_loop(write):
    tasks = [files.task(1, links=(Link(3),)), files.task(2, links=(Link(1),)), files.task(3, links=(Link(2),))]
    content = write(Plan("", [*tasks, files.task(4, links=(Link(3),)), files.task(5)]))

    _, found = read(content)

    assert [task.uid for task in found.plan.tasks] == [5]
    reasons = {problem.uid: problem.reason for problem in found.problems}
    assert reasons[1] == "Tasks wait for each other in a loop: 1 → 2 → 3 → 1"
    assert reasons[4] == "It waits for task 3, whose row is left out"


def test_a_number_used_twice_is_named():
    content = write_mspdi(Plan("", [files.task(1), files.task(1, "Again"), files.task(2)]))

    _, found = read(content)

    assert [(p.uid, p.reason) for p in found.problems] == [(1, "Row 1 has the unique ID 1 already")]
    assert [task.name for task in found.plan.tasks] == ["Task 1", "Task 2"]


def test_a_chain_of_thousands_needs_no_deep_stack():
    tasks = [files.task(n, links=(Link(n - 1),) if n > 1 else ()) for n in range(1, 8_001)]

    _, found = read(write_mspdi(Plan("", tasks)))

    assert len(found.plan.tasks) == 8_000


# --- workbooks --------------------------------------------------------------------------------------------------------


def workbook(**extra: bytes) -> bytes:
    """A good workbook with more members."""
    out = io.BytesIO(write_xlsx(Plan("", [files.task(1)])))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in extra.items():
            archive.writestr(name.replace("__", "/"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (lambda: workbook(xl__vbaProject=b"x"), "plan.xlsx", "macros"),
        (lambda: workbook(), "plan.xlsm", "can hold macros"),
        (lambda: workbook(xl__externalLinks__externalLink1=b"x"), "plan.xlsx", "other workbooks"),
        (lambda: workbook(xl__embeddings__a=b"x"), "plan.xlsx", "other files within itself"),
        (lambda: workbook(bomb=bytes(300 << 20)), "plan.xlsx", "would unpack to 300 MB"),
        (lambda: workbook(bomb=bytes(20 << 20)), "plan.xlsx", "would unpack to 20 MB"),
        (lambda: workbook(**{f"m{n}": b"x" for n in range(1_100)}), "plan.xlsx", "parts; one of a plan"),
    ],
)
def test_a_workbook_that_brings_more_than_cells_is_refused(content, name, words):
    with pytest.raises(RefusedError, match=words):
        read(content(), name)


def test_a_zip_that_is_no_workbook_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("holiday.jpg", b"x")

    with pytest.raises(RefusedError, match="zip file, but no Excel"):
        read(out.getvalue(), "plan.xlsx")


def test_entities_within_a_workbook_are_refused():
    out = io.BytesIO()
    bomb = LAUGHS.encode()
    with zipfile.ZipFile(io.BytesIO(workbook())) as good, zipfile.ZipFile(out, "w") as archive:
        for name in good.namelist():
            archive.writestr(name, bomb if name.endswith("sheet1.xml") else good.read(name))

    with pytest.raises(RefusedError, match="damaged"):
        read(out.getvalue(), "plan.xlsx")


def test_a_formula_is_named_and_never_worked_out():
    made = files.sheet([1, "=1+1"], [2, "Good"], headings=["Unique ID", "Task name"])

    _, found = read(made, "plan.xlsx")

    [problem] = found.problems
    assert (problem.where.row, problem.column) == (2, "B, Task name")
    assert "formula" in problem.reason
    assert [task.name for task in found.plan.tasks] == ["Good"]


def test_text_that_looks_like_a_formula_is_text():
    plan = Plan("", [files.task(1, "=HYPERLINK(1)"), files.task(2, "_x0041_"), files.task(3, " +2 ")])

    _, found = read(write_xlsx(plan), "plan.xlsx")

    assert [task.name for task in found.plan.tasks] == ["=HYPERLINK(1)", "_x0041_", " +2 "]


def test_a_sheet_that_lies_about_its_size_is_read_to_its_last_row():
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as good, zipfile.ZipFile(out, "w") as archive:
        for name in good.namelist():
            text = good.read(name)
            if name.endswith("sheet1.xml"):
                text = text.replace(b"<sheetData>", b'<dimension ref="A1:XFD1048576"/><sheetData>')
                text = text.replace(
                    b"</sheetData>", b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                )
            archive.writestr(name, text)
    before = time.monotonic()

    _, found = read(out.getvalue(), "plan.xlsx")

    assert [task.uid for task in found.plan.tasks] == [1]
    assert time.monotonic() - before < 20


def test_headings_in_any_order_and_case_and_columns_that_are_not_ours():
    made = files.sheet(
        ["Two", "blue", 2, "2 Sep 2025"], headings=["TASK NAME", "Colour", "unique id", " finish "], title="Sheet9"
    )

    _, found = read(made, "plan.xlsx")

    [task] = found.plan.tasks
    assert (task.uid, task.name, f"{task.finish:%Y-%m-%d %H:%M}") == (2, "Two", "2025-09-02 17:00")
    assert found.not_kept == ["column B, “Colour”"]


@pytest.mark.parametrize(
    ("headings", "words"),
    [(["ID", "Name"], "“Unique ID” and “Task name” must be there"), (["UID", "Name", "Task"], "the same heading")],
)
def test_headings_that_do_not_do_are_refused(headings, words):
    with pytest.raises(RefusedError, match=words):
        read(files.sheet([1, "a", "b"][: len(headings)], headings=headings), "plan.xlsx")


def test_a_table_in_another_encoding_is_refused_and_in_utf8_read():
    table = "Unique ID,Task name\n1,Übung £5\n"
    with pytest.raises(RefusedError, match="not in UTF-8"):
        read(table.encode("cp1252"), "plan.csv")

    assert [task.name for task in read(table.encode(), "plan.csv")[1].plan.tasks] == ["Übung £5"]
    assert [task.name for task in read(table.encode("utf-8-sig"), "plan.csv")[1].plan.tasks] == ["Übung £5"]


def test_project_xml_in_utf16_is_read():
    content = write_mspdi(Plan("", [files.task(1, "Übung")])).decode().replace('"UTF-8"', '"UTF-16"').encode("utf-16")

    assert [task.name for task in read(content)[1].plan.tasks] == ["Übung"]


# --- limits -----------------------------------------------------------------------------------------------------------


def test_more_tasks_than_a_plan_may_have_are_refused(monkeypatch):
    monkeypatch.setattr("milestones.plan_files.mspdi_read.MOST_TASKS", 10)
    monkeypatch.setattr("milestones.plan_files.sheet_read.MOST_TASKS", 10)
    plan = Plan("", [files.task(n) for n in range(1, 12)])

    for content in (write_mspdi(plan), write_xlsx(plan)):
        with pytest.raises(RefusedError, match="more than 10 "):
            read(content)


def test_a_reader_that_hangs_is_stopped(monkeypatch):
    monkeypatch.setattr(reading, "READERS", {unpacking.MSPDI: lambda *args: time.sleep(60)})
    before = time.monotonic()

    with pytest.raises(RefusedError, match="within 1 seconds"):
        read(task_xml(""), seconds=1)
    assert time.monotonic() - before < 10


def test_a_reader_that_eats_memory_is_stopped_and_the_worker_lives(monkeypatch):
    monkeypatch.setattr(reading, "READERS", {unpacking.MSPDI: lambda *args: bytearray(2 << 30)})
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    with pytest.raises(RefusedError, match="more memory than 300 MB"):
        read(task_xml(""))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000


@pytest.mark.django_db
def test_a_refused_file_leaves_a_row_that_says_why_and_nothing_else():
    run = files.read(XXE.encode())

    assert run.state == "refused"
    assert "document type" in run.refusal
    assert (DetailedPlan.objects.count(), PlanTask.objects.count()) == (0, 0)


@pytest.mark.django_db
def test_a_large_file_is_refused_before_it_is_kept():
    large = SimpleUploadedFile("plan.xml", b"<Project>")
    large.size = 100 << 20

    with pytest.raises(ValidationError, match="has 100 MB. A plan may have 50 MB"):
        importing.upload(file=large, by=None, now=timezone.now())
    assert not PlanImport.objects.exists()


@pytest.mark.django_db
def test_a_request_of_100_mb_is_refused_by_its_announced_size(client):
    office = make.office()
    client.force_login(office.person)
    address = reverse("plan_files:imports", args=["programme"])

    answer = client.generic("POST", address, b"x" * (53 << 20), content_type="multipart/form-data; boundary=x")

    assert answer.status_code == 413
    assert "It has 53 MB; the most is 50 MB" in answer.text
    assert not PlanImport.objects.exists()


def test_more_links_than_a_plan_may_have_are_refused(monkeypatch):
    monkeypatch.setattr("milestones.plan_files.mspdi_read.MOST_LINKS", 2)
    monkeypatch.setattr("milestones.plan_files.sheet_read.MOST_LINKS", 2)
    waits = tuple(Link(n) for n in range(1, 4))
    plan = Plan("", [*(files.task(n) for n in range(1, 4)), files.task(4, links=waits)])

    for content in (write_mspdi(plan), write_xlsx(plan)):
        with pytest.raises(RefusedError, match="more than 2 links"):
            read(content)


def test_a_workbook_with_a_password_on_its_parts_is_refused():
    content = bytearray(workbook())
    at = content.find(b"PK\x01\x02")
    content[at + 8] |= 1  # the mark that a part is encrypted, in the directory

    with pytest.raises(RefusedError, match="has a password"):
        read(bytes(content), "plan.xlsx")


def test_the_reader_too_refuses_what_is_too_large():
    with pytest.raises(RefusedError, match="has 60 MB. A plan may have 50 MB"):
        reading.read_here(io.BytesIO(b"<Project/>"), "plan.xml", 60 << 20)
