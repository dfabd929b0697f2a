"""What we agreed is executable. Each failure says what to do next."""

from __future__ import annotations

import ast
import copy
import re
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pghistory.models
import pytest
from django.apps import apps
from django.core.management import call_command
from django.http import HttpResponse

from mhhs_portal import urls
from mhhs_portal.organisations import access
from mhhs_portal.organisations.models import Organisation, Role
from tests import planted, walk, walk_values
from tests.conftest import ROOT

OURS = ["mhhs_portal", "milestones", "checklist", "readiness"]
MODULES = sorted(f for app in OURS for f in (ROOT / app).rglob("*.py") if "migrations" not in f.parts)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
#: Read by mail programs and by the PDF engine, neither of which knows our policy.
OWN_RULES = ("emails", "pdf")
NO_HISTORY = {
    "organisations.MarketRole": "published facts, changed only by a release",
    "notifications.Message": "written by the portal; its own columns say what happened to it",
    "notifications.Heartbeat": "written by the scheduler",
    "checklist.ItemTally": "counted by triggers from rows that have a history",
    "reminders.Reminder": "follows from what it is about; its own columns say what became of it",
    "reminders.Change": "written by triggers and gone with the transaction's end",
    "notifications.Pace": "written by the senders",
    "milestones.BaselineDate": "frozen by a trigger: a new baseline says something else",
    "milestones.BaselineMilestone": "frozen by a trigger: a new baseline says something else",
    "milestones.BaselineLink": "frozen by a trigger: a new baseline says something else",
    "milestones.ImpactAssessment": "frozen by a trigger: a later answer replaces it",
    "milestones.RagOverride": "frozen by a trigger: a later judgement replaces it",
    "milestones.PlanConfirmation": "frozen by a trigger: a later one stands beside it",
    "network.ScenarioMove": "a private copy to play with; its scenario has a history",
    "milestones.Forecast": "frozen by a trigger: a later report says something else",
    "milestones.Achievement": "frozen by a trigger: a later report says something else",
    "milestones.AskedSheet": "a place in a queue, gone when the sheet is drawn",
    "milestones.PlanOnAPage": "drawn by the worker from what is recorded",
    "checklist.ReceiptSheet": "drawn by the worker from what is recorded, then frozen by a trigger",
    "plan_files.PlanTask": "frozen by a trigger: another file is another version",
    "plan_files.TaskLink": "frozen by a trigger: another file is another version",
    "plan_files.TaskBaseline": "frozen by a trigger: another file is another version",
    "plan_files.ImportProblem": "what a worker found in a file",
    "plan_files.ImportChange": "what a worker found in a file",
    "closing.LogRow": "frozen by a trigger: another publication says something else",
    "chasing.Opening": "frozen by a trigger: who was first stays",
    "chasing.ItemView": "frozen by a trigger: who has read it stays",
    "chasing.Chase": "frozen by a trigger: what was sent stays",
    "chasing.Chased": "frozen by a trigger: what was sent stays",
    "calendars.CalendarEntry": "written by the portal: what calendars were told last",
    "reading.ItemSearch": "written by triggers, from rows that have a history",
    "reading.LastVisit": "when somebody last read; reading changes nothing",
    "news.NewsRecipient": "frozen by a trigger: whom it was addressed to stays",
    "news.Correction": "frozen by a trigger: what was said before stays",
    "news.NewsReading": "when somebody first read; reading changes nothing",
    "news.EditionEntry": "a line of a draft until it is sent, then frozen by a trigger",
    "assurance.EvidenceView": "frozen by a trigger: who has read evidence stays",
    "assurance.AnswersTaken": "frozen by a trigger: who took answers away stays",
    "papers.PaperVersion": "frozen by a trigger: other figures are another version",
    "papers.AnnexOpening": "frozen by a trigger: who has opened the annex stays",
    "papers.PaperFile": "made by the worker from what is frozen",
    "documents.StoredFile": "never edited: another content is another row",
}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


# --- doors ------------------------------------------------------------------------------------------------------------


def test_every_page_says_who_may_see_it():
    silent = [route.pattern for route in walk.routes() if not hasattr(route.view, "access")]

    assert silent == [], "decorate with @acting_as(...), @signed_in('why') or @public('why')"


def test_only_public_pages_let_anonymous_people_in():
    open_doors = [
        route.pattern
        for route in walk.routes()
        if not getattr(route.view, "login_required", True) and not str(route.view.access).startswith("public")
    ]

    assert open_doors == []


def test_an_organisation_in_the_address_is_checked_at_the_door():
    unchecked = [
        route.pattern
        for route in walk.routes()
        if "org" in route.converters and not isinstance(route.view.access, tuple)
    ]

    assert unchecked == [], "an address under /o/<org>/ takes @acting_as(...)"


def _plain(status):
    return lambda request, exception=None: HttpResponse(status=status)


@pytest.fixture
def doors(sample_portal, db, monkeypatch):
    """Only the statuses of thousands of answers are looked at, so nothing is kept of them, and refusals are empty."""
    monkeypatch.setattr("django.test.client.store_rendered_templates", lambda *_, **__: None)
    for status in (403, 404):
        monkeypatch.setattr(urls, f"handler{status}", _plain(status))
    return walk_values.sample_values(), walk.visitors()


def test_every_door_is_as_declared_for_every_kind_of_visitor_and_lets_somebody_in(doors):
    opened, told = set(), set()

    assert list(walk.walk(*doors, opened=opened, told=told)) == []
    assert told >= planted.MARKERS.keys() - {"another organisation's answer"}, (
        "a secret that nobody reads proves nothing"
    )
    assert planted.told_by_message() == []
    assert sorted({route.pattern for route in walk.routes()} - opened) == [], (
        "give tests/walk_values.py something that exists for these addresses"
    )


def without_the_organisation_filter(request):
    """Whoever is somebody somewhere is the same everywhere."""
    slug = request.resolver_match.kwargs.get("org") if request.resolver_match else None
    here = Organisation.objects.filter(slug=slug).first()
    held = []
    for membership in _honest(request):
        membership = copy.copy(membership)
        membership.organisation = here or membership.organisation
        held.append(membership)
    return held


def without_the_role_filter(request):
    """Whoever belongs to the organisation may do everything."""
    held = []
    for membership in _honest(request):
        for role in Role:
            held.append(copy.copy(membership))
            held[-1].role = role
    return held


_honest = access.memberships_of
#: So many wrong doors leave no doubt; the walk need not go on.
ENOUGH = 10


@pytest.mark.parametrize("weakened", [without_the_organisation_filter, without_the_role_filter])
def test_the_walk_notices_a_weakened_lock(doors, monkeypatch, weakened):
    values, everybody = doors
    monkeypatch.setattr(access, "memberships_of", weakened)

    wrong = walk.walk(values, everybody, methods=("get",))

    assert len(list(islice(wrong, ENOUGH))) == ENOUGH


def test_the_walk_notices_a_planted_word_in_a_page_in_a_spreadsheet_and_in_a_pdf():
    from mhhs_portal.exports import Column, Table, as_xlsx
    from mhhs_portal.pdf import html_to_pdf

    word = planted.MARKERS["note"]
    sheet = as_xlsx(Table("a", [Column("a", "A")], [{"a": word}]))
    paper = html_to_pdf(f'<html lang="en"><title>a</title><p>{word}</p></html>')

    for content in (f"<p>{word}</p>".encode(), sheet, paper):
        assert planted.leaked(Role.LEAD, HttpResponse(content)) == ["note"]
        assert planted.leaked(Role.ANALYST, HttpResponse(content)) == []


def test_the_walk_notices_that_nobody_asks_for_a_sign_in(doors, settings):
    values, everybody = doors
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "SignInRequired" not in name]

    wrong = walk.walk(values, everybody[:1], methods=("get",))

    assert len(list(islice(wrong, ENOUGH))) == ENOUGH


# --- modules ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES, ids=relative)
def test_modules_and_views_stay_readable(module):
    source = module.read_text()
    assert source.count("\n") <= 400, "split this module along the domain's nouns"
    if "views" in (module.stem, module.parent.name):
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef):
                assert node.end_lineno - node.lineno < 30, f"{node.name}: move the rules to a domain module"


def test_file_names_are_words_of_the_programme():
    furniture = {"services.py", "selectors.py", "utils.py", "helpers.py", "managers.py", "misc.py", "common.py"}
    found = [relative(m) for m in MODULES if m.name in furniture or {"core", "utils", "helpers"} & set(m.parts[:-1])]

    assert found == [], "name the file for what it holds, as one would say it to a programme manager"


def test_a_web_process_never_loads_the_pdf_engine():
    asked = (
        "import sys; from mhhs_portal.wsgi import application; from django.urls import get_resolver;"
        "get_resolver().url_patterns; print('weasyprint' in sys.modules)"
    )

    ended = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=ROOT, timeout=60)

    assert ended.stdout.strip() == "False", ended.stderr or "import WeasyPrint in the worker's task, not beside a view"


# --- templates --------------------------------------------------------------------------------------------------------

FORBIDDEN = {
    "a style attribute": re.compile(r"""<[^>]*\sstyle\s*=""", re.IGNORECASE),
    "a style element": re.compile(r"<style\b", re.IGNORECASE),
    "a script without src": re.compile(r"<script\b(?![^>]*\bsrc=)", re.IGNORECASE),
    "an on… attribute": re.compile(r"""<[^>]*\son[a-z]+\s*=\s*["']""", re.IGNORECASE),
    "hx-on or js: values": re.compile(r"""\bhx-on\b|["']js:|\bhx-vars\b""", re.IGNORECASE),
    "a javascript: address": re.compile(r"""["']\s*javascript:""", re.IGNORECASE),
}


@pytest.mark.parametrize("template", [t for t in TEMPLATES if not set(OWN_RULES) & set(t.parts)], ids=relative)
def test_pages_have_no_inline_style_or_script(template):
    text = re.sub(r"\{#.*?#\}|\{% comment .*?%\}.*?\{% endcomment %\}", "", template.read_text(), flags=re.DOTALL)

    found = [what for what, pattern in FORBIDDEN.items() if pattern.search(text)]

    assert found == [], "the Content-Security-Policy blocks it: use a class, a data- attribute, or static/js/portal.js"


@pytest.mark.parametrize(
    "inline",
    [
        '<p style="color: red">',
        "<style>",
        "<script>",
        '<button onclick="go()">',
        '<a hx-on:click="x">',
        '<a href="javascript:x">',
    ],
)
def test_the_rule_about_inline_code_can_fail(inline):
    assert [what for what, pattern in FORBIDDEN.items() if pattern.search(inline)] != []


# --- database ---------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_migrations_match_the_models():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_every_model_that_people_change_has_a_history():
    events = [m for m in apps.get_models() if issubclass(m, pghistory.models.Event) and m.pgh_tracked_model]
    tracked = {event.pgh_tracked_model for event in events}
    ours = [m for m in apps.get_models() if m.__module__.split(".")[0] in OURS and m not in events]
    without = [m._meta.label for m in ours if m not in tracked and not m._meta.proxy and m._meta.managed]

    assert sorted(set(without) - set(NO_HISTORY)) == [], (
        "decorate with @pghistory.track(), or say in NO_HISTORY why not"
    )
