from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from mhhs_portal.loading import load_facts


class Command(BaseCommand):
    help = "Load the published facts: market roles, milestones, baselines, critical paths. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        for line in load_facts(timezone.localdate()):
            self.stdout.write(line)
