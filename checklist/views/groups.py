"""Named groups, kept by the Programme office."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from checklist.groups import put_group, remove_group
from checklist.models import NamedGroup
from checklist.staff_forms import GroupForm
from checklist.views.posted import sent
from mhhs_portal.organisations.access import acting_as
from mhhs_portal.organisations.models import Membership, Role
from mhhs_portal.web import PortalRequest


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def groups(request: PortalRequest, acting: Membership) -> HttpResponse:
    form = GroupForm(sent(request))
    if request.method == "POST" and form.run(put_group, None, acting=acting):
        messages.success(request, f"Group “{form.result.name}” kept.")
        return redirect("checklist:groups", org=acting.organisation.slug)
    found = NamedGroup.objects.annotate(size=Count("memberships"))
    return render(request, "checklist/groups.html", {"acting": acting, "groups": found, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@acting_as(Role.OFFICE)
def group(request: PortalRequest, acting: Membership, named: str) -> HttpResponse:
    found = get_object_or_404(NamedGroup, slug=named)
    names = found.memberships.values_list("organisation__name", flat=True)
    initial = {"name": found.name, "purpose": found.purpose, "members": "\n".join(names)}
    is_removal = request.POST.get("do") == "remove"
    form = GroupForm(request.POST if request.method == "POST" and not is_removal else None, initial=initial)
    if is_removal:
        try:
            remove_group(found, acting=acting)
            messages.success(request, f"Group “{found.name}” removed.")
            return redirect("checklist:groups", org=acting.organisation.slug)
        except ValidationError as refusal:
            messages.error(request, " ".join(refusal.messages))
    elif request.method == "POST" and form.run(put_group, found, acting=acting):
        messages.success(request, f"Group “{form.result.name}” kept.")
        return redirect("checklist:groups", org=acting.organisation.slug)
    return render(request, "checklist/group.html", {"acting": acting, "group": found, "form": form})
