"""Mark every account that has a parent or children with its hierarchy, and keep what was noticed of eligibility."""

from django.db import migrations
from django.db.models import Case, Value, When

BATCH = 500


def mark_hierarchies(apps, schema_editor):
    account = apps.get_model("customers", "Account")
    children = {}
    for pk, parent in account.objects.filter(parent__isnull=False).order_by().values_list("pk", "parent"):
        children.setdefault(parent, []).append(pk)
    below = {pk for standing in children.values() for pk in standing}
    marks = {}
    for top in children.keys() - below:
        level = [top]
        while level:
            marks.update(dict.fromkeys(level, top))
            level = [child for pk in level for child in children.get(pk, ())]
    marked = sorted(marks)
    for start in range(0, len(marked), BATCH):
        batch = marked[start : start + BATCH]
        account.objects.bulk_update([account(pk=pk, tree=marks[pk]) for pk in batch], ["tree"])


def notice(apps, schema_editor):
    rows = apps.get_model("customers", "ContactRelationship").objects
    rows.update(noticed=Case(When(is_eligible=True, then=Value("standing")), default=Value("ineligible")))


def notice_back(apps, schema_editor):
    rows = apps.get_model("customers", "ContactRelationship").objects
    rows.exclude(noticed="standing").update(is_eligible=False)


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0010_periods_and_hierarchies"),
    ]

    operations = [
        migrations.RunPython(mark_hierarchies, migrations.RunPython.noop),
        migrations.RunPython(notice, notice_back),
    ]
