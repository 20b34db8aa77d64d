"""What docs/events.md says: an app with one file for an event and one for a consumer, and nothing else."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import AppConfig
from django.utils.module_loading import import_string

from helpdesk.core.models import Tally
from helpdesk.events.consuming import consumers, running
from helpdesk.events.declaring import UndeclaredEvent, withdraw
from helpdesk.events.models import EventDelivery
from helpdesk.events.recording import record
from helpdesk.events.wording import told
from tests.personas import World

pytestmark = pytest.mark.django_db

APPS = """
from django.apps import AppConfig

class ParcelsConfig(AppConfig):
    name = "parcels"

    def ready(self):
        from parcels import counting, events
"""
EVENTS = """
from helpdesk.core.words import phrase
from helpdesk.events.declaring import TEXT, Event, declare

declare(
    Event(
        "parcel.delivered",
        lambda d: phrase("delivered the parcel to %(name)s", name=d["name"]),
        related="customers.contact",
        data={"name": TEXT, "door": TEXT},
        personal=("name",),
    ),
)
"""
COUNTING = """
from datetime import timedelta
from django.utils import timezone
from helpdesk.core.models import Tally
from helpdesk.events.consuming.consumers import Consumer, register

def count_parcel(entry):
    Tally.objects.create(key=f"parcels of {entry.related_id}", number=1, until=timezone.now() + timedelta(days=1))

register(Consumer("parcels.count", listens_to=("parcel.delivered",), handle=count_parcel))
"""


@pytest.fixture
def parcels(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AppConfig]:
    """The app, as Django makes it ready, and gone after the test."""
    folder = tmp_path / "parcels"
    folder.mkdir()
    for name, text in {"__init__": "", "apps": APPS, "events": EVENTS, "counting": COUNTING}.items():
        (folder / f"{name}.py").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    app = import_string("parcels.apps.ParcelsConfig")("parcels", sys.modules["parcels"])
    app.ready()
    yield app
    withdraw(["parcel.delivered"])
    consumers.unregister("parcels.count")
    for name in [name for name in sys.modules if name.partition(".")[0] == "parcels"]:
        del sys.modules[name]


def test_an_event_and_a_consumer_take_one_file_each(world: World, parcels: AppConfig) -> None:
    EventDelivery.objects.all().delete()
    carla = world.carla.contact
    entry = record(
        "parcel.delivered",
        subject=world.harbor,
        related=carla,
        actor=world.ana.actor,
        name="Carla",
        door="back",
    )
    assert told(entry) == "Ana delivered the parcel to Carla"
    assert running.run_due() == 1
    assert Tally.objects.get(key=f"parcels of {carla.pk}").number == 1
    with pytest.raises(UndeclaredEvent, match="colour"):
        record("parcel.delivered", subject=world.harbor, actor=world.ana.actor, name="x", colour="red")
