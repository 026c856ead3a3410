"""The operator log is only ever added to: the database itself refuses change and removal."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

SENTENCE = "The record of what officers did is only ever added to."

SQLITE = [
    f"CREATE TRIGGER people_log_no_{word} BEFORE {word.upper()} ON people_operatorentry BEGIN SELECT RAISE(ABORT, '{SENTENCE}'); END"
    for word in ("update", "delete")
]
POSTGRESQL = [
    f"CREATE FUNCTION people_log_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{SENTENCE}'; END $$",
    "CREATE TRIGGER people_log_no_update BEFORE UPDATE ON people_operatorentry FOR EACH ROW EXECUTE FUNCTION people_log_refuse()",
    "CREATE TRIGGER people_log_no_delete BEFORE DELETE ON people_operatorentry FOR EACH ROW EXECUTE FUNCTION people_log_refuse()",
    "CREATE TRIGGER people_log_no_truncate BEFORE TRUNCATE ON people_operatorentry FOR EACH STATEMENT EXECUTE FUNCTION people_log_refuse()",
]
REMOVAL = {
    "sqlite": [f"DROP TRIGGER people_log_no_{word}" for word in ("update", "delete")],
    "postgresql": [f"DROP TRIGGER people_log_no_{word} ON people_operatorentry" for word in ("update", "delete", "truncate")] + ["DROP FUNCTION people_log_refuse()"],
}


def install(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in {"sqlite": SQLITE, "postgresql": POSTGRESQL}[editor.connection.vendor]:
        editor.execute(statement)


def remove(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in REMOVAL[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [migrations.RunPython(install, remove)]
