from django.db import migrations

COUNTED = """
CREATE FUNCTION checklist_count(items bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO checklist_itemtally (item_id, asked, sent, late, missing)
        SELECT i.id, 0, 0, 0, 0 FROM checklist_checklistitem i WHERE i.id = ANY(items) ON CONFLICT DO NOTHING;
    -- Whoever counts the same item at once waits here, and counts what was committed meanwhile.
    PERFORM FROM checklist_itemtally WHERE item_id = ANY(items) ORDER BY item_id FOR UPDATE;
    UPDATE checklist_itemtally t SET asked = n.asked, sent = n.sent, late = n.late, missing = n.missing FROM (
        SELECT i.id, listed.asked, listed.missing, answers.sent, answers.late
        FROM checklist_checklistitem i
        CROSS JOIN LATERAL (
            SELECT count(*) AS asked, count(*) FILTER (WHERE r.item_id IS NULL) AS missing
            FROM checklist_addressee a
            LEFT JOIN checklist_response r ON r.item_id = a.item_id AND r.organisation_id = a.organisation_id
                AND r.is_current AND r.revision = i.revision
            WHERE a.item_id = i.id
        ) listed
        CROSS JOIN LATERAL (
            SELECT count(*) AS sent, count(*) FILTER (WHERE r.is_late) AS late FROM checklist_response r
            WHERE r.item_id = i.id AND r.is_current AND r.revision = i.revision
        ) answers
        WHERE i.id = ANY(items)
    ) n WHERE t.item_id = n.id AND (t.asked, t.sent, t.late, t.missing) <> (n.asked, n.sent, n.late, n.missing);
END $$;

CREATE FUNCTION checklist_rows_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM checklist_count(ARRAY(SELECT DISTINCT item_id FROM rows));
    RETURN NULL;
END $$;

CREATE FUNCTION checklist_revision_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM checklist_count(ARRAY[NEW.id]);
    RETURN NULL;
END $$;

CREATE TRIGGER checklist_count_asked AFTER INSERT ON checklist_addressee
    REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION checklist_rows_changed();
CREATE TRIGGER checklist_count_unasked AFTER DELETE ON checklist_addressee
    REFERENCING OLD TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION checklist_rows_changed();
CREATE TRIGGER checklist_count_sent AFTER INSERT ON checklist_response
    REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION checklist_rows_changed();
CREATE TRIGGER checklist_count_replaced AFTER UPDATE ON checklist_response
    REFERENCING NEW TABLE AS rows FOR EACH STATEMENT EXECUTE FUNCTION checklist_rows_changed();
CREATE TRIGGER checklist_count_again AFTER UPDATE OF revision ON checklist_checklistitem
    FOR EACH ROW WHEN (NEW.revision <> OLD.revision) EXECUTE FUNCTION checklist_revision_changed();
"""
FORGOTTEN = """
DROP TRIGGER checklist_count_again ON checklist_checklistitem;
DROP TRIGGER checklist_count_replaced ON checklist_response;
DROP TRIGGER checklist_count_sent ON checklist_response;
DROP TRIGGER checklist_count_unasked ON checklist_addressee;
DROP TRIGGER checklist_count_asked ON checklist_addressee;
DROP FUNCTION checklist_revision_changed();
DROP FUNCTION checklist_rows_changed();
DROP FUNCTION checklist_count(bigint[]);
"""
EVERYTHING = """
SELECT checklist_count(ARRAY(SELECT DISTINCT item_id FROM checklist_addressee));
"""


class Migration(migrations.Migration):
    dependencies = [("checklist", "0009_tallies")]
    operations = [
        migrations.RunSQL(COUNTED, FORGOTTEN),
        migrations.RunSQL(EVERYTHING, migrations.RunSQL.noop, elidable=True),
    ]
