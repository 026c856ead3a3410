from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('desk', '0001_first'),
    ]

    operations = [
        migrations.AddField(
            model_name='draft',
            name='others',
            field=models.JSONField(default=dict),
        ),
    ]
