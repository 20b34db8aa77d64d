from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_custom_fields"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="contact",
            options={
                "ordering": ["search", "id"],
                "permissions": [
                    ("import_contacts", "Can import contacts and accounts"),
                    ("export_contacts", "Can export contacts and accounts"),
                    ("merge_contact", "Can merge contacts"),
                ],
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
            },
        ),
    ]
