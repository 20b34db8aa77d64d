import django.db.models.functions.comparison
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_initials"),
        ("tickets", "0006_search_of_messages"),
    ]

    operations = [
        migrations.AddField(
            model_name="ticket",
            name="heard_at",
            field=models.GeneratedField(
                db_persist=True,
                expression=django.db.models.functions.comparison.Coalesce("last_reply_at", "created_at"),
                output_field=models.DateTimeField(),
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("status_kind__in", ("new", "open", "pending", "on_hold"))),
                fields=["account"],
                name="tickets_ticket_open_of_account",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("solved_at__isnull", False)),
                fields=["account", "-heard_at", "-id"],
                name="tickets_ticket_solved_heard",
            ),
        ),
    ]
