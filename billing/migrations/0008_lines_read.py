from django.db import migrations, models


class Migration(migrations.Migration):
    """Where a load of usage goes on: the line beside the byte."""

    dependencies = [("billing", "0007_stored_methods_reported")]

    operations = [
        migrations.AddField(
            model_name="usageload",
            name="read_lines",
            field=models.PositiveBigIntegerField(db_default=0, default=0, verbose_name="lines read"),
        ),
    ]
