"""What the database itself keeps true: published prices and engine rules never change; options have a version."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION catalog_refuse_published() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.published_at IS NOT NULL THEN
        RAISE EXCEPTION 'a published % never changes: publish a new version', TG_TABLE_NAME
            USING ERRCODE = 'check_violation', CONSTRAINT = TG_TABLE_NAME || '_published_never_changes';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;

-- The share lock makes a writer of rows wait for one who is publishing the table, and then refuses it.
CREATE FUNCTION catalog_refuse_row_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parent uuid;
    published timestamptz;
BEGIN
    FOREACH parent IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.table_id]
        WHEN 'DELETE' THEN ARRAY[OLD.table_id]
        ELSE ARRAY[OLD.table_id, NEW.table_id] END
    LOOP
        SELECT published_at INTO published FROM catalog_pricetable WHERE id = parent FOR SHARE;
        IF published IS NOT NULL THEN
            RAISE EXCEPTION 'a published catalog_pricetable never changes: publish a new version'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'catalog_pricetable_published_never_changes';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
"""
UNFREEZE = """
DROP FUNCTION catalog_refuse_row_of_published();
DROP FUNCTION catalog_refuse_published();
"""
RENEW = """
CREATE FUNCTION catalog_renew_options_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO catalog_optionsversion (singleton, version) VALUES (true, gen_random_uuid())
        ON CONFLICT (singleton) DO UPDATE SET version = EXCLUDED.version;
    RETURN NULL;
END $$;
"""
PUBLISHED = ["catalog_pricetable", "catalog_enginerules"]
PRICE_ROWS = ["catalog_processterms", "catalog_unitprice", "catalog_diefee", "catalog_optionprice"]
OPTIONS = [
    "catalog_process",
    "catalog_plating",
    "catalog_addon",
    "catalog_attachment",
    "catalog_packaging",
    "catalog_sizetier",
    "catalog_palettecolour",
    "catalog_compatibilityrule",
    "catalog_holiday",
]


def _trigger(name: str, table: str, events: str, each: str, function: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} {events} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {name} ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunSQL(FREEZE, UNFREEZE),
        *(
            _trigger(f"{table}_published", table, "BEFORE UPDATE OR DELETE", "ROW", "catalog_refuse_published")
            for table in PUBLISHED
        ),
        *(
            _trigger(
                f"{table}_published",
                table,
                "BEFORE INSERT OR UPDATE OR DELETE",
                "ROW",
                "catalog_refuse_row_of_published",
            )
            for table in PRICE_ROWS
        ),
        migrations.RunSQL(RENEW, "DROP FUNCTION catalog_renew_options_version()"),
        *(
            _trigger(
                f"{table}_version",
                table,
                "AFTER INSERT OR UPDATE OR DELETE",
                "STATEMENT",
                "catalog_renew_options_version",
            )
            for table in OPTIONS
        ),
    ]
