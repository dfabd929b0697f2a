"""Events to the text of a calendar (RFC 5545) that Outlook, Apple and Google read alike.

Pure: what is written depends on the arguments alone, so that the same events give the same bytes and the same ETag.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vDatetime, vRecur, vText
from icalendar import Event as Component

from mhhs_portal.deadlines import LONDON

PRODUCT = "-//MHHS Planning and Readiness//Calendar//EN"
TZID = "Europe/London"
REFRESH = timedelta(hours=4)


@dataclass(frozen=True)
class Event:
    """One entry of a calendar. Days are all-day, instants are shown in UK time.

    `ends` is the last day that counts, or the last instant; none means a single day or a single moment. A month is an
    event over the whole month, never on one of its days.
    """

    #: Within the portal, and the same for ever: "milestone-m10". The calendar adds "@" and the portal's own domain.
    uid: str
    title: str
    starts: date | datetime
    ends: date | datetime | None = None
    words: str = ""
    #: An absolute address.
    url: str = ""
    place: str = ""
    category: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True)
class Published:
    """An event with how often it has changed and when it last did."""

    event: Event
    sequence: int
    changed_at: datetime


def calendar(name: str, events: Iterable[Published], *, domain: str, words: str = "") -> bytes:
    """The calendar as it is served: CRLF, folded at 75 bytes, UTF-8."""
    cal = Calendar()
    cal.add("prodid", PRODUCT)
    cal.add("version", "2.0")
    cal.add("calscale", "GREGORIAN")
    cal.add("x-wr-calname", _Text(name))
    cal.add("name", _Text(name))
    if words:
        cal.add("x-wr-caldesc", _Text(words))
        cal.add("description", _Text(words))
    cal.add("x-wr-timezone", TZID)
    cal.add("refresh-interval", REFRESH, {"VALUE": "DURATION"})
    cal.add("x-published-ttl", _duration(REFRESH))
    cal.add_component(_london())
    for published in events:
        cal.add_component(_component(published, domain))
    return cal.to_ical(sorted=False)


def _duration(span: timedelta) -> str:
    return f"PT{int(span.total_seconds()) // 3600}H"


def _london() -> Timezone:
    """Both transitions as they have been since 1996; Outlook takes no zone that it is not told."""
    zone = Timezone()
    zone.add("tzid", TZID)
    zone.add("x-lic-location", TZID)
    for component, name, before, after, begins, month in (
        (TimezoneDaylight(), "BST", 0, 1, datetime(1981, 3, 29, 1), 3),
        (TimezoneStandard(), "GMT", 1, 0, datetime(1996, 10, 27, 2), 10),
    ):
        component.add("tzname", name)
        component.add("tzoffsetfrom", timedelta(hours=before))
        component.add("tzoffsetto", timedelta(hours=after))
        component.add("dtstart", begins)
        component.add("rrule", vRecur({"FREQ": "YEARLY", "BYMONTH": month, "BYDAY": "-1SU"}))
        zone.add_component(component)
    return zone


def _component(published: Published, domain: str) -> Component:
    event, changed = published.event, published.changed_at.astimezone(UTC).replace(microsecond=0)
    made = Component()
    made.add("uid", f"{event.uid}@{domain}")
    made.add("dtstamp", changed)
    made.add("last-modified", changed)
    made.add("sequence", published.sequence)
    made.add("summary", _Text(event.title))
    _when(made, event)
    if event.words:
        made.add("description", _Text(event.words))
    if event.place:
        made.add("location", _Text(event.place))
    if event.url:
        made.add("url", event.url)
    if event.category:
        made.add("categories", [event.category])
    made.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT")  # nobody's day is taken by it
    return made


def _when(made: Component, event: Event) -> None:
    if isinstance(event.starts, datetime):
        made.add("dtstart", _instant(event.starts), {"TZID": TZID})
        if isinstance(event.ends, datetime) and event.ends > event.starts:
            made.add("dtend", _instant(event.ends), {"TZID": TZID})
        return
    last = event.ends or event.starts
    assert not isinstance(last, datetime)
    made.add("dtstart", event.starts)
    made.add("dtend", last + timedelta(days=1))  # exclusive
    made.add("x-microsoft-cdo-alldayevent", "TRUE")


def _instant(moment: datetime) -> vDatetime:
    """The wall clock in London; the zone stands in the parameter."""
    return vDatetime(moment.astimezone(LONDON).replace(tzinfo=None, microsecond=0))


class _Text(vText):
    """Escaped letter by letter: the library would take the two letters of a path such as "C:\\News" for a line end."""

    def __new__(cls, text: str) -> _Text:
        return super().__new__(cls, clean(text))

    def to_ical(self) -> bytes:
        said = str(self)
        for letter, escaped in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
            said = said.replace(letter, escaped)
        return said.encode()


def clean(text: str) -> str:
    """Without the control characters that no calendar may hold; line ends are the library's to escape."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c == "\n" or c == "\t" or (c >= " " and c != "\x7f"))


def sort_key(event: Event) -> tuple[datetime, str]:
    starts = event.starts
    moment = starts if isinstance(starts, datetime) else datetime.combine(starts, time(), tzinfo=LONDON)
    return moment, event.uid
