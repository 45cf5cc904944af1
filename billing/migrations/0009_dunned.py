from django.db import migrations, models


class Migration(migrations.Migration):
    """How far the dunning of an unpaid invoice has come."""

    dependencies = [("billing", "0008_lines_read")]

    operations = [
        migrations.AddField(
            model_name="invoice",
            name="dunned",
            field=models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name="dunned"),
        ),
    ]
