"""Drafts without dates, and the states of the whole life of an item. Apart from 0002, which only adds."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checklist', '0002_items_and_audiences'),
    ]

    operations = [
        migrations.AlterField(
            model_name='checklistitem',
            name='due_on',
            field=models.DateField(blank=True, null=True, verbose_name='closing date'),
        ),
        migrations.AlterField(
            model_name='checklistitem',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('closed', 'Closed by the Programme'), ('outcome', 'Outcome published'), ('withdrawn', 'Withdrawn')], default='draft', max_length=20),
        ),
        migrations.AlterField(
            model_name='checklistitemevent',
            name='due_on',
            field=models.DateField(blank=True, null=True, verbose_name='closing date'),
        ),
        migrations.AlterField(
            model_name='checklistitemevent',
            name='state',
            field=models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('closed', 'Closed by the Programme'), ('outcome', 'Outcome published'), ('withdrawn', 'Withdrawn')], default='draft', max_length=20),
        ),
    ]
