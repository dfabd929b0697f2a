import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checklist', '0004_comments_as_typed'),
        ('documents', '0001_initial'),
        ('organisations', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='DraftComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveIntegerField()),
                ('document', models.CharField(blank=True, max_length=120)),
                ('clause', models.CharField(blank=True, max_length=80)),
                ('comment', models.TextField(blank=True)),
                ('suggested_change', models.TextField(blank=True)),
                ('kind', models.CharField(choices=[('substantive', 'Substantive'), ('question', 'Question'), ('editorial', 'Editorial')], default='substantive', max_length=20)),
                ('severity', models.CharField(choices=[('high', 'High: must be settled before approval'), ('medium', 'Medium: should be settled'), ('low', 'Low: for information')], default='medium', max_length=10)),
                ('is_confidential', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['draft', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='DraftCommentEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('position', models.PositiveIntegerField()),
                ('document', models.CharField(blank=True, max_length=120)),
                ('clause', models.CharField(blank=True, max_length=80)),
                ('comment', models.TextField(blank=True)),
                ('suggested_change', models.TextField(blank=True)),
                ('kind', models.CharField(choices=[('substantive', 'Substantive'), ('question', 'Question'), ('editorial', 'Editorial')], default='substantive', max_length=20)),
                ('severity', models.CharField(choices=[('high', 'High: must be settled before approval'), ('medium', 'Medium: should be settled'), ('low', 'Low: for information')], default='medium', max_length=10)),
                ('is_confidential', models.BooleanField(default=False)),
                ('version', models.PositiveIntegerField(default=1)),
                ('saved_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DraftFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='DraftFileEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('added_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ItemRevision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField()),
                ('wording', models.JSONField()),
                ('what_changed', models.CharField(blank=True, max_length=600)),
                ('raised_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['item', 'number'],
            },
        ),
        migrations.CreateModel(
            name='ItemRevisionEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('number', models.PositiveSmallIntegerField()),
                ('wording', models.JSONField()),
                ('what_changed', models.CharField(blank=True, max_length=600)),
                ('raised_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ResponseFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='ResponseFileEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('title', models.CharField(max_length=200)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='SignOffRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('needs_sign_off', models.BooleanField(default=False)),
                ('set_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='SignOffRuleEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('needs_sign_off', models.BooleanField(default=False)),
                ('set_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='checklistitem',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='checklistitem',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='comment',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='comment',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='response',
            name='responses_are_final',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='response',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='response',
            name='update_update',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='responsedraft',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='responsedraft',
            name='update_update',
        ),
        migrations.RemoveConstraint(
            model_name='response',
            name='response_once_per_revision',
        ),
        migrations.AddField(
            model_name='checklistitem',
            name='shows_responses',
            field=models.BooleanField(default=False, verbose_name='everybody who was asked sees the responses'),
        ),
        migrations.AddField(
            model_name='checklistitemevent',
            name='shows_responses',
            field=models.BooleanField(default=False, verbose_name='everybody who was asked sees the responses'),
        ),
        migrations.AddField(
            model_name='comment',
            name='is_confidential',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='comment',
            name='severity',
            field=models.CharField(choices=[('high', 'High: must be settled before approval'), ('medium', 'Medium: should be settled'), ('low', 'Low: for information')], default='medium', max_length=10),
        ),
        migrations.AddField(
            model_name='commentevent',
            name='is_confidential',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='commentevent',
            name='severity',
            field=models.CharField(choices=[('high', 'High: must be settled before approval'), ('medium', 'Medium: should be settled'), ('low', 'Low: for information')], default='medium', max_length=10),
        ),
        migrations.AddField(
            model_name='response',
            name='digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='response',
            name='is_current',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='response',
            name='number',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='response',
            name='on_behalf_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='response',
            name='signed_off_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='responsedraft',
            name='handed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='responsedraft',
            name='handed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='responsedraftevent',
            name='handed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='responsedraftevent',
            name='handed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='is_current',
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='number',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='on_behalf_reason',
            field=models.CharField(blank=True, max_length=300),
        ),
        migrations.AddField(
            model_name='responseevent',
            name='signed_off_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='response',
            index=models.Index(fields=['organisation', 'item'], name='response_by_organisation'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checklistitem',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_checklistitemevent" ("accepts_late", "body", "closed_at", "closed_reason", "contact", "document_number", "document_version", "due_at", "due_on", "due_time", "edit_number", "edited_at", "edited_by_id", "governance_group", "id", "is_mandatory", "is_public", "is_sample", "issued_at", "issued_by_id", "kind", "legal_basis", "milestone_id", "opens_at", "opens_on", "opens_time", "outcome", "outcome_at", "outcome_decision", "outcome_url", "parent_id", "path_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions_at", "questions_on", "questions_time", "reason_for_dates", "reference", "response_address", "response_method", "revision", "shows_responses", "state", "summary", "title", "withdrawn_at", "withdrawn_reason", "workstream") VALUES (NEW."accepts_late", NEW."body", NEW."closed_at", NEW."closed_reason", NEW."contact", NEW."document_number", NEW."document_version", NEW."due_at", NEW."due_on", NEW."due_time", NEW."edit_number", NEW."edited_at", NEW."edited_by_id", NEW."governance_group", NEW."id", NEW."is_mandatory", NEW."is_public", NEW."is_sample", NEW."issued_at", NEW."issued_by_id", NEW."kind", NEW."legal_basis", NEW."milestone_id", NEW."opens_at", NEW."opens_on", NEW."opens_time", NEW."outcome", NEW."outcome_at", NEW."outcome_decision", NEW."outcome_url", NEW."parent_id", NEW."path_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."questions_at", NEW."questions_on", NEW."questions_time", NEW."reason_for_dates", NEW."reference", NEW."response_address", NEW."response_method", NEW."revision", NEW."shows_responses", NEW."state", NEW."summary", NEW."title", NEW."withdrawn_at", NEW."withdrawn_reason", NEW."workstream"); RETURN NULL;', hash='57a99ca7d7c894ad1aca417cc5bad00353d2ff13', operation='INSERT', pgid='pgtrigger_insert_insert_cde6c', table='checklist_checklistitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checklistitem',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_checklistitemevent" ("accepts_late", "body", "closed_at", "closed_reason", "contact", "document_number", "document_version", "due_at", "due_on", "due_time", "edit_number", "edited_at", "edited_by_id", "governance_group", "id", "is_mandatory", "is_public", "is_sample", "issued_at", "issued_by_id", "kind", "legal_basis", "milestone_id", "opens_at", "opens_on", "opens_time", "outcome", "outcome_at", "outcome_decision", "outcome_url", "parent_id", "path_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "questions_at", "questions_on", "questions_time", "reason_for_dates", "reference", "response_address", "response_method", "revision", "shows_responses", "state", "summary", "title", "withdrawn_at", "withdrawn_reason", "workstream") VALUES (NEW."accepts_late", NEW."body", NEW."closed_at", NEW."closed_reason", NEW."contact", NEW."document_number", NEW."document_version", NEW."due_at", NEW."due_on", NEW."due_time", NEW."edit_number", NEW."edited_at", NEW."edited_by_id", NEW."governance_group", NEW."id", NEW."is_mandatory", NEW."is_public", NEW."is_sample", NEW."issued_at", NEW."issued_by_id", NEW."kind", NEW."legal_basis", NEW."milestone_id", NEW."opens_at", NEW."opens_on", NEW."opens_time", NEW."outcome", NEW."outcome_at", NEW."outcome_decision", NEW."outcome_url", NEW."parent_id", NEW."path_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."questions_at", NEW."questions_on", NEW."questions_time", NEW."reason_for_dates", NEW."reference", NEW."response_address", NEW."response_method", NEW."revision", NEW."shows_responses", NEW."state", NEW."summary", NEW."title", NEW."withdrawn_at", NEW."withdrawn_reason", NEW."workstream"); RETURN NULL;', hash='4a96f09ab1a59267a370872023d69bb734b5f081', operation='UPDATE', pgid='pgtrigger_update_update_44dd8', table='checklist_checklistitem', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_commentevent" ("clause", "comment", "document", "id", "is_confidential", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "response_id", "severity", "suggested_change") VALUES (NEW."clause", NEW."comment", NEW."document", NEW."id", NEW."is_confidential", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."response_id", NEW."severity", NEW."suggested_change"); RETURN NULL;', hash='00ae567a4526af651fcdecdae1cfbe3d57e83ffe', operation='INSERT', pgid='pgtrigger_insert_insert_ff6b0', table='checklist_comment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='comment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_commentevent" ("clause", "comment", "document", "id", "is_confidential", "kind", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "response_id", "severity", "suggested_change") VALUES (NEW."clause", NEW."comment", NEW."document", NEW."id", NEW."is_confidential", NEW."kind", NEW."number", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."response_id", NEW."severity", NEW."suggested_change"); RETURN NULL;', hash='28ea7ab9cb5bb22a386e274e027c27e508ac0a01', operation='UPDATE', pgid='pgtrigger_update_update_80ec6', table='checklist_comment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='response',
            trigger=pgtrigger.compiler.Trigger(name='responses_are_final', sql=pgtrigger.compiler.UpsertTriggerSql(condition="WHEN (NOT (OLD.is_current AND NOT NEW.is_current AND to_jsonb(OLD) - 'is_current' = to_jsonb(NEW) - 'is_current'))", func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='fb37ea8764733b81442db58f523d5cd69db44707', operation='UPDATE', pgid='pgtrigger_responses_are_final_264ad', table='checklist_response', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='response',
            trigger=pgtrigger.compiler.Trigger(name='responses_stay', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='d9e001fb1613b15729054f2705a31e401a2bba32', operation='DELETE', pgid='pgtrigger_responses_stay_9dda1', table='checklist_response', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='response',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_responseevent" ("answer", "digest", "given_at", "given_by_id", "id", "is_current", "is_late", "item_id", "number", "on_behalf_reason", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "revision", "signed_off_by_id") VALUES (NEW."answer", NEW."digest", NEW."given_at", NEW."given_by_id", NEW."id", NEW."is_current", NEW."is_late", NEW."item_id", NEW."number", NEW."on_behalf_reason", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."revision", NEW."signed_off_by_id"); RETURN NULL;', hash='fc49e4eda0c1fbb1e4d533d7b4cc0488836bc952', operation='INSERT', pgid='pgtrigger_insert_insert_f1b5d', table='checklist_response', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='response',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_responseevent" ("answer", "digest", "given_at", "given_by_id", "id", "is_current", "is_late", "item_id", "number", "on_behalf_reason", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "revision", "signed_off_by_id") VALUES (NEW."answer", NEW."digest", NEW."given_at", NEW."given_by_id", NEW."id", NEW."is_current", NEW."is_late", NEW."item_id", NEW."number", NEW."on_behalf_reason", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."revision", NEW."signed_off_by_id"); RETURN NULL;', hash='3bf3d57bded155049f4efb136e9693bde42d6d7b', operation='UPDATE', pgid='pgtrigger_update_update_b2928', table='checklist_response', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsedraft',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_responsedraftevent" ("answer", "handed_at", "handed_by_id", "id", "item_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "saved_at", "saved_by_id", "version") VALUES (NEW."answer", NEW."handed_at", NEW."handed_by_id", NEW."id", NEW."item_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."saved_at", NEW."saved_by_id", NEW."version"); RETURN NULL;', hash='a82e80f3a88703208d589db3e5cd954c1db5fb47', operation='INSERT', pgid='pgtrigger_insert_insert_2c532', table='checklist_responsedraft', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsedraft',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_responsedraftevent" ("answer", "handed_at", "handed_by_id", "id", "item_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "saved_at", "saved_by_id", "version") VALUES (NEW."answer", NEW."handed_at", NEW."handed_by_id", NEW."id", NEW."item_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."saved_at", NEW."saved_by_id", NEW."version"); RETURN NULL;', hash='6188d67605cb8438c72d75a7dc58117adcfa1a2a', operation='UPDATE', pgid='pgtrigger_update_update_daf9a', table='checklist_responsedraft', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='comment',
            constraint=models.CheckConstraint(condition=models.Q(('severity__in', ['high', 'medium', 'low'])), name='comment_severity_known'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.UniqueConstraint(fields=('item', 'revision', 'organisation', 'number'), name='response_once_per_version', violation_error_message='A colleague sent a response in the meantime. Open the page again.'),
        ),
        migrations.AddConstraint(
            model_name='response',
            constraint=models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('item', 'revision', 'organisation'), name='response_one_current', violation_error_message='Your organisation has already responded to this item.'),
        ),
        migrations.AddConstraint(
            model_name='responsedraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('handed_at__isnull', True), ('handed_by__isnull', True)), models.Q(('handed_at__isnull', False), ('handed_by__isnull', False)), _connector='OR'), name='draft_handed_by_somebody'),
        ),
        migrations.AddField(
            model_name='draftcomment',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='checklist.responsedraft'),
        ),
        migrations.AddField(
            model_name='draftcomment',
            name='saved_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draftcommentevent',
            name='draft',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='checklist.responsedraft'),
        ),
        migrations.AddField(
            model_name='draftcommentevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='draftcommentevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='checklist.draftcomment'),
        ),
        migrations.AddField(
            model_name='draftcommentevent',
            name='saved_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draftfile',
            name='added_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draftfile',
            name='draft',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='checklist.responsedraft'),
        ),
        migrations.AddField(
            model_name='draftfile',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile'),
        ),
        migrations.AddField(
            model_name='draftfileevent',
            name='added_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='draftfileevent',
            name='draft',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='checklist.responsedraft'),
        ),
        migrations.AddField(
            model_name='draftfileevent',
            name='file',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.storedfile'),
        ),
        migrations.AddField(
            model_name='draftfileevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='draftfileevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='checklist.draftfile'),
        ),
        migrations.AddField(
            model_name='itemrevision',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='revisions', to='checklist.checklistitem'),
        ),
        migrations.AddField(
            model_name='itemrevision',
            name='raised_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='itemrevisionevent',
            name='item',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='checklist.checklistitem'),
        ),
        migrations.AddField(
            model_name='itemrevisionevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='itemrevisionevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='checklist.itemrevision'),
        ),
        migrations.AddField(
            model_name='itemrevisionevent',
            name='raised_by',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='responsefile',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile'),
        ),
        migrations.AddField(
            model_name='responsefile',
            name='response',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='files', to='checklist.response'),
        ),
        migrations.AddField(
            model_name='responsefileevent',
            name='file',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.storedfile'),
        ),
        migrations.AddField(
            model_name='responsefileevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='responsefileevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='checklist.responsefile'),
        ),
        migrations.AddField(
            model_name='responsefileevent',
            name='response',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='checklist.response'),
        ),
        migrations.AddField(
            model_name='signoffrule',
            name='organisation',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sign_off_rule', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='signoffrule',
            name='set_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='signoffruleevent',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='signoffruleevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='signoffruleevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='checklist.signoffrule'),
        ),
        migrations.AddField(
            model_name='signoffruleevent',
            name='set_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftcomment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_draftcommentevent" ("clause", "comment", "document", "draft_id", "id", "is_confidential", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "saved_at", "saved_by_id", "severity", "suggested_change", "version") VALUES (NEW."clause", NEW."comment", NEW."document", NEW."draft_id", NEW."id", NEW."is_confidential", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."saved_at", NEW."saved_by_id", NEW."severity", NEW."suggested_change", NEW."version"); RETURN NULL;', hash='0831609a9ec2d97b3c4a4c0b5ffcba78c715ca28', operation='INSERT', pgid='pgtrigger_insert_insert_27d85', table='checklist_draftcomment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftcomment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_draftcommentevent" ("clause", "comment", "document", "draft_id", "id", "is_confidential", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "saved_at", "saved_by_id", "severity", "suggested_change", "version") VALUES (NEW."clause", NEW."comment", NEW."document", NEW."draft_id", NEW."id", NEW."is_confidential", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."saved_at", NEW."saved_by_id", NEW."severity", NEW."suggested_change", NEW."version"); RETURN NULL;', hash='8029d385c43ec0a8fe10ed4bfd04c147bb3e8e0b', operation='UPDATE', pgid='pgtrigger_update_update_6acfd', table='checklist_draftcomment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftcommentevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='adda2f611e141569afbd796dd5f792d5f380aef0', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_7c9c3', table='checklist_draftcommentevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftcommentevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='5b9e4e7e7cbc8d129ef27729259ea0ea00250478', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_d570d', table='checklist_draftcommentevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='draftfile',
            constraint=models.UniqueConstraint(fields=('draft', 'title'), name='draft_file_one_per_title', violation_error_message='The response has a file of this name already.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftfile',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_draftfileevent" ("added_at", "added_by_id", "draft_id", "file_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") VALUES (NEW."added_at", NEW."added_by_id", NEW."draft_id", NEW."file_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."title"); RETURN NULL;', hash='cb2d52c631ac837c9a1ade27efa2fb73ca06736b', operation='INSERT', pgid='pgtrigger_insert_insert_35014', table='checklist_draftfile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftfile',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_draftfileevent" ("added_at", "added_by_id", "draft_id", "file_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title") VALUES (NEW."added_at", NEW."added_by_id", NEW."draft_id", NEW."file_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."title"); RETURN NULL;', hash='c7af4eb4009ada71609cf8b97dbf3e8b1ddf4e5f', operation='UPDATE', pgid='pgtrigger_update_update_10f3d', table='checklist_draftfile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftfileevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='84668e0ad222443df7aaea47d64f5c469a2596a8', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0f215', table='checklist_draftfileevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftfileevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='de4abc214bd40a463833db72c06f350e8f917f35', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_3ec27', table='checklist_draftfileevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='itemrevision',
            constraint=models.UniqueConstraint(fields=('item', 'number'), name='revision_one_per_number'),
        ),
        migrations.AddConstraint(
            model_name='itemrevision',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('what_changed', ''), _negated=True), _connector='OR'), name='revision_says_what_changed', violation_error_message='Say what changed, for those who have responded already.'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemrevision',
            trigger=pgtrigger.compiler.Trigger(name='item_revision_never_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'The wording of a revision stays as it was asked.' USING ERRCODE = 'restrict_violation';", hash='e27b9777efb219cc80067f72171276159fb43649', operation='UPDATE OR DELETE', pgid='pgtrigger_item_revision_never_changes_c176b', table='checklist_itemrevision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemrevision',
            trigger=pgtrigger.compiler.Trigger(name='item_revision_not_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'The wording of a revision stays as it was asked.' USING ERRCODE = 'restrict_violation';", hash='2e2a2acf8f650e6bac711a3e9102c764472b6444', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_item_revision_not_emptied_d11b9', table='checklist_itemrevision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemrevision',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_itemrevisionevent" ("id", "item_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_at", "raised_by_id", "what_changed", "wording") VALUES (NEW."id", NEW."item_id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."raised_at", NEW."raised_by_id", NEW."what_changed", NEW."wording"); RETURN NULL;', hash='3b820f7541d158eae1ab143ae5c63492b9e5589f', operation='INSERT', pgid='pgtrigger_insert_insert_c7f62', table='checklist_itemrevision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemrevisionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='55c9e87225d4c305f618cee321f654d2f8d47014', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fb2b6', table='checklist_itemrevisionevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemrevisionevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='3a98432ba5102eb466de294bd1dfbeeb2001bc6d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_db468', table='checklist_itemrevisionevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='responsefile',
            constraint=models.UniqueConstraint(fields=('response', 'title'), name='response_file_one_per_title'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsefile',
            trigger=pgtrigger.compiler.Trigger(name='response_files_are_final', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6bc65180d0cdea934930b5b20fe02c338c10c10c', operation='UPDATE OR DELETE', pgid='pgtrigger_response_files_are_final_c7fdf', table='checklist_responsefile', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsefile',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_responsefileevent" ("file_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "response_id", "title") VALUES (NEW."file_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."response_id", NEW."title"); RETURN NULL;', hash='a50113cf6ea0a9709d54cfe8d32e5c62eda608a9', operation='INSERT', pgid='pgtrigger_insert_insert_5f398', table='checklist_responsefile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsefile',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_responsefileevent" ("file_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "response_id", "title") VALUES (NEW."file_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."response_id", NEW."title"); RETURN NULL;', hash='add44c59be4bdd5a86fcc6c771755022a5a78f30', operation='UPDATE', pgid='pgtrigger_update_update_d4bed', table='checklist_responsefile', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsefileevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cf6cc16e545100833388a3d9fbf02e3c610fc0a1', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_5a585', table='checklist_responsefileevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsefileevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='ab1f8e2d717c66de30edd0ed124a8ff82592911a', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_0c498', table='checklist_responsefileevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signoffrule',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_signoffruleevent" ("id", "needs_sign_off", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_at", "set_by_id") VALUES (NEW."id", NEW."needs_sign_off", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."set_at", NEW."set_by_id"); RETURN NULL;', hash='5ae96ded1f0c051cf60f4359239952d3a447ded0', operation='INSERT', pgid='pgtrigger_insert_insert_8ac02', table='checklist_signoffrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signoffrule',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_signoffruleevent" ("id", "needs_sign_off", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "set_at", "set_by_id") VALUES (NEW."id", NEW."needs_sign_off", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."set_at", NEW."set_by_id"); RETURN NULL;', hash='47414ebfe859c84a4c5365f33aa1ff40a8d24e03', operation='UPDATE', pgid='pgtrigger_update_update_c2029', table='checklist_signoffrule', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signoffruleevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='528a387d9ea9ca0f42dd286e5eec2f11bef08612', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_51d1e', table='checklist_signoffruleevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='signoffruleevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='f524ea585522aa25c69d6d841a8874eeb1463b74', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_51830', table='checklist_signoffruleevent', when='BEFORE')),
        ),
    ]
