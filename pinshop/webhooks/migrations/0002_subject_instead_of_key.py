from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial")]

    operations = [
        migrations.RemoveConstraint(model_name="event", name="webhooks_event_once_per_key"),
        migrations.RemoveField(model_name="event", name="dedupe_key"),
        migrations.AddField(
            model_name="event",
            name="subject",
            field=models.CharField(
                default="", help_text="What it is about: the kind and id of a row.", max_length=80
            ),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name="event",
            name="data",
            field=models.JSONField(help_text="The whole state of the subject."),
        ),
        migrations.AddIndex(
            model_name="event",
            index=models.Index(fields=["subject", "-sequence"], name="webhooks_event_of_subject"),
        ),
    ]
