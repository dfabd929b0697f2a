"""The comment rows of drafts, kept as JSON until now, become rows of their own."""

from django.db import migrations

FIELDS = ('document', 'clause', 'comment', 'suggested_change', 'kind')


def rows_from_json(apps, schema_editor):
    draft_comment = apps.get_model('checklist', 'DraftComment')
    for draft in apps.get_model('checklist', 'ResponseDraft').objects.exclude(typed=[]).iterator():
        draft_comment.objects.bulk_create(
            draft_comment(
                draft=draft, position=position, saved_by_id=draft.saved_by_id, saved_at=draft.saved_at,
                **{name: typed[name] for name in FIELDS if typed.get(name)},
            )
            for position, typed in enumerate(draft.typed, start=1)
        )


class Migration(migrations.Migration):

    dependencies = [
        ('checklist', '0005_responses_in_versions'),
    ]

    operations = [
        migrations.RunPython(rows_from_json, migrations.RunPython.noop),
    ]
