from checklist.models.audiences import Addressee, AudienceRule
from checklist.models.comments import Comment, CommentKind
from checklist.models.items import ChecklistItem, Extension, ItemKind, ItemLink, State
from checklist.models.responses import Answer, Response, ResponseDraft

__all__ = [
    "Addressee",
    "Answer",
    "AudienceRule",
    "ChecklistItem",
    "Comment",
    "CommentKind",
    "Extension",
    "ItemKind",
    "ItemLink",
    "Response",
    "ResponseDraft",
    "State",
]
