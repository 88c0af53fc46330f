from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("targets", "0003_plan_rules"),
    ]

    operations = [
        migrations.AddField(
            model_name="indicator",
            name="na_rule",
            field=models.CharField(
                blank=True,
                choices=[("no_separately_metered_institution", "没有独立计量的公共机构")],
                max_length=40,
            ),
        ),
    ]
