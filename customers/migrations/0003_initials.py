import django.db.models.functions.text
from django.db import migrations, models

import helpdesk.core.search


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_addresses"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="initials",
            field=models.GeneratedField(
                db_persist=True,
                expression=helpdesk.core.search.Initials(models.F("name")),
                output_field=helpdesk.core.search.CodePointTextField(),
            ),
        ),
        migrations.AddField(
            model_name="contact",
            name="initials",
            field=models.GeneratedField(
                db_persist=True,
                expression=helpdesk.core.search.Initials(
                    models.Case(
                        models.When(
                            last_name__regex="^[가-힣]",
                            then=django.db.models.functions.text.Trim(
                                django.db.models.functions.text.Concat("last_name", "first_name")
                            ),
                        ),
                        models.When(
                            first_name__regex="^[가-힣]",
                            then=django.db.models.functions.text.Trim(
                                django.db.models.functions.text.Concat("last_name", "first_name")
                            ),
                        ),
                        default=django.db.models.functions.text.Trim(
                            django.db.models.functions.text.Concat(
                                "first_name", models.Value(" "), "last_name"
                            )
                        ),
                        output_field=models.CharField(max_length=201),
                    )
                ),
                output_field=helpdesk.core.search.CodePointTextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=helpdesk.core.search.TrigramIndex("initials", name="account_initials_trigram"),
        ),
        migrations.AddIndex(
            model_name="contact",
            index=helpdesk.core.search.TrigramIndex("initials", name="contact_initials_trigram"),
        ),
    ]
