"""Messages of before say whom they were addressed to, as far as the history tells.

The history knows who a ticket was opened for, and each change of the requester. What it does not tell stays unknown:
today's requester is never taken for the one of then. Addresses of then are not known at all.
"""

from bisect import bisect_right
from collections import defaultdict

from django.db import migrations
from django.db.models import Q

BATCH = 500
OPENED, CHANGED = "ticket.created", "ticket.contact_changed"


class Past:
    """The requesters of one ticket: who it was opened for, and [old, new] names at the moments of change."""

    def __init__(self):
        self.opened_for = None
        self.moments = []
        self.names = []

    def add(self, entry):
        if entry.code == OPENED and entry.related_type == "customers.contact":
            self.opened_for = entry.related_id
        elif entry.code == CHANGED and isinstance(entry.data.get("contact"), list):
            self.moments.append(entry.created_at)
            self.names.append(entry.data["contact"])

    def requester_at(self, moment, now, people):
        """The id (None: gone, or not told) and the name at a moment; two Nones when nothing is known."""
        before = bisect_right(self.moments, moment)
        if before:
            return (now if before == len(self.names) else None), self.names[before - 1][1]
        known, name = people.get(self.opened_for, (None, None))
        return known, self.names[0][0] if self.names else name


def pasts_of(tickets, audit_entry):
    pasts = defaultdict(Past)
    told = Q(code__in=[OPENED, CHANGED], subject_type="tickets.ticket", subject_id__in=tickets)
    for entry in audit_entry.objects.filter(told).order_by("id"):
        pasts[entry.subject_id].add(entry)
    return pasts


def people_by_former_id(ids, apps):
    """{id in the history: (id of the contact now, name of then)}; merged contacts lead to what they are part of."""
    contact, merged = apps.get_model("customers", "Contact"), apps.get_model("customers", "MergedRecord")
    people = {pk: (pk, name) for pk, name in contact.objects.filter(pk__in=ids).values_list("pk", "name")}
    former = merged.objects.filter(
        former_id__in=ids, merge__kind="contact", merge__undone_at__isnull=True, merge__contact__isnull=False
    )
    for former_id, survivor, name in former.values_list("former_id", "merge__contact", "name"):
        people.setdefault(former_id, (survivor, name))
    return people


def fill(apps, schema_editor):
    message = apps.get_model("tickets", "Message")
    recipient = apps.get_model("tickets", "MessageRecipient")
    audit_entry = apps.get_model("events", "AuditEntry")
    of_the_desk = Q(author_contact__isnull=True) | Q(entered_by__isnull=False)
    old = message.objects.filter(of_the_desk, kind="public", recipients__isnull=True)
    last = 0
    while rows := list(old.filter(pk__gt=last).select_related("ticket").order_by("pk")[:BATCH]):
        last = rows[-1].pk
        pasts = pasts_of({row.ticket_id for row in rows}, audit_entry)
        ids = {past.opened_for for past in pasts.values()} | {row.author_contact_id for row in rows}
        people = people_by_former_id(ids - {None}, apps)
        recipient.objects.bulk_create(recipients(rows, pasts, people, recipient))


def recipients(messages, pasts, people, recipient):
    for row in messages:
        if row.entered_by_id and row.author_contact_id:
            contact, name = row.author_contact_id, row.author_name
        else:
            contact, name = pasts[row.ticket_id].requester_at(row.created_at, row.ticket.contact_id, people)
        if name:
            yield recipient(message=row, role="to", contact_id=contact, name=name[:250])


class Migration(migrations.Migration):
    dependencies = [
        ("tickets", "0002_message_recipients"),
        ("customers", "0001_initial"),
        ("core", "0001_initial"),
        ("events", "0001_initial"),
    ]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
