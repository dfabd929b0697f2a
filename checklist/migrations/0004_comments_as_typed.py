"""Comment rows as typed make way for rows of their own; 0006 moves them and 0007 drops the column."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('checklist', '0003_drafts_without_dates'),
    ]

    operations = [
        migrations.RenameField(model_name='responsedraft', old_name='comments', new_name='typed'),
        migrations.RenameField(model_name='responsedraftevent', old_name='comments', new_name='typed'),
    ]
