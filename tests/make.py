"""Builders with defaults that nobody needs to look up. Each app's builders stand under its own heading."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any

import pgtrigger
from django.utils import timezone

from checklist.models import (
    Addressee,
    Attachment,
    ChecklistItem,
    Comment,
    DraftComment,
    ItemRevision,
    Response,
    ResponseDraft,
)
from checklist.revising import revise
from mhhs_portal.deadlines import LONDON, add_working_days, deadline
from mhhs_portal.documents.models import keep
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import enqueue
from mhhs_portal.organisations.models import Kind, MarketRole, Membership, Organisation, Person, Role, RoleHeld
from milestones.models import (
    Baseline,
    BaselineDate,
    ChangeRequest,
    CriticalPath,
    Forecast,
    Lane,
    Milestone,
    Placement,
    ProposedChange,
    Source,
)
from readiness.models import Campaign, Question, Questionnaire, QuestionnaireVersion, Section, Submission
from readiness.review import send_back, take_up
from readiness.submissions import questions_of, save_answer, submit

PASSWORD = "a-long-enough-password"

_number = itertools.count(1)


# --- organisations ----------------------------------------------------------------------------------------------------


def organisation(**fields: Any) -> Organisation:
    n = next(_number)
    defaults = {"slug": f"org-{n}", "name": f"Organisation {n}", "short_name": f"Org {n}", "kind": Kind.PARTICIPANT}
    return Organisation.objects.create(**defaults | fields)


def programme() -> Organisation:
    facts = {"name": "MHHS Programme", "short_name": "Programme", "kind": Kind.PROGRAMME}
    return Organisation.objects.get_or_create(slug="programme", defaults=facts)[0]


def elexon() -> Organisation:
    facts = {"name": "Elexon", "short_name": "Elexon", "kind": Kind.ELEXON}
    return Organisation.objects.get_or_create(slug="elexon", defaults=facts)[0]


def board() -> Organisation:
    facts = {"name": "Performance Assurance Board (PAB)", "short_name": "PAB", "kind": Kind.BOARD}
    return Organisation.objects.get_or_create(slug="pab", defaults=facts)[0]


def market_role(code: str = "supplier", **fields: Any) -> MarketRole:
    name = code.replace("-", " ").capitalize()
    return MarketRole.objects.get_or_create(code=code, defaults={"name": name, "short_name": name[:20]} | fields)[0]


def role_held(organisation: Organisation, code: str = "supplier", **fields: Any) -> RoleHeld:
    defaults = {"mpid": f"Z{next(_number) % 1000:03}", "market_role": market_role(code)}
    return RoleHeld.objects.create(organisation=organisation, **defaults | fields)


def person(**fields: Any) -> Person:
    """Signs in with `make.PASSWORD`."""
    n = next(_number)
    defaults = {"email": f"person-{n}@sample.example", "name": f"Person {n}", "password": PASSWORD}
    return Person.objects.create_user(**defaults | fields)


def member(organisation: Organisation, role: Role, **fields: Any) -> Membership:
    """A membership that began a month ago; give `person=` for somebody who exists."""
    defaults = {"starts_on": timezone.localdate() - timedelta(days=30)}
    someone = fields.pop("person", None) or person()
    return Membership.objects.create(person=someone, organisation=organisation, role=role, **defaults | fields)


def lead(organisation: Organisation, **fields: Any) -> Membership:
    return member(organisation, Role.LEAD, **fields)


def contributor(organisation: Organisation, **fields: Any) -> Membership:
    return member(organisation, Role.CONTRIBUTOR, **fields)


def viewer(organisation: Organisation, **fields: Any) -> Membership:
    return member(organisation, Role.VIEWER, **fields)


def office() -> Membership:
    return member(programme(), Role.OFFICE)


def analyst() -> Membership:
    return member(elexon(), Role.ANALYST)


def board_observer() -> Membership:
    return member(board(), Role.BOARD)


def former_lead(organisation: Organisation) -> Membership:
    """Somebody whose membership ended yesterday."""
    return lead(organisation, ends_on=timezone.localdate() - timedelta(days=1))


# --- messages ---------------------------------------------------------------------------------------------------------


def message(*, to: Person | None = None, **facts: Any) -> Message:
    """A promised notice, due a minute ago."""
    n = next(_number)
    defaults = {
        "dedupe_key": f"made/{n}",
        "not_before": timezone.now() - timedelta(minutes=1),
        "about_url": f"/made/{n}/",
        "headline": f"Notice {n}",
        "lead": "Something is due.",
    }
    promised = enqueue("notice", to=to or person(), **defaults | facts)
    assert promised is not None
    return promised


# --- checklist --------------------------------------------------------------------------------------------------------


def item(for_: Organisation | list[Organisation] | None = None, **fields: Any) -> ChecklistItem:
    """A published item that opened two days ago and is due in thirty, addressed to `for_`; `state="draft"` for a draft.

    `due_at` may be given as an instant; its wall clock follows.
    """
    now = timezone.now()
    n = next(_number)
    due_at = fields.pop("due_at", now + timedelta(days=30))
    due = due_at.astimezone(LONDON)
    opened = min(now, due_at) - timedelta(days=2)
    facts: dict[str, Any] = {
        "reference": f"PCL-{n:04}",
        "kind": "consultation",
        "title": f"Item {n}",
        "summary": f"What item {n} asks.",
        "workstream": "Testing",
        "state": "published",
        "due_on": due.date(),
        "due_time": due.time(),
        "due_at": due_at,
        "opens_at": opened,
        "issued_at": fields.get("opens_at", opened),
    }
    made = ChecklistItem.objects.create(**facts | fields)
    asked = [for_] if isinstance(for_, Organisation) else for_ or []
    row = {"reason": "Chosen by name", "added_at": made.issued_at or now}
    Addressee.objects.bulk_create(Addressee(item=made, organisation=o, **row) for o in asked)
    return made


def on_path(role_held: RoleHeld, slug: str = "cp3", **fields: Any) -> Placement:
    """Puts the role on a critical path that is made when it is missing."""
    source = Source.objects.get_or_create(key="test", defaults={"title": "Test", "url": "https://sample.example/"})[0]
    facts = {"code": slug.upper(), "name": slug, "who": "Somebody", "summary": "A path", "source": source}
    path = CriticalPath.objects.get_or_create(slug=slug, defaults=facts | {"confidence": "stated"})[0]
    return Placement.objects.create(role_held=role_held, path=path, **fields)


def response(item: ChecklistItem, organisation: Organisation, **fields: Any) -> Response:
    fields["given_by"] = fields.get("given_by") or _giver(organisation, fields).person
    facts: dict[str, Any] = {"answer": "no-comments", "revision": item.revision, "given_at": timezone.now()}
    return Response.objects.create(item=item, organisation=organisation, **facts | fields)


def _giver(organisation: Organisation, fields: dict[str, Any]) -> Membership:
    """The Programme with a reason, else somebody who has left since, and so is asked and told nothing any more."""
    return office() if fields.get("on_behalf_reason") else former_lead(organisation)


def comment(response_: Response, **fields: Any) -> Comment:
    """The next row of the response."""
    number = response_.comments.count() + 1
    facts = {"number": number, "document": "Plan", "clause": f"{number}.1", "comment": f"Comment {number}"}
    return Comment.objects.create(response=response_, **facts | fields)


def attachment(item: ChecklistItem, title: str = "a.pdf", content: bytes = b"%PDF-1.4", **fields: Any) -> Attachment:
    """A file that was beside the item when it was published."""
    stored = keep(content, name=title, content_type="application/pdf", made_here=True)
    facts: dict[str, Any] = {"added_at": timezone.now(), "added_by": fields.get("added_by") or person()}
    with pgtrigger.ignore("checklist.Attachment:attachment_added_by_revision"):
        return Attachment.objects.create(item=item, title=title, file=stored, **facts | fields)


def revised(item: ChecklistItem, **fields: Any) -> ItemRevision:
    """The item asks everybody again, with words that are not as they were."""
    facts: dict[str, Any] = {"what_changed": "The dates moved.", "by": None, "now": timezone.now(), "links": []}
    facts["facts"] = {"summary": f"{item.summary} Changed."}
    facts |= fields
    raised = revise(item, **facts | {"by": facts["by"] or office().person})
    item.refresh_from_db()
    return raised


def response_draft(item: ChecklistItem, organisation: Organisation, **fields: Any) -> ResponseDraft:
    """`comments=[{"comment": "…"}, …]` are its rows, with the keys "1", "2" …"""
    rows = fields.pop("comments", [])
    facts: dict[str, Any] = {"answer": "comments", "saved_by": person(), "saved_at": timezone.now()}
    facts |= {"answer_version": 1}
    draft = ResponseDraft.objects.create(item=item, organisation=organisation, **facts | fields)
    saved = {"saved_by": draft.saved_by, "saved_at": draft.saved_at}
    DraftComment.objects.bulk_create(
        DraftComment(draft=draft, key=str(place), position=place, **saved | row) for place, row in enumerate(rows, 1)
    )
    return draft


# --- milestones -------------------------------------------------------------------------------------------------------


def source(**fields: Any) -> Source:
    n = next(_number)
    return Source.objects.create(**{"key": f"S{n}", "title": f"Source {n}", "url": "https://source.example/"} | fields)


def lane(slug: str = "lane", **fields: Any) -> Lane:
    return Lane.objects.get_or_create(slug=slug, defaults={"name": "Lane"} | fields)[0]


def milestone(**fields: Any) -> Milestone:
    n = next(_number)
    defaults = {"code": f"X{n}", "slug": f"x{n}", "name": f"Milestone {n}", "lane": lane(), "position": n}
    return Milestone.objects.create(**defaults | fields)


def baseline(*, frozen: bool = False, **fields: Any) -> Baseline:
    """A baseline that still takes dates, unless it is `frozen`; `freeze(it)` ends that."""
    n = next(_number)
    defaults = {"slug": f"b{n}", "name": f"B{n}", "number": 100 + n, "decided_on": date(2025, 1, 1)}
    defaults |= {"decided_by": "Somebody", "source": source(), "confidence": "stated"}
    facts = defaults | fields
    if facts["number"] > 1 and "change_request" not in facts:
        facts["change_request"] = approved_request(code=facts["name"], slug=facts["slug"])
    made = Baseline.objects.create(**facts)
    return freeze(made) if frozen else made


def approved_request(**fields: Any) -> ChangeRequest:
    """A change request that may be applied; it proposes nothing yet."""
    n = next(_number)
    decision = {"published_at": timezone.now(), "decided_by": "Ofgem", "is_ofgem_decision": True}
    decision |= {"decided_on": date(2025, 1, 1)}
    decision |= {name: fields.pop(name) for name in list(fields) if name in decision}
    defaults = {"code": f"CR{n}", "slug": f"cr{n}", "title": f"Change {n}"}
    made = ChangeRequest.objects.create(**defaults | fields)
    for state in ("assessment", "assessed", "approved"):
        decision["state"] = state
        if state == "assessment":
            opened = timezone.now() - timedelta(days=30)
            made.assessment_opened_at, made.assessment_due_at = opened, opened + timedelta(days=20)
        for name, value in decision.items():
            setattr(made, name, value)
        made.save()
    return made


def freeze(baseline: Baseline, *, current: bool = False) -> Baseline:
    if current:
        Baseline.objects.filter(is_current=True).update(is_current=False)
    Baseline.objects.filter(pk=baseline.pk).update(frozen_at=timezone.now(), is_current=current)
    if baseline.change_request_id:
        request = ChangeRequest.objects.filter(pk=baseline.change_request_id, state="approved")
        request.update(state="applied", applied_at=timezone.now())
    baseline.refresh_from_db()
    return baseline


def baseline_date(baseline: Baseline, milestone: Milestone, day: date, **fields: Any) -> BaselineDate:
    """As the baseline's change request proposes it; the line is put into the request afterwards, to save steps."""
    defaults = {"first_on": day, "last_on": day, "precision": "day", "source": source(), "confidence": "stated"}
    if baseline.change_request:
        dates = {name: value for name, value in (defaults | fields).items() if not name.startswith("id")}
        with pgtrigger.ignore("milestones.ProposedChange:proposed_change_only_in_a_draft"):
            ProposedChange.objects.create(
                change_request=baseline.change_request, kind="move", milestone=milestone, **dates
            )
    return BaselineDate.objects.create(baseline=baseline, milestone=milestone, **defaults | fields)


def forecast(milestone: Milestone, day: date, **fields: Any) -> Forecast:
    defaults = {"first_on": day, "last_on": day, "precision": "day", "source": source(), "confidence": "stated"}
    return Forecast.objects.create(milestone=milestone, **{"as_at": day} | defaults | fields)


# --- readiness --------------------------------------------------------------------------------------------------------


def questionnaire_version(sections: int = 1, questions: int = 2, **fields: Any) -> QuestionnaireVersion:
    """A draft of sections A, B … with required short texts A1, A2 …; `question=` changes them all."""
    n = next(_number)
    asked = {"kind": "short_text", "text": "What is so?", "short_text": "What is so"} | fields.pop("question", {})
    questionnaire = Questionnaire.objects.create(slug=f"questionnaire-{n}", name=f"Questionnaire {n}")
    version = QuestionnaireVersion.objects.create(questionnaire=questionnaire, **fields)
    for place in range(sections):
        letter = chr(ord("A") + place)
        section = Section.objects.create(
            version=version, letter=letter, title=f"Section {letter}", short_title=letter, position=place
        )
        Question.objects.bulk_create(
            Question(section=section, number=f"{letter}{i}", position=i, **asked) for i in range(1, questions + 1)
        )
    return version


def campaign(version: QuestionnaireVersion | None = None, **fields: Any) -> Campaign:
    """A draft with a published wording, due in nine working days."""
    n, now = next(_number), timezone.now()
    version = version or questionnaire_version()
    QuestionnaireVersion.objects.filter(pk=version.pk, status="draft").update(status="published", published_at=now)
    version.refresh_from_db()
    facts: dict[str, Any] = {
        "slug": f"air-{n}",
        "kind": "air",
        "name": f"Request {n}",
        "short_name": f"Request {n}",
        "version": version,
        "due_at": deadline(add_working_days(timezone.localdate(), 9)),
    }
    return Campaign.objects.create(**facts | fields)


def submission(organisation: Organisation, campaign_: Campaign | None = None, **fields: Any) -> Submission:
    """The organisation is asked by a campaign that opened a week before its deadline (yesterday, if that is later)."""
    one = campaign_ or campaign(**fields)
    if not one.opened_at:
        one.opened_at = min(timezone.now() - timedelta(days=1), one.due_at - timedelta(days=7))
        one.save(update_fields=["opened_at"])
    return Submission.objects.create(
        campaign=one, organisation=organisation, asked_for=[{"mpid": "ZZX1", "role": "NHHDC"}]
    )


def answered(submission: Submission, acting: Membership, text: str = "So it is", **only: str) -> Submission:
    """Answers every question with the text, or only those named: answered(s, lead, A1="Yes")."""
    for question in questions_of(submission):
        if not only or question.number in only:
            save_answer(
                submission,
                question,
                only.get(question.number, text),
                acting=acting,
                seen_version=0,
                now=timezone.now(),
            )
            submission.refresh_from_db()
    return submission


def submitted(organisation: Organisation, acting: Membership | None = None, **fields: Any) -> Submission:
    """A submission that its lead has answered and submitted."""
    acting, now = acting or lead(organisation), fields.pop("now", None) or timezone.now()
    one = answered(submission(organisation, **fields), acting)
    submit(one, acting=acting, authorised_by="Margaret Osei", declared=True, now=now)
    one.refresh_from_db()
    return one


def sent_back(submission: Submission, *numbers: str, acting: Membership | None = None, **fields: Any) -> Submission:
    """The submission in its next round, in which the named answers (all, if none is named) are asked for again."""
    now, acting = timezone.now(), acting or analyst()
    if submission.status == Submission.Status.SUBMITTED:
        take_up(submission, acting=acting)
    wanted = [one for one in questions_of(submission) if not numbers or one.number in numbers]
    facts: dict[str, Any] = {"words": "Please say how many.", "due_at": now + timedelta(days=7), "now": now}
    send_back(submission, questions=wanted, acting=acting, **facts | fields)
    return submission
