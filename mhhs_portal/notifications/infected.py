"""Tells the sender of an infected file, and Programme staff, what was found in it."""

from __future__ import annotations

from datetime import datetime

from mhhs_portal.deadlines import local_day
from mhhs_portal.documents.models import FileScan
from mhhs_portal.notifications.models import Message
from mhhs_portal.notifications.outbox import draft, enqueue_many
from mhhs_portal.organisations.models import Kind, Membership, Person, Role


def tell(scan: FileScan, now: datetime) -> None:
    """One e-mail for each of them; called in the transaction that writes the find down."""
    staff = Membership.objects.current(local_day(now)).filter(role=Role.OFFICE, organisation__kind=Kind.PROGRAMME)
    people = {held.person_id: held for held in staff.select_related("person", "organisation")}
    messages = [_message(scan, held.person, f"/o/{held.organisation.slug}/files/") for held in people.values()]
    if scan.uploaded_by and scan.uploaded_by_id not in people:
        messages.append(_message(scan, scan.uploaded_by, ""))
    enqueue_many(messages)


def _message(scan: FileScan, to: Person, url: str) -> Message:
    name = scan.file.name
    lead = (
        f"Our virus scanner found something in “{name}”. The portal keeps the file as evidence and gives it to nobody."
    )
    if to == scan.uploaded_by:
        lead += (
            " Have your own copy checked by your security team before you open or send it again."
            " When it is clean, upload it once more."
        )
    return draft(
        "notice",
        to=to,
        dedupe_key=f"files/{scan.file_id}/infected/{to.pk}",
        about=f"files/{scan.file_id}",
        about_url=url,
        headline=f"A virus was found in {name}",
        lead=lead,
        facts=[["File", name], ["Found", scan.signature], ["Scanner", scan.engine], ["SHA-256", scan.file.sha256]],
        action="See the file’s record",
        why="You receive this because you uploaded the file, or because you look after files for the Programme.",
    )
