from importlib import import_module

from django.db import migrations

before = import_module("checklist.reading.migrations.0002_words_of_items")

#: As before, and: a document number as it is written; and of each code every end of three letters or more, so that the
#: beginning of an end, which the index finds, is any inner part of it. Without places they weigh least.
INDEXED = (
    before.INDEXED.partition("CREATE FUNCTION reading_item_changed")[0]
    .replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1)
    .replace(
        "coalesce(codes.said, '')), 'A')\n",
        "coalesce(codes.said, '')), 'A')\n"
        "           || setweight(to_tsvector('simple', translate(i.document_number, '_-./', '    ')), 'A')\n"
        "           || array_to_tsvector(ends.said)\n",
        1,
    )
    .replace(
        "    WHERE i.id = number\n",
        """    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(DISTINCT substring(code.bare FROM place)), '{}') AS said
        FROM (
            SELECT regexp_replace(lower(said), '[^[:alnum:]]', '', 'g') AS bare
            FROM unnest(ARRAY[i.reference, i.document_number]) AS said
            UNION SELECT word FROM regexp_split_to_table(coalesce(codes.said, ''), ' ') AS word
        ) code, generate_series(1, length(code.bare) - 2) AS place
    ) ends
    WHERE i.id = number
""",
        1,
    )
)


class Migration(migrations.Migration):
    dependencies = [("reading", "0003_lists_read_elsewhere")]
    operations = [
        migrations.RunSQL(
            INDEXED,
            before.INDEXED.partition("CREATE FUNCTION reading_item_changed")[0].replace(
                "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION", 1
            ),
        ),
        migrations.RunSQL(
            "SELECT reading_index_item(id) FROM checklist_checklistitem", migrations.RunSQL.noop, elidable=True
        ),
    ]
