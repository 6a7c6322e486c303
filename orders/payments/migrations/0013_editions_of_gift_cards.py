from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0012_lowering_refunds'),
    ]

    operations = [
        migrations.AddField(
            model_name='giftcard',
            name='edition',
            field=models.PositiveSmallIntegerField(default=0, editable=False, help_text='Counts its codes: with another address it gets another code.'),
        ),
    ]
