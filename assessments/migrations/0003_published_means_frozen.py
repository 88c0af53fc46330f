"""On PostgreSQL a published assessment refuses every change of itself and of what belongs to it, whoever asks.

All that may still happen to it is that a later revision supersedes it.
"""

from typing import Any

from django.db import migrations

OF_ASSESSMENT = (
    "unitresult", "manualscore", "adjustment", "selfscore", "falsificationflag", "announcement", "appeal",
    "assessmentfile",
)  # fmt: skip
TABLES = ("assessment", "scoreline", *OF_ASSESSMENT)

FUNCTIONS = """
CREATE FUNCTION assessment_is_frozen(asked bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM assessments_assessment
                   WHERE id = asked AND state IN ('published', 'superseded')) $$;
CREATE FUNCTION assessment_keeps_itself() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state NOT IN ('published', 'superseded') THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.state = 'published' AND NEW.state = 'superseded'
       AND to_jsonb(NEW) - 'state' - 'superseded_at' - 'version'
         = to_jsonb(OLD) - 'state' - 'superseded_at' - 'version' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'A published assessment is frozen';
END $$;
CREATE FUNCTION assessment_keeps_its_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND assessment_is_frozen(OLD.assessment_id))
       OR (TG_OP <> 'DELETE' AND assessment_is_frozen(NEW.assessment_id)) THEN
        RAISE EXCEPTION 'A published assessment is frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION assessment_keeps_its_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM assessments_unitresult r
               WHERE ((TG_OP <> 'INSERT' AND r.id = OLD.result_id) OR (TG_OP <> 'DELETE' AND r.id = NEW.result_id))
                 AND assessment_is_frozen(r.assessment_id)) THEN
        RAISE EXCEPTION 'A published assessment is frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION assessment_is_not_truncated() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'Assessments are never truncated'; END $$;
"""
NAMES = {"assessment": "assessment_keeps_itself", "scoreline": "assessment_keeps_its_lines"}


def guard(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute(FUNCTIONS)
    for table in TABLES:
        # The assessment itself is inserted as a draft or not at all: its own trigger judges the old row.
        moves = "UPDATE OR DELETE" if table == "assessment" else "INSERT OR UPDATE OR DELETE"
        schema_editor.execute(
            f"CREATE TRIGGER {table}_frozen BEFORE {moves} ON assessments_{table} FOR EACH ROW"
            f" EXECUTE FUNCTION {NAMES.get(table, 'assessment_keeps_its_rows')}();"
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON assessments_{table} FOR EACH STATEMENT"
            f" EXECUTE FUNCTION assessment_is_not_truncated();"
        )


def unguard(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for table in TABLES:
        schema_editor.execute(
            f"DROP TRIGGER {table}_frozen ON assessments_{table};"
            f"DROP TRIGGER {table}_no_truncate ON assessments_{table};"
        )
    schema_editor.execute(
        "DROP FUNCTION assessment_is_not_truncated(); DROP FUNCTION assessment_keeps_its_lines();"
        "DROP FUNCTION assessment_keeps_its_rows(); DROP FUNCTION assessment_keeps_itself();"
        "DROP FUNCTION assessment_is_frozen(bigint);"
    )


class Migration(migrations.Migration):
    dependencies = [("assessments", "0002_process")]
    operations = [migrations.RunPython(guard, unguard)]
