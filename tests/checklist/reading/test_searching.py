from __future__ import annotations

import pytest

from checklist.models import ChecklistItem, ItemLink
from checklist.reading.models import ItemSearch
from tests import make

pytestmark = pytest.mark.django_db


def found(client, q, where="/checklist/", **more) -> list[str]:
    return [row.item.title for row in client.get(where, {"q": q} | more).context["rows"]]


@pytest.fixture
def item():
    made = make.item(
        is_public=True,
        reference="PCL-0412",
        title="Migration Framework",
        summary="Say whether the thresholds work.",
        body="Suppliers are migrating meters in three waves.",
        document_number="DEL2428",
    )
    ItemLink.objects.create(item=made, position=1, title="DEL-3010_risk-register.xlsx", url="https://a.example/")
    make.attachment(made, title="Cutover_plan-v2.docx")
    make.item(
        is_public=True, reference="PCL-0999", title="Something else", summary="Of nothing.", document_number="DEL9999"
    )
    return made


@pytest.mark.parametrize(
    "q",
    [
        "migrating",
        "migrations framework",
        "threshold",
        "wave",
        "framew",
        "PCL-0412",
        "pcl0412",
        "0412",
        "DEL2428",
        "del24",
        "412",
        "EL24",
        "428",
        "L-3010",
        "2428",
        "DEL3010",
        "risk register",
        "cutover",
        '"three waves"',
        "migration -something",
        "the migration of the meters",
    ],
)
def test_words_in_other_forms_and_beginnings_of_numbers_are_found(client, item, q):
    assert found(client, q) == [item.title]


def test_inner_parts_of_codes_are_found_in_each_list_and_marked(client, org, lead):
    ours = {"for_": org, "title": "Interface design", "is_public": True}
    make.item(reference="PCL-0412", document_number="MHHS-DEL1234/7", **ours)
    make.item(reference="PCL-0777", document_number="2024/17", title="Another", for_=org)
    client.force_login(lead.person)
    for q in ("0412", "412", "DEL1234", "1234", "234", "S-DEL12"):
        assert found(client, q) == found(client, q, f"/o/{org.slug}/checklist/") == ["Interface design"], q
    page = client.get(f"/o/{org.slug}/checklist/?q=412").text
    assert ("<mark>PCL-0412</mark>" in page, "<mark>MHHS" in page) == (True, False)
    client.force_login(make.office().person)
    assert found(client, "234", "/o/programme/checklist/") == ["Interface design"]
    assert found(client, "2024", "/o/programme/checklist/") == ["Another"]  # a number without letters


@pytest.mark.parametrize(
    "q",
    ["migration elsewhere", '"waves three"', "migration -meters", "PCL-0413", "the", "'", "&|!():*", "-", '"', "\\"],
)
def test_what_is_not_there_is_not_found_and_odd_characters_are_harmless(client, item, q):
    assert found(client, q) == []


def test_the_title_comes_first_and_matches_are_marked_as_text(client):
    make.item(is_public=True, title="Nothing special", body="A word about cutover")
    make.item(is_public=True, title="Cutover <script>alert(1)</script>")

    page = client.get("/checklist/?q=cutover")

    assert found(client, "cutover") == ["Cutover <script>alert(1)</script>", "Nothing special"]
    assert "<mark>Cutover</mark> &lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "A word about <mark>cutover</mark>" in page.text
    assert "alert(1)</script>" not in page.text


def test_the_index_follows_every_change():
    draft = make.item(state="draft", title="Before")
    ChecklistItem.objects.filter(pk=draft.pk).update(title="Renamed")
    assert "'renam'" in ItemSearch.objects.get(item=draft).document
    link = ItemLink.objects.create(item=draft, position=1, title="Kiwi", url="https://a.example/")
    assert "kiwi" in ItemSearch.objects.get(item=draft).document
    ItemLink.objects.filter(pk=link.pk).update(title="Plum")
    assert "plum" in ItemSearch.objects.get(item=draft).document
    link.delete()

    assert "plum" not in ItemSearch.objects.get(item=draft).document


def test_a_draft_that_goes_takes_its_words_along(org):
    draft = make.item(state="draft")
    ItemLink.objects.create(item=draft, position=1, title="Gone", url="https://a.example/")

    draft.delete()

    assert not ItemSearch.objects.exists()


def test_everybody_finds_only_what_they_may_read(client, org, lead):
    other = make.organisation()
    make.item(title="Zebra public", is_public=True, for_=other)
    make.item(title="Zebra ours", for_=org)
    make.item(title="Zebra theirs", for_=other)
    make.item(title="Zebra withdrawn", is_public=True, state="withdrawn")
    make.item(title="Zebra draft", is_public=True, state="draft", for_=org)

    assert found(client, "zebra") == ["Zebra public"]
    client.force_login(lead.person)
    assert found(client, "zebra", f"/o/{org.slug}/checklist/", state="all") == ["Zebra ours"]
    client.force_login(make.office().person)
    everything = sorted(found(client, "zebra", "/o/programme/checklist/"))
    assert everything == ["Zebra ours", "Zebra public", "Zebra theirs", "Zebra withdrawn"]


def test_markers_of_what_is_not_public_are_in_no_format(client, org):
    make.item(title="MARKER restricted", for_=org, kind="survey", workstream="MARKER", governance_group="MARKER")
    make.item(title="MARKER draft", is_public=True, state="draft", workstream="MARKER")
    make.item(title="MARKER withdrawn", is_public=True, state="withdrawn", workstream="MARKER")
    shown = make.item(title="For everybody", is_public=True, for_=org)
    make.response(shown, org, answer="not-applicable", reason="MARKER")
    addresses = [f"/checklist/?q=MARKER&format={kind}" for kind in ("csv", "json")]
    addresses += ["/checklist/", "/checklist/?q=zebra", "/checklist/?page=all", "/checklist/?state=closed"]
    addresses += [f"/checklist/?format={kind}" for kind in ("csv", "json", "xlsx")]
    addresses += ["/checklist/feed.atom", "/changes.atom", "/calendar/checklist.ics"]

    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert b"MARKER" not in answer.content, address
    assert client.get("/checklist/").context["list"].total == 1
    assert client.get("/checklist/?kind=survey").context["choice"].kind == ""
    assert b"MARKER restricted" not in client.get("/checklist/calendar.ics").content
    book = client.get("/checklist/?format=xlsx").content
    assert _cells(book).isdisjoint({"MARKER restricted", "MARKER draft", "MARKER withdrawn"})
    assert "For everybody" in _cells(book)


def _cells(book: bytes) -> set[object]:
    import io

    import openpyxl

    return {cell for row in openpyxl.load_workbook(io.BytesIO(book)).active.iter_rows(values_only=True) for cell in row}
