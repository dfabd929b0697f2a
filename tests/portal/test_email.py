"""What a person reads: the text and the HTML of every mail say the same, and neither gives anything away."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from mhhs_portal.deadlines import deadline
from mhhs_portal.notifications.mail import as_email, render
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import enqueue
from tests import make

NOW = datetime(2025, 5, 19, 9, 0, tzinfo=UTC)
EMAILS = Path(__file__).resolve().parents[2] / "templates" / "emails"
FACTS = {
    "headline": "3 working days left to send your impact assessment",
    "lead": 'Northmoor Energy Supply has not yet sent its response to "R&D window: evidence for <PIT> exit".',
    "deadline_label": "Send your response by",
    "due_at": deadline(datetime(2025, 5, 22).date()),
    "facts": [
        ("Who must respond", "Suppliers and agents. For you: ZZN1, ZZN2 and every other identifier that you hold"),
        ("Status", "Draft saved, not sent"),
        ("Nothing to say?", "Send that you have no comments. It counts as a full response."),
    ],
    "action": "Open the draft response",
    "next_deadlines": [{"title": "Migration pathways profile", "due_at": deadline(datetime(2025, 5, 28).date())}],
    "why": "You receive this because you are the lead contact for Northmoor Energy Supply.",
}
#: Everything that both parts must say, in this order.
IN_ORDER = [
    "MHHS Planning and Readiness",
    "3 working days left to send your impact assessment",
    "Hello Sam,",
    "Northmoor Energy Supply has not yet sent",
    "Send your response by",
    "17:00 Thursday 22 May 2025",
    "3 working days left, UK time",
    "Who must respond",
    "Suppliers and agents.",
    "Status",
    "Draft saved, not sent",
    "Nothing to say?",
    "Open the draft response",
    "https://portal.example/o/northmoor/checklist/pcl-0401/",
    "Your next deadlines",
    "Wed 28 May",
    "Migration pathways profile",
    "You receive this because you are the lead contact",
    "Message N-",
]


class Words(HTMLParser):
    """The words that a reader of the HTML sees."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.feed(html[html.index("<body") :])

    def handle_data(self, data: str) -> None:
        self.found.append(data)

    def __str__(self) -> str:
        return " ".join(" ".join(self.found).split())


@pytest.fixture
def message(db, settings) -> Message:
    settings.SITE_URL = "https://portal.example"
    sent = enqueue(
        "notice",
        to=make.person(name="Sam Whitlock"),
        dedupe_key="checklist/pcl-0401/northmoor/soon/1",
        about_url="/o/northmoor/checklist/pcl-0401/",
        **FACTS,
    )
    return Message.objects.get(pk=sent.pk)


def places(facts: list[str], text: str) -> list[int]:
    """Where each is found after the one before it; -1 where it is not."""
    found, start = [], 0
    for fact in facts:
        start = text.casefold().find(fact.casefold(), start)
        found.append(start)
        start = max(start, 0)
    return found


def test_both_parts_say_the_same_in_the_same_order(message):
    rendered = render(message, NOW)

    for words in (" ".join(rendered.text.split()), str(Words(rendered.html))):
        assert [fact for fact, place in zip(IN_ORDER, places(IN_ORDER, words), strict=True) if place < 0] == []


def test_the_text_is_at_most_72_columns_and_leaves_addresses_whole(message):
    long = "/o/northmoor/" + "a-very-long-reference-" * 6
    Message.objects.update(about_url=long)
    message.refresh_from_db()

    lines = render(message, NOW).text.splitlines()

    assert f"https://portal.example{long}" in lines
    assert [line for line in lines if len(line) > 72 and long not in line] == []
    assert "\n\n\n" not in "\n".join(lines)


def test_long_facts_stay_in_their_column(message):
    text = render(message, NOW).text

    assert (
        "Who must respond:       Suppliers and agents. For you: ZZN1, ZZN2 and\n"
        "                        every other identifier that you hold\n"
        "Status:                 Draft saved, not sent\n"
    ) in text


def test_days_left_are_counted_when_the_mail_is_sent(message):
    assert "2 working days left, UK time" in render(message, NOW + timedelta(days=1)).text
    assert "due today, UK time" in render(message, NOW + timedelta(days=3)).text


def test_what_people_typed_is_no_mark_up_in_html_and_itself_in_text(message):
    rendered = render(message, NOW)

    assert "R&amp;D window: evidence for &lt;PIT&gt; exit" in rendered.html
    assert '"R&D window: evidence for <PIT> exit"' in " ".join(rendered.text.split())


def test_the_subject_is_one_line_whatever_was_typed(message):
    message.context["headline"] = "Two\r\nBcc: everybody@sample.example\n lines"

    assert render(message, NOW).subject == "Two Bcc: everybody@sample.example lines"
    as_email(message, render(message, NOW)).message()  # Django refuses a header with a line break


def test_html_needs_nothing_from_elsewhere(message):
    html = render(message, NOW).html

    assert re.findall(r"<(?:img|script|style|link|iframe)\b|url\(|@import", html) == []
    assert set(re.findall(r'(?:href|src)="([^"]+)"', html)) == {
        "https://portal.example/o/northmoor/checklist/pcl-0401/",
        "mailto:portal@sample.example",
    }


def test_the_same_promise_always_has_the_same_message_id(message):
    mail = as_email(message, render(message, NOW)).message()

    assert re.fullmatch(r"<[0-9a-f]{32}@portal\.example>", mail["Message-ID"])
    assert mail["Message-ID"] == as_email(message, render(message, NOW + timedelta(days=1))).message()["Message-ID"]
    other = Message(template="notice", dedupe_key="checklist/pcl-0401/northmoor/soon/2")
    assert message.message_id != other.message_id
    assert mail["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(("person", "organisation"), [(True, False), (False, True), (False, False)])
def test_mail_about_samples_says_that_they_are_invented(db, person, organisation):
    message = make.message(to=make.person(is_sample=person), for_organisation=make.organisation(is_sample=organisation))

    rendered = render(message, NOW)

    notice = "Sample data. Organisations and people are invented."
    assert [notice in rendered.text, notice in rendered.html] == [person or organisation] * 2


def test_every_kind_of_mail_has_a_subject_a_text_and_an_html_part():
    names = {found[1] for file in EMAILS.iterdir() if (found := re.fullmatch(r"(.+)-(?:subject|body)", file.stem))}

    assert "notice" in names
    for name in names:
        files = [EMAILS / f"{name}{end}" for end in ("-subject.txt", "-body.txt", "-body.html")]
        assert [file.name for file in files if not file.exists()] == []
