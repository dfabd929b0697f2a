from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("milestones", "0003_baselines_name_their_change_request")]

    operations = [
        migrations.AddConstraint(
            model_name="baseline",
            constraint=models.CheckConstraint(
                condition=models.Q(("number", 1), ("change_request__isnull", False), _connector="OR"),
                name="baseline_comes_from_a_change_request",
                violation_error_message="A baseline is made by applying an approved change request.",
            ),
        ),
    ]
