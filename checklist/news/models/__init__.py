from checklist.news.models.announcements import (
    Announcement,
    AnnouncementQuerySet,
    Correction,
    NewsReading,
    NewsRecipient,
)
from checklist.news.models.editions import SECTIONS, Edition, EditionEntry
from checklist.news.models.subscriptions import Subscription

__all__ = [
    "SECTIONS",
    "Announcement",
    "AnnouncementQuerySet",
    "Correction",
    "Edition",
    "EditionEntry",
    "NewsReading",
    "NewsRecipient",
    "Subscription",
]
