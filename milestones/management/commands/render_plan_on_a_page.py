from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from milestones.sheets.plan_on_a_page import make_all, newest


class Command(BaseCommand):
    help = "Draw the Plan on a Page and keep it, unless the current version is kept already."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--if-missing",
            action="store_true",
            help="Draw only when no version at all is kept; a newer one is left to the worker.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["if_missing"] and newest():
            self.stdout.write("A Plan on a Page is kept; the worker draws newer versions.")
            return
        made = make_all(timezone.now())
        names = ", ".join(sheet.file.name for sheet in made)
        self.stdout.write(f"Drawn: {names}" if made else "Nothing to draw: the current version is kept.")
