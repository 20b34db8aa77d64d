from django.apps import AppConfig

from helpdesk.core import roles


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        from customers import (  # noqa: F401
            audit_words,
            checks,
            mail,
            merge_words,
            permissions,
            registry,
            tasks,
            team_words,
        )
        from customers.administration import access
        from customers.erasing import (
            bulk_updates as erasing_bulk,
        )
        from customers.erasing import (
            imports as erasing_imports,
        )
        from customers.erasing import (
            letters as erasing_outbox,
        )
        from customers.erasing import (
            saved_views as erasing_views,
        )
        from customers.services import sign_in_addresses
        from helpdesk.core import auth, identity

        roles.grant(roles.AGENT, permissions.AGENT)
        roles.grant(roles.MANAGER, permissions.MANAGER)
        roles.grant(roles.ADMINISTRATOR, permissions.ADMINISTRATOR)
        registry.contact_erasures.extend(
            [erasing_imports.IMPORTS, erasing_views.VIEWS, erasing_bulk.BULK_UPDATES, erasing_outbox.LETTERS]
        )
        identity.register_resolver(access.owner_of)
        identity.register_claim(access.claimed_by_contact)
        identity.register_addresses(access.addresses_of)
        auth.address_proved.connect(sign_in_addresses.on_address_proved, dispatch_uid="confirm_address")
