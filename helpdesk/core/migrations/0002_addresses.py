"""Users get the key of their address. Two with the same key are listed, and the migration stops: whose it is must be
said by somebody who knows them."""

from typing import Any

from django.db import migrations, models

import helpdesk.core.text.address_fields
from helpdesk.core.text.addresses import address_key


def give_keys(apps: Any, schema_editor: Any) -> None:
    owners: dict[str, list[Any]] = {}
    for user in apps.get_model("core", "User").objects.exclude(email=None).order_by("pk"):
        owners.setdefault(address_key(user.email), []).append(user)
    unfit = [users for key, users in owners.items() if not key or len(users) > 1]
    if unfit:
        lines = ["; ".join(f"{user.pk}: {user.email}" for user in users) for users in unfit]
        raise ValueError(
            "These users have an address that is none, or the same one. Change it in the version that made them, then "
            "migrate again.\n" + "\n".join(lines)
        )
    for key, (user,) in owners.items():
        apps.get_model("core", "User").objects.filter(pk=user.pk).update(email_key=key)


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0001_initial"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="user",
            name="user_email_unique_ignoring_case",
        ),
        migrations.AddField(
            model_name="user",
            name="email_key",
            field=helpdesk.core.text.address_fields.AddressKeyField(
                "email", editable=False, max_length=254, null=True
            ),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="user",
            name="email",
            field=helpdesk.core.text.address_fields.AddressField(
                blank=True, max_length=254, null=True, unique=True, verbose_name="email"
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.UniqueConstraint(
                fields=("email_key",),
                name="user_address_unique",
                violation_error_message="Another person signs in with this address. Choose a different one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_staff", False), ("email_key__isnull", False), _connector="OR"),
                name="user_of_the_desk_has_an_address",
                violation_error_message="People of the desk sign in with an address. Enter one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("email__isnull", True), ("email_key__isnull", True)),
                    models.Q(("email__isnull", False), ("email_key__isnull", False)),
                    _connector="OR",
                ),
                name="user_address_has_its_key",
            ),
        ),
    ]
