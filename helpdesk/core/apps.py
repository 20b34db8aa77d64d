from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate

from helpdesk.core import roles, search


class CoreConfig(AppConfig):
    name = "helpdesk.core"
    label = "core"

    def ready(self) -> None:
        from helpdesk.core import checks  # noqa: F401
        from helpdesk.core.database import shared_cache, tallies  # noqa: F401

        connection_created.connect(search.register_sqlite_functions, dispatch_uid="search_form")
        roles.grant(roles.AGENT, ["core.view_department", "core.view_departmentmember"])
        models = ("department", "departmentmember")
        verbs = ("add", "change", "delete")
        roles.grant(roles.ADMINISTRATOR, [f"core.{verb}_{model}" for verb in verbs for model in models])
        post_migrate.connect(roles.sync_groups, dispatch_uid="roles")
        post_migrate.connect(shared_cache.create_cache_table, dispatch_uid="cache_table")
