from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from helpdesk.core import roles

WORK = (
    "view_ticket",
    "add_ticket",
    "change_ticket",
    "view_message",
    "add_message",
    "view_attachment",
    "add_participant",
)
DEFINED = ("ticketstatus", "ticketstatusname")
CONFIGURE = tuple(f"{verb}_{model}" for verb in ("add", "change", "delete") for model in DEFINED)


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Help desk")

    def ready(self) -> None:
        from customers import registry
        from tickets import events, mail, tasks  # noqa: F401
        from tickets.services import customers, erasing, handing_over, methods, statuses

        post_migrate.connect(statuses.make_default_statuses, sender=self, dispatch_uid="default_statuses")
        roles.grant(
            roles.AGENT,
            [f"tickets.{codename}" for codename in (*WORK, *(f"view_{model}" for model in DEFINED))],
        )
        roles.grant(roles.MANAGER, ["tickets.delete_ticket"])
        roles.grant(roles.ADMINISTRATOR, [f"tickets.{codename}" for codename in CONFIGURE])
        registry.deletion_dependents.append(customers.tickets_of_account)
        registry.account_uses.append(customers.has_tickets)
        registry.before_account_deletion.append(customers.note_account_names)
        registry.contact_dependents.append(handing_over.TICKETS)
        registry.contact_duties.extend([handing_over.OPEN_TICKETS, handing_over.FOLLOWINGS])
        registry.contact_erasures.append(erasing.CONVERSATIONS)
        registry.method_users.append(methods.USER)
        registry.hidden_entries.append(customers.hidden_entries)
        registry.shared_records.append(customers.shared_tickets)
        registry.contact_columns.extend([customers.OPEN_TICKETS, customers.LAST_CONTACT])
        registry.account_columns.append(customers.OPEN_TICKETS_OF_ACCOUNT)
