import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
import django.db.models.lookups
import django.utils.timezone
import milestones.models.dates
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('documents', '0001_initial'),
        ('milestones', '0001_initial'),
        ('organisations', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AskedSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('size', models.CharField(choices=[('A3', 'A3'), ('A4', 'A4')], max_length=2)),
                ('asked_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['asked_at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='BaselineLink',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('lag_working_days', models.SmallIntegerField(blank=True, null=True)),
            ],
            options={
                'ordering': ['baseline__number', 'after__position', 'before__position'],
            },
        ),
        migrations.CreateModel(
            name='BaselineMilestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(blank=True, max_length=160)),
                ('summary', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['baseline__number', 'milestone__position'],
            },
        ),
        migrations.CreateModel(
            name='ChangeRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(max_length=12)),
                ('slug', models.SlugField(unique=True)),
                ('title', models.CharField(max_length=160)),
                ('summary', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
                ('raised_on', models.DateField(blank=True, null=True)),
                ('raised_by_words', models.CharField(blank=True, max_length=160)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('assessment', 'Out for impact assessment'), ('assessed', 'Impact assessment closed'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('applied', 'Applied: a new baseline')], default='draft', max_length=12)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('assessment_opened_at', models.DateTimeField(blank=True, null=True)),
                ('assessment_due_at', models.DateTimeField(blank=True, null=True)),
                ('needs_ofgem', models.BooleanField(default=False)),
                ('recommended_by', models.CharField(blank=True, max_length=160)),
                ('decided_by', models.CharField(blank=True, max_length=160)),
                ('is_ofgem_decision', models.BooleanField(default=False)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('decision_words', models.TextField(blank=True)),
                ('effective_on', models.DateField(blank=True, null=True)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('release_note', models.TextField(blank=True)),
                ('is_sample', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ChangeRequestEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('code', models.CharField(max_length=12)),
                ('slug', models.SlugField(db_index=False)),
                ('title', models.CharField(max_length=160)),
                ('summary', models.TextField(blank=True)),
                ('reason', models.TextField(blank=True)),
                ('raised_on', models.DateField(blank=True, null=True)),
                ('raised_by_words', models.CharField(blank=True, max_length=160)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('assessment', 'Out for impact assessment'), ('assessed', 'Impact assessment closed'), ('approved', 'Approved'), ('rejected', 'Rejected'), ('withdrawn', 'Withdrawn'), ('applied', 'Applied: a new baseline')], default='draft', max_length=12)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('assessment_opened_at', models.DateTimeField(blank=True, null=True)),
                ('assessment_due_at', models.DateTimeField(blank=True, null=True)),
                ('needs_ofgem', models.BooleanField(default=False)),
                ('recommended_by', models.CharField(blank=True, max_length=160)),
                ('decided_by', models.CharField(blank=True, max_length=160)),
                ('is_ofgem_decision', models.BooleanField(default=False)),
                ('decided_on', models.DateField(blank=True, null=True)),
                ('decision_words', models.TextField(blank=True)),
                ('effective_on', models.DateField(blank=True, null=True)),
                ('applied_at', models.DateTimeField(blank=True, null=True)),
                ('release_note', models.TextField(blank=True)),
                ('is_sample', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField()),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('words', models.TextField()),
                ('document', models.CharField(blank=True, max_length=160)),
                ('state', models.CharField(choices=[('not-started', 'Not started'), ('in-progress', 'In progress'), ('met', 'Met'), ('not-met', 'Not met'), ('waived', 'Waived')], default='not-started', max_length=12)),
                ('evidence_title', models.CharField(blank=True, max_length=160)),
                ('evidence_url', models.URLField(blank=True, max_length=500)),
                ('approved_at_words', models.CharField(blank=True, max_length=200)),
                ('is_sample', models.BooleanField(default=False)),
            ],
            options={
                'verbose_name_plural': 'criteria',
                'ordering': ['milestone', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='CriterionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('key', models.SlugField(db_index=False)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('words', models.TextField()),
                ('document', models.CharField(blank=True, max_length=160)),
                ('state', models.CharField(choices=[('not-started', 'Not started'), ('in-progress', 'In progress'), ('met', 'Met'), ('not-met', 'Not met'), ('waived', 'Waived')], default='not-started', max_length=12)),
                ('evidence_title', models.CharField(blank=True, max_length=160)),
                ('evidence_url', models.URLField(blank=True, max_length=500)),
                ('approved_at_words', models.CharField(blank=True, max_length=200)),
                ('is_sample', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DraftForecast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('range', 'range of months')], max_length=10)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['milestone__position'],
            },
        ),
        migrations.CreateModel(
            name='DraftForecastEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('precision', models.CharField(choices=[('day', 'day'), ('month', 'month'), ('range', 'range of months')], max_length=10)),
                ('reason', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DraftLane',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('is_removed', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DraftLaneEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=60)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('is_removed', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DraftStage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=120)),
                ('short_name', models.CharField(blank=True, max_length=60)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('start_first_on', models.DateField(blank=True, null=True)),
                ('start_last_on', models.DateField(blank=True, null=True)),
                ('start_precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('range', 'range of months')], max_length=10)),
                ('end_first_on', models.DateField(blank=True, null=True)),
                ('end_last_on', models.DateField(blank=True, null=True)),
                ('end_precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('range', 'range of months')], max_length=10)),
                ('is_window', models.BooleanField(default=False)),
                ('is_removed', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'ordering': ['position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DraftStageEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(max_length=120)),
                ('short_name', models.CharField(blank=True, max_length=60)),
                ('position', models.PositiveSmallIntegerField(default=0)),
                ('start_first_on', models.DateField(blank=True, null=True)),
                ('start_last_on', models.DateField(blank=True, null=True)),
                ('start_precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('range', 'range of months')], max_length=10)),
                ('end_first_on', models.DateField(blank=True, null=True)),
                ('end_last_on', models.DateField(blank=True, null=True)),
                ('end_precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('range', 'range of months')], max_length=10)),
                ('is_window', models.BooleanField(default=False)),
                ('is_removed', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=0)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ImpactAssessment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.CharField(choices=[('support', 'Support'), ('object', 'Object'), ('no-view', 'No view')], max_length=10)),
                ('reasons', models.TextField(blank=True)),
                ('date_impact_days', models.SmallIntegerField(blank=True, null=True)),
                ('date_impact', models.TextField(blank=True)),
                ('cost_impact', models.CharField(blank=True, choices=[('none', 'No cost'), ('low', 'Low'), ('medium', 'Medium'), ('high', 'High')], max_length=8)),
                ('cost_words', models.TextField(blank=True)),
                ('other_impact', models.TextField(blank=True)),
                ('is_confidential', models.BooleanField(default=False)),
                ('reference', models.CharField(max_length=20, unique=True)),
                ('submitted_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-submitted_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PlanConfirmation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('confirmed_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('plan', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['-confirmed_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PlanDraft',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('discarded_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['-started_at'],
            },
        ),
        migrations.CreateModel(
            name='PlanDraftEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('discarded_at', models.DateTimeField(blank=True, null=True)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='PlanRelease',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=12, unique=True)),
                ('as_at', models.DateField()),
                ('note', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('is_sample', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ['-as_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='PlanReleaseEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('number', models.CharField(max_length=12)),
                ('as_at', models.DateField()),
                ('note', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(blank=True, null=True)),
                ('is_sample', models.BooleanField(default=False)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ProposedChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('move', 'Move'), ('add', 'Add'), ('remove', 'Remove'), ('reword', 'Re-word'), ('link', 'Link'), ('unlink', 'Remove a link')], max_length=8)),
                ('lag_working_days', models.SmallIntegerField(blank=True, null=True)),
                ('new_code', models.CharField(blank=True, max_length=20)),
                ('new_name', models.CharField(blank=True, max_length=160)),
                ('new_summary', models.TextField(blank=True)),
                ('first_on', models.DateField(blank=True, null=True)),
                ('last_on', models.DateField(blank=True, null=True)),
                ('precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('range', 'range of months')], max_length=10)),
                ('alternative_first_on', models.DateField(blank=True, null=True)),
                ('alternative_last_on', models.DateField(blank=True, null=True)),
                ('alternative_precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('range', 'range of months')], max_length=10)),
                ('confidence', models.CharField(choices=[('stated', 'Stated by the source'), ('stated_second_hand', 'Stated by the source, seen as quoted elsewhere'), ('trade_press', 'Trade press only'), ('inferred', 'Inferred')], default='stated', max_length=20)),
                ('alternative_confidence', models.CharField(blank=True, choices=[('stated', 'Stated by the source'), ('stated_second_hand', 'Stated by the source, seen as quoted elsewhere'), ('trade_press', 'Trade press only'), ('inferred', 'Inferred')], max_length=20)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'ordering': ['change_request', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ProposedChangeEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('kind', models.CharField(choices=[('move', 'Move'), ('add', 'Add'), ('remove', 'Remove'), ('reword', 'Re-word'), ('link', 'Link'), ('unlink', 'Remove a link')], max_length=8)),
                ('lag_working_days', models.SmallIntegerField(blank=True, null=True)),
                ('new_code', models.CharField(blank=True, max_length=20)),
                ('new_name', models.CharField(blank=True, max_length=160)),
                ('new_summary', models.TextField(blank=True)),
                ('first_on', models.DateField(blank=True, null=True)),
                ('last_on', models.DateField(blank=True, null=True)),
                ('precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('range', 'range of months')], max_length=10)),
                ('alternative_first_on', models.DateField(blank=True, null=True)),
                ('alternative_last_on', models.DateField(blank=True, null=True)),
                ('alternative_precision', models.CharField(blank=True, choices=[('day', 'day'), ('month', 'month'), ('range', 'range of months')], max_length=10)),
                ('confidence', models.CharField(choices=[('stated', 'Stated by the source'), ('stated_second_hand', 'Stated by the source, seen as quoted elsewhere'), ('trade_press', 'Trade press only'), ('inferred', 'Inferred')], default='stated', max_length=20)),
                ('alternative_confidence', models.CharField(blank=True, choices=[('stated', 'Stated by the source'), ('stated_second_hand', 'Stated by the source, seen as quoted elsewhere'), ('trade_press', 'Trade press only'), ('inferred', 'Inferred')], max_length=20)),
                ('note', models.TextField(blank=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RagOverride',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rag', models.CharField(blank=True, choices=[('green', 'Green'), ('amber', 'Amber'), ('red', 'Red')], max_length=5)),
                ('reason', models.TextField()),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['-pk'],
            },
        ),
        migrations.CreateModel(
            name='ReportingPeriod',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('starts_on', models.DateField(unique=True)),
                ('ends_on', models.DateField()),
                ('due_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['-starts_on'],
            },
        ),
        migrations.CreateModel(
            name='ReportingPeriodEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('starts_on', models.DateField()),
                ('ends_on', models.DateField()),
                ('due_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Tolerance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tier', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('amber_over', models.PositiveSmallIntegerField(default=0)),
                ('red_over', models.PositiveSmallIntegerField(default=10)),
                ('basis', models.CharField(max_length=300)),
            ],
            options={
                'ordering': ['tier'],
            },
        ),
        migrations.CreateModel(
            name='ToleranceEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('tier', models.PositiveSmallIntegerField(blank=True, null=True)),
                ('amber_over', models.PositiveSmallIntegerField(default=0)),
                ('red_over', models.PositiveSmallIntegerField(default=10)),
                ('basis', models.CharField(max_length=300)),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='baseline',
            name='baseline_facts_are_frozen',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='baseline',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='baseline',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='lane',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='lane',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='milestone',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='milestone',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='pathstep',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='pathstep',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='placement',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='placement',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='stage',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='stage',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='stepplan',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='stepplan',
            name='update_update',
        ),
        migrations.AddField(
            model_name='lane',
            name='is_edited',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='lane',
            name='is_removed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='laneevent',
            name='is_edited',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='laneevent',
            name='is_removed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='milestone',
            name='is_removed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='milestone',
            name='owner',
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name='milestoneevent',
            name='is_removed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='milestoneevent',
            name='owner',
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name='pathstep',
            name='only_role',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.marketrole'),
        ),
        migrations.AddField(
            model_name='pathstep',
            name='part_of',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='milestones.pathstep'),
        ),
        migrations.AddField(
            model_name='pathstep',
            name='routes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('sit', 'Systems Integration Testing (SIT)'), ('non-sit', 'Non-SIT supplier or agent'), ('non-sit-ldso', 'Non-SIT LDSO'), ('new-entrant', 'New entrant'), ('legacy', 'Legacy, not qualifying')], max_length=12), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='pathstepevent',
            name='only_role',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.marketrole'),
        ),
        migrations.AddField(
            model_name='pathstepevent',
            name='part_of',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.pathstep'),
        ),
        migrations.AddField(
            model_name='pathstepevent',
            name='routes',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('sit', 'Systems Integration Testing (SIT)'), ('non-sit', 'Non-SIT supplier or agent'), ('non-sit-ldso', 'Non-SIT LDSO'), ('new-entrant', 'New entrant'), ('legacy', 'Legacy, not qualifying')], max_length=12), blank=True, default=list, size=None),
        ),
        migrations.AddField(
            model_name='placement',
            name='end_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='placement',
            name='reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='placement',
            name='route',
            field=models.CharField(blank=True, choices=[('sit', 'Systems Integration Testing (SIT)'), ('non-sit', 'Non-SIT supplier or agent'), ('non-sit-ldso', 'Non-SIT LDSO'), ('new-entrant', 'New entrant'), ('legacy', 'Legacy, not qualifying')], max_length=12),
        ),
        migrations.AddField(
            model_name='placementevent',
            name='end_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='placementevent',
            name='reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='placementevent',
            name='route',
            field=models.CharField(blank=True, choices=[('sit', 'Systems Integration Testing (SIT)'), ('non-sit', 'Non-SIT supplier or agent'), ('non-sit-ldso', 'Non-SIT LDSO'), ('new-entrant', 'New entrant'), ('legacy', 'Legacy, not qualifying')], max_length=12),
        ),
        migrations.AddField(
            model_name='planonapage',
            name='changed',
            field=models.JSONField(blank=True, default=list),
        ),
        migrations.AddField(
            model_name='planonapage',
            name='content',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='planonapage',
            name='edition',
            field=models.PositiveIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='planonapage',
            name='facts',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='planonapage',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='planonapage',
            name='size',
            field=models.CharField(choices=[('A3', 'A3'), ('A4', 'A4')], default='A3', max_length=2),
        ),
        migrations.AddField(
            model_name='stage',
            name='is_edited',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='stage',
            name='is_removed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='stageevent',
            name='is_edited',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='stageevent',
            name='is_removed',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='stepplan',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='stepplan',
            name='changed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stepplan',
            name='evidence_title',
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name='stepplan',
            name='evidence_url',
            field=models.URLField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='stepplan',
            name='version',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='stepplanevent',
            name='changed_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='stepplanevent',
            name='changed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='stepplanevent',
            name='evidence_title',
            field=models.CharField(blank=True, max_length=160),
        ),
        migrations.AddField(
            model_name='stepplanevent',
            name='evidence_url',
            field=models.URLField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='stepplanevent',
            name='version',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddIndex(
            model_name='planonapage',
            index=models.Index(fields=['edition', 'size', 'made_at'], name='plan_on_a_page_editions'),
        ),
        migrations.AddIndex(
            model_name='planonapage',
            index=models.Index(fields=['organisation', 'size', '-made_at'], name='plan_on_a_page_newest'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baseline',
            trigger=pgtrigger.compiler.Trigger(name='baseline_facts_are_frozen', sql=pgtrigger.compiler.UpsertTriggerSql(func="IF OLD.frozen_at IS NOT NULL AND (OLD.slug, OLD.name, OLD.title, OLD.number, OLD.decided_on, OLD.decided_by, OLD.published_on, OLD.replaces_id, OLD.change_request_id, OLD.frozen_at, OLD.source_id, OLD.confidence, OLD.note) IS DISTINCT FROM (NEW.slug, NEW.name, NEW.title, NEW.number, NEW.decided_on, NEW.decided_by, NEW.published_on, NEW.replaces_id, NEW.change_request_id, NEW.frozen_at, NEW.source_id, NEW.confidence, NEW.note) THEN RAISE EXCEPTION 'A frozen baseline does not change.' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='982c9f0f24633c454a3483c0c09f07fb7b3f6b5b', operation='UPDATE', pgid='pgtrigger_baseline_facts_are_frozen_65d2f', table='milestones_baseline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baseline',
            trigger=pgtrigger.compiler.Trigger(name='baseline_made_by_an_approved_request', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF (NEW.change_request_id IS NULL AND EXISTS (SELECT 1 FROM milestones_baseline)) OR (NEW.change_request_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM milestones_changerequest r WHERE r.id = NEW.change_request_id AND r.state = 'approved')) THEN\n                RAISE EXCEPTION 'A baseline is made by applying an approved change request.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='5a706ea33056a2db057931a5b41b0c8abcd6d7c4', operation='INSERT', pgid='pgtrigger_baseline_made_by_an_approved_request_04d51', table='milestones_baseline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baseline',
            trigger=pgtrigger.compiler.Trigger(name='baseline_keeps_its_request', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF NEW.change_request_id IS DISTINCT FROM OLD.change_request_id THEN\n                RAISE EXCEPTION 'A baseline stays with the change request that made it.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='35cbde1c30150579af5ea1105a48144dc1298e48', operation='UPDATE', pgid='pgtrigger_baseline_keeps_its_request_a5dd2', table='milestones_baseline', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baseline',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_baselineevent" ("change_request_id", "confidence", "decided_by", "decided_on", "frozen_at", "id", "is_current", "name", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_on", "replaces_id", "slug", "source_id", "title") VALUES (NEW."change_request_id", NEW."confidence", NEW."decided_by", NEW."decided_on", NEW."frozen_at", NEW."id", NEW."is_current", NEW."name", NEW."note", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_on", NEW."replaces_id", NEW."slug", NEW."source_id", NEW."title"); RETURN NULL;', hash='1efe161ed10f352155d77fd4a7ece6adc6b9e3b9', operation='INSERT', pgid='pgtrigger_insert_insert_727b8', table='milestones_baseline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baseline',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_baselineevent" ("change_request_id", "confidence", "decided_by", "decided_on", "frozen_at", "id", "is_current", "name", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_on", "replaces_id", "slug", "source_id", "title") VALUES (NEW."change_request_id", NEW."confidence", NEW."decided_by", NEW."decided_on", NEW."frozen_at", NEW."id", NEW."is_current", NEW."name", NEW."note", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_on", NEW."replaces_id", NEW."slug", NEW."source_id", NEW."title"); RETURN NULL;', hash='856d263381e71b33a60bc3c1c483ad418cb0da10', operation='UPDATE', pgid='pgtrigger_update_update_b6ea2', table='milestones_baseline', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinedate',
            trigger=pgtrigger.compiler.Trigger(name='baseline_date_comes_from_a_change_request', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE made_by RECORD;', func="\n            SELECT b.replaces_id, b.change_request_id AS request_id, r.state INTO made_by FROM milestones_baseline b LEFT JOIN milestones_changerequest r ON r.id = b.change_request_id WHERE b.id = NEW.baseline_id AND b.frozen_at IS NULL;\n            IF made_by.request_id IS NOT NULL AND made_by.state <> 'approved' THEN\n                RAISE EXCEPTION 'A baseline takes dates only while its approved request is applied.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='0d7a7a975af58fb26835ff36fb4b66e889795fa0', operation='INSERT', pgid='pgtrigger_baseline_date_comes_from_a_change_request_e2fbd', table='milestones_baselinedate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinedate',
            trigger=pgtrigger.compiler.Trigger(name='baseline_date_says_what_was_approved', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE made_by RECORD;', func="\n            SELECT b.replaces_id, b.change_request_id AS request_id, r.state INTO made_by FROM milestones_baseline b LEFT JOIN milestones_changerequest r ON r.id = b.change_request_id WHERE b.id = NEW.baseline_id AND b.frozen_at IS NULL;\n            IF made_by.request_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM milestones_proposedchange c WHERE c.change_request_id = made_by.request_id AND c.kind IN ('move', 'add') AND (c.milestone_id = NEW.milestone_id OR (c.kind = 'add' AND lower(c.new_code) = (SELECT lower(m.code) FROM milestones_milestone m WHERE m.id = NEW.milestone_id))) AND (c.first_on, c.last_on, c.precision, c.alternative_first_on, c.alternative_last_on, c.alternative_precision) IS NOT DISTINCT FROM (NEW.first_on, NEW.last_on, NEW.precision, NEW.alternative_first_on, NEW.alternative_last_on, NEW.alternative_precision)) AND NOT (NOT EXISTS (SELECT 1 FROM milestones_proposedchange c WHERE c.change_request_id = made_by.request_id AND c.kind IN ('move', 'add', 'remove') AND (c.milestone_id = NEW.milestone_id OR (c.kind = 'add' AND lower(c.new_code) = (SELECT lower(m.code) FROM milestones_milestone m WHERE m.id = NEW.milestone_id)))) AND EXISTS (SELECT 1 FROM milestones_baselinedate d WHERE d.baseline_id = made_by.replaces_id AND d.milestone_id = NEW.milestone_id AND (d.first_on, d.last_on, d.precision, d.alternative_first_on, d.alternative_last_on, d.alternative_precision) IS NOT DISTINCT FROM (NEW.first_on, NEW.last_on, NEW.precision, NEW.alternative_first_on, NEW.alternative_last_on, NEW.alternative_precision))) THEN\n                RAISE EXCEPTION 'The change request proposes another date, or none, for this milestone.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='8a817274d6fc0a235145bb9519120ab3a5c5d61a', operation='INSERT', pgid='pgtrigger_baseline_date_says_what_was_approved_126c2', table='milestones_baselinedate', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='dependency',
            trigger=pgtrigger.compiler.Trigger(name='dependency_closes_no_loop', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            PERFORM pg_advisory_xact_lock(hashtext('network links'));\n            IF \n    EXISTS (\n        WITH RECURSIVE later(milestone, step) AS (\n            SELECT NEW.after_id, NULL::bigint\n            UNION\n            SELECT link.milestone, link.step FROM later CROSS JOIN LATERAL (\n                SELECT after_id AS milestone, NULL::bigint AS step FROM milestones_dependency\n                WHERE before_id = later.milestone AND id IS DISTINCT FROM NEW.id\n                UNION ALL\n                SELECT after_milestone_id, after_step_id FROM network_steplink\n                WHERE before_milestone_id = later.milestone AND NOT is_removed\n                UNION ALL\n                SELECT after_milestone_id, after_step_id FROM network_steplink\n                WHERE before_step_id = later.step AND NOT is_removed\n            ) link\n        )\n        SELECT 1 FROM later WHERE milestone = NEW.before_id\n    )\n THEN\n                RAISE EXCEPTION 'This link would close a loop: what it leads to comes before it already.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='6a4f8db8f3e48ba37a5e538884974815bd11bf82', operation='INSERT OR UPDATE', pgid='pgtrigger_dependency_closes_no_loop_a0539', table='milestones_dependency', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='forecast',
            trigger=pgtrigger.compiler.Trigger(name='forecast_only_in_a_draft_release', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF EXISTS (SELECT 1 FROM milestones_planrelease r WHERE r.id = NEW.release_id AND r.published_at IS NOT NULL FOR SHARE) THEN\n                RAISE EXCEPTION 'The plan release is published: it takes no more forecasts.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='b660dd1b0c7acb171be6fb5d44b3c445e8c01eac', operation='INSERT', pgid='pgtrigger_forecast_only_in_a_draft_release_deb44', table='milestones_forecast', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lane',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_laneevent" ("id", "is_edited", "is_removed", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug") VALUES (NEW."id", NEW."is_edited", NEW."is_removed", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."slug"); RETURN NULL;', hash='fe975c4f81aa004d75078ce47ae595aa6b898b4f', operation='INSERT', pgid='pgtrigger_insert_insert_dbcaa', table='milestones_lane', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='lane',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_laneevent" ("id", "is_edited", "is_removed", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "slug") VALUES (NEW."id", NEW."is_edited", NEW."is_removed", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."slug"); RETURN NULL;', hash='4ce18cf8806e8e93db1836b50a52919e900a0a6a', operation='UPDATE', pgid='pgtrigger_update_update_ff767', table='milestones_lane', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_milestoneevent" ("code", "decided_by", "decision_source_id", "id", "is_removed", "lane_id", "name", "needs_ofgem_approval", "owner", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "recommended_by", "short_name", "slug", "summary", "tier") VALUES (NEW."code", NEW."decided_by", NEW."decision_source_id", NEW."id", NEW."is_removed", NEW."lane_id", NEW."name", NEW."needs_ofgem_approval", NEW."owner", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."recommended_by", NEW."short_name", NEW."slug", NEW."summary", NEW."tier"); RETURN NULL;', hash='968c7d5737c2c3a7c737251a79dbf2c3a4a4ecb7', operation='INSERT', pgid='pgtrigger_insert_insert_9bad3', table='milestones_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='milestone',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_milestoneevent" ("code", "decided_by", "decision_source_id", "id", "is_removed", "lane_id", "name", "needs_ofgem_approval", "owner", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "recommended_by", "short_name", "slug", "summary", "tier") VALUES (NEW."code", NEW."decided_by", NEW."decision_source_id", NEW."id", NEW."is_removed", NEW."lane_id", NEW."name", NEW."needs_ofgem_approval", NEW."owner", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."recommended_by", NEW."short_name", NEW."slug", NEW."summary", NEW."tier"); RETURN NULL;', hash='c2e5c5bf19f5df57cf1d28e276ed5b7b954ea19a', operation='UPDATE', pgid='pgtrigger_update_update_62911', table='milestones_milestone', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pathstep',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_pathstepevent" ("applies_to", "confidence", "end_first_on", "end_last_on", "end_precision", "id", "is_approval", "key", "name", "note", "only_role_id", "part_of_id", "path_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "routes", "short_name", "source_id", "start_first_on", "start_last_on", "start_precision", "summary") VALUES (NEW."applies_to", NEW."confidence", NEW."end_first_on", NEW."end_last_on", NEW."end_precision", NEW."id", NEW."is_approval", NEW."key", NEW."name", NEW."note", NEW."only_role_id", NEW."part_of_id", NEW."path_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."routes", NEW."short_name", NEW."source_id", NEW."start_first_on", NEW."start_last_on", NEW."start_precision", NEW."summary"); RETURN NULL;', hash='a8ec2c05f40b885a468e0c1425294a7050169e8d', operation='INSERT', pgid='pgtrigger_insert_insert_0ca42', table='milestones_pathstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='pathstep',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_pathstepevent" ("applies_to", "confidence", "end_first_on", "end_last_on", "end_precision", "id", "is_approval", "key", "name", "note", "only_role_id", "part_of_id", "path_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "routes", "short_name", "source_id", "start_first_on", "start_last_on", "start_precision", "summary") VALUES (NEW."applies_to", NEW."confidence", NEW."end_first_on", NEW."end_last_on", NEW."end_precision", NEW."id", NEW."is_approval", NEW."key", NEW."name", NEW."note", NEW."only_role_id", NEW."part_of_id", NEW."path_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."routes", NEW."short_name", NEW."source_id", NEW."start_first_on", NEW."start_last_on", NEW."start_precision", NEW."summary"); RETURN NULL;', hash='ca38618fc731fb41391f10303c1d600de481c4cc', operation='UPDATE', pgid='pgtrigger_update_update_f4654', table='milestones_pathstep', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='placement',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_placementevent" ("end_reason", "id", "is_sample", "path_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "role_held_id", "route", "since_on", "until_on") VALUES (NEW."end_reason", NEW."id", NEW."is_sample", NEW."path_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."role_held_id", NEW."route", NEW."since_on", NEW."until_on"); RETURN NULL;', hash='9279c1519253f363a85c53ec16e98ca96339ed74', operation='INSERT', pgid='pgtrigger_insert_insert_e4a6b', table='milestones_placement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='placement',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_placementevent" ("end_reason", "id", "is_sample", "path_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "role_held_id", "route", "since_on", "until_on") VALUES (NEW."end_reason", NEW."id", NEW."is_sample", NEW."path_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."role_held_id", NEW."route", NEW."since_on", NEW."until_on"); RETURN NULL;', hash='47f428d17ebedace0333db46158308afefb8b021', operation='UPDATE', pgid='pgtrigger_update_update_76869', table='milestones_placement', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stage',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_stageevent" ("confidence", "end_first_on", "end_last_on", "end_precision", "id", "is_edited", "is_removed", "is_window", "key", "lane_id", "name", "note", "path_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "short_name", "source_id", "start_first_on", "start_last_on", "start_precision") VALUES (NEW."confidence", NEW."end_first_on", NEW."end_last_on", NEW."end_precision", NEW."id", NEW."is_edited", NEW."is_removed", NEW."is_window", NEW."key", NEW."lane_id", NEW."name", NEW."note", NEW."path_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."short_name", NEW."source_id", NEW."start_first_on", NEW."start_last_on", NEW."start_precision"); RETURN NULL;', hash='434a10cdbb4be2a83739c7b33fca98578c859067', operation='INSERT', pgid='pgtrigger_insert_insert_b086d', table='milestones_stage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stage',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_stageevent" ("confidence", "end_first_on", "end_last_on", "end_precision", "id", "is_edited", "is_removed", "is_window", "key", "lane_id", "name", "note", "path_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "short_name", "source_id", "start_first_on", "start_last_on", "start_precision") VALUES (NEW."confidence", NEW."end_first_on", NEW."end_last_on", NEW."end_precision", NEW."id", NEW."is_edited", NEW."is_removed", NEW."is_window", NEW."key", NEW."lane_id", NEW."name", NEW."note", NEW."path_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."short_name", NEW."source_id", NEW."start_first_on", NEW."start_last_on", NEW."start_precision"); RETURN NULL;', hash='8d20bc040c12bf17fd200f3902ca6830b500d586', operation='UPDATE', pgid='pgtrigger_update_update_50eb1', table='milestones_stage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stepplan',
            trigger=pgtrigger.compiler.Trigger(name='step_plan_counts_its_changes', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='NEW.version := OLD.version + 1; RETURN NEW;', hash='e213a8d50582c8bf0f3c66bdb6d2743b544b592c', operation='UPDATE', pgid='pgtrigger_step_plan_counts_its_changes_25e25', table='milestones_stepplan', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stepplan',
            trigger=pgtrigger.compiler.Trigger(name='step_plan_is_achieved_by_now', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."achieved_on" IS NOT NULL)', func="\n                    IF NEW.achieved_on > (now() AT TIME ZONE 'Europe/London')::date THEN\n                        RAISE EXCEPTION 'A step cannot be achieved on a day that has not come yet.'\n                            USING ERRCODE = 'check_violation';\n                    END IF;\n                    RETURN NEW;\n                ", hash='5c173c43cdc930d0279a391c9f3482fc52d2e358', operation='INSERT OR UPDATE', pgid='pgtrigger_step_plan_is_achieved_by_now_948ea', table='milestones_stepplan', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stepplan',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_stepplanevent" ("achieved_on", "changed_at", "changed_by_id", "comment", "evidence_title", "evidence_url", "forecast_on", "id", "likelihood", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "step_id", "target_on", "version") VALUES (NEW."achieved_on", NEW."changed_at", NEW."changed_by_id", NEW."comment", NEW."evidence_title", NEW."evidence_url", NEW."forecast_on", NEW."id", NEW."likelihood", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."placement_id", NEW."step_id", NEW."target_on", NEW."version"); RETURN NULL;', hash='08b120999cb517421125846225295fafa8a709a1', operation='INSERT', pgid='pgtrigger_insert_insert_2d91f', table='milestones_stepplan', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='stepplan',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_stepplanevent" ("achieved_on", "changed_at", "changed_by_id", "comment", "evidence_title", "evidence_url", "forecast_on", "id", "likelihood", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "placement_id", "step_id", "target_on", "version") VALUES (NEW."achieved_on", NEW."changed_at", NEW."changed_by_id", NEW."comment", NEW."evidence_title", NEW."evidence_url", NEW."forecast_on", NEW."id", NEW."likelihood", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."placement_id", NEW."step_id", NEW."target_on", NEW."version"); RETURN NULL;', hash='c1d405e198abfba647769284537176893e4f3cbd', operation='UPDATE', pgid='pgtrigger_update_update_eaeac', table='milestones_stepplan', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='placement',
            constraint=models.CheckConstraint(condition=models.Q(('route__in', ['', 'sit', 'non-sit', 'non-sit-ldso', 'new-entrant'])), name='placement_is_of_a_qualifying_role', violation_error_message='A legacy role is on no path.'),
        ),
        migrations.AddConstraint(
            model_name='stepplan',
            constraint=models.CheckConstraint(condition=models.Q(('evidence_url', ''), ('evidence_url__istartswith', 'https://'), _connector='OR'), name='step_plan_evidence_is_a_safe_address', violation_error_message='An evidence link begins with https://'),
        ),
        migrations.AddField(
            model_name='askedsheet',
            name='asked_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.membership'),
        ),
        migrations.AddField(
            model_name='askedsheet',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='baselinelink',
            name='after',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='baselinelink',
            name='baseline',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='links', to='milestones.baseline'),
        ),
        migrations.AddField(
            model_name='baselinelink',
            name='before',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='baselinemilestone',
            name='baseline',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='milestones', to='milestones.baseline'),
        ),
        migrations.AddField(
            model_name='baselinemilestone',
            name='milestone',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='in_baselines', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='changerequest',
            name='based_on',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.baseline'),
        ),
        migrations.AddField(
            model_name='changerequest',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.source'),
        ),
        migrations.AddField(
            model_name='baseline',
            name='change_request',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='baseline', to='milestones.changerequest'),
        ),
        migrations.AddField(
            model_name='baselineevent',
            name='change_request',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.changerequest'),
        ),
        migrations.AddField(
            model_name='changerequestevent',
            name='based_on',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.baseline'),
        ),
        migrations.AddField(
            model_name='changerequestevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='changerequestevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='milestones.changerequest'),
        ),
        migrations.AddField(
            model_name='changerequestevent',
            name='source',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.source'),
        ),
        migrations.AddField(
            model_name='criterion',
            name='milestone',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='criteria', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='criterion',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.source'),
        ),
        migrations.AddField(
            model_name='criterionevent',
            name='milestone',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='criterionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='criterionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='milestones.criterion'),
        ),
        migrations.AddField(
            model_name='criterionevent',
            name='source',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.source'),
        ),
        migrations.AddField(
            model_name='draftforecast',
            name='milestone',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='draftforecastevent',
            name='milestone',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='draftforecastevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='draftforecastevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='milestones.draftforecast'),
        ),
        migrations.AddField(
            model_name='draftlane',
            name='changed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draftlane',
            name='lane',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.lane'),
        ),
        migrations.AddField(
            model_name='draftlaneevent',
            name='changed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draftlaneevent',
            name='lane',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.lane'),
        ),
        migrations.AddField(
            model_name='draftlaneevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='draftlaneevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='milestones.draftlane'),
        ),
        migrations.AddField(
            model_name='draftstage',
            name='changed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draftstage',
            name='lane',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='milestones.draftlane'),
        ),
        migrations.AddField(
            model_name='draftstage',
            name='path',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.criticalpath'),
        ),
        migrations.AddField(
            model_name='draftstage',
            name='stage',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.stage'),
        ),
        migrations.AddField(
            model_name='draftstageevent',
            name='changed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draftstageevent',
            name='lane',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.draftlane'),
        ),
        migrations.AddField(
            model_name='draftstageevent',
            name='path',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.criticalpath'),
        ),
        migrations.AddField(
            model_name='draftstageevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='draftstageevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='milestones.draftstage'),
        ),
        migrations.AddField(
            model_name='draftstageevent',
            name='stage',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.stage'),
        ),
        migrations.AddField(
            model_name='impactassessment',
            name='change_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assessments', to='milestones.changerequest'),
        ),
        migrations.AddField(
            model_name='impactassessment',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='impact_assessments', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='impactassessment',
            name='replaces',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='milestones.impactassessment'),
        ),
        migrations.AddField(
            model_name='impactassessment',
            name='submitted_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='planconfirmation',
            name='confirmed_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='planconfirmation',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='plan_confirmations', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='plandraft',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='plandraft',
            name='started_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draftstageevent',
            name='draft',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.plandraft'),
        ),
        migrations.AddField(
            model_name='draftstage',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stages', to='milestones.plandraft'),
        ),
        migrations.AddField(
            model_name='draftlaneevent',
            name='draft',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.plandraft'),
        ),
        migrations.AddField(
            model_name='draftlane',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='lanes', to='milestones.plandraft'),
        ),
        migrations.AddField(
            model_name='plandraftevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='plandraftevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='milestones.plandraft'),
        ),
        migrations.AddField(
            model_name='plandraftevent',
            name='published_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='plandraftevent',
            name='started_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='planrelease',
            name='baseline',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='releases', to='milestones.baseline'),
        ),
        migrations.AddField(
            model_name='planrelease',
            name='published_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draftforecastevent',
            name='release',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.planrelease'),
        ),
        migrations.AddField(
            model_name='draftforecast',
            name='release',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='drafts', to='milestones.planrelease'),
        ),
        migrations.AddField(
            model_name='forecast',
            name='release',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='forecasts', to='milestones.planrelease'),
        ),
        migrations.AddField(
            model_name='planreleaseevent',
            name='baseline',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.baseline'),
        ),
        migrations.AddField(
            model_name='planreleaseevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='planreleaseevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='milestones.planrelease'),
        ),
        migrations.AddField(
            model_name='planreleaseevent',
            name='published_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='proposedchange',
            name='alternative_source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.source'),
        ),
        migrations.AddField(
            model_name='proposedchange',
            name='before',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='proposedchange',
            name='change_request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='changes', to='milestones.changerequest'),
        ),
        migrations.AddField(
            model_name='proposedchange',
            name='milestone',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='proposedchange',
            name='new_lane',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.lane'),
        ),
        migrations.AddField(
            model_name='proposedchange',
            name='source',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='milestones.source'),
        ),
        migrations.AddField(
            model_name='proposedchangeevent',
            name='alternative_source',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.source'),
        ),
        migrations.AddField(
            model_name='proposedchangeevent',
            name='before',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='proposedchangeevent',
            name='change_request',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.changerequest'),
        ),
        migrations.AddField(
            model_name='proposedchangeevent',
            name='milestone',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='proposedchangeevent',
            name='new_lane',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.lane'),
        ),
        migrations.AddField(
            model_name='proposedchangeevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='proposedchangeevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='milestones.proposedchange'),
        ),
        migrations.AddField(
            model_name='proposedchangeevent',
            name='source',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='milestones.source'),
        ),
        migrations.AddField(
            model_name='ragoverride',
            name='made_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='ragoverride',
            name='milestone',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rag_overrides', to='milestones.milestone'),
        ),
        migrations.AddField(
            model_name='ragoverride',
            name='replaces',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='milestones.ragoverride'),
        ),
        migrations.AddConstraint(
            model_name='reportingperiod',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='reporting_period_ends_after_it_starts', violation_error_message='A reporting period ends after it starts.'),
        ),
        migrations.AddConstraint(
            model_name='reportingperiod',
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[(models.Func(models.F('starts_on'), models.F('ends_on'), django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_lower=True, inclusive_upper=True), function='DATERANGE', output_field=django.contrib.postgres.fields.ranges.DateRangeField()), '&&')], name='reporting_period_one_at_a_time', violation_error_message='Another reporting period covers some of these days.'),
        ),
        migrations.AddField(
            model_name='planconfirmation',
            name='period',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='confirmations', to='milestones.reportingperiod'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiod',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_reportingperiodevent" ("due_at", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (NEW."due_at", NEW."ends_on", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."starts_on"); RETURN NULL;', hash='0865c542a3b64f154443d7d71fbe76ef1d4f6546', operation='INSERT', pgid='pgtrigger_insert_insert_5548d', table='milestones_reportingperiod', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiod',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_reportingperiodevent" ("due_at", "ends_on", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "starts_on") VALUES (NEW."due_at", NEW."ends_on", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."starts_on"); RETURN NULL;', hash='348dad0be8ada6374e34676031ca162880c98707', operation='UPDATE', pgid='pgtrigger_update_update_f909a', table='milestones_reportingperiod', when='AFTER')),
        ),
        migrations.AddField(
            model_name='reportingperiodevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='reportingperiodevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='milestones.reportingperiod'),
        ),
        migrations.AddConstraint(
            model_name='tolerance',
            constraint=models.UniqueConstraint(fields=('tier',), name='tolerance_once_per_tier', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='tolerance',
            constraint=models.CheckConstraint(condition=models.Q(('tier__isnull', True), ('tier__range', (1, 3)), _connector='OR'), name='tolerance_tier'),
        ),
        migrations.AddConstraint(
            model_name='tolerance',
            constraint=models.CheckConstraint(condition=models.Q(('red_over__gte', models.F('amber_over'))), name='tolerance_red_after_amber', violation_error_message='Red begins after amber.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tolerance',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_toleranceevent" ("amber_over", "basis", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "red_over", "tier") VALUES (NEW."amber_over", NEW."basis", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."red_over", NEW."tier"); RETURN NULL;', hash='1f96489f690f28a46e0261af437a87399bf822d8', operation='INSERT', pgid='pgtrigger_insert_insert_959dc', table='milestones_tolerance', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='tolerance',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_toleranceevent" ("amber_over", "basis", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "red_over", "tier") VALUES (NEW."amber_over", NEW."basis", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."red_over", NEW."tier"); RETURN NULL;', hash='d6524771341aa0f659417eb9fd3f791f1cbaa457', operation='UPDATE', pgid='pgtrigger_update_update_d4cf7', table='milestones_tolerance', when='AFTER')),
        ),
        migrations.AddField(
            model_name='toleranceevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='toleranceevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='milestones.tolerance'),
        ),
        migrations.AddConstraint(
            model_name='askedsheet',
            constraint=models.UniqueConstraint(fields=('organisation', 'size'), name='asked_sheet_once'),
        ),
        migrations.AddConstraint(
            model_name='baselinelink',
            constraint=models.UniqueConstraint(fields=('baseline', 'before', 'after'), name='baseline_link_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinelink',
            trigger=pgtrigger.compiler.Trigger(name='baseline_link_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'What a baseline says is never changed or deleted.' USING ERRCODE = 'restrict_violation';", hash='b96a485d6e4688cb033099bfb387007c578feea8', operation='UPDATE OR DELETE', pgid='pgtrigger_baseline_link_never_changes_1eef8', table='milestones_baselinelink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinelink',
            trigger=pgtrigger.compiler.Trigger(name='baseline_link_not_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'What a baseline says is never changed or deleted.' USING ERRCODE = 'restrict_violation';", hash='92c8360484a43eb121ba3320ca016f3ac5b24f47', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_baseline_link_not_emptied_3e1d7', table='milestones_baselinelink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinelink',
            trigger=pgtrigger.compiler.Trigger(name='baseline_link_not_after_freezing', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE is_frozen TIMESTAMPTZ;', func="SELECT frozen_at INTO is_frozen FROM milestones_baseline WHERE id = NEW.baseline_id FOR SHARE; IF is_frozen IS NOT NULL THEN RAISE EXCEPTION 'The baseline is frozen: it takes no more links.' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='d69c57ab568f899140fa22f8c158e5ac55da0297', operation='INSERT', pgid='pgtrigger_baseline_link_not_after_freezing_8e34c', table='milestones_baselinelink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinelink',
            trigger=pgtrigger.compiler.Trigger(name='baseline_link_comes_from_a_change_request', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE made_by RECORD;', func="\n            SELECT b.replaces_id, b.change_request_id AS request_id, r.state INTO made_by FROM milestones_baseline b LEFT JOIN milestones_changerequest r ON r.id = b.change_request_id WHERE b.id = NEW.baseline_id AND b.frozen_at IS NULL;\n            IF made_by.request_id IS NOT NULL AND made_by.state <> 'approved' THEN\n                RAISE EXCEPTION 'A baseline is filled only while its request is applied.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='43d12e797ecbac66157e05f5f5ff4e8ca587e915', operation='INSERT', pgid='pgtrigger_baseline_link_comes_from_a_change_request_61a88', table='milestones_baselinelink', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='baselinemilestone',
            constraint=models.UniqueConstraint(fields=('baseline', 'milestone'), name='baseline_milestone_once'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinemilestone',
            trigger=pgtrigger.compiler.Trigger(name='baseline_milestone_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'What a baseline says is never changed or deleted.' USING ERRCODE = 'restrict_violation';", hash='8bd3a3c26b73db2091e3879bb547e4e07dfea272', operation='UPDATE OR DELETE', pgid='pgtrigger_baseline_milestone_never_changes_6a58e', table='milestones_baselinemilestone', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinemilestone',
            trigger=pgtrigger.compiler.Trigger(name='baseline_milestone_not_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'What a baseline says is never changed or deleted.' USING ERRCODE = 'restrict_violation';", hash='63a1854bc79f82fca796065df6a138016feef922', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_baseline_milestone_not_emptied_fdbc8', table='milestones_baselinemilestone', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinemilestone',
            trigger=pgtrigger.compiler.Trigger(name='baseline_milestone_not_after_freezing', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE is_frozen TIMESTAMPTZ;', func="SELECT frozen_at INTO is_frozen FROM milestones_baseline WHERE id = NEW.baseline_id FOR SHARE; IF is_frozen IS NOT NULL THEN RAISE EXCEPTION 'The baseline is frozen: it takes no more milestones.' USING ERRCODE = 'restrict_violation'; END IF; RETURN NEW;", hash='4a3ccdb26ff1fb03f5cf56f537891d0a0d992101', operation='INSERT', pgid='pgtrigger_baseline_milestone_not_after_freezing_b8683', table='milestones_baselinemilestone', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='baselinemilestone',
            trigger=pgtrigger.compiler.Trigger(name='baseline_milestone_comes_from_a_change_request', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE made_by RECORD;', func="\n            SELECT b.replaces_id, b.change_request_id AS request_id, r.state INTO made_by FROM milestones_baseline b LEFT JOIN milestones_changerequest r ON r.id = b.change_request_id WHERE b.id = NEW.baseline_id AND b.frozen_at IS NULL;\n            IF made_by.request_id IS NOT NULL AND made_by.state <> 'approved' THEN\n                RAISE EXCEPTION 'A baseline is filled only while its request is applied.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='45647701e3fed9616bd2f1f1391acae12bb62f7e', operation='INSERT', pgid='pgtrigger_baseline_milestone_comes_from_a_change_request_738ef', table='milestones_baselinemilestone', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='changerequest',
            constraint=models.UniqueConstraint(django.db.models.functions.text.Lower('code'), name='change_request_code_once', violation_error_message='There is a change request with this number already.'),
        ),
        migrations.AddConstraint(
            model_name='changerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at__isnull', True), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('published_at__isnull', False)), _connector='OR'), name='change_request_draft_is_not_published', violation_error_message='A draft is not published, and what is published is no draft.'),
        ),
        migrations.AddConstraint(
            model_name='changerequest',
            constraint=models.CheckConstraint(condition=models.Q(('assessment_due_at__isnull', True), ('assessment_due_at__gt', models.F('assessment_opened_at')), _connector='OR'), name='change_request_assessment_ends_after_it_opens', violation_error_message='The impact assessment must close after it opens.'),
        ),
        migrations.AddConstraint(
            model_name='changerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'assessment'), _negated=True), models.Q(('assessment_due_at__isnull', False), ('assessment_opened_at__isnull', False)), _connector='OR'), name='change_request_assessment_has_dates', violation_error_message='An impact assessment needs a day on which answers are due.'),
        ),
        migrations.AddConstraint(
            model_name='changerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'rejected', 'applied']), _negated=True), models.Q(models.Q(('decided_by', ''), _negated=True), ('decided_on__isnull', False)), _connector='OR'), name='change_request_decision_names_body_and_day', violation_error_message='A decision names the body that took it and the day.'),
        ),
        migrations.AddConstraint(
            model_name='changerequest',
            constraint=models.CheckConstraint(condition=models.Q(('is_ofgem_decision', False), ('needs_ofgem', True), ('state__in', ['approved', 'applied']), _negated=True), name='change_request_level_1_is_decided_by_ofgem', violation_error_message="A Level 1 milestone moves only by Ofgem's decision."),
        ),
        migrations.AddConstraint(
            model_name='changerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('applied_at__isnull', False), ('state', 'applied')), models.Q(models.Q(('state', 'applied'), _negated=True), ('applied_at__isnull', True)), _connector='OR'), name='change_request_applied_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='changerequest',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'assessment', 'assessed', 'approved', 'rejected', 'withdrawn', 'applied'])), name='change_request_state_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequest',
            trigger=pgtrigger.compiler.Trigger(name='change_request_begins', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF NEW.state <> 'draft' THEN\n                RAISE EXCEPTION 'A change request begins as a draft.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='fa3e2572d874d7329f7f5b138169f2dd5a65d10a', operation='INSERT', pgid='pgtrigger_change_request_begins_e6200', table='milestones_changerequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequest',
            trigger=pgtrigger.compiler.Trigger(name='change_request_steps', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF NEW.state <> OLD.state AND (OLD.state, NEW.state) NOT IN (('draft', 'assessment'), ('assessment', 'assessed'), ('assessed', 'approved'), ('assessed', 'rejected'), ('assessment', 'withdrawn'), ('assessed', 'withdrawn'), ('approved', 'withdrawn'), ('approved', 'applied')) AND NOT (OLD.state = 'draft' AND NEW.state = 'approved' AND NEW.source_id IS NOT NULL) THEN\n                RAISE EXCEPTION 'A change request cannot be taken from this state to that one.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='8c49f1faa6578464610c8aeb9e6724ba3f56a714', operation='UPDATE', pgid='pgtrigger_change_request_steps_c92c6', table='milestones_changerequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequest',
            trigger=pgtrigger.compiler.Trigger(name='change_request_is_applied_by_its_baseline', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF NEW.state = 'applied' AND OLD.state <> 'applied' AND NOT EXISTS (SELECT 1 FROM milestones_baseline b WHERE b.change_request_id = NEW.id AND b.frozen_at IS NOT NULL) THEN\n                RAISE EXCEPTION 'A change request is applied only by the baseline that it makes.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='888d7271eb129ed398a308d34148cb6463876450', operation='UPDATE', pgid='pgtrigger_change_request_is_applied_by_its_baseline_82019', table='milestones_changerequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequest',
            trigger=pgtrigger.compiler.Trigger(name='change_request_stays_as_published', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF OLD.state <> 'draft' AND (OLD.code, OLD.slug, OLD.title, OLD.summary, OLD.reason, OLD.raised_on, OLD.raised_by_words, OLD.published_at, OLD.needs_ofgem, OLD.based_on_id, OLD.source_id) IS DISTINCT FROM (NEW.code, NEW.slug, NEW.title, NEW.summary, NEW.reason, NEW.raised_on, NEW.raised_by_words, NEW.published_at, NEW.needs_ofgem, NEW.based_on_id, NEW.source_id) THEN\n                RAISE EXCEPTION 'What a change request proposes does not change once it is published.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='3634bcbeb6ad7786929c7928c87c89908f1c58fe', operation='UPDATE', pgid='pgtrigger_change_request_stays_as_published_e5b88', table='milestones_changerequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequest',
            trigger=pgtrigger.compiler.Trigger(name='change_request_stays_as_decided', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF OLD.state IN ('approved', 'rejected', 'applied') AND (OLD.recommended_by, OLD.decided_by, OLD.is_ofgem_decision, OLD.decided_on, OLD.decision_words, OLD.effective_on) IS DISTINCT FROM (NEW.recommended_by, NEW.decided_by, NEW.is_ofgem_decision, NEW.decided_on, NEW.decision_words, NEW.effective_on) THEN\n                RAISE EXCEPTION 'A decision is not changed afterwards.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='e89df01ce068a6f0cf24d51e38983fc90bdc3ad5', operation='UPDATE', pgid='pgtrigger_change_request_stays_as_decided_582b8', table='milestones_changerequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequest',
            trigger=pgtrigger.compiler.Trigger(name='change_request_is_over', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF OLD.state IN ('applied', 'rejected', 'withdrawn') AND OLD IS DISTINCT FROM NEW THEN\n                RAISE EXCEPTION 'This change request is over: nothing in it changes.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='5947cd5c41de72183cb4998eadbbf2f0d97c24ad', operation='UPDATE', pgid='pgtrigger_change_request_is_over_318bf', table='milestones_changerequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequest',
            trigger=pgtrigger.compiler.Trigger(name='change_request_kept', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF OLD.state <> 'draft' THEN\n                RAISE EXCEPTION 'A published change request is never deleted.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='c9242148026c2be333f26b79f8310879a2d601e9', operation='DELETE', pgid='pgtrigger_change_request_kept_28ac8', table='milestones_changerequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequest',
            trigger=pgtrigger.compiler.Trigger(name='change_request_not_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Change requests are never deleted.' USING ERRCODE = 'restrict_violation';", hash='1f9efee1beb5ce89b1b5e3c953ba8fb8687ef08e', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_change_request_not_emptied_66a79', table='milestones_changerequest', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequest',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_changerequestevent" ("applied_at", "assessment_due_at", "assessment_opened_at", "based_on_id", "code", "decided_by", "decided_on", "decision_words", "effective_on", "id", "is_ofgem_decision", "is_sample", "needs_ofgem", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "raised_by_words", "raised_on", "reason", "recommended_by", "release_note", "slug", "source_id", "state", "summary", "title") VALUES (NEW."applied_at", NEW."assessment_due_at", NEW."assessment_opened_at", NEW."based_on_id", NEW."code", NEW."decided_by", NEW."decided_on", NEW."decision_words", NEW."effective_on", NEW."id", NEW."is_ofgem_decision", NEW."is_sample", NEW."needs_ofgem", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."raised_by_words", NEW."raised_on", NEW."reason", NEW."recommended_by", NEW."release_note", NEW."slug", NEW."source_id", NEW."state", NEW."summary", NEW."title"); RETURN NULL;', hash='8d6e283066639cf407da08e5f1bb29158ac0700f', operation='INSERT', pgid='pgtrigger_insert_insert_93667', table='milestones_changerequest', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequest',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_changerequestevent" ("applied_at", "assessment_due_at", "assessment_opened_at", "based_on_id", "code", "decided_by", "decided_on", "decision_words", "effective_on", "id", "is_ofgem_decision", "is_sample", "needs_ofgem", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "raised_by_words", "raised_on", "reason", "recommended_by", "release_note", "slug", "source_id", "state", "summary", "title") VALUES (NEW."applied_at", NEW."assessment_due_at", NEW."assessment_opened_at", NEW."based_on_id", NEW."code", NEW."decided_by", NEW."decided_on", NEW."decision_words", NEW."effective_on", NEW."id", NEW."is_ofgem_decision", NEW."is_sample", NEW."needs_ofgem", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."raised_by_words", NEW."raised_on", NEW."reason", NEW."recommended_by", NEW."release_note", NEW."slug", NEW."source_id", NEW."state", NEW."summary", NEW."title"); RETURN NULL;', hash='7c242f89561553d3175729532ff91d67c0a2737f', operation='UPDATE', pgid='pgtrigger_update_update_30856', table='milestones_changerequest', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequestevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='893fcdf903caf3a028cbfb10b6349fb76bbd1e75', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_12769', table='milestones_changerequestevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='changerequestevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='76ce752255e0d9c66286216ac1ba492ef599dad1', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_dee5e', table='milestones_changerequestevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.UniqueConstraint(fields=('milestone', 'key'), name='criterion_once'),
        ),
        migrations.AddConstraint(
            model_name='criterion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'met'), _negated=True), models.Q(('evidence_url', ''), _negated=True), models.Q(('approved_at_words', ''), _negated=True), _connector='OR'), name='criterion_met_has_evidence', violation_error_message='A criterion that is met names its evidence or the meeting that found it met.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterion',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_criterionevent" ("approved_at_words", "document", "evidence_title", "evidence_url", "id", "is_sample", "key", "milestone_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "source_id", "state", "words") VALUES (NEW."approved_at_words", NEW."document", NEW."evidence_title", NEW."evidence_url", NEW."id", NEW."is_sample", NEW."key", NEW."milestone_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."source_id", NEW."state", NEW."words"); RETURN NULL;', hash='91bd3098179970324e29c48ffc9b773858f6892f', operation='INSERT', pgid='pgtrigger_insert_insert_4fb5f', table='milestones_criterion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterion',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_criterionevent" ("approved_at_words", "document", "evidence_title", "evidence_url", "id", "is_sample", "key", "milestone_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "source_id", "state", "words") VALUES (NEW."approved_at_words", NEW."document", NEW."evidence_title", NEW."evidence_url", NEW."id", NEW."is_sample", NEW."key", NEW."milestone_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."source_id", NEW."state", NEW."words"); RETURN NULL;', hash='b70399efffa8a79962d79042c7f3e5c4ca22f7a1', operation='UPDATE', pgid='pgtrigger_update_update_19742', table='milestones_criterion', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9f583eeb64e4691414b84011d745327aa122b5cd', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_957b6', table='milestones_criterionevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='criterionevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='d4f993c0e7db0e19ee5812e923867a453f67ef7a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_7b4a2', table='milestones_criterionevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='impactassessment',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('change_request', 'organisation'), name='impact_assessment_one_first', violation_error_message='Your organisation has answered already; send a new answer to replace it.'),
        ),
        migrations.AddConstraint(
            model_name='impactassessment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('position', 'object'), _negated=True), models.Q(('reasons', ''), _negated=True), _connector='OR'), name='impact_assessment_objection_has_reasons', violation_error_message='Say why you object.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='impactassessment',
            trigger=pgtrigger.compiler.Trigger(name='impact_assessment_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'An impact assessment is never edited: send a later one.' USING ERRCODE = 'restrict_violation';", hash='9a3d649353c5b6d2ab981eae1a17a49f61bef624', operation='UPDATE OR DELETE', pgid='pgtrigger_impact_assessment_never_changes_0b0f8', table='milestones_impactassessment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='impactassessment',
            trigger=pgtrigger.compiler.Trigger(name='impact_assessment_not_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'An impact assessment is never edited: send a later one.' USING ERRCODE = 'restrict_violation';", hash='bc45c5935e6f5f90b66203410d9ab200d482b5dd', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_impact_assessment_not_emptied_e9c2d', table='milestones_impactassessment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='impactassessment',
            trigger=pgtrigger.compiler.Trigger(name='impact_assessment_in_time', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE asked RECORD;', func="\n            SELECT state, assessment_due_at INTO asked FROM milestones_changerequest WHERE id = NEW.change_request_id FOR SHARE;\n            IF asked.state <> 'assessment' OR NEW.submitted_at > asked.assessment_due_at THEN\n                RAISE EXCEPTION 'The impact assessment has closed.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='f8b6ca5263d62e2c06376c83afa4f85ac7c911cb', operation='INSERT', pgid='pgtrigger_impact_assessment_in_time_055ad', table='milestones_impactassessment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='impactassessment',
            trigger=pgtrigger.compiler.Trigger(name='impact_assessment_replaces_its_own', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM milestones_impactassessment a WHERE a.id = NEW.replaces_id AND a.change_request_id = NEW.change_request_id AND a.organisation_id = NEW.organisation_id) THEN\n                RAISE EXCEPTION 'An answer replaces an earlier one of the same organisation.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='001ffdd24cd21025593f6941e22cb24e2e0c1884', operation='INSERT', pgid='pgtrigger_impact_assessment_replaces_its_own_e83ce', table='milestones_impactassessment', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='plandraft',
            constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('discarded_at__isnull', True), ('published_at__isnull', True)), name='plan_draft_one_open', violation_error_message='There is an open draft already.'),
        ),
        migrations.AddConstraint(
            model_name='plandraft',
            constraint=models.CheckConstraint(condition=models.Q(('published_at__isnull', True), ('discarded_at__isnull', True), _connector='OR'), name='plan_draft_one_end'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plandraft',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_plandraftevent" ("discarded_at", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "started_at", "started_by_id") VALUES (NEW."discarded_at", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."started_at", NEW."started_by_id"); RETURN NULL;', hash='ebc9f940572a430cb655676016247f8b59d91cee', operation='INSERT', pgid='pgtrigger_insert_insert_73a82', table='milestones_plandraft', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plandraft',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_plandraftevent" ("discarded_at", "id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id", "started_at", "started_by_id") VALUES (NEW."discarded_at", NEW."id", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id", NEW."started_at", NEW."started_by_id"); RETURN NULL;', hash='3532cf3d3cc0dc481a6160e0a700951da52b826e', operation='UPDATE', pgid='pgtrigger_update_update_ea298', table='milestones_plandraft', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftstageevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='afd037f6067f36baa779689cdad8a75687d4317d', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_91c13', table='milestones_draftstageevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftstageevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='9a96a27cc24214710a79bf83582d4db0442dfa63', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_c869f', table='milestones_draftstageevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='draftstage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(models.Q(('start_first_on', models.F('start_last_on')), ('start_precision', 'day')), models.Q(('start_precision', 'month'), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(models.F('start_first_on')), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(milestones.models.dates._DayAfter(models.F('start_last_on'))), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractMonth(models.F('start_first_on')), django.db.models.functions.datetime.ExtractMonth(models.F('start_last_on'))), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractYear(models.F('start_first_on')), django.db.models.functions.datetime.ExtractYear(models.F('start_last_on')))), models.Q(('start_first_on__lt', models.F('start_last_on')), ('start_precision', 'range'), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(models.F('start_first_on')), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(milestones.models.dates._DayAfter(models.F('start_last_on'))), 1), models.Q(django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractMonth(models.F('start_first_on')), django.db.models.functions.datetime.ExtractMonth(models.F('start_last_on'))), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractYear(models.F('start_first_on')), django.db.models.functions.datetime.ExtractYear(models.F('start_last_on'))), _negated=True)), _connector='OR'), ('start_first_on__isnull', False), ('start_last_on__isnull', False)), models.Q(('start_first_on__isnull', True), ('start_last_on__isnull', True), ('start_precision', '')), _connector='OR'), name='draft_stage_start_dates_fit_their_precision', violation_error_message='A day is one day, a month is one whole month, a range is whole months with the first before the last.'),
        ),
        migrations.AddConstraint(
            model_name='draftstage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(models.Q(('end_first_on', models.F('end_last_on')), ('end_precision', 'day')), models.Q(('end_precision', 'month'), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(models.F('end_first_on')), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(milestones.models.dates._DayAfter(models.F('end_last_on'))), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractMonth(models.F('end_first_on')), django.db.models.functions.datetime.ExtractMonth(models.F('end_last_on'))), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractYear(models.F('end_first_on')), django.db.models.functions.datetime.ExtractYear(models.F('end_last_on')))), models.Q(('end_first_on__lt', models.F('end_last_on')), ('end_precision', 'range'), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(models.F('end_first_on')), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(milestones.models.dates._DayAfter(models.F('end_last_on'))), 1), models.Q(django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractMonth(models.F('end_first_on')), django.db.models.functions.datetime.ExtractMonth(models.F('end_last_on'))), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractYear(models.F('end_first_on')), django.db.models.functions.datetime.ExtractYear(models.F('end_last_on'))), _negated=True)), _connector='OR'), ('end_first_on__isnull', False), ('end_last_on__isnull', False)), models.Q(('end_first_on__isnull', True), ('end_last_on__isnull', True), ('end_precision', '')), _connector='OR'), name='draft_stage_end_dates_fit_their_precision', violation_error_message='A day is one day, a month is one whole month, a range is whole months with the first before the last.'),
        ),
        migrations.AddConstraint(
            model_name='draftstage',
            constraint=models.CheckConstraint(condition=models.Q(('start_first_on__isnull', True), ('end_last_on__isnull', True), ('start_first_on__lte', models.F('end_last_on')), _connector='OR'), name='draft_stage_ends_after_it_starts', violation_error_message='A stage cannot end before it starts.'),
        ),
        migrations.AddConstraint(
            model_name='draftstage',
            constraint=models.CheckConstraint(condition=models.Q(('start_first_on__isnull', False), ('end_first_on__isnull', False), _connector='OR'), name='draft_stage_has_a_date', violation_error_message='A stage needs a start or an end: with neither it cannot be drawn.'),
        ),
        migrations.AddConstraint(
            model_name='draftstage',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('lane__isnull', True), ('path__isnull', False)), models.Q(('lane__isnull', False), ('path__isnull', True)), _connector='OR'), name='draft_stage_stands_in_one_place', violation_error_message='A stage stands in a lane or on a critical path, not both.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftstage',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_draftstageevent" ("changed_by_id", "draft_id", "end_first_on", "end_last_on", "end_precision", "id", "is_removed", "is_window", "lane_id", "name", "path_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "short_name", "stage_id", "start_first_on", "start_last_on", "start_precision", "version") VALUES (NEW."changed_by_id", NEW."draft_id", NEW."end_first_on", NEW."end_last_on", NEW."end_precision", NEW."id", NEW."is_removed", NEW."is_window", NEW."lane_id", NEW."name", NEW."path_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."short_name", NEW."stage_id", NEW."start_first_on", NEW."start_last_on", NEW."start_precision", NEW."version"); RETURN NULL;', hash='e34b7478794c544cc078a7c504cefa000ae2dcad', operation='INSERT', pgid='pgtrigger_insert_insert_b31ee', table='milestones_draftstage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftstage',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_draftstageevent" ("changed_by_id", "draft_id", "end_first_on", "end_last_on", "end_precision", "id", "is_removed", "is_window", "lane_id", "name", "path_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "short_name", "stage_id", "start_first_on", "start_last_on", "start_precision", "version") VALUES (NEW."changed_by_id", NEW."draft_id", NEW."end_first_on", NEW."end_last_on", NEW."end_precision", NEW."id", NEW."is_removed", NEW."is_window", NEW."lane_id", NEW."name", NEW."path_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."short_name", NEW."stage_id", NEW."start_first_on", NEW."start_last_on", NEW."start_precision", NEW."version"); RETURN NULL;', hash='fd9c6ec138be9182c9a88055be36e7352679accc', operation='UPDATE', pgid='pgtrigger_update_update_70cb7', table='milestones_draftstage', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftlaneevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='21dbc4c69f8bded511f08fed8633a2bbc3307bcb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_9413b', table='milestones_draftlaneevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftlaneevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='9a683c3361281a9bf1a02450e20b07d05a9be485', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_37a53', table='milestones_draftlaneevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftlane',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_draftlaneevent" ("changed_by_id", "draft_id", "id", "is_removed", "lane_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "version") VALUES (NEW."changed_by_id", NEW."draft_id", NEW."id", NEW."is_removed", NEW."lane_id", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."version"); RETURN NULL;', hash='e8fa8ec7f64d08e462c224389db42048b075c3ae', operation='INSERT', pgid='pgtrigger_insert_insert_8c013', table='milestones_draftlane', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftlane',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_draftlaneevent" ("changed_by_id", "draft_id", "id", "is_removed", "lane_id", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "version") VALUES (NEW."changed_by_id", NEW."draft_id", NEW."id", NEW."is_removed", NEW."lane_id", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."version"); RETURN NULL;', hash='fcdb1c880b6e953bacd89a9baa2cf7b0fc184a63', operation='UPDATE', pgid='pgtrigger_update_update_641ff', table='milestones_draftlane', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plandraftevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='c3bb0089b08d398e20bf986a5413de4ffb30e20f', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5b8ba', table='milestones_plandraftevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='plandraftevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='115a23570179763c1dd66e98dfebe96d7508dbe3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_cbfa6', table='milestones_plandraftevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='planrelease',
            constraint=models.UniqueConstraint(condition=models.Q(('published_at__isnull', True)), fields=('baseline',), name='plan_release_one_draft', violation_error_message='There is a draft release already; publish or discard it first.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planrelease',
            trigger=pgtrigger.compiler.Trigger(name='plan_release_stays_as_published', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF OLD.published_at IS NOT NULL THEN\n                RAISE EXCEPTION 'A published plan release never changes: publish a later one.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='0839f6ef88ef31ec605a6f30fa58bce11e478ebe', operation='UPDATE OR DELETE', pgid='pgtrigger_plan_release_stays_as_published_496e1', table='milestones_planrelease', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planrelease',
            trigger=pgtrigger.compiler.Trigger(name='plan_release_not_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'Published plan releases are never deleted.' USING ERRCODE = 'restrict_violation';", hash='5e16d3fdd158abf5beb0754d10f980f7562ea6f1', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_plan_release_not_emptied_92090', table='milestones_planrelease', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planrelease',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_planreleaseevent" ("as_at", "baseline_id", "id", "is_sample", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id") VALUES (NEW."as_at", NEW."baseline_id", NEW."id", NEW."is_sample", NEW."note", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."published_at", NEW."published_by_id"); RETURN NULL;', hash='e62c88392e927634573df77d5d1de5d55aba1ace', operation='INSERT', pgid='pgtrigger_insert_insert_d57db', table='milestones_planrelease', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planrelease',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_planreleaseevent" ("as_at", "baseline_id", "id", "is_sample", "note", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_at", "published_by_id") VALUES (NEW."as_at", NEW."baseline_id", NEW."id", NEW."is_sample", NEW."note", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."published_at", NEW."published_by_id"); RETURN NULL;', hash='59bff936dfe7607531c7796d98788897bb082ced', operation='UPDATE', pgid='pgtrigger_update_update_5dd6e', table='milestones_planrelease', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftforecastevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ac221037f4351ef1d55f53f59dd2263cdccc67c7', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1e93d', table='milestones_draftforecastevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftforecastevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='ca0436adec2d8f2d5933f1b9d1211fe21b2d383c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_f4826', table='milestones_draftforecastevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='draftforecast',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(('first_on', models.F('last_on')), ('precision', 'day')), models.Q(('precision', 'month'), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(models.F('first_on')), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(milestones.models.dates._DayAfter(models.F('last_on'))), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractMonth(models.F('first_on')), django.db.models.functions.datetime.ExtractMonth(models.F('last_on'))), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractYear(models.F('first_on')), django.db.models.functions.datetime.ExtractYear(models.F('last_on')))), models.Q(('first_on__lt', models.F('last_on')), ('precision', 'range'), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(models.F('first_on')), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(milestones.models.dates._DayAfter(models.F('last_on'))), 1), models.Q(django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractMonth(models.F('first_on')), django.db.models.functions.datetime.ExtractMonth(models.F('last_on'))), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractYear(models.F('first_on')), django.db.models.functions.datetime.ExtractYear(models.F('last_on'))), _negated=True)), _connector='OR'), ('first_on__isnull', False), ('last_on__isnull', False)), name='draft_forecast_dates_fit_their_precision', violation_error_message='A day is one day, a month is one whole month, a range is whole months with the first before the last.'),
        ),
        migrations.AddConstraint(
            model_name='draftforecast',
            constraint=models.UniqueConstraint(fields=('release', 'milestone'), name='draft_forecast_once', violation_error_message='The release has a forecast for this milestone already.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftforecast',
            trigger=pgtrigger.compiler.Trigger(name='draft_forecast_only_in_a_draft', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF EXISTS (SELECT 1 FROM milestones_planrelease r WHERE r.id = NEW.release_id AND r.published_at IS NOT NULL FOR SHARE) THEN\n                RAISE EXCEPTION 'The plan release is published: it takes no more forecasts.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='7eaa0fc9f2c65da1ae2e3b5b87da98ef7f70cc32', operation='INSERT OR UPDATE', pgid='pgtrigger_draft_forecast_only_in_a_draft_ee64f', table='milestones_draftforecast', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftforecast',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_draftforecastevent" ("first_on", "id", "last_on", "milestone_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision", "reason", "release_id") VALUES (NEW."first_on", NEW."id", NEW."last_on", NEW."milestone_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."precision", NEW."reason", NEW."release_id"); RETURN NULL;', hash='6772f80f61624cb26e7c0087593e82528d59fcd3', operation='INSERT', pgid='pgtrigger_insert_insert_d1f58', table='milestones_draftforecast', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftforecast',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_draftforecastevent" ("first_on", "id", "last_on", "milestone_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision", "reason", "release_id") VALUES (NEW."first_on", NEW."id", NEW."last_on", NEW."milestone_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."precision", NEW."reason", NEW."release_id"); RETURN NULL;', hash='6f790c521ddb2246a52a1216562e1d436c233273', operation='UPDATE', pgid='pgtrigger_update_update_deac7', table='milestones_draftforecast', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planreleaseevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='de588f453d06045cc715281cf581670d9901f57e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_78079', table='milestones_planreleaseevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planreleaseevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='6dd04f57f7b41a40e92d5f573088b19ed478ab28', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_ccbd5', table='milestones_planreleaseevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['move', 'remove'])), fields=('change_request', 'milestone'), name='proposed_change_moves_once', violation_error_message='The change request moves or removes this milestone already.'),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'reword')), fields=('change_request', 'milestone'), name='proposed_change_rewords_once', violation_error_message='The change request re-words this milestone already.'),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.UniqueConstraint(condition=models.Q(('kind__in', ['link', 'unlink'])), fields=('change_request', 'before', 'milestone'), name='proposed_change_links_once', violation_error_message='The change request changes this link already.'),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.UniqueConstraint(models.F('change_request'), django.db.models.functions.text.Lower('new_code'), condition=models.Q(('kind', 'add')), name='proposed_change_adds_once', violation_error_message='The change request adds a milestone with this number already.'),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('kind', 'add'), ('milestone__isnull', True), ('new_lane__isnull', False), models.Q(('new_code', ''), _negated=True), models.Q(('new_name', ''), _negated=True)), models.Q(('first_on__isnull', False), ('kind', 'move'), ('milestone__isnull', False)), models.Q(('first_on__isnull', True), ('kind', 'remove'), ('milestone__isnull', False)), models.Q(('kind', 'reword'), ('milestone__isnull', False), models.Q(('new_name', ''), _negated=True)), models.Q(('before__isnull', False), ('kind__in', ['link', 'unlink']), ('milestone__isnull', False)), _connector='OR'), name='proposed_change_says_what_it_needs', violation_error_message='This kind of change needs more to be filled in.'),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.CheckConstraint(condition=models.Q(('before__isnull', True), models.Q(('before', models.F('milestone')), _negated=True), _connector='OR'), name='proposed_change_not_on_itself', violation_error_message='A milestone cannot wait for itself.'),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(models.Q(('first_on', models.F('last_on')), ('precision', 'day')), models.Q(('precision', 'month'), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(models.F('first_on')), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(milestones.models.dates._DayAfter(models.F('last_on'))), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractMonth(models.F('first_on')), django.db.models.functions.datetime.ExtractMonth(models.F('last_on'))), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractYear(models.F('first_on')), django.db.models.functions.datetime.ExtractYear(models.F('last_on')))), models.Q(('first_on__lt', models.F('last_on')), ('precision', 'range'), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(models.F('first_on')), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(milestones.models.dates._DayAfter(models.F('last_on'))), 1), models.Q(django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractMonth(models.F('first_on')), django.db.models.functions.datetime.ExtractMonth(models.F('last_on'))), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractYear(models.F('first_on')), django.db.models.functions.datetime.ExtractYear(models.F('last_on'))), _negated=True)), _connector='OR'), ('first_on__isnull', False), ('last_on__isnull', False)), models.Q(('first_on__isnull', True), ('last_on__isnull', True), ('precision', '')), _connector='OR'), name='proposed_change_dates_fit_their_precision', violation_error_message='A day is one day, a month is one whole month, a range is whole months with the first before the last.'),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(models.Q(models.Q(('alternative_first_on', models.F('alternative_last_on')), ('alternative_precision', 'day')), models.Q(('alternative_precision', 'month'), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(models.F('alternative_first_on')), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(milestones.models.dates._DayAfter(models.F('alternative_last_on'))), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractMonth(models.F('alternative_first_on')), django.db.models.functions.datetime.ExtractMonth(models.F('alternative_last_on'))), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractYear(models.F('alternative_first_on')), django.db.models.functions.datetime.ExtractYear(models.F('alternative_last_on')))), models.Q(('alternative_first_on__lt', models.F('alternative_last_on')), ('alternative_precision', 'range'), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(models.F('alternative_first_on')), 1), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractDay(milestones.models.dates._DayAfter(models.F('alternative_last_on'))), 1), models.Q(django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractMonth(models.F('alternative_first_on')), django.db.models.functions.datetime.ExtractMonth(models.F('alternative_last_on'))), django.db.models.lookups.Exact(django.db.models.functions.datetime.ExtractYear(models.F('alternative_first_on')), django.db.models.functions.datetime.ExtractYear(models.F('alternative_last_on'))), _negated=True)), _connector='OR'), ('alternative_first_on__isnull', False), ('alternative_last_on__isnull', False)), models.Q(('alternative_first_on__isnull', True), ('alternative_last_on__isnull', True), ('alternative_precision', '')), _connector='OR'), name='proposed_change_alternative_dates_fit_their_precision', violation_error_message='A day is one day, a month is one whole month, a range is whole months with the first before the last.'),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.CheckConstraint(condition=models.Q(('confidence__in', ['stated', 'stated_second_hand', 'trade_press', 'inferred'])), name='proposed_change_confidence_known'),
        ),
        migrations.AddConstraint(
            model_name='proposedchange',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['move', 'add', 'remove', 'reword', 'link', 'unlink'])), name='proposed_change_kind_known'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposedchange',
            trigger=pgtrigger.compiler.Trigger(name='proposed_change_only_in_a_draft', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            PERFORM 1 FROM milestones_changerequest WHERE id IN (NEW.change_request_id, OLD.change_request_id) FOR SHARE;\n            IF EXISTS (SELECT 1 FROM milestones_changerequest r WHERE r.id IN (NEW.change_request_id, OLD.change_request_id) AND r.state <> 'draft') THEN\n                RAISE EXCEPTION 'What a change request proposes does not change once it is published.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='566e8ad9cf99739acb27a517d09eff9af4f3522e', operation='INSERT OR UPDATE OR DELETE', pgid='pgtrigger_proposed_change_only_in_a_draft_e4ab7', table='milestones_proposedchange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposedchange',
            trigger=pgtrigger.compiler.Trigger(name='proposed_change_not_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'What a change request proposes is never emptied.' USING ERRCODE = 'restrict_violation';", hash='edf1cf7950d95426735c92799faa8876bd635a0a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_proposed_change_not_emptied_f86e9', table='milestones_proposedchange', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposedchange',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "milestones_proposedchangeevent" ("alternative_confidence", "alternative_first_on", "alternative_last_on", "alternative_precision", "alternative_source_id", "before_id", "change_request_id", "confidence", "first_on", "id", "kind", "lag_working_days", "last_on", "milestone_id", "new_code", "new_lane_id", "new_name", "new_summary", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision", "source_id") VALUES (NEW."alternative_confidence", NEW."alternative_first_on", NEW."alternative_last_on", NEW."alternative_precision", NEW."alternative_source_id", NEW."before_id", NEW."change_request_id", NEW."confidence", NEW."first_on", NEW."id", NEW."kind", NEW."lag_working_days", NEW."last_on", NEW."milestone_id", NEW."new_code", NEW."new_lane_id", NEW."new_name", NEW."new_summary", NEW."note", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."precision", NEW."source_id"); RETURN NULL;', hash='9fad6e7e4551807f768a5ef8d079e7a207f9fd20', operation='INSERT', pgid='pgtrigger_insert_insert_1f45d', table='milestones_proposedchange', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposedchange',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "milestones_proposedchangeevent" ("alternative_confidence", "alternative_first_on", "alternative_last_on", "alternative_precision", "alternative_source_id", "before_id", "change_request_id", "confidence", "first_on", "id", "kind", "lag_working_days", "last_on", "milestone_id", "new_code", "new_lane_id", "new_name", "new_summary", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "precision", "source_id") VALUES (NEW."alternative_confidence", NEW."alternative_first_on", NEW."alternative_last_on", NEW."alternative_precision", NEW."alternative_source_id", NEW."before_id", NEW."change_request_id", NEW."confidence", NEW."first_on", NEW."id", NEW."kind", NEW."lag_working_days", NEW."last_on", NEW."milestone_id", NEW."new_code", NEW."new_lane_id", NEW."new_name", NEW."new_summary", NEW."note", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."precision", NEW."source_id"); RETURN NULL;', hash='1a7dc1548b3ba752b30cea1fde798e094ca1c53d', operation='UPDATE', pgid='pgtrigger_update_update_d26f6', table='milestones_proposedchange', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposedchangeevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='72a0164e708d67e506761e0307573c78dce7c7aa', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6afee', table='milestones_proposedchangeevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='proposedchangeevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='9a5489cd28e88dd02028e2a794ad4655f5ed41a3', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_d3591', table='milestones_proposedchangeevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='ragoverride',
            constraint=models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='rag_override_has_a_reason', violation_error_message="Say why the rule's colour is not right."),
        ),
        migrations.AddConstraint(
            model_name='ragoverride',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces__isnull', True)), fields=('milestone',), name='rag_override_one_first', violation_error_message='Somebody has just overridden this; look at theirs first.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ragoverride',
            trigger=pgtrigger.compiler.Trigger(name='rag_override_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'An override is never edited: make a later one.' USING ERRCODE = 'restrict_violation';", hash='abcf9be454686959830ab81e07094cc18b4b2cd8', operation='UPDATE OR DELETE', pgid='pgtrigger_rag_override_never_changes_44955', table='milestones_ragoverride', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='ragoverride',
            trigger=pgtrigger.compiler.Trigger(name='rag_override_not_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'An override is never edited: make a later one.' USING ERRCODE = 'restrict_violation';", hash='b2ba662de3726df8b9c62acbb5e0a7a5849c4939', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_rag_override_not_emptied_e4e77', table='milestones_ragoverride', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planconfirmation',
            trigger=pgtrigger.compiler.Trigger(name='plan_confirmation_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'A confirmation is kept as it was given.' USING ERRCODE = 'restrict_violation';", hash='11d10ae80d0386548c11db8e56110b44a39c7a14', operation='UPDATE OR DELETE', pgid='pgtrigger_plan_confirmation_never_changes_5a488', table='milestones_planconfirmation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='planconfirmation',
            trigger=pgtrigger.compiler.Trigger(name='plan_confirmation_not_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'A confirmation is kept as it was given.' USING ERRCODE = 'restrict_violation';", hash='92a89532bbfc35edd0df01cd1e7a781d2d52398f', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_plan_confirmation_not_emptied_3b899', table='milestones_planconfirmation', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiodevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2045a852d5c66ed1745bde5aeb2740da2e13e7f3', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_6234e', table='milestones_reportingperiodevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='reportingperiodevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='679d7a2f26899d47502f4e035ed3b028dc0d61cc', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_a23d5', table='milestones_reportingperiodevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='toleranceevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6a8a29d6a9be8e3e529683d2e6eca16b3fe6293e', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_a85ec', table='milestones_toleranceevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='toleranceevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='64d37b1cc6d0b2cf3d13a1e326ba2dc873897051', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_43562', table='milestones_toleranceevent', when='BEFORE')),
        ),
    ]
