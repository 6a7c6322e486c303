import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0011_quote_versions_and_shipping_services")]

    operations = [
        migrations.AlterField(
            model_name="shippingrate",
            name="offer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="rates", to="orders.shippingoffer"
            ),
        ),
        migrations.AlterModelOptions(
            name='shippingrate',
            options={'ordering': ['offer', 'currency', 'up_to_g']},
        ),
        migrations.RemoveField(
            model_name='shippingrate',
            name='zone',
        ),
        migrations.RemoveConstraint(
            model_name='shippingzone',
            name='orders_shippingzone_days',
        ),
        migrations.RemoveField(
            model_name='shippingzone',
            name='days_max',
        ),
        migrations.RemoveField(
            model_name='shippingzone',
            name='days_min',
        ),
        migrations.AddConstraint(
            model_name='shippingrate',
            constraint=models.UniqueConstraint(fields=('offer', 'currency', 'up_to_g'), name='orders_shippingrate_step_once'),
        ),
    ]
