"""Countries, shipping prices and tax rates have a version, which the database renews with every change of them."""

import uuid
from django.db import migrations, models


RENEW = """
CREATE FUNCTION orders_renew_tariff_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO orders_tariffversion (singleton, version) VALUES (true, gen_random_uuid())
        ON CONFLICT (singleton) DO UPDATE SET version = EXCLUDED.version;
    RETURN NULL;
END $$;
"""
TABLES = [
    "orders_shippingzone",
    "orders_shippingcountry",
    "orders_shippingservice",
    "orders_shippingoffer",
    "orders_shippingrate",
    "orders_taxrate",
]


class Migration(migrations.Migration):

    dependencies = [
        ('orders', '0017_mail_language'),
    ]

    operations = [
        migrations.CreateModel(
            name='TariffVersion',
            fields=[
                ('singleton', models.BooleanField(default=True, primary_key=True, serialize=False)),
                ('version', models.UUIDField(default=uuid.uuid4)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('singleton', True)), name='orders_tariffversion_one_row')],
            },
        ),
        migrations.RunSQL(
            "INSERT INTO orders_tariffversion (singleton, version) VALUES (true, gen_random_uuid())",
            migrations.RunSQL.noop,
        ),
        migrations.RunSQL(RENEW, "DROP FUNCTION orders_renew_tariff_version()"),
        *(
            migrations.RunSQL(
                f"CREATE TRIGGER {table}_version AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION orders_renew_tariff_version()",
                f"DROP TRIGGER {table}_version ON {table}",
            )
            for table in TABLES
        ),
    ]
