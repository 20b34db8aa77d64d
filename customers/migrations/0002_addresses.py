"""Keys of addresses and phones are computed anew, names get their own key, and who signs in as a contact no longer has
a copy of an address. What would collide stays as it is and is listed here and by `manage.py check_addresses`."""

from typing import Any

from django.conf import settings
from django.db import migrations, models

import helpdesk.core.database.constraints
import helpdesk.core.search
from customers.services.methods.rekeying import rekey


def give_keys(apps: Any, schema_editor: Any) -> None:
    collisions = rekey(apps.get_model("customers", "ContactMethod"))
    for collision in collisions:
        print(collision)  # noqa: T201 - the answer of a command


def forget_copies(apps: Any, schema_editor: Any) -> None:
    contacts = apps.get_model("customers", "Contact").objects.filter(user__isnull=False)
    users = apps.get_model("core", "User").objects.filter(pk__in=contacts.values("user"), is_staff=False)
    users.update(email=None, email_key=None)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("core", "0002_addresses"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
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
                    ("reveal_support_pin", "Can reveal the support PIN of contacts"),
                    ("erase_contact", "Can erase the personal data of contacts"),
                    ("view_as_contact", "Can look at the help center as contacts see it"),
                    ("link_contact_to_desk", "Can say that a contact is somebody of the desk"),
                ],
                "verbose_name": "contact",
                "verbose_name_plural": "contacts",
            },
        ),
        migrations.RemoveConstraint(
            model_name="account",
            name="account_name_unique_ignoring_case_and_spaces",
        ),
        migrations.RemoveConstraint(
            model_name="customfield",
            name="custom_field_label_unique",
        ),
        migrations.RemoveConstraint(
            model_name="savedview",
            name="saved_view_name_unique",
        ),
        migrations.RemoveConstraint(
            model_name="tag",
            name="tag_name_unique_ignoring_case_and_spaces",
        ),
        migrations.RemoveIndex(
            model_name="contactmethod",
            name="contact_method_unparsed",
        ),
        migrations.AddField(
            model_name="account",
            name="name_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=helpdesk.core.search.UniqueForm(models.F("name")),
                output_field=helpdesk.core.search.CodePointTextField(),
            ),
        ),
        migrations.AddField(
            model_name="contactmethod",
            name="unconfirmed_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="tag",
            name="name_key",
            field=models.GeneratedField(
                db_persist=True,
                expression=helpdesk.core.search.UniqueForm(models.F("name")),
                output_field=helpdesk.core.search.CodePointTextField(),
            ),
        ),
        migrations.AddIndex(
            model_name="account",
            index=models.Index(fields=["name_key"], name="account_by_name_key"),
        ),
        migrations.AddIndex(
            model_name="contactmethod",
            index=models.Index(
                condition=models.Q(
                    ("kind__in", ["phone", "mobile"]),
                    models.Q(("value_key__regex", "^\\+[0-9]{7,15}(;ext=[0-9]{1,7})?$"), _negated=True),
                ),
                fields=["contact"],
                name="contact_method_unparsed",
            ),
        ),
        migrations.AddConstraint(
            model_name="account",
            constraint=helpdesk.core.database.constraints.UniqueConstraint(
                helpdesk.core.search.UniqueForm(models.F("name")),
                name="account_name_unique_ignoring_case_and_spaces",
                violation_error_message="Another %(term_account)s has this name. Choose a different name, or use that one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="customfield",
            constraint=helpdesk.core.database.constraints.UniqueConstraint(
                models.F("module"),
                helpdesk.core.search.UniqueForm(models.F("label")),
                name="custom_field_label_unique",
                violation_error_message="Another field has this label. Choose a different one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedview",
            constraint=helpdesk.core.database.constraints.UniqueConstraint(
                models.F("owner"),
                models.F("module"),
                helpdesk.core.search.UniqueForm(models.F("name")),
                name="saved_view_name_unique",
                violation_error_message="You have another view with this name. Choose a different one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=helpdesk.core.database.constraints.UniqueConstraint(
                helpdesk.core.search.UniqueForm(models.F("name")),
                name="tag_name_unique_ignoring_case_and_spaces",
                violation_error_message="Another tag has this name. Choose a different one.",
            ),
        ),
        migrations.RunPython(give_keys, migrations.RunPython.noop),
        migrations.RunPython(forget_copies, migrations.RunPython.noop),
    ]
