from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from checklist.views import office, participants, public


class Reference(StringConverter):
    """An item's reference, such as PCL-0412."""

    regex = r"PCL-\d{4,9}"


class Office(StringConverter):
    """The Programme's own slug: its pages stand at the addresses at which a participant has its own."""

    regex = "programme"


register_converter(Reference, "reference")
register_converter(Office, "office")

app_name = "checklist"
urlpatterns = [
    path("checklist/", public.item_list, name="list"),
    path("checklist/<reference:reference>/", public.item_detail, name="item"),
    path("o/<office:org>/checklist/", office.office_list, name="office_list"),
    path("o/<office:org>/checklist/publish/", office.publish, name="publish"),
    path("o/<office:org>/checklist/<reference:reference>/", office.office_item, name="office_item"),
    path("o/<slug:org>/checklist/", participants.own_list, name="own_list"),
    path("o/<slug:org>/checklist/<reference:reference>/", participants.own_item, name="own_item"),
    path("o/<slug:org>/checklist/<reference:reference>/respond/", participants.respond, name="respond"),
]
