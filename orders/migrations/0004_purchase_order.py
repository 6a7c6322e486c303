from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("orders", "0003_tracking_url")]

    operations = [
        migrations.AddField(
            model_name="order",
            name="purchase_order",
            field=models.CharField(
                blank=True,
                default="",
                help_text="The customer's own number for it; printed on the invoice.",
                max_length=60,
            ),
            preserve_default=False,
        ),
    ]
