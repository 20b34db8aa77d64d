from django.db import migrations, models

import helpdesk.core.constraints


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0009_duplicates_and_bouncing"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="tree",
            field=models.BigIntegerField(blank=True, db_index=True, editable=False, null=True),
        ),
        migrations.AddField(
            model_name="accountrelationship",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="until"),
        ),
        migrations.AddField(
            model_name="accountrelationship",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="from"),
        ),
        migrations.AddField(
            model_name="contactrelationship",
            name="ends_on",
            field=models.DateField(blank=True, null=True, verbose_name="until"),
        ),
        migrations.AddField(
            model_name="contactrelationship",
            name="noticed",
            field=models.CharField(
                choices=[
                    ("upcoming", "not begun"),
                    ("standing", "in force"),
                    ("ineligible", "no longer eligible"),
                    ("ended", "ended"),
                ],
                default="standing",
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="contactrelationship",
            name="starts_on",
            field=models.DateField(blank=True, null=True, verbose_name="from"),
        ),
        migrations.AddField(
            model_name="responsibility",
            name="is_exclusive",
            field=models.BooleanField(
                default=False,
                help_text="Only one contact at a time has it on a account.",
                verbose_name="held by one person",
            ),
        ),
        migrations.AddConstraint(
            model_name="accountrelationship",
            constraint=helpdesk.core.constraints.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="account_relationship_ends_after_start",
                violation_error_message="The last day is before the first. Choose a later one.",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactrelationship",
            constraint=helpdesk.core.constraints.CheckConstraint(
                condition=models.Q(("noticed__in", ["upcoming", "standing", "ineligible", "ended"])),
                name="contact_relationship_noticed_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="contactrelationship",
            constraint=helpdesk.core.constraints.CheckConstraint(
                condition=models.Q(
                    ("starts_on__isnull", True),
                    ("ends_on__isnull", True),
                    ("ends_on__gte", models.F("starts_on")),
                    _connector="OR",
                ),
                name="contact_relationship_ends_after_start",
                violation_error_message="The last day is before the first. Choose a later one.",
            ),
        ),
    ]
