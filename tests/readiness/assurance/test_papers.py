"""A board paper: its figures, frozen and made again; the same content in three forms; decisions; who reads what."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.urls import reverse
from django.utils import timezone

from readiness.assurance import findings
from readiness.papers import contents, drawing, writing
from readiness.papers.figures import percent, rag, told
from readiness.papers.models import AnnexOpening, Decision, PaperFile, PaperStatus, PaperVersion
from readiness.review import mark_answer
from tests import make
from tests.readiness.assurance.test_reviewing import refused

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def analyst(db):
    return make.analyst()


def mark(submission, analyst, *marks, now=NOW):
    for answer, value in zip(submission.answers.filter(round_number=submission.round_number), marks, strict=False):
        mark_answer(answer, mark=value, reason="So", seen=None, acting=analyst, now=now)


@pytest.fixture
def campaign(analyst):
    """Four asked: three submitted and marked (one finding issued among them), one silent."""
    one = make.campaign(due_at=NOW + 9 * DAY)
    for n, marks in enumerate(
        (["adequate", "adequate"], ["not-adequate", "adequate"], ["partly-adequate", "adequate"])
    ):
        organisation = make.organisation(name=f"Answering {n}", constituency="agent")
        submission = make.submitted(organisation, campaign_=one, now=NOW - DAY)
        mark(submission, analyst, *marks, now=NOW - timedelta(hours=2))
        if n == 1:
            said = {"title": "Secret title", "text": "x", "severity": "low", "risk": "", "recommendation": "support"}
            finding = findings.write(submission, answers=[], theme="Bulk", acting=analyst, now=NOW - 3 * DAY, **said)
            findings.open_window(finding, due_at=NOW - DAY, acting=analyst, now=NOW - 2 * DAY)
            findings.issue(finding, acting=analyst, now=NOW - timedelta(hours=1))
    make.submission(make.organisation(name="Silent Energy"), one)
    return one


def frozen(campaign, analyst, now=NOW):
    paper = writing.begin(campaign=campaign, title="Readiness", meeting_on=date(2026, 12, 3), acting=analyst, now=now)
    writing.recommend(paper, asks="agree", text="that reverse migration is the main risk", acting=analyst)
    writing.freeze(paper, acting=analyst, now=now)
    paper.refresh_from_db()
    return paper


def test_the_figures_are_those_of_the_records(campaign, analyst):
    figures = told(campaign, NOW).figures

    assert [row["value"] for row in figures["funnel"]] == [4, 3, 0, 0, 3, 1, 1]
    assert [(row["asked"], row["submitted"], row["cells"], row["all"]) for row in figures["by_role"]] == [
        (4, 3, [33], 33)
    ]
    assert {row["name"]: (row["asked"], row["submitted"]) for row in figures["by_constituency"]} == {
        "Not published": (1, 0),
        "Supplier agent": (3, 3),
    }
    assert [(row["number"], row["rag"]) for row in figures["questions"]] == [("A1", "red"), ("A2", "green")]
    assert [(row["theme"], row["participants"]) for row in figures["themes"]] == [("Bulk", 1)]
    assert [row["value"] for row in figures["findings"]["by_severity"]] == [0, 0, 1]


@pytest.mark.parametrize(
    ("short", "assessed", "word"),
    [(0, 2, "not-rated"), (0, 3, "green"), (1, 5, "green"), (21, 100, "amber"), (41, 100, "red")],
)
def test_the_rule_of_red_amber_green(short, assessed, word):
    assert rag(short, assessed) == word
    assert percent(1, 8) == 13


def test_made_again_later_the_figures_are_the_same(campaign, analyst):
    """After a new mark, a late submission, a second round, an issued finding and an organisation that moves."""
    version = frozen(campaign, analyst).versions.get()
    submissions = list(campaign.submissions.order_by("pk"))
    mark(submissions[0], make.analyst(), "not-adequate", now=NOW + timedelta(hours=1))
    silent = submissions[3]
    lead = make.lead(silent.organisation)
    from readiness.submissions import submit

    submit(make.answered(silent, lead), acting=lead, authorised_by="M", declared=True, now=NOW + 2 * DAY)
    submissions[1].refresh_from_db()
    make.sent_back(submissions[1], "A1", now=NOW + DAY, due_at=NOW + 3 * DAY)
    organisation = submissions[2].organisation
    organisation.constituency = "dno"
    organisation.save()

    again = writing.remade(version)

    assert again.figures == version.figures
    assert again.annex == version.annex
    assert again.sha256 == version.sha256
    assert told(campaign, NOW + 4 * DAY).figures != version.figures


def test_frozen_figures_and_what_the_board_was_told_never_change(campaign, analyst):
    paper = frozen(campaign, analyst)
    assert "stay as they were" in refused("UPDATE papers_paperversion SET sha256 = repeat('0', 64)")
    writing.put_to_the_board(paper, acting=analyst, now=NOW)

    for sql in (
        "UPDATE papers_paper SET title = 'x'",
        "UPDATE papers_paperrecommendation SET text = 'x'",
        "DELETE FROM papers_paperrecommendation",
    ):
        assert "stays as it was" in refused(sql)
    with pytest.raises(ValidationError, match="stays as it was"):
        writing.recommend(paper, asks="note", text="x", acting=analyst)
    assert "cannot be taken" in refused("UPDATE papers_paper SET status = 'released-to-qwg'")


def test_page_pdf_and_word_have_the_same_content(client, campaign, analyst):
    from docx import Document
    from pypdf import PdfReader

    paper = frozen(campaign, analyst)
    for form in ("pdf", "docx"):
        drawing.asked(paper.versions.get(), form, has_annex=False, now=NOW)
    assert drawing.draw_asked(NOW) == 2
    client.force_login(analyst.person)
    page = client.get(reverse("papers:paper", args=["elexon", paper.number])).content.decode()

    pdf = PdfReader(io.BytesIO(PaperFile.objects.get(form="pdf").file.read()))
    document = Document(io.BytesIO(PaperFile.objects.get(form="docx").file.read()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    word = flat(" ".join([*(part.text for part in document.paragraphs), *cells]))
    printed = flat(" ".join(sheet.extract_text() for sheet in pdf.pages))
    web = flat(re.sub(r"<[^>]+>", " ", page).replace("&amp;", "&"))
    for block in contents.blocks(paper.versions.get()):
        for words in [block.heading, *block.columns, *(cell for row in block.rows for cell in row)]:
            assert [flat(words) in where for where in (web, printed, word)] == [True] * 3, words
    assert (pdf.trailer["/Root"]["/MarkInfo"]["/Marked"], pdf.trailer["/Root"]["/Lang"]) == (True, "en-GB")
    assert "SilentEnergy" not in printed + word


def flat(text):
    return "".join(text.split())


def test_the_named_annex_has_a_permission_of_its_own_and_each_opening_is_recorded(client, campaign, analyst):
    paper, member = frozen(campaign, analyst), make.board_observer()
    writing.put_to_the_board(paper, acting=analyst, now=NOW)
    annex = reverse("papers:annex", args=["pab", paper.number])
    behind = reverse("papers:records", args=["pab", paper.number, "F7"])
    file = reverse("papers:annex_file", args=["pab", paper.number, "pdf"])
    client.force_login(member.person)
    assert [client.get(address).status_code for address in (annex, behind, file)] == [403] * 3
    assert "Silent Energy" not in client.get(reverse("papers:paper", args=["pab", paper.number])).content.decode()
    with pytest.raises(ValidationError, match="Another analyst"):
        writing.allow_annex(person=analyst.person, acting=analyst, now=NOW)

    writing.allow_annex(person=member.person, acting=analyst, now=NOW)

    assert "Silent Energy" in client.get(annex).content.decode()
    assert "Silent Energy" in client.get(behind).content.decode()
    assert client.get(file).status_code == 202
    assert list(AnnexOpening.objects.values_list("person", flat=True)) == [member.person_id] * 2
    assert "stays on record" in refused("DELETE FROM papers_annexopening")


def test_the_board_decides_per_recommendation_and_later_records_replace_earlier_ones(campaign, analyst):
    paper, member = frozen(campaign, analyst), make.board_observer()
    asked = paper.recommendations.get()
    with pytest.raises(ValidationError, match="while the paper is with the board"):
        writing.decide(asked, outcome="approved", words="", acting=member, now=NOW)
    writing.put_to_the_board(paper, acting=analyst, now=NOW)
    asked = paper.recommendations.select_related("paper").get()
    with pytest.raises(ValidationError, match="every recommendation"):
        writing.conclude(paper, acting=member, now=NOW)
    with pytest.raises(ValidationError, match="Write down the change"):
        writing.decide(asked, outcome="with-changes", words=" ", acting=member, now=NOW)
    with pytest.raises(PermissionDenied):
        writing.decide(asked, outcome="approved", words="", acting=make.office(), now=NOW)

    writing.decide(asked, outcome="rejected", words="Too early", acting=member, now=NOW)
    writing.decide(asked, outcome="approved", words="", acting=member, now=NOW)
    writing.conclude(paper, acting=member, now=NOW)

    assert list(Decision.objects.values_list("outcome", flat=True)) == ["approved", "rejected"]
    columns = "(recommendation_id, outcome, words, recorded_by_id, recorded_at)"
    late = f"VALUES ({asked.pk}, 'rejected', 'x', {member.person_id}, now())"
    assert "while the paper is with the board" in refused(f"INSERT INTO papers_decision {columns} {late}")


def test_who_reads_what_at_each_step(client, campaign, analyst):
    """Nobody reads a paper before it is theirs to read; names never leave the annex."""
    paper, member, staff = frozen(campaign, analyst), make.board_observer(), make.office()
    lead = make.lead(campaign.submissions.first().organisation)
    doors = {
        "board": (member.person, reverse("papers:paper", args=["pab", paper.number])),
        "staff": (staff.person, reverse("papers:qag_paper", args=["programme", paper.number])),
        "participant": (lead.person, reverse("papers:qwg_paper", args=[lead.organisation.slug, paper.number])),
    }

    def opened():
        found = set()
        for name, (person, address) in doors.items():
            client.force_login(person)
            answer = client.get(address)
            assert answer.status_code in (200, 404)
            assert "Silent Energy" not in answer.content.decode()
            if answer.status_code == 200:
                found.add(name)
        return found

    assert opened() == set()
    writing.put_to_the_board(paper, acting=analyst, now=NOW)
    assert opened() == {"board"}
    writing.decide(paper.recommendations.get(), outcome="approved", words="", acting=member, now=NOW)
    writing.conclude(paper, acting=member, now=NOW)
    assert opened() == {"board"}
    writing.release_to_qag(paper, acting=analyst, now=NOW)
    assert opened() == {"board", "staff"}
    writing.release_to_qwg(paper, acting=analyst, now=NOW)
    assert opened() == {"board", "staff", "participant"}
    paper.refresh_from_db()
    assert paper.status == PaperStatus.QWG
    assert PaperVersion.objects.count() == 1


def test_what_participants_read_suppresses_small_groups(campaign, analyst):
    version = frozen(campaign, analyst).versions.get()

    public = {block.heading: block for block in contents.blocks(version, is_public=True)}

    assert [row[0] for row in public["3. Response rates by constituency"].rows] == ["Supplier agent"]
    assert public["9. Themes"].rows == []
