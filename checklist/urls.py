from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from checklist.chasing.views import items as chasing
from checklist.reading.views import drafts as kept_drafts
from checklist.reading.views import lists
from checklist.views import (
    drafts,
    files,
    groups,
    imports,
    participants,
    public,
    receipts,
    responses,
    revising,
    spreadsheets,
    steps,
)


class Reference(StringConverter):
    """An item's reference, such as PCL-0412."""

    regex = r"PCL-\d{4,9}"


class Office(StringConverter):
    """The Programme's own slug: its pages stand at the addresses at which a participant has its own."""

    regex = "programme"


class Sent(StringConverter):
    """What tells an organisation's responses to one item apart: revision and version, "1" or "1-v2"."""

    regex = r"\d{1,4}(-v\d{1,4})?"


register_converter(Sent, "sent")
register_converter(Reference, "reference")
register_converter(Office, "office")

app_name = "checklist"
urlpatterns = [
    path("checklist/", lists.public_list, name="list"),
    path("checklist/<reference:reference>/", public.item_detail, name="item"),
    path("o/<office:org>/checklist/", lists.office_list, name="office_list"),
    path("checklist/<reference:reference>/files/<int:file>/", files.public_file, name="file"),
    path("o/<office:org>/checklist/publish/", drafts.publish, name="publish"),
    path("o/<office:org>/checklist/drafts/", kept_drafts.drafts, name="drafts"),
    path("o/<office:org>/checklist/templates/", drafts.templates, name="templates"),
    path("o/<office:org>/checklist/templates/<int:template>/", drafts.template, name="template"),
    path("o/<office:org>/checklist/groups/", groups.groups, name="groups"),
    path("o/<office:org>/checklist/groups/<slug:named>/", groups.group, name="group"),
    path("o/<office:org>/checklist/import/", imports.imports, name="imports"),
    path("o/<office:org>/checklist/import/<int:upload>/", imports.upload, name="import"),
    path("o/<office:org>/checklist/<reference:reference>/", chasing.office_item, name="office_item"),
    path("o/<office:org>/checklist/<reference:reference>/edit/", drafts.edit, name="edit"),
    path("o/<office:org>/checklist/<reference:reference>/discard/", drafts.discard, name="discard"),
    path("o/<office:org>/checklist/<reference:reference>/duplicate/", drafts.duplicate, name="duplicate"),
    path("o/<office:org>/checklist/<reference:reference>/template/", drafts.keep_template, name="keep_template"),
    path("checklist/<reference:reference>/versions/", revising.public_versions, name="versions"),
    path("o/<office:org>/checklist/<reference:reference>/revise/", revising.revise, name="revise"),
    path("o/<office:org>/checklist/<reference:reference>/versions/", revising.office_versions, name="office_versions"),
    path("o/<slug:org>/checklist/<reference:reference>/versions/", revising.own_versions, name="own_versions"),
    path("o/<slug:org>/checklist/<reference:reference>/carry-over/", revising.carry_over, name="carry_over"),
    path("o/<office:org>/checklist/<reference:reference>/extend/", steps.extend, name="extend"),
    path("o/<office:org>/checklist/<reference:reference>/withdraw/", steps.withdraw, name="withdraw"),
    path("o/<office:org>/checklist/<reference:reference>/close/", steps.close, name="close"),
    path("o/<office:org>/checklist/<reference:reference>/outcome/", steps.outcome, name="outcome"),
    path("o/<office:org>/checklist/<reference:reference>/audience/", steps.newcomer, name="newcomer"),
    path("o/<office:org>/checklist/<reference:reference>/history/", steps.history, name="history"),
    path("o/<office:org>/checklist/<reference:reference>/files/<int:file>/", files.office_file, name="office_file"),
    path(
        "o/<office:org>/checklist/<reference:reference>/responses/<slug:responder>/receipt-<sent:sent>/",
        receipts.office_receipt,
        name="office_receipt",
    ),
    path(
        "o/<office:org>/checklist/<reference:reference>/responses/<slug:responder>/receipt-<sent:sent>.pdf",
        receipts.office_receipt_pdf,
        name="office_receipt_pdf",
    ),
    path(
        "o/<slug:org>/checklist/<reference:reference>/comments.xlsx",
        spreadsheets.comments_template,
        name="comments_template",
    ),
    path(
        "o/<slug:org>/checklist/<reference:reference>/comments/upload/",
        spreadsheets.upload_comments,
        name="upload_comments",
    ),
    path(
        "o/<slug:org>/checklist/<reference:reference>/comments/upload/<int:comments_log>/",
        spreadsheets.uploaded_comments,
        name="uploaded_comments",
    ),
    path("o/<slug:org>/checklist/<reference:reference>/receipt-<sent:sent>/", receipts.receipt, name="receipt"),
    path(
        "o/<slug:org>/checklist/<reference:reference>/receipt-<sent:sent>.pdf", receipts.receipt_pdf, name="receipt_pdf"
    ),
    path(
        "o/<office:org>/checklist/<reference:reference>/response-files/<int:sent_file>/",
        responses.office_response_file,
        name="office_response_file",
    ),
    path("o/<slug:org>/checklist/", lists.own_list, name="own_list"),
    path("o/<slug:org>/checklist/sign-off/", responses.sign_off, name="sign_off"),
    path("o/<slug:org>/checklist/<reference:reference>/responses/", responses.own_responses, name="own_responses"),
    path(
        "o/<slug:org>/checklist/<reference:reference>/response-files/<int:sent_file>/",
        responses.own_response_file,
        name="own_response_file",
    ),
    path(
        "o/<slug:org>/checklist/<reference:reference>/draft-files/<int:drafted>/",
        responses.draft_file,
        name="draft_file",
    ),
    path("o/<slug:org>/checklist/<reference:reference>/", participants.own_item, name="own_item"),
    path("o/<slug:org>/checklist/<reference:reference>/history/", participants.own_history, name="own_history"),
    path("o/<slug:org>/checklist/<reference:reference>/files/<int:file>/", files.own_file, name="own_file"),
    path("o/<slug:org>/checklist/<reference:reference>/respond/", participants.respond, name="respond"),
]
