"""What a word means: the page, and the links to it at first use."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template, TemplateSyntaxError
from django.test import RequestFactory
from django.urls import reverse

from mhhs_portal.library.contacts import contacts
from mhhs_portal.library.glossary import find, terms
from tests.conftest import ROOT


def rendered(source, **context):
    request = RequestFactory().get("/")
    return Template("{% load glossary %}" + source).render(Context({"request": request} | context))


def test_a_term_is_linked_where_a_page_first_says_it_and_plain_afterwards():
    said = rendered('{% term "MPID" %} and {% term "MPID" %} and {% term "mpid" "MPIDs" %}')

    assert said == (
        '<a class="term" href="/glossary/#mpid"><abbr title="Market Participant Identifier">MPID</abbr></a>'
        " and MPID and MPIDs"
    )


def test_first_use_counts_across_the_templates_that_a_page_is_made_of():
    request = RequestFactory().get("/")
    first, second = Context({"request": request}), Context({"request": request})
    source = Template('{% load glossary %}{% term "SIT" %}')

    assert "href" in source.render(first)
    assert source.render(second) == "SIT"


def test_another_spelling_leads_to_the_same_entry():
    assert "#nhhdc-nhhda" in rendered('{% term "NHHDC" %}')
    assert find("tranche") is find("Qualification wave")


def test_a_word_that_the_glossary_lacks_is_a_mistake_and_plain_text_in_production(settings):
    with pytest.raises(TemplateSyntaxError, match="Zorp"):
        rendered('{% term "Zorp" %}')

    settings.PRODUCTION = True
    assert rendered("{% term word %}", word="Zorp<") == "Zorp&lt;"


def test_the_tag_asks_the_database_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        rendered('{% term "MPID" %}{% term "QAD" %}{% term "SRO" %}')


def test_every_entry_has_one_anchor_and_every_spelling_leads_to_one_entry():
    anchors = [term.anchor for term in terms()]
    spellings = [word.lower() for term in terms() for word in (term.term, *term.also)]

    assert sorted(anchors) == sorted(set(anchors))
    assert sorted(spellings) == sorted(set(spellings))
    assert all(bool(term.source) == bool(term.url) for term in terms())
    assert all(term.short.endswith(".") for term in terms())


@pytest.mark.parametrize(
    "word",
    [
        "MPID",
        "MPAN",
        "LDSO",
        "QAD",
        "PAB",
        "EFR",
        "PQS",
        "SIT",
        "MVC",
        "DIP",
        "MCC",
        "ISD",
        "UMS",
        "LSS",
        "TOM",
        "NHHDC",
        "MOA",
        "SITAG",
        "QAG",
        "QWG",
        "PPIR",
        "CR",
        "PSG",
        "SRO",
    ],
)
def test_the_words_that_the_programme_uses_are_explained(word):
    assert find(word) is not None


@pytest.fixture
def page(client, db):
    return lambda query="": client.get(reverse("library:glossary") + query)


def test_the_page_has_every_term_with_its_anchor_and_source(page, django_assert_num_queries):
    with django_assert_num_queries(0):
        said = page().content.decode()

    for term in terms():
        assert f'id="{term.anchor}"' in said
    assert "https://www.elexon.co.uk/glossary/market-participant-identifier/" in said


def test_a_search_keeps_what_says_all_the_words(page):
    said = page("?q=advisory+group").content.decode()

    assert 'id="sitag"' in said
    assert 'id="mpid"' not in said
    assert "No term has these words" in page("?q=zzzz").content.decode()


def test_the_glossary_is_a_file_as_searched(page):
    said = page("?q=sitag&format=csv").content.decode("utf-8-sig")

    assert said.splitlines()[0] == "Term,Stands for,Meaning,Source,Address of the source"
    assert "SITAG,Systems Integration Testing Advisory Group" in said
    assert "MPID" not in said
    assert page("?format=json").json()["columns"]["term"] == "Term"


def test_terms_in_templates_are_all_known():
    used = {
        word
        for file in (ROOT / "templates").rglob("*.html")
        for word in re.findall(r'{% term "([^"]+)"', file.read_text())
    }

    assert [word for word in used if find(word) is None] == []


def test_who_to_ask_shows_addresses_that_are_published_and_says_where_none_is(client, db):
    said = client.get(reverse("library:who_to_ask")).content.decode()

    assert "mailto:PPC@mhhsprogramme.co.uk" in said
    assert said.count("Not published") == sum(not contact.mail for contact in contacts())
    assert "Migration Control Centre" in said


def test_the_foot_of_every_page_leads_to_glossary_and_contacts(client, db):
    said = client.get(reverse("library:who_to_ask")).content.decode()
    foot = said[said.index("<footer") :]

    assert reverse("library:glossary") in foot
    assert reverse("library:who_to_ask") in foot
