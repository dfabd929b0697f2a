from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('checklist', '0006_typed_comments_are_rows'),
    ]

    operations = [
        migrations.RemoveField(model_name='responsedraft', name='typed'),
        migrations.RemoveField(model_name='responsedraftevent', name='typed'),
    ]
