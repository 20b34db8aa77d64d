from django.apps import AppConfig

from helpdesk.core import roles


class CustomersConfig(AppConfig):
    name = "customers"

    def ready(self) -> None:
        from customers import (  # noqa: F401
            checks,
            events,
            jobs,
            mail,
            permissions,
            registry,
            tasks,
        )
        from customers import export_sources as sources  # noqa: F401 - what of the lists can be exported
        from customers.administration import access
        from customers.erasing import bulk_updates, exports, imports, letters, saved_views
        from customers.services.methods import sign_in as sign_in_addresses
        from helpdesk.sign_in import auth, identity

        roles.grant(roles.AGENT, permissions.AGENT)
        roles.grant(roles.MANAGER, permissions.MANAGER)
        roles.grant(roles.ADMINISTRATOR, permissions.ADMINISTRATOR)
        registry.contact_erasures.extend(
            [
                imports.IMPORTS,
                exports.EXPORTS,
                saved_views.VIEWS,
                bulk_updates.BULK_UPDATES,
                letters.LETTERS,
            ]
        )
        identity.register_resolver(access.owner_of)
        identity.register_claim(access.claimed_by_contact)
        identity.register_addresses(access.addresses_of)
        auth.address_proved.connect(sign_in_addresses.on_address_proved, dispatch_uid="confirm_address")
