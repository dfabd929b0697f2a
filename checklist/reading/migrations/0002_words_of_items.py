from django.db import migrations

INDEXED = """
CREATE FUNCTION reading_index_item(number bigint) RETURNS void LANGUAGE sql AS $$
    INSERT INTO reading_itemsearch (item_id, document, words)
    SELECT i.id,
           setweight(to_tsvector('english', i.title), 'A')
           || setweight(to_tsvector('simple', coalesce(codes.said, '')), 'A')
           || setweight(to_tsvector('english', i.summary), 'B')
           || setweight(to_tsvector('english', documents.said), 'B')
           || setweight(to_tsvector('english', translate(documents.said, '_-./', '    ')), 'B')
           || setweight(to_tsvector('english', left(i.body, 100000)), 'C')
           || setweight(to_tsvector('english', i.outcome_decision || ' ' || left(i.outcome, 100000)), 'C'),
           concat_ws(' · ', nullif(i.summary, ''), nullif(left(i.body, 20000), ''), nullif(documents.said, ''))
    FROM checklist_checklistitem i
    CROSS JOIN LATERAL (
        SELECT coalesce(string_agg(d.said, ' · '), '') AS said FROM (
            SELECT title AS said FROM checklist_itemlink WHERE item_id = i.id
            UNION SELECT title FROM checklist_attachment WHERE item_id = i.id
            UNION SELECT f.name FROM checklist_attachment a JOIN documents_storedfile f ON f.id = a.file_id
                  WHERE a.item_id = i.id
        ) d
    ) documents
    CROSS JOIN LATERAL (
        SELECT string_agg(lower(m[1] || m[2]) || ' ' || m[2], ' ') AS said
        FROM regexp_matches(concat_ws(' ', i.reference, i.document_number, i.title, documents.said),
                            '([[:alpha:]]{1,6})[- _]?([0-9]{2,12})', 'g') m
    ) codes
    WHERE i.id = number
    ON CONFLICT (item_id) DO UPDATE SET document = EXCLUDED.document, words = EXCLUDED.words
$$;

CREATE FUNCTION reading_item_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM reading_itemsearch WHERE item_id = OLD.id;
        RETURN OLD;
    END IF;
    PERFORM reading_index_item(NEW.id);
    RETURN NULL;
END $$;

CREATE FUNCTION reading_part_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP IN ('UPDATE', 'DELETE') THEN PERFORM reading_index_item(OLD.item_id); END IF;
    IF TG_OP IN ('UPDATE', 'INSERT') THEN PERFORM reading_index_item(NEW.item_id); END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER reading_item_written AFTER INSERT OR UPDATE OF reference, document_number, title, summary, body, outcome,
    outcome_decision ON checklist_checklistitem FOR EACH ROW EXECUTE FUNCTION reading_item_changed();
CREATE TRIGGER reading_item_gone BEFORE DELETE ON checklist_checklistitem
    FOR EACH ROW EXECUTE FUNCTION reading_item_changed();
CREATE TRIGGER reading_link_written AFTER INSERT OR UPDATE OR DELETE ON checklist_itemlink
    FOR EACH ROW EXECUTE FUNCTION reading_part_changed();
CREATE TRIGGER reading_file_written AFTER INSERT OR UPDATE OR DELETE ON checklist_attachment
    FOR EACH ROW EXECUTE FUNCTION reading_part_changed();
"""
FORGOTTEN = """
DROP TRIGGER reading_file_written ON checklist_attachment;
DROP TRIGGER reading_link_written ON checklist_itemlink;
DROP TRIGGER reading_item_gone ON checklist_checklistitem;
DROP TRIGGER reading_item_written ON checklist_checklistitem;
DROP FUNCTION reading_part_changed();
DROP FUNCTION reading_item_changed();
DROP FUNCTION reading_index_item(bigint);
"""


class Migration(migrations.Migration):
    dependencies = [("reading", "0001_initial"), ("documents", "0001_initial")]
    operations = [
        migrations.RunSQL(INDEXED, FORGOTTEN),
        migrations.RunSQL(
            "SELECT reading_index_item(id) FROM checklist_checklistitem", migrations.RunSQL.noop, elidable=True
        ),
    ]
