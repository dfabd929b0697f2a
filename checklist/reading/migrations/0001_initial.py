import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('checklist', '0007_no_typed_comments'),
        ('organisations', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='ItemSearch',
            fields=[
                ('item', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='search', serialize=False, to='checklist.checklistitem')),
                ('document', django.contrib.postgres.search.SearchVectorField()),
                ('words', models.TextField()),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['document'], name='item_search_by_words')],
            },
        ),
        migrations.CreateModel(
            name='SavedFilter',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(error_messages={'blank': 'Give the filter a name.'}, max_length=60)),
                ('query', models.CharField(blank=True, max_length=1000)),
                ('is_shared', models.BooleanField(default=False, verbose_name='colleagues see it too')),
                ('made_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SavedFilterEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('name', models.CharField(error_messages={'blank': 'Give the filter a name.'}, max_length=60)),
                ('query', models.CharField(blank=True, max_length=1000)),
                ('is_shared', models.BooleanField(default=False, verbose_name='colleagues see it too')),
                ('made_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation')),
                ('owner', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL)),
                ('pgh_context', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context')),
                ('pgh_obj', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='reading.savedfilter')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='LastVisit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('seen_until', models.DateTimeField()),
                ('read_at', models.DateTimeField()),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('organisation', 'person'), name='last_visit_one_each')],
            },
        ),
        migrations.AddConstraint(
            model_name='savedfilter',
            constraint=models.UniqueConstraint(fields=('organisation', 'owner', 'name'), name='saved_filter_one_per_name', violation_error_message='You have a filter of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='savedfilter',
            constraint=models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='saved_filter_has_a_name', violation_error_message='Give the filter a name.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='savedfilter',
            trigger=pgtrigger.compiler.Trigger(name='saved_filters_are_few', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            PERFORM pg_advisory_xact_lock(5501704, NEW.owner_id::int);\n            IF (SELECT count(*) FROM reading_savedfilter f WHERE f.owner_id = NEW.owner_id AND f.organisation_id = NEW.organisation_id) >= 20 THEN\n                RAISE EXCEPTION 'You have 20 filters already. Delete one first.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='2b0f3e44ce7e225557730c3999aa957eb3b4a9e0', operation='INSERT', pgid='pgtrigger_saved_filters_are_few_13f41', table='reading_savedfilter', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='savedfilter',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "reading_savedfilterevent" ("id", "is_shared", "made_at", "name", "organisation_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query") VALUES (NEW."id", NEW."is_shared", NEW."made_at", NEW."name", NEW."organisation_id", NEW."owner_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."query"); RETURN NULL;', hash='e8cc4c14d7abb8d1e7a3042322bb495a13c34671', operation='INSERT', pgid='pgtrigger_insert_insert_e38b3', table='reading_savedfilter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='savedfilter',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "reading_savedfilterevent" ("id", "is_shared", "made_at", "name", "organisation_id", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "query") VALUES (NEW."id", NEW."is_shared", NEW."made_at", NEW."name", NEW."organisation_id", NEW."owner_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."query"); RETURN NULL;', hash='636f9393d98f966e7ed43a57a2194fbd2887a79b', operation='UPDATE', pgid='pgtrigger_update_update_9ae7d', table='reading_savedfilter', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='savedfilterevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9c50f99ecb77014324fda03570546354708fee4b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_30980', table='reading_savedfilterevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='savedfilterevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='a1dce58f36d4d17f14b702104a81bcd76cf3851c', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_3a2eb', table='reading_savedfilterevent', when='BEFORE')),
        ),
    ]
