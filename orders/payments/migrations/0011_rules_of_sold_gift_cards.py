# Apart from the fields: PostgreSQL alters no table with rows that were changed in the same transaction.

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0010_sold_gift_cards'),
    ]

    operations = [
        migrations.AddConstraint(
            model_name='giftcard',
            constraint=models.CheckConstraint(condition=models.Q(('issued_at__isnull', False), models.Q(('active', False), ('balance_minor', 0), ('line__isnull', False)), _connector='OR'), name='payments_giftcard_unissued_is_empty'),
        ),
        migrations.AddConstraint(
            model_name='giftcard',
            constraint=models.CheckConstraint(condition=models.Q(('taken_back_at__isnull', True), models.Q(('active', False), ('balance_minor', 0)), _connector='OR'), name='payments_giftcard_taken_back_is_empty'),
        ),
    ]
