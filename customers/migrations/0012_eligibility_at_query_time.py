"""Whether a contact relationship stands is asked of the rows as they are; what is stored grants nothing."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0011_mark_hierarchies"),
    ]

    operations = [
        migrations.RemoveField(model_name="contactrelationship", name="is_eligible"),
    ]
