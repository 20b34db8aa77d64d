from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from helpdesk.core import roles

WORK = ("view_ticket", "add_ticket", "change_ticket", "view_message", "add_message", "view_attachment")
CONFIGURE = ("add_department", "change_department", "delete_department", "delete_ticket")


class TicketsConfig(AppConfig):
    name = "tickets"
    verbose_name = _("Tickets")

    def ready(self) -> None:
        roles.grant(roles.AGENT, [f"tickets.{codename}" for codename in (*WORK, "view_department")])
        roles.grant(roles.ADMINISTRATOR, [f"tickets.{codename}" for codename in CONFIGURE])
