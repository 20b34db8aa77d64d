from django.apps import AppConfig

from helpdesk.core import roles


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        from customers import audit_words, merge_words, permissions, tasks  # noqa: F401
        from customers.services import access
        from helpdesk.core import auth

        roles.grant(roles.AGENT, permissions.AGENT)
        roles.grant(roles.MANAGER, permissions.MANAGER)
        roles.grant(roles.ADMINISTRATOR, permissions.ADMINISTRATOR)
        auth.register_address_resolver(access.user_for_address)
