from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("checklist", "0007_no_typed_comments"),
        ("organisations", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="addressee",
            index=models.Index(fields=["organisation", "item"], name="addressee_by_organisation"),
        ),
        migrations.AddIndex(
            model_name="response",
            index=models.Index(
                condition=models.Q(("is_current", True)),
                fields=["organisation", "item"],
                include=("revision", "answer", "is_late"),
                name="response_current_of",
            ),
        ),
    ]
