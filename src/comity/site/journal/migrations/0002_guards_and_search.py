"""What Django's models cannot say: rows that may only be added, and the full-text index of each database."""

from django.db import migrations

ONLY_ADDED = ("act", "leaf", "lanein")

# The salt of a leaf, and the content of an act, may be destroyed by retention; nothing else of such a row ever changes.
SQLITE = """
CREATE TRIGGER journal_{table}_kept BEFORE DELETE ON journal_{table}
BEGIN SELECT RAISE(ABORT, 'rows of journal_{table} are only added'); END;
"""
SQLITE_SEARCH = (
    "CREATE VIRTUAL TABLE journal_found"
    " USING fts5(text, content='journal_word', content_rowid='id', tokenize='unicode61')",
    "CREATE TRIGGER journal_word_new AFTER INSERT ON journal_word"
    " BEGIN INSERT INTO journal_found(rowid, text) VALUES (new.id, new.text); END",
    "CREATE TRIGGER journal_word_gone AFTER DELETE ON journal_word"
    " BEGIN INSERT INTO journal_found(journal_found, rowid, text) VALUES ('delete', old.id, old.text); END",
    "CREATE TRIGGER journal_word_changed AFTER UPDATE ON journal_word"
    " BEGIN INSERT INTO journal_found(journal_found, rowid, text) VALUES ('delete', old.id, old.text);"
    " INSERT INTO journal_found(rowid, text) VALUES (new.id, new.text); END",
)
POSTGRES = """
CREATE FUNCTION journal_only_added() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION USING MESSAGE = 'rows of ' || TG_TABLE_NAME || ' are only added'; END $$;
"""
POSTGRES_TRIGGER = """
CREATE TRIGGER journal_{table}_kept BEFORE DELETE ON journal_{table}
FOR EACH STATEMENT EXECUTE FUNCTION journal_only_added();
"""
POSTGRES_SEARCH = (
    "ALTER TABLE journal_word ADD COLUMN found tsvector GENERATED ALWAYS AS (to_tsvector('simple', text)) STORED",
    "CREATE INDEX journal_word_found ON journal_word USING gin (found)",
)
FROZEN = {
    "act": ("position", "act", "ours", "sender", "kind", "at", "held_since", "head", "signatures"),
    "leaf": ('"index"', "kind", "record", "hash"),
    "lanein": ("sender", '"to"', "epoch", "seq", "act"),
}


def guard(apps, schema_editor):
    sqlite = schema_editor.connection.vendor == "sqlite"
    if not sqlite:
        schema_editor.execute(POSTGRES)
    for table in ONLY_ADDED:
        for statement in _guards(table, sqlite=sqlite):
            schema_editor.execute(statement)
    for statement in SQLITE_SEARCH if sqlite else POSTGRES_SEARCH:
        schema_editor.execute(statement)


def _guards(table, *, sqlite):
    columns = ", ".join(FROZEN[table])
    if sqlite:
        yield SQLITE.format(table=table)
        yield (
            f"CREATE TRIGGER journal_{table}_fixed BEFORE UPDATE OF {columns} ON journal_{table} "
            f"BEGIN SELECT RAISE(ABORT, 'rows of journal_{table} are only added'); END;"
        )
    else:
        yield POSTGRES_TRIGGER.format(table=table)
        yield (
            f"CREATE TRIGGER journal_{table}_fixed BEFORE UPDATE OF {columns} ON journal_{table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION journal_only_added()"
        )


class Migration(migrations.Migration):
    dependencies = [("journal", "0001_first")]
    operations = [migrations.RunPython(guard, migrations.RunPython.noop)]
