"""What staff do to several chosen comments of one item at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from django.core.exceptions import ValidationError
from django.http import QueryDict

from checklist.closing import dispositions
from checklist.closing.dispositions import Many
from checklist.closing.models import Outcome
from checklist.closing.queue import ARRIVAL
from checklist.models import ChecklistItem, Comment
from mhhs_portal.forms import sent_number
from mhhs_portal.organisations.models import Membership, Person

MAX_CHOSEN = 200


class Chosen:
    """The rows that were ticked, with the version of each that the page showed."""

    def __init__(self, item: ChecklistItem, posted: QueryDict, acting: Membership, now: datetime) -> None:
        self.item, self.posted, self.acting, self.now = item, posted, acting, now
        wanted = [sent_number(str(text)) for text in posted.getlist("chosen")[:MAX_CHOSEN]]
        of_item = Comment.objects.filter(response__item=item).select_related("response")
        self.numbers = dict(of_item.annotate(place=ARRIVAL).order_by().values_list("pk", "place"))
        self.comments = list(of_item.filter(pk__in=wanted))
        self.comments.sort(key=lambda comment: self.numbers[comment.pk])
        pattern = re.compile(r"seen-(\d{1,8})\Z")
        found = ((pattern.match(name), value) for name, value in posted.items())
        self.seen = {int(match[1]): sent_number(str(value)) for match, value in found if match}

    def press(self, button: str) -> Iterator[tuple[str, bool]]:
        """Sentences about what was done, and about what was left alone."""
        if not self.comments:
            raise ValidationError("Tick at least one comment in the list.")
        known = {"assign": self._assign, "decide": self._decide, "link": self._link}
        if button not in known:
            raise ValidationError("Press one of the buttons under the list.")
        words, result = known[button]()
        if result.done:
            yield f"{words}: {self._numbers(result.done)}.", True
        if result.moved_on:
            yield (
                f"Left alone, because a colleague changed them while the page was open: "
                f"{self._numbers(result.moved_on)}. Look at them and try again.",
                False,
            )

    def _numbers(self, pks: list[int]) -> str:
        numbers = sorted(self.numbers[pk] for pk in pks)
        return ("comment " if len(numbers) == 1 else "comments ") + ", ".join(map(str, numbers))

    def _assign(self) -> tuple[str, Many]:
        owner = self._owner()
        result = dispositions.assign(self.comments, owner=owner, acting=self.acting, seen=self.seen, now=self.now)
        return (f"Given to {owner.name}" if owner else "Owned by nobody now"), result

    def _owner(self) -> Person | None:
        asked = self.posted.get("owner", "")
        if not asked:
            raise ValidationError("Choose an owner for the ticked comments.")
        if asked == "nobody":
            return None
        found = {person.pk: person for person in dispositions.office_people(self.now)}.get(sent_number(asked))
        if found is None:
            raise ValidationError("The owner does not work in the Programme office.")
        return found

    def _decide(self) -> tuple[str, Many]:
        outcome, reply = self.posted.get("outcome", ""), self.posted.get("reply", "").replace("\x00", "")
        if outcome not in Outcome.values:
            raise ValidationError("Choose a decision for the ticked comments.")
        if len(reply) > 5_000:
            raise ValidationError("A reply takes at most 5,000 characters.")
        result = dispositions.decide_many(
            self.comments, outcome=outcome, reply=reply, acting=self.acting, seen=self.seen, now=self.now
        )
        return Outcome(outcome).label, result

    def _link(self) -> tuple[str, Many]:
        """The original is the number that was typed, else the first of those that were ticked."""
        asked = self.posted.get("original", "").strip()
        original = self.comments[0]
        if asked:
            by_number = {number: pk for pk, number in self.numbers.items()}
            pk = by_number.get(sent_number(asked), 0)
            found = Comment.objects.select_related("response").filter(pk=pk, response__is_current=True).first()
            if found is None:
                raise ValidationError(f"There is no comment {asked[:20]} on this item that is in force.")
            original = found
        result = dispositions.link_duplicates(
            self.comments, original=original, acting=self.acting, seen=self.seen, now=self.now
        )
        return f"Linked to comment {self.numbers[original.pk]}", result
