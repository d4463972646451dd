import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_idempotent_answers"),
        ("leads", "0003_surveys"),
    ]

    operations = [
        migrations.CreateModel(
            name="SurveyTelling",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "was_told",
                    models.JSONField(help_text="what the customer had heard before"),
                ),
                (
                    "told_at",
                    models.DateTimeField(
                        help_text="as the survey says while this is their last word"
                    ),
                ),
                (
                    "effect",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="core.outbox",
                    ),
                ),
                (
                    "survey",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tellings",
                        to="leads.survey",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("survey", "effect"), name="one_telling_per_answer"
                    )
                ],
            },
        ),
        migrations.AlterField(
            model_name="calendarevent",
            name="survey",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="events",
                to="leads.survey",
            ),
        ),
    ]
