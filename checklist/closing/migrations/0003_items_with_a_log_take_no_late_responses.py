from __future__ import annotations

from django.db import migrations


class Migration(migrations.Migration):
    """Logs that were published before this rule: who can read one does not respond late any more."""

    dependencies = [("closing", "0002_log_ends_late_responses"), ("checklist", "0011_late_where_late_is_taken")]

    operations = [
        migrations.RunSQL(
            "UPDATE checklist_checklistitem SET accepts_late = false"
            " WHERE accepts_late AND id IN (SELECT item_id FROM closing_logpublication)",
            migrations.RunSQL.noop,
        )
    ]
