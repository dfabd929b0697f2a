"""Answers and evidence as files. Who took what is kept before anything leaves."""

from __future__ import annotations

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from mhhs_portal.documents.serving import served
from mhhs_portal.organisations.access import PARTICIPANTS, acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest
from readiness.assurance import exporting
from readiness.assurance.evidence import record_view
from readiness.assurance.models import AnswersTaken, Finding, FindingEvidence
from readiness.assurance.views.own import our_finding
from readiness.views.analysts import campaigns_of
from readiness.views.reviewing import submission_for


@require_safe
@acting_as(Role.ANALYST)
def answers(request: PortalRequest, acting: Membership, campaign: str) -> HttpResponse:
    """All submitted answers of a campaign as a file, question by question; and who has taken them so far."""
    one = get_object_or_404(campaigns_of(acting).opened(), slug=campaign)
    if request.GET.get("format", ""):
        return exporting.campaign_file(request, one, acting=acting, now=timezone.now())
    taken = AnswersTaken.objects.filter(campaign=one).select_related("person", "submission__organisation")[:100]
    return render(request, "readiness/assurance/answers.html", {"acting": acting, "campaign": one, "taken": taken})


@require_safe
@acting_as(Role.ANALYST)
def submission_zip(request: PortalRequest, acting: Membership, campaign: str, organisation: str) -> HttpResponse:
    submission = submission_for(acting, campaign, organisation)
    return exporting.zip_response(submission, acting=acting, now=timezone.now())


@require_safe
@acting_as(Role.ANALYST)
def finding_file(request: PortalRequest, acting: Membership, finding: int, evidence: int) -> HttpResponseBase:
    campaigns_of(acting)
    related = Finding.objects.select_related("submission")
    one = get_object_or_404(related, number=finding)
    kept = get_object_or_404(FindingEvidence.objects.select_related("file__scan"), finding=one, pk=evidence)
    response = served(kept.file, title=kept.title, from_others=kept.is_from_participant)
    record_view(kept.file, kept.title, one.submission, acting.person, timezone.now())
    return response


@require_safe
@acting_as(*PARTICIPANTS)
def own_file(request: PortalRequest, acting: Membership, finding: int, evidence: int) -> HttpResponseBase:
    """What the organisation itself has sent; an analyst's files are not for it."""
    ours = our_finding(acting, finding)
    sent = FindingEvidence.objects.select_related("file__scan").filter(is_from_participant=True)
    kept = get_object_or_404(sent, finding=ours, pk=evidence)
    return served(kept.file, title=kept.title)
