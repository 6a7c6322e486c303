"""Files say when they were last stored, and when they end."""

from django.db import migrations, models
from django.db.models import F, Q


def _fill(apps, _schema_editor):
    apps.get_model("core", "StoredFile").objects.filter(put_at=None).update(put_at=F("created_at"))


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.AddField("storedfile", "put_at", models.DateTimeField(null=True)),
        migrations.RunPython(_fill, migrations.RunPython.noop),
        migrations.AlterField(
            "storedfile",
            "put_at",
            models.DateTimeField(
                help_text="When somebody last stored these bytes; who did is about to refer to them."
            ),
        ),
        migrations.AddField(
            "storedfile",
            "expires_at",
            models.DateTimeField(
                blank=True, help_text="When it is deleted, unless a row refers to it.", null=True
            ),
        ),
        migrations.AddIndex(
            "storedfile",
            models.Index(
                condition=Q(expires_at__isnull=False), fields=["expires_at"], name="core_file_expiring"
            ),
        ),
    ]
