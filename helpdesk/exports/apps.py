from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExportsConfig(AppConfig):
    name = "helpdesk.exports"
    label = "exports"
    verbose_name = _("Exports")

    def ready(self) -> None:
        from helpdesk.exports import events, job_kind  # noqa: F401 - the events, and the kind of job
