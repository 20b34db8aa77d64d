from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EventsConfig(AppConfig):
    name = "helpdesk.events"
    label = "events"
    verbose_name = _("Activity")

    def ready(self) -> None:
        from helpdesk.core.background import health
        from helpdesk.core.background import workers as working
        from helpdesk.events import events  # noqa: F401
        from helpdesk.events.consuming import dead_letters, running

        working.register_part(
            "events",
            lambda worker, stop: running.run_due(worker, stop=stop),
            taker=running.take_up,
            release=running.release,
        )
        health.register_age("events_age_seconds", running.oldest_waiting)
        health.register_age("events_dead", dead_letters.number_of_dead)
