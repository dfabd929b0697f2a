"""Something that exists in the sample portal for every name in our addresses."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from mhhs_portal.organisations.models import Organisation
from tests import make
from tests.planted import assurance

#: The organisation whose things are walked.
OWN = "oldcastle"
#: The number of the scenario that the visitor of the programme office has.
SCENARIO = 987_654


def sample_values() -> dict[str, Any]:
    """A value that exists in the sample portal for every name in our addresses."""
    from checklist.models import Addressee
    from milestones.models import Criterion
    from milestones.plan_files.models import PlanImport
    from readiness.models import Question, SubmittedRound

    item = Addressee.objects.filter(organisation__slug=OWN).order_by("item__due_at").last().item
    given = SubmittedRound.objects.select_related("submission__campaign", "submission__organisation").first()
    question = Question.objects.select_related("section").filter(section__version=given.submission.campaign.version)[0]
    return {
        "code": "m10",
        "criterion": Criterion.objects.filter(milestone__slug="m10").earliest("pk").pk,
        "slug": "cp1",
        "reference": item.reference,
        "campaign": given.submission.campaign.slug,
        "organisation": given.submission.organisation.slug,
        "round_number": given.round_number,
        "letter": question.section.letter,
        "number": question.number,
        "baseline": "cr055",
        "before": "cr022",
        "after": "cr055",
        "change": "cr-s02",
        "release": _release(),
        "sheet": _sheet(),
        "lane": _draft().lanes.first().pk,
        "stage": _draft().stages.first().pk,
        "run": PlanImport.objects.get(state="checked").pk,
        "kind": "json",
        **_checklist(item),
        "group": "psg",
        "meeting": "psg-2025-09-24-e",
        "thing": item.reference,
        "kind_asked": "checklist-item",
        "kind_assured": "air-submission",
        "decision": _decision(),
        "feed": "milestones",
        "secret": _secret(),
        "feed_number": 1,
        "scenario": SCENARIO,
        "document": "programme-plan",
        "document_version": _kept_version(),
        "asked": OWN,
        "chase": _chase(item),
        "saved_filter": _kept_filter(),
        **assurance(given.submission),
        **_list_feed(),
        **_planned(),
        **_news(),
    }


def _kept_filter() -> int:
    """A filter that the people of `OWN` share."""
    from checklist.reading.saving import keep_filter

    lead = make.lead(Organisation.objects.get(slug=OWN))
    return keep_filter(name="Walked", query="state=all", is_shared=True, acting=lead, now=timezone.now()).pk


def _list_feed() -> dict[str, Any]:
    """A list that the lead of `OWN` reads elsewhere."""
    from checklist.reading.addresses import new_feed

    lead = make.lead(Organisation.objects.get(slug=OWN))
    feed, secret = new_feed(query="state=all", acting=lead, now=timezone.now())
    return {"list_feed": feed.pk, "list_secret": secret}


def _news() -> dict[str, Any]:
    """An announcement that everybody reads, an edition that was sent, a draft of the next, a subscription, a file."""
    from checklist.news import clock
    from checklist.news.models import Announcement, Edition, Subscription
    from mhhs_portal.documents.models import keep

    now = timezone.now()
    upload = keep(b"%PDF-1.7", name="walked.pdf", content_type="application/pdf", by=make.office().person)
    return {
        "news": Announcement.objects.filter(is_public=True, state="published").earliest("pk").slug,
        "clock_number": Edition.objects.exclude(number=None).earliest("number").number,
        "edition": clock.open_draft(by=None, now=now).pk,
        "key": Subscription.objects.create(address="walked@outside.example", asked_at=now).secret,
        "scan": upload.scan.pk,
    }


def _chase(item: Any) -> int:
    """A chase of the organisation for the item."""
    import uuid

    from checklist.chasing.models import Chase, Chased

    facts = {"press": uuid.uuid4(), "by": make.office().person, "at": timezone.now(), "fingerprint": "walked"}
    made = Chase.objects.create(subject="Walked", text="Walked", people=1, **facts)
    own = Organisation.objects.get(slug=OWN)
    Chased.objects.create(chase=made, item=item, organisation=own, state="not-opened")
    return made.pk


def _planned() -> dict[str, Any]:
    """A role of `OWN` on a path, one of its steps, and a reporting period."""
    from milestones.models import ReportingPeriod

    role = make.role_held(Organisation.objects.get(slug=OWN), mpid="ZZO9")
    placement = make.on_path(role)
    step = placement.path.steps.get(key="pit")
    period = ReportingPeriod.objects.earliest("starts_on")
    return {"placement": placement.pk, "step": step.pk, "role": role.pk, "period": period.pk}


def _decision() -> int:
    from milestones.governance.models import Decision

    return Decision.objects.filter(meeting__key="psg-2025-09-24-e").earliest("pk").pk


def _secret() -> str:
    """The address of a personal calendar."""
    from mhhs_portal.calendars import secrets

    lead = make.lead(Organisation.objects.get(slug=OWN))
    return secrets.new_address(acting=lead, kind="path", now=timezone.now())


def _kept_version() -> str:
    """A version of a document whose file is kept here."""
    from mhhs_portal.library.models import Document
    from mhhs_portal.library.office import put_version

    document = Document.objects.get(slug="programme-plan")
    if not document.versions.filter(key="walked").exists():
        said = {"number": "walked", "made_from": "walked"}
        put_version(document, "walked", said, b"%PDF-1.7", "plan.pdf", "application/pdf")
    return "walked"


def _draft() -> Any:
    """An open draft of lanes and stages."""
    from milestones.sheets import drafting

    return drafting.open_of() or drafting.open_draft(by=make.office().person, now=timezone.now())


def _sheet() -> str:
    """The check code of a published drawing."""
    from mhhs_portal.documents.models import keep
    from milestones.models import Baseline, PlanOnAPage

    drawn = PlanOnAPage.objects.filter(organisation=None).first()
    if drawn is None:
        file = keep(b"%PDF-1.7", name="plan.pdf", content_type="application/pdf", made_here=True)
        baseline = Baseline.objects.get(is_current=True)
        drawn = PlanOnAPage.objects.create(version="ab" * 32, baseline=baseline, as_at=timezone.localdate(), file=file)
    return drawn.code


def _checklist(item: Any) -> dict[str, Any]:
    """A file of the item, a template, a named group and a table that was sent: the samples have none."""
    from checklist.importing import check
    from checklist.models import (
        ChecklistItem,
        CommentsUpload,
        DraftFile,
        ItemTemplate,
        NamedGroup,
        Response,
        ResponseDraft,
        ResponseFile,
    )
    from mhhs_portal.documents.models import keep

    acting, now = make.office(), timezone.now()
    us, file = Organisation.objects.get(slug=OWN), make.attachment(item)
    stored = keep(b"Comment\nWalked\n", name="a.csv", content_type="text/csv", made_here=True)
    log = CommentsUpload.objects.create(
        item=item, organisation=us, file=stored, uploaded_by=acting.person, uploaded_at=now
    )
    if not Response.objects.filter(item=item, organisation=us, revision=1, number=1).exists():
        make.response(item, us, revision=1)
    comment = make.comment(Response.objects.get(item=item, organisation=us, revision=1, number=1), number=200)
    template = ItemTemplate.objects.create(name="Walked", content={}, kept_by=acting.person, kept_at=now)
    group = NamedGroup.objects.create(slug="walked", name="Walked")
    table = SimpleUploadedFile("a.csv", b"Title\nWalked\n")
    upload = check(file=table, acting=acting, now=now)
    response = Response.objects.get(item=item, organisation=us, revision=1, number=1)
    sent_file = ResponseFile.objects.create(response=response, title="a.csv", file=stored)
    draft = ResponseDraft.objects.filter(item=item, organisation=us).first() or make.response_draft(item, us)
    drafted = DraftFile.objects.create(draft=draft, title="a.csv", file=stored, added_by=acting.person, added_at=now)
    ChecklistItem.objects.filter(pk=item.pk).update(shows_responses=True)
    sent = {"responder": OWN, "sent": "1", "comments_log": log.pk, "comment": comment.pk}
    sent |= {"sent_file": sent_file.pk, "drafted": drafted.pk}
    return {"file": file.pk, "template": template.pk, "named": group.slug, "upload": upload.pk, **sent}


def _release() -> str:
    """No forecast of the Programme is published, so the samples have no release: one is made for the walk."""
    from datetime import date

    from milestones.changes import releases
    from milestones.models import Milestone, PlanRelease
    from milestones.poap import When

    made = PlanRelease.objects.exclude(published_at=None).first()
    if made is None:
        milestone = Milestone.objects.get(code="M15")
        made = releases.draft(milestone=milestone, when=When.day(date(2027, 5, 7)), reason="On track", by=None).release
        releases.publish(made, by=None, now=timezone.now())
    return made.number
