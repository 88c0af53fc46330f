"""On PostgreSQL the scheme by which a published assessment was calculated refuses every change, as the assessment does.

Emptying these tables whole is refused already: it would empty the assessments that refer to them.
"""

from typing import Any

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION scheme_is_frozen(asked bigint) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM assessments_assessment
                   WHERE scheme_id = asked AND state IN ('published', 'superseded')) $$;
CREATE FUNCTION scheme_keeps_itself() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF scheme_is_frozen(OLD.id) THEN
        RAISE EXCEPTION 'The scheme of a published assessment is frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE FUNCTION scheme_keeps_its_rows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (TG_OP <> 'INSERT' AND scheme_is_frozen(OLD.scheme_id))
       OR (TG_OP <> 'DELETE' AND scheme_is_frozen(NEW.scheme_id)) THEN
        RAISE EXCEPTION 'The scheme of a published assessment is frozen';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER scheme_frozen BEFORE UPDATE OR DELETE ON assessments_scheme
    FOR EACH ROW EXECUTE FUNCTION scheme_keeps_itself();
CREATE TRIGGER section_frozen BEFORE INSERT OR UPDATE OR DELETE ON assessments_section
    FOR EACH ROW EXECUTE FUNCTION scheme_keeps_its_rows();
CREATE TRIGGER criterion_frozen BEFORE INSERT OR UPDATE OR DELETE ON assessments_criterion
    FOR EACH ROW EXECUTE FUNCTION scheme_keeps_its_rows();
"""
UNDONE = """
DROP TRIGGER criterion_frozen ON assessments_criterion;
DROP TRIGGER section_frozen ON assessments_section;
DROP TRIGGER scheme_frozen ON assessments_scheme;
DROP FUNCTION scheme_keeps_its_rows();
DROP FUNCTION scheme_keeps_itself();
DROP FUNCTION scheme_is_frozen(bigint);
"""


def guard(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(FUNCTIONS)


def unguard(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(UNDONE)


class Migration(migrations.Migration):
    dependencies = [("assessments", "0005_who_announced_and_published")]
    operations = [migrations.RunPython(guard, unguard)]
