"""What the reminders of a checklist item follow from: who was asked, until when, and who has not answered.

When they go, and to whom, is the ladder's (mhhs_portal/reminders); viewers cannot act on an item, so the portal's own
ladder leaves them out.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from checklist.models import Addressee, ChecklistItem, ResponseDraft
from mhhs_portal.deadlines import is_past, local_day
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft
from mhhs_portal.reminders.escalating import with_escalations
from mhhs_portal.reminders.kinds import Kind, Sql, Watch
from mhhs_portal.reminders.models import Reminder
from mhhs_portal.reminders.sweeping import key_of

#: Each organisation's own deadline; a new wording begins anew, and so does an organisation that was asked later.
_ASKED = """
    SELECT i.reference, a.organisation_id, i.revision, GREATEST(i.due_at, e.due_at),
        GREATEST(i.opens_at, a.added_at, r.raised_at), d.id IS NOT NULL, d.saved_by_id, r.id IS NULL
    FROM checklist_addressee a
    JOIN checklist_checklistitem i ON i.id = a.item_id
    LEFT JOIN (SELECT item_id, organisation_id, max(due_at) AS due_at FROM checklist_extension
        WHERE organisation_id IS NOT NULL GROUP BY 1, 2) e
        ON e.item_id = i.id AND e.organisation_id = a.organisation_id
    LEFT JOIN checklist_itemrevision r
        ON r.item_id = i.id AND r.number = i.revision AND r.number > 1 AND r.correction = 0
    LEFT JOIN checklist_responsedraft d ON d.item_id = i.id AND d.organisation_id = a.organisation_id
    WHERE i.state = 'published' AND (i.accepts_late OR GREATEST(i.due_at, e.due_at) >= %s)
        AND NOT EXISTS (SELECT 1 FROM checklist_response x WHERE x.item_id = i.id
            AND x.organisation_id = a.organisation_id AND x.revision = i.revision AND x.is_current)
"""
#: The lead contacts are asked to sign off what a colleague handed over; handed over again, they are asked again.
_HANDED = """
    SELECT i.reference, d.organisation_id, EXTRACT(EPOCH FROM d.handed_at)::int, GREATEST(i.due_at, e.due_at),
        d.handed_at, true, d.handed_by_id, false
    FROM checklist_responsedraft d
    JOIN checklist_checklistitem i ON i.id = d.item_id
    LEFT JOIN (SELECT item_id, organisation_id, max(due_at) AS due_at FROM checklist_extension
        WHERE organisation_id IS NOT NULL GROUP BY 1, 2) e
        ON e.item_id = i.id AND e.organisation_id = d.organisation_id
    WHERE d.handed_at IS NOT NULL AND i.state = 'published' AND (i.accepts_late OR GREATEST(i.due_at, e.due_at) >= %s)
"""
_REFERENCE = "(SELECT i.reference FROM checklist_checklistitem i WHERE i.id = c.item_id)"
_ITEM = Watch(
    "checklist_checklistitem",
    thing="c.reference",
    columns=("state", "due_at", "opens_at", "revision", "accepts_late"),
)
_EXTENSION = Watch("checklist_extension", thing=_REFERENCE, organisation="c.organisation_id")


def asked(now: datetime) -> Sql:
    return _ASKED, [now]


def handed(now: datetime) -> Sql:
    return _HANDED, [now]


def titles(references: Sequence[str]) -> dict[str, str]:
    found = ChecklistItem.objects.filter(reference__in=references).order_by()
    return {item.reference: str(item) for item in found.only("reference", "title")}


def _page(reference: str, slug: str) -> str:
    return reverse("checklist:office_item", args=[slug, reference])


def messages(reminders: Sequence[Reminder], now: datetime) -> dict[int, Message]:
    """Three queries whatever their number."""
    items = _items(reminders)
    reasons = _by_organisation(reminders, Addressee, "reason")
    drafted = _by_organisation(reminders, ResponseDraft, "pk")
    return with_escalations(ITEM, reminders, now, lambda each: _message(each, items, reasons, drafted, now))


def sign_off_messages(reminders: Sequence[Reminder], now: datetime) -> dict[int, Message]:
    items = _items(reminders)
    return with_escalations(SIGN_OFF, reminders, now, lambda each: _sign_off(each, items[each.thing]))


def _items(reminders: Sequence[Reminder]) -> dict[str, ChecklistItem]:
    found = ChecklistItem.objects.filter(reference__in={each.thing for each in reminders})
    return {item.reference: item for item in found}


def _by_organisation(reminders: Sequence[Reminder], model: type, what: str) -> dict[tuple[str, int], object]:
    rows = model._default_manager.filter(  # type: ignore[attr-defined]
        item__reference__in={each.thing for each in reminders},
        organisation__in={each.organisation_id for each in reminders},
    )
    return {(row[0], row[1]): row[2] for row in rows.order_by().values_list("item__reference", "organisation", what)}


def _message(
    reminder: Reminder,
    items: dict[str, ChecklistItem],
    reasons: dict[tuple[str, int], object],
    drafted: dict[tuple[str, int], object],
    now: datetime,
) -> Message:
    item, organisation = items[reminder.thing], reminder.organisation
    mine = reminder.thing, reminder.organisation_id
    is_new = reminder.rung.startswith("start")
    next_at: datetime | None = reminder.next_at  # type: ignore[attr-defined]
    return draft(
        "checklist-new-item" if is_new else "checklist-reminder",
        to=reminder.person,
        dedupe_key=key_of(reminder),
        for_organisation=organisation,
        about=f"checklist/{item.reference}",
        about_url=reverse("checklist:own_item", args=[organisation.slug, item.reference]),
        reference=item.reference,
        title=item.title,
        kind=item.get_kind_display(),
        summary=item.summary,
        workstream=item.workstream,
        organisation=organisation.name,
        asked_because=reasons.get(mine, ""),
        stage="new" if is_new else "overdue" if is_past(reminder.due_at, now) else reminder.rung,
        due_at=reminder.due_at,
        next_on=local_day(next_at) if next_at else None,
        has_draft=mine in drafted,
        accepts_late=item.accepts_late,
        is_review=item.is_review,
    )


def _sign_off(reminder: Reminder, item: ChecklistItem) -> Message:
    organisation = reminder.organisation
    return draft(
        "notice",
        to=reminder.person,
        dedupe_key=key_of(reminder),
        for_organisation=organisation,
        about=f"checklist/{item.reference}",
        about_url=reverse("checklist:own_item", args=[organisation.slug, item.reference]),
        headline=f"Still waits for your sign-off: {item.title}",
        lead=f"A colleague has prepared the response of {organisation.name} and handed it to the lead contacts. It has "
        "not been sent. You can send it in one step, or hand it back.",
        facts=[["Item", f"{item.reference}, {item.title}"], ["Organisation", organisation.name]],
        due_at=reminder.due_at,
        deadline_label="Send by",
        action="Look at the response",
        why=f"You receive this because you are a lead contact of {organisation.name}.",
    )


ITEM = Kind(
    key="checklist-item",
    label="Checklist item",
    about="checklist/",
    asked=asked,
    messages=messages,
    titles=titles,
    watches=(
        _ITEM,
        _EXTENSION,
        Watch("checklist_addressee", thing=_REFERENCE, organisation="c.organisation_id"),
        Watch("checklist_response", thing=_REFERENCE, organisation="c.organisation_id"),
        Watch("checklist_itemrevision", thing=_REFERENCE),
        Watch("checklist_responsedraft", thing=_REFERENCE, organisation="c.organisation_id", columns=("saved_by_id",)),
    ),
    before=("checklist-reminder", "checklist-new-item"),
    page=_page,
)
SIGN_OFF = Kind(
    key="sign-off",
    label="Response that waits for sign-off",
    about="checklist/",
    asked=handed,
    messages=sign_off_messages,
    titles=titles,
    watches=(
        _ITEM,
        _EXTENSION,
        Watch("checklist_responsedraft", thing=_REFERENCE, organisation="c.organisation_id", columns=("handed_at",)),
    ),
    page=_page,
)
