from django.db import migrations, models


class Migration(migrations.Migration):
    """The ids of usage records stay unique; their index for LIKE goes."""

    dependencies = [("billing", "0010_refund_what_came")]

    operations = [
        migrations.AlterField(
            model_name="usagerecord",
            name="record_id",
            field=models.CharField(max_length=100, verbose_name="record"),
        ),
        migrations.AddConstraint(
            model_name="usagerecord",
            constraint=models.UniqueConstraint(fields=("record_id",), name="one_usage_record_per_id"),
        ),
    ]
