"""What the database itself keeps true: a published table of what cancelling costs never changes, nor do its rows."""

from django.db import migrations

# As catalog keeps its price tables: the share lock makes a writer of rows wait for one who is publishing, then refuses it.
FREEZE = """
CREATE FUNCTION orders_refuse_row_of_published() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parent uuid;
    published timestamptz;
BEGIN
    FOREACH parent IN ARRAY CASE TG_OP
        WHEN 'INSERT' THEN ARRAY[NEW.table_id]
        WHEN 'DELETE' THEN ARRAY[OLD.table_id]
        ELSE ARRAY[OLD.table_id, NEW.table_id] END
    LOOP
        SELECT published_at INTO published FROM orders_cancellationtable WHERE id = parent FOR SHARE;
        IF published IS NOT NULL THEN
            RAISE EXCEPTION 'a published orders_cancellationtable never changes: publish a new version'
                USING ERRCODE = 'check_violation', CONSTRAINT = 'orders_cancellationtable_published_never_changes';
        END IF;
    END LOOP;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
END $$;
"""


def _trigger(table: str, events: str, function: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"CREATE TRIGGER {table}_published {events} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()",
        f"DROP TRIGGER {table}_published ON {table}",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0002_frozen_tables_and_options_version"),
        ("orders", "0007_cancellation_table"),
    ]

    operations = [
        migrations.RunSQL(FREEZE, "DROP FUNCTION orders_refuse_row_of_published()"),
        _trigger("orders_cancellationtable", "BEFORE UPDATE OR DELETE", "catalog_refuse_published"),
        *(
            _trigger(table, "BEFORE INSERT OR UPDATE OR DELETE", "orders_refuse_row_of_published")
            for table in ("orders_cancellationstep", "orders_cancellationminimum")
        ),
    ]
