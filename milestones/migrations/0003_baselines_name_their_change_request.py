"""Baselines that were loaded before change requests existed get the request that made them, line by line."""

import pgtrigger
from django.db import migrations
from django.utils import timezone

DATES = ("first_on", "last_on", "precision")


def name_their_change_request(apps, schema_editor):
    Baseline = apps.get_model("milestones", "Baseline")
    ChangeRequest = apps.get_model("milestones", "ChangeRequest")
    ProposedChange = apps.get_model("milestones", "ProposedChange")
    for baseline in Baseline.objects.filter(number__gt=1, change_request=None).order_by("number"):
        request = ChangeRequest.objects.create(
            code=baseline.name,
            slug=baseline.slug,
            title=baseline.title,
            state="applied",
            published_at=baseline.frozen_at or timezone.now(),
            applied_at=baseline.frozen_at or timezone.now(),
            decided_by=baseline.decided_by,
            decided_on=baseline.decided_on,
            is_ofgem_decision=True,
            source=baseline.source,
        )
        lines = []
        for row in baseline.dates.all():
            facts = {name: getattr(row, name) for name in DATES}
            facts |= {f"alternative_{name}": getattr(row, f"alternative_{name}") for name in DATES}
            facts |= {
                name: getattr(row, name)
                for name in ("source", "confidence", "alternative_source", "alternative_confidence", "note")
            }
            lines.append(ProposedChange(change_request=request, kind="move", milestone=row.milestone, **facts))
        ProposedChange.objects.bulk_create(lines)
        with pgtrigger.ignore("milestones.Baseline:baseline_facts_are_frozen"):
            Baseline.objects.filter(pk=baseline.pk).update(change_request=request)


class Migration(migrations.Migration):
    dependencies = [("milestones", "0002_the_plan_changes")]

    operations = [migrations.RunPython(name_their_change_request, migrations.RunPython.noop)]
