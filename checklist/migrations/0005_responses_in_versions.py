import checklist.models.response_drafts
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('checklist', '0004_comments_as_typed'),
        ('documents', '0002_scans'),
        ('organisations', '0001_initial'),
        ('pghistory', '0007_auto_20250421_0444'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='CommentsUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uploaded_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('keys', models.JSONField(default=list)),
            ],
            options={
                'ordering': ['-uploaded_at', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='CommentsUploadEvent',
            fields=[
                ('pgh_id', models.AutoField(primary_key=True, serialize=False)),
                ('pgh_created_at', models.DateTimeField(auto_now_add=True)),
                ('pgh_label', models.TextField(help_text='The event label.')),
                ('id', models.BigIntegerField()),
                ('uploaded_at', models.DateTimeField()),
                ('taken_at', models.DateTimeField(blank=True, null=True)),
                ('keys', models.JSONField(default=list)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='DraftComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(default=checklist.models.response_drafts.new_key, max_length=16)),
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
                ('key', models.CharField(default=checklist.models.response_drafts.new_key, max_length=16)),
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
                ('correction', models.PositiveSmallIntegerField(default=0)),
                ('wording', models.JSONField()),
                ('what_changed', models.CharField(blank=True, max_length=600)),
                ('raised_at', models.DateTimeField()),
            ],
            options={
                'ordering': ['item', 'number', 'correction'],
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
                ('correction', models.PositiveSmallIntegerField(default=0)),
                ('wording', models.JSONField()),
                ('what_changed', models.CharField(blank=True, max_length=600)),
                ('raised_at', models.DateTimeField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ReceiptSheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('asked_at', models.DateTimeField()),
                ('made_at', models.DateTimeField(null=True)),
            ],
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
            model_name='attachment',
            name='insert_insert',
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name='attachment',
            name='update_update',
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
            model_name='attachment',
            name='attachment_one_per_title',
        ),
        migrations.RemoveConstraint(
            model_name='response',
            name='response_once_per_revision',
        ),
        migrations.AddField(
            model_name='attachment',
            name='replaces',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='next', to='checklist.attachment'),
        ),
        migrations.AddField(
            model_name='attachment',
            name='version',
            field=models.PositiveSmallIntegerField(default=1),
        ),
        migrations.AddField(
            model_name='attachmentevent',
            name='replaces',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='checklist.attachment'),
        ),
        migrations.AddField(
            model_name='attachmentevent',
            name='version',
            field=models.PositiveSmallIntegerField(default=1),
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
            name='answer_version',
            field=models.PositiveIntegerField(default=0),
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
            model_name='responsedraft',
            name='returned_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='responsedraft',
            name='returned_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='responsedraft',
            name='returned_words',
            field=models.CharField(blank=True, max_length=600),
        ),
        migrations.AddField(
            model_name='responsedraftevent',
            name='answer_version',
            field=models.PositiveIntegerField(default=0),
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
            model_name='responsedraftevent',
            name='returned_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='responsedraftevent',
            name='returned_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='responsedraftevent',
            name='returned_words',
            field=models.CharField(blank=True, max_length=600),
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
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='attachment_follows_the_version_before', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF NEW.replaces_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM checklist_attachment a WHERE a.id = NEW.replaces_id AND a.item_id = NEW.item_id AND a.version = NEW.version - 1) THEN\n                RAISE EXCEPTION 'A version of a file follows the version before it, on the same item.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='cd3d310287dad14b21bf2a30ec4364f3cf9d9f55', operation='INSERT', pgid='pgtrigger_attachment_follows_the_version_before_d4461', table='checklist_attachment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='attachment_added_by_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF EXISTS (SELECT 1 FROM checklist_checklistitem i WHERE i.id = NEW.item_id AND i.state <> 'draft') AND EXISTS (SELECT 1 FROM checklist_addressee a WHERE a.item_id = NEW.item_id) AND NOT COALESCE((SELECT r.wording->'files' @> jsonb_build_array(jsonb_build_object('title', NEW.title, 'sha256', (SELECT f.sha256 FROM documents_storedfile f WHERE f.id = NEW.file_id))) FROM checklist_itemrevision r WHERE r.item_id = NEW.item_id ORDER BY r.number DESC, r.correction DESC LIMIT 1), false) THEN\n                RAISE EXCEPTION 'A published item gets files only with a revision that says what changed.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='3558b858292264012323f607d599d01a06d44984', operation='INSERT', pgid='pgtrigger_attachment_added_by_revision_c4f77', table='checklist_attachment', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_attachmentevent" ("added_at", "added_by_id", "file_id", "id", "item_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replaces_id", "title", "version") VALUES (NEW."added_at", NEW."added_by_id", NEW."file_id", NEW."id", NEW."item_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."replaces_id", NEW."title", NEW."version"); RETURN NULL;', hash='69c59b1c40419b7b1e2d908aefa208a9e6b7002f', operation='INSERT', pgid='pgtrigger_insert_insert_bd205', table='checklist_attachment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='attachment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_attachmentevent" ("added_at", "added_by_id", "file_id", "id", "item_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "replaces_id", "title", "version") VALUES (NEW."added_at", NEW."added_by_id", NEW."file_id", NEW."id", NEW."item_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."replaces_id", NEW."title", NEW."version"); RETURN NULL;', hash='94e4bfca4776d48553419fa82c3880476c382fee', operation='UPDATE', pgid='pgtrigger_update_update_8022a', table='checklist_attachment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='checklistitem',
            trigger=pgtrigger.compiler.Trigger(name='issued_wording_changes_by_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF OLD.state <> 'draft' AND (OLD.revision IS DISTINCT FROM NEW.revision OR OLD.title IS DISTINCT FROM NEW.title OR OLD.summary IS DISTINCT FROM NEW.summary OR OLD.body IS DISTINCT FROM NEW.body OR OLD.document_number IS DISTINCT FROM NEW.document_number OR OLD.document_version IS DISTINCT FROM NEW.document_version) AND NOT ( EXISTS (SELECT 1 FROM checklist_itemrevision r WHERE r.item_id = OLD.id AND r.number = OLD.revision AND r.wording->>'title' = OLD.title AND r.wording->>'summary' = OLD.summary AND r.wording->>'body' = OLD.body AND r.wording->>'document_number' = OLD.document_number AND r.wording->>'document_version' = OLD.document_version) AND EXISTS (SELECT 1 FROM checklist_itemrevision r WHERE r.item_id = NEW.id AND r.number = NEW.revision AND r.wording->>'title' = NEW.title AND r.wording->>'summary' = NEW.summary AND r.wording->>'body' = NEW.body AND r.wording->>'document_number' = NEW.document_number AND r.wording->>'document_version' = NEW.document_version) AND NEW.revision - OLD.revision IN (0, 1)) THEN\n                RAISE EXCEPTION 'The wording of a published item changes only with a revision that keeps both wordings.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='ccc1149eb57df8d8ea4552172f69360dd2bd5fd5', operation='UPDATE', pgid='pgtrigger_issued_wording_changes_by_revision_bc99a', table='checklist_checklistitem', when='BEFORE')),
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
            model_name='itemlink',
            trigger=pgtrigger.compiler.Trigger(name='link_changes_by_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF EXISTS (SELECT 1 FROM checklist_checklistitem i WHERE i.id = NEW.item_id AND i.state <> 'draft') AND EXISTS (SELECT 1 FROM checklist_addressee a WHERE a.item_id = NEW.item_id) AND NOT COALESCE((SELECT r.wording->'links' @> jsonb_build_array(jsonb_build_object('title', NEW.title, 'url', NEW.url, 'note', NEW.note)) FROM checklist_itemrevision r WHERE r.item_id = NEW.item_id ORDER BY r.number DESC, r.correction DESC LIMIT 1), false) THEN\n                RAISE EXCEPTION 'The links of a published item change only with a revision that keeps both wordings.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='c6a9bfdb5880d7a5c01e4daf5511b5ce47588afe', operation='INSERT OR UPDATE', pgid='pgtrigger_link_changes_by_revision_33246', table='checklist_itemlink', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemlink',
            trigger=pgtrigger.compiler.Trigger(name='link_is_kept_in_a_revision', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF EXISTS (SELECT 1 FROM checklist_checklistitem i WHERE i.id = OLD.item_id AND i.state <> 'draft') AND NOT EXISTS (SELECT 1 FROM checklist_itemrevision r WHERE r.item_id = OLD.item_id AND r.wording->'links' @> jsonb_build_array(jsonb_build_object('title', OLD.title, 'url', OLD.url, 'note', OLD.note))) THEN\n                RAISE EXCEPTION 'The links of a published item change only with a revision that keeps both wordings.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='4507ca2dc2a4dcdb879a531f8c927133724c09d9', operation='DELETE', pgid='pgtrigger_link_is_kept_in_a_revision_3bfef', table='checklist_itemlink', when='BEFORE')),
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
            trigger=pgtrigger.compiler.Trigger(name='response_is_signed_off', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF NEW.signed_off_by_id IS NULL AND NEW.on_behalf_reason = '' AND EXISTS (SELECT 1 FROM checklist_signoffrule r WHERE r.organisation_id = NEW.organisation_id AND r.needs_sign_off) THEN\n                RAISE EXCEPTION 'This organisation sends no response without the sign-off of a lead contact.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='ed2899c9612ae0b8781dd615fb14fe907a780237', operation='INSERT', pgid='pgtrigger_response_is_signed_off_77984', table='checklist_response', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='response',
            trigger=pgtrigger.compiler.Trigger(name='response_is_signed_off_by_a_lead', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF NEW.signed_off_by_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM organisations_membership m WHERE m.person_id = NEW.signed_off_by_id AND m.organisation_id = NEW.organisation_id AND m.role = 'lead') THEN\n                RAISE EXCEPTION 'Only a lead contact of the organisation signs off its response.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='70eef2f07ad432e818fd31f6adf846d8b87fa9e5', operation='INSERT', pgid='pgtrigger_response_is_signed_off_by_a_lead_9f455', table='checklist_response', when='BEFORE')),
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
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_responsedraftevent" ("answer", "answer_version", "handed_at", "handed_by_id", "id", "item_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "returned_at", "returned_by_id", "returned_words", "saved_at", "saved_by_id", "version") VALUES (NEW."answer", NEW."answer_version", NEW."handed_at", NEW."handed_by_id", NEW."id", NEW."item_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."returned_at", NEW."returned_by_id", NEW."returned_words", NEW."saved_at", NEW."saved_by_id", NEW."version"); RETURN NULL;', hash='334ee46e2575737a716dc755bb6f96e354adcb4d', operation='INSERT', pgid='pgtrigger_insert_insert_2c532', table='checklist_responsedraft', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='responsedraft',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_responsedraftevent" ("answer", "answer_version", "handed_at", "handed_by_id", "id", "item_id", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "returned_at", "returned_by_id", "returned_words", "saved_at", "saved_by_id", "version") VALUES (NEW."answer", NEW."answer_version", NEW."handed_at", NEW."handed_by_id", NEW."id", NEW."item_id", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."returned_at", NEW."returned_by_id", NEW."returned_words", NEW."saved_at", NEW."saved_by_id", NEW."version"); RETURN NULL;', hash='ca0d88e55edf5bb6cec6642e16b3f87c19eab685', operation='UPDATE', pgid='pgtrigger_update_update_daf9a', table='checklist_responsedraft', when='AFTER')),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.UniqueConstraint(fields=('item', 'title', 'version'), name='attachment_one_per_title', violation_error_message='The item has a file of this name already.'),
        ),
        migrations.AddConstraint(
            model_name='attachment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('replaces', None), ('version', 1)), models.Q(('replaces__isnull', False), ('version__gt', 1)), _connector='OR'), name='attachment_first_version_replaces_nothing'),
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
        migrations.AddConstraint(
            model_name='responsedraft',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('returned_at__isnull', True), ('returned_by__isnull', True), ('returned_words', '')), models.Q(('returned_at__isnull', False), ('returned_by__isnull', False), models.Q(('returned_words', ''), _negated=True)), _connector='OR'), name='draft_returned_with_words', violation_error_message='Say what has to be changed.'),
        ),
        migrations.AddField(
            model_name='commentsupload',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile'),
        ),
        migrations.AddField(
            model_name='commentsupload',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comment_uploads', to='checklist.checklistitem'),
        ),
        migrations.AddField(
            model_name='commentsupload',
            name='organisation',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='commentsupload',
            name='uploaded_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='commentsuploadevent',
            name='file',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='documents.storedfile'),
        ),
        migrations.AddField(
            model_name='commentsuploadevent',
            name='item',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='checklist.checklistitem'),
        ),
        migrations.AddField(
            model_name='commentsuploadevent',
            name='organisation',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to='organisations.organisation'),
        ),
        migrations.AddField(
            model_name='commentsuploadevent',
            name='pgh_context',
            field=models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='pghistory.context'),
        ),
        migrations.AddField(
            model_name='commentsuploadevent',
            name='pgh_obj',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='events', to='checklist.commentsupload'),
        ),
        migrations.AddField(
            model_name='commentsuploadevent',
            name='uploaded_by',
            field=models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
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
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
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
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', related_query_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='receiptsheet',
            name='file',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='documents.storedfile'),
        ),
        migrations.AddField(
            model_name='receiptsheet',
            name='response',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='sheet', to='checklist.response'),
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
        migrations.AddIndex(
            model_name='commentsupload',
            index=models.Index(fields=['item', 'organisation'], name='upload_by_organisation'),
        ),
        migrations.AddConstraint(
            model_name='commentsupload',
            constraint=models.CheckConstraint(condition=models.Q(('taken_at__isnull', False), ('keys', []), _connector='OR'), name='upload_rows_were_taken'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentsupload',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_commentsuploadevent" ("file_id", "id", "item_id", "keys", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "taken_at", "uploaded_at", "uploaded_by_id") VALUES (NEW."file_id", NEW."id", NEW."item_id", NEW."keys", NEW."organisation_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."taken_at", NEW."uploaded_at", NEW."uploaded_by_id"); RETURN NULL;', hash='ba9651bd1902136797dcd2332627a35cbe641e55', operation='INSERT', pgid='pgtrigger_insert_insert_45b76', table='checklist_commentsupload', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentsupload',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_commentsuploadevent" ("file_id", "id", "item_id", "keys", "organisation_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "taken_at", "uploaded_at", "uploaded_by_id") VALUES (NEW."file_id", NEW."id", NEW."item_id", NEW."keys", NEW."organisation_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."taken_at", NEW."uploaded_at", NEW."uploaded_by_id"); RETURN NULL;', hash='b2e8b9704467acce896982513348831eb3b2cfdc', operation='UPDATE', pgid='pgtrigger_update_update_a2113', table='checklist_commentsupload', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentsuploadevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cc423d16bf06ff2eb3d9c4f29cc003be93c6a861', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_89619', table='checklist_commentsuploadevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='commentsuploadevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='d5dfe3cb07f3aa62179bc0779739db7b4076e699', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_e0b83', table='checklist_commentsuploadevent', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='draftcomment',
            constraint=models.UniqueConstraint(fields=('draft', 'key'), name='draft_comment_one_per_key'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftcomment',
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_draftcommentevent" ("clause", "comment", "document", "draft_id", "id", "is_confidential", "key", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "saved_at", "saved_by_id", "severity", "suggested_change", "version") VALUES (NEW."clause", NEW."comment", NEW."document", NEW."draft_id", NEW."id", NEW."is_confidential", NEW."key", NEW."kind", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."position", NEW."saved_at", NEW."saved_by_id", NEW."severity", NEW."suggested_change", NEW."version"); RETURN NULL;', hash='90a7ef3224fb52b4132b425ceb1387bdae981bbd', operation='INSERT', pgid='pgtrigger_insert_insert_27d85', table='checklist_draftcomment', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='draftcomment',
            trigger=pgtrigger.compiler.Trigger(name='update_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD.* IS DISTINCT FROM NEW.*)', func='INSERT INTO "checklist_draftcommentevent" ("clause", "comment", "document", "draft_id", "id", "is_confidential", "key", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "position", "saved_at", "saved_by_id", "severity", "suggested_change", "version") VALUES (NEW."clause", NEW."comment", NEW."document", NEW."draft_id", NEW."id", NEW."is_confidential", NEW."key", NEW."kind", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."position", NEW."saved_at", NEW."saved_by_id", NEW."severity", NEW."suggested_change", NEW."version"); RETURN NULL;', hash='09fe8b523ed65aa3d2906709b608a49c326e9410', operation='UPDATE', pgid='pgtrigger_update_update_6acfd', table='checklist_draftcomment', when='AFTER')),
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
            constraint=models.UniqueConstraint(fields=('item', 'number', 'correction'), name='revision_one_per_number'),
        ),
        migrations.AddConstraint(
            model_name='itemrevision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('correction', 0), ('number', 1)), models.Q(('what_changed', ''), _negated=True), _connector='OR'), name='revision_says_what_changed', violation_error_message='Say what changed.'),
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
            trigger=pgtrigger.compiler.Trigger(name='insert_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='INSERT INTO "checklist_itemrevisionevent" ("correction", "id", "item_id", "number", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "raised_at", "raised_by_id", "what_changed", "wording") VALUES (NEW."correction", NEW."id", NEW."item_id", NEW."number", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."raised_at", NEW."raised_by_id", NEW."what_changed", NEW."wording"); RETURN NULL;', hash='f88cebe6a140116d8c2162e9ed55147ce05a6646', operation='INSERT', pgid='pgtrigger_insert_insert_c7f62', table='checklist_itemrevision', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemrevisionevent',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='55c9e87225d4c305f618cee321f654d2f8d47014', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_fb2b6', table='checklist_itemrevisionevent', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='itemrevisionevent',
            trigger=pgtrigger.compiler.Trigger(name='never_emptied', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot truncate % table', TG_TABLE_NAME;", hash='3a98432ba5102eb466de294bd1dfbeeb2001bc6d', level='STATEMENT', operation='TRUNCATE', pgid='pgtrigger_never_emptied_db468', table='checklist_itemrevisionevent', when='BEFORE')),
        ),
        migrations.AddIndex(
            model_name='receiptsheet',
            index=models.Index(condition=models.Q(('file', None)), fields=['asked_at'], name='receipt_waiting'),
        ),
        migrations.AddConstraint(
            model_name='receiptsheet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('file__isnull', True), ('made_at__isnull', True)), models.Q(('file__isnull', False), ('made_at__isnull', False)), _connector='OR'), name='receipt_sheet_made_at'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='receiptsheet',
            trigger=pgtrigger.compiler.Trigger(name='receipt_sheet_stays', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            \n            IF OLD.file_id IS NOT NULL THEN\n                RAISE EXCEPTION 'A receipt is kept as it was drawn.' USING ERRCODE = 'restrict_violation';\n            END IF;\n            IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;\n            RETURN NEW;\n        ", hash='67d8ee81f2faec2d42f2b4b048d04310c3b93e52', operation='UPDATE OR DELETE', pgid='pgtrigger_receipt_sheet_stays_38c75', table='checklist_receiptsheet', when='BEFORE')),
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
