from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "helpdesk.outbox"
    label = "outbox"
    verbose_name = _("Outbox")

    def ready(self) -> None:
        from helpdesk.core.background import health
        from helpdesk.core.background import workers as working
        from helpdesk.outbox import duties, events, sending, sign_in  # noqa: F401

        working.register_part(
            "outbox",
            lambda worker, stop: sending.send_due(worker, stop=stop),
            taker=sending.take_up,
            release=sending.release,
        )
        health.register_age("outbox_age_seconds", sending.oldest_waiting)
