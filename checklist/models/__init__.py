from checklist.models.audiences import Addressee, AudienceException, AudienceRule, GroupMember, NamedGroup
from checklist.models.comments import Comment, CommentKind, Severity
from checklist.models.documents import Attachment, ItemLink
from checklist.models.extensions import Extension
from checklist.models.items import OPENING_TIME, ChecklistItem, ItemKind, Method
from checklist.models.life import STEPS, State
from checklist.models.receipts import ReceiptSheet
from checklist.models.recurring import ItemImport, ItemTemplate
from checklist.models.response_drafts import DraftComment, DraftFile, ResponseDraft, SignOffRule
from checklist.models.responses import Answer, Response, ResponseFile
from checklist.models.revisions import ItemRevision
from checklist.models.tallies import ItemTally
from checklist.models.uploads import CommentsUpload

__all__ = [
    "OPENING_TIME",
    "STEPS",
    "Addressee",
    "Answer",
    "Attachment",
    "AudienceException",
    "AudienceRule",
    "ChecklistItem",
    "Comment",
    "CommentKind",
    "CommentsUpload",
    "DraftComment",
    "DraftFile",
    "Extension",
    "GroupMember",
    "ItemImport",
    "ItemKind",
    "ItemLink",
    "ItemRevision",
    "ItemTally",
    "ItemTemplate",
    "Method",
    "NamedGroup",
    "ReceiptSheet",
    "Response",
    "ResponseDraft",
    "ResponseFile",
    "Severity",
    "SignOffRule",
    "State",
]
