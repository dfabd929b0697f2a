"""The parts that pages are made of: words, shapes, fields tied to their errors, and what the frame costs."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from django import forms
from django.template import Context, Template, TemplateSyntaxError
from django.template.loader import render_to_string
from django.urls import reverse

from mhhs_portal.deadlines import deadline
from mhhs_portal.forms import ActionForm, UkDateField, WithHint
from mhhs_portal.icons import ICONS, STATUSES

ROOT = Path(__file__).resolve().parent.parent.parent
CSS = (ROOT / "static/css/portal.css").read_text()
MONDAY = datetime(2025, 5, 19, 9, tzinfo=UTC)


def draw(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


class Answer(ActionForm):
    answer = forms.ChoiceField(
        label="Your response",
        choices=[("comments", "Comments"), ("none", WithHint("No comments", "Counts as a full response"))],
        widget=forms.RadioSelect({"class": "cards"}),
    )
    reason = forms.CharField(help_text="In one line.")
    sent_on = UkDateField(label="Go-live date")
    kind = forms.ChoiceField(label="Which kind is it?", choices=[("a", "A")])
    note = forms.CharField(required=False)


# --- status words and icons ---


@pytest.mark.parametrize("key", STATUSES)
def test_every_status_is_a_word_with_a_drawn_shape_and_a_known_colour(key):
    status = STATUSES[key]
    assert status.shape in ICONS or status.word == "Not asked"
    assert f".c-{status.colour} " in CSS
    assert words(draw("{% status key %}", key=key)) == status.word


def test_a_count_may_replace_the_word_and_is_escaped():
    html = draw('{% status "draft-saved" words %}', words="4 of 11 <b>answered</b>")
    assert "4 of 11 &lt;b&gt;answered&lt;/b&gt;" in html
    assert "<svg" in html


def test_an_unknown_status_word_fails_loudly():
    with pytest.raises(TemplateSyntaxError, match="no status word"):
        draw('{% status "nearly" %}')


def test_icons_are_hidden_from_assistive_technology():
    assert 'aria-hidden="true"' in draw('{% icon "lock" %}')


# --- deadlines ---


@pytest.mark.parametrize(
    ("due", "lit", "is_soon"),
    [(date(2025, 5, 22), 3, True), (date(2025, 5, 30), 8, False), (date(2025, 6, 6), 10, False)],
)
def test_one_tick_is_lit_for_each_working_day_left_and_ten_mean_ten_or_more(due, lit, is_soon):
    html = draw("{% days_left due now=now %}", due=deadline(due), now=MONDAY)
    assert html.count('class="lit"') == lit
    assert html.count("<rect") == 10
    assert ("days-soon" in html) is is_soon


def test_days_left_skip_the_bank_holiday_and_always_show_the_number():
    html = draw("{% days_left due now=now %}", due=deadline(date(2025, 5, 30)), now=MONDAY)  # 26 May is a holiday
    assert words(html) == "8 working days left"


def test_late_is_said_in_words_without_ticks():
    html = draw("{% days_left due now=now %}", due=deadline(date(2025, 5, 16)), now=MONDAY)
    assert words(html) == "1 working day late"
    assert "<rect" not in html


def test_days_left_take_the_now_of_the_page():
    html = draw("{% days_left due %}", due=deadline(date(2025, 5, 22)), now=MONDAY)
    assert words(html).startswith("3 ")


def test_deadlines_are_written_in_full_and_short():
    due = deadline(date(2025, 5, 30))
    assert draw("{{ due|deadline }}", due=due) == "17:00 on Friday 30 May 2025, UK time"
    assert draw("{{ due|deadline_line }}", due=due) == "17:00 Friday 30 May 2025"
    assert draw("{{ due|deadline_day:now }}", due=due, now=MONDAY) == "Fri 30 May"
    assert draw("{{ due|deadline_day:now }}", due=deadline(date(2026, 8, 12)), now=MONDAY) == "Wed 12 Aug 2026"


@pytest.mark.parametrize("name", ["deadline", "deadline_line", "deadline_day", "uk_date", "uk_date_long", "uk_moment"])
def test_an_unknown_date_is_said_to_be_not_published(name):
    assert draw(f"{{{{ nothing|{name} }}}}", nothing=None) == "Not published"


def test_window_bars_stay_inside_their_cell_however_far_the_dates_are():
    axis = {"first": date(2025, 5, 1), "last": date(2025, 6, 30)}
    html = draw(
        "{% window_bar opened due first last %}", opened=date(2020, 1, 1), due=date(2030, 1, 1), now=MONDAY, **axis
    )
    places = [float(n) for n in re.findall(r'(?:x|x1|cx)="([\d.]+)%"', html)]
    assert places
    assert all(0 <= place <= 100 for place in places)


# --- forms ---


def test_label_hint_and_error_are_tied_to_the_field():
    html = str(Answer({})["reason"].as_field_group())
    tied = re.search(r'<input[^>]*aria-describedby="([^"]+)"', html)[1].split()
    assert tied == ["id_reason_helptext", "id_reason_error"]
    assert all(f'id="{name}"' in html for name in tied)
    assert '<label for="id_reason">' in html
    assert 'aria-invalid="true"' in html


def test_a_group_of_choices_is_a_fieldset_that_names_its_error():
    html = str(Answer({})["answer"].as_field_group())
    assert re.search(r'<fieldset[^>]*aria-describedby="id_answer_error"', html)
    assert "<legend>Your response</legend>" in html
    assert 'class="cards"' in html
    assert "Counts as a full response" in html


def test_the_browser_never_checks_for_us():
    assert not re.search(r"\srequired[\s>=]", str(Answer({})))


def test_optional_fields_say_so():
    assert "(optional)" in str(Answer()["note"].as_field_group())
    assert "(optional)" not in str(Answer()["reason"].as_field_group())


def test_a_date_is_three_named_fields_that_keep_what_was_typed():
    html = str(Answer({"sent_on_day": "31", "sent_on_month": "2", "sent_on_year": "2025"})["sent_on"].as_field_group())
    assert words(html).endswith("The go-live date must be a real date, such as 30 5 2025 Day Month Year")
    assert [*re.findall(r'value="(\d+)"', html)] == ["31", "2", "2025"]
    assert set(re.findall(r'<label for="([^"]+)"', html)) == set(re.findall(r'<input[^>]* id="([^"]+)"', html))


def test_the_error_summary_uses_the_same_words_and_its_links_lead_to_fields():
    form = Answer({})
    summary = render_to_string("components/error_summary.html", {"form": form})
    fields = "".join(str(field.as_field_group()) for field in form)
    links = re.findall(r'<a href="#([^"]+)">([^<]+)</a>', summary)
    assert [said for _, said in links] == [
        "Choose your response",
        "Enter the reason",
        "Enter the go-live date",
        "Answer the question “Which kind is it?”",
    ]
    for target, said in links:
        assert re.search(rf'<(input|select|textarea)[^>]* id="{target}"', fields), target
        assert f"</span>{said}</div>" in fields


def test_there_is_no_summary_without_an_error():
    assert not render_to_string("components/error_summary.html", {"form": Answer()}).strip()


# --- the frame ---


def test_the_strip_has_one_segment_for_each_half_hour():
    assert render_to_string("components/strip.html").count("M") == 48


def test_the_fault_page_needs_nothing_and_says_what_is_safe():
    html = render_to_string("500.html")
    assert "What is safe" in html
    assert html.index("Skip to main content") < html.index("<header")


@pytest.mark.django_db
def test_an_unknown_address_gets_a_page_that_helps(client):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "implementation timeline" in response.content.decode()


@pytest.mark.django_db
def test_the_components_page_shows_every_status_and_one_heading(client):
    html = client.get(reverse("style")).content.decode()
    assert len(re.findall("<h1", html)) == 1
    assert all(f"<span>{status.word}</span>" in html for status in STATUSES.values())


@pytest.mark.django_db
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_chosen_theme_is_on_the_page(client, theme):
    client.cookies["theme"] = theme
    assert f'<html lang="en-GB" data-theme="{theme}">' in client.get(reverse("style")).content.decode()


PAGES = [p for p in (ROOT / "templates").rglob("*.html") if not {"emails", "pdf"} & set(p.parts)]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_no_page_has_inline_styles_or_scripts(page):
    html = page.read_text()
    assert not re.search(r"<[a-z][^>]*\s(style|on[a-z]+|hx-on[^=]*)=", html), "the security policy would drop it"
    assert not re.search(r"<style|<script(?![^>]* src=)", html)


# --- what it costs, and whether it can be read ---


def test_style_sheet_script_and_fonts_stay_within_their_budget():
    assert len(gzip.compress(CSS.encode(), 9)) <= 14_000
    assert len(gzip.compress((ROOT / "static/js/portal.js").read_bytes(), 9)) <= 2_500
    for font in (ROOT / "static/fonts").glob("*.woff2"):
        assert font.stat().st_size < 60_000, font.name


def _colours() -> list[dict[str, str]]:
    found = re.findall(r"--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)", CSS)
    return [{name: light for name, light, _ in found}, {name: dark for name, _, dark in found}]


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = ["canvas", "surface", "sunken"]
TEXT = [(text, ground) for text in ["ink", "ink-2", "ink-3", "link", "red", "green", "slip"] for ground in GROUNDS] + [
    ("on-brand", "brand"),
    ("on-brand", "brand-deep"),
    ("brand", "brand-tint"),
    ("ink", "brand-tint"),
    ("ink-3", "brand-tint"),
    *[(name, f"{name}-bg") for name in ["red", "amber", "green", "blue"]],
    *[("on-path", path) for path in ["cp1", "cp2", "cp3", "later"]],
    *[("ink", f"{path}-{tone}") for path in ["cp1", "cp2", "cp3", "later"] for tone in ["tint", "elapsed"]],
    *[("ink", stage) for stage in ["stage", "stage-2", "stage-passed"]],
]
MARKS = [(mark, ground) for mark in ["line-strong", "amber-mark", "focus", "brand"] for ground in GROUNDS]


@pytest.mark.parametrize("theme", _colours(), ids=["light", "dark"])
@pytest.mark.parametrize(("pair", "least"), [(p, 4.5) for p in TEXT] + [(p, 3.0) for p in MARKS])
def test_text_and_marks_stand_out_enough(theme, pair, least):
    front, ground = pair
    assert contrast(theme[front], theme[ground]) >= least


def test_samples_of_the_components_page_are_relative_to_the_day_shown():
    from mhhs_portal.specimens import specimens

    soon, late = specimens(MONDAY), specimens(MONDAY + timedelta(days=365))
    assert soon["due_soon"] == deadline(date(2025, 5, 22))
    assert late["due_soon"] > soon["due_soon"]
