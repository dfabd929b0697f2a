"""Baselines that were loaded before change requests existed get the request that made them, line by line.

The current one also gets what is known of its words and links: the milestones as they were loaded with it.
"""

import pgtrigger
from django.db import migrations
from django.utils import timezone

#: These rows were decided long before the rules that new ones keep to.
RULES = (
    "milestones.Baseline:baseline_facts_are_frozen",
    "milestones.Baseline:baseline_keeps_its_request",
    "milestones.BaselineLink:baseline_link_comes_from_a_change_request",
    "milestones.BaselineLink:baseline_link_not_after_freezing",
    "milestones.BaselineMilestone:baseline_milestone_comes_from_a_change_request",
    "milestones.BaselineMilestone:baseline_milestone_not_after_freezing",
    "milestones.ChangeRequest:change_request_begins",
    "milestones.ProposedChange:proposed_change_only_in_a_draft",
)
DATES = ("first_on", "last_on", "precision")


def name_their_change_request(apps, schema_editor):
    with pgtrigger.ignore(*RULES):
        _name_them(apps)


def _keep_words_and_links(apps, baseline):
    kept, links = apps.get_model("milestones", "BaselineMilestone"), apps.get_model("milestones", "BaselineLink")
    kept.objects.bulk_create(
        kept(baseline=baseline, milestone=milestone, name=milestone.name, summary=milestone.summary)
        for milestone in apps.get_model("milestones", "Milestone").objects.all()
    )
    links.objects.bulk_create(
        links(baseline=baseline, before_id=row.before_id, after_id=row.after_id, lag_working_days=row.lag_working_days)
        for row in apps.get_model("milestones", "Dependency").objects.all()
    )


def _name_them(apps):
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
            is_ofgem_decision="Ofgem" in baseline.decided_by,
            based_on_id=baseline.replaces_id,
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
        Baseline.objects.filter(pk=baseline.pk).update(change_request=request)
        if baseline.is_current:
            _keep_words_and_links(apps, baseline)


class Migration(migrations.Migration):
    dependencies = [("milestones", "0002_the_plan_changes")]

    operations = [migrations.RunPython(name_their_change_request, migrations.RunPython.noop)]
