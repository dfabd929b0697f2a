"""What reading leaves behind: words by which items are found, filters that are kept, and when somebody last looked."""

from __future__ import annotations

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q

from checklist.models import ChecklistItem
from mhhs_portal.frozen import refuse
from mhhs_portal.organisations.models import Membership, Organisation

#: How many filters one person keeps at one organisation. Our own number.
MOST_FILTERS = 20
#: How many lists one person reads elsewhere at once, for one organisation. Our own number.
MOST_FEEDS = 20


class ItemSearch(models.Model):
    """The words of one item, its documents and its files, as PostgreSQL's full-text search wants them.

    Triggers on the tables of items, links and files write it: no verb need think of it, and none can forget it.
    """

    item = models.OneToOneField(ChecklistItem, models.CASCADE, related_name="search", primary_key=True)
    document = SearchVectorField()
    #: What is asked, and the names of documents and files: what a match is shown in.
    words = models.TextField()

    class Meta:
        indexes = [GinIndex(fields=["document"], name="item_search_by_words")]


@pghistory.track()
class SavedFilter(models.Model):
    """A list as somebody wants to see it again: the part of its address after the question mark, and a name."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    name = models.CharField(max_length=60, error_messages={"blank": "Give the filter a name."})
    #: Only what checklist/reading/choice.py has read and written again.
    query = models.CharField(max_length=1000, blank=True)
    #: Colleagues at the organisation see it too.
    is_shared = models.BooleanField("colleagues see it too", default=False)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "owner", "name"],
                name="saved_filter_one_per_name",
                violation_error_message="You have a filter of this name already.",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="saved_filter_has_a_name", violation_error_message="Give the filter a name."
            ),
        ]
        triggers = [
            refuse(
                "saved_filters_are_few",
                pgtrigger.Insert,
                first="PERFORM pg_advisory_xact_lock(5501704, NEW.owner_id::int);",
                when="(SELECT count(*) FROM reading_savedfilter f WHERE f.owner_id = NEW.owner_id"  # noqa: S608
                f" AND f.organisation_id = NEW.organisation_id) >= {MOST_FILTERS}",
                words=f"You have {MOST_FILTERS} filters already. Delete one first.",
            )
        ]

    def __str__(self) -> str:
        return self.name


class ListFeedQuerySet(models.QuerySet["ListFeed"]):
    def in_force(self) -> ListFeedQuerySet:
        """Not revoked, and whoever made it still belongs to the organisation."""
        return self.filter(revoked_at__isnull=True, membership__in=Membership.objects.current())


@pghistory.track(exclude=["secret_hash", "last_read_at"])
class ListFeed(models.Model):
    """A filtered list for calendars and feed readers, behind an address that nobody can guess; only its hash is kept.

    It shows what its owner would see at that moment, and stops when they leave.
    """

    membership = models.ForeignKey(Membership, models.CASCADE, related_name="list_feeds")
    #: Only what checklist/reading/choice.py has read and written again.
    query = models.CharField(max_length=1000, blank=True)
    #: The filter in words, as it was when the address was made.
    words = models.CharField(max_length=1000)
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    #: To the hour: when a calendar or feed reader last asked.
    last_read_at = models.DateTimeField(null=True, blank=True)

    objects = ListFeedQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["membership", "query"],
                condition=Q(revoked_at__isnull=True),
                name="list_feed_one_address",
                violation_error_message="There is an address for this list already.",
            ),
        ]
        triggers = [
            refuse(
                "list_feeds_are_few",
                pgtrigger.Insert,
                first="PERFORM pg_advisory_xact_lock(5501706, NEW.membership_id::int);",
                when="(SELECT count(*) FROM reading_listfeed f WHERE f.membership_id = NEW.membership_id"  # noqa: S608
                f" AND f.revoked_at IS NULL) >= {MOST_FEEDS}",
                words=f"You have {MOST_FEEDS} addresses of lists already. Revoke one first.",
            ),
            pgtrigger.Protect(
                name="list_feed_stays_revoked",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.revoked_at IS NOT NULL AND NEW.revoked_at IS NULL"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.words}, for {self.membership}"


class LastVisit(models.Model):
    """Until when one person has seen what happened on one organisation's checklist."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    #: Everything up to here counts as seen; it moves when a new visit begins.
    seen_until = models.DateTimeField()
    #: The last time that the list was read in the visit that is going on.
    read_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["organisation", "person"], name="last_visit_one_each")]
