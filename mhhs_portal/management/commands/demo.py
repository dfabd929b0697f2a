import json
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from mhhs_portal.loading import load_facts, load_samples
from mhhs_portal.organisations.demo import sign_ins


class Command(BaseCommand):
    help = "Load the real plan and invented organisations, and write var/sample-sign-ins.json. Safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError(
                "Samples do not belong in production. Use `manage.py load_plan` for the published facts."
            )
        today = timezone.localdate()
        for line in load_facts(today) + load_samples(today):
            self.stdout.write(line)
        path = settings.VAR_DIR / "sample-sign-ins.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps([s.as_dict() for s in sign_ins()], indent=2) + "\n")
        self.stdout.write(f"Sample sign-ins: {path}")
