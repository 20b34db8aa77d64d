"""What a rule, a channel and the system may do: less than everything."""

import pytest
from django.contrib.auth.models import Permission
from django.core.exceptions import PermissionDenied

from helpdesk.core import actors
from helpdesk.core.actors import Actor
from helpdesk.core.machine_rights import FOR_CHANNELS, RIGHTS, RIGHTS_OF_PEOPLE
from helpdesk.core.roles import ADMINISTRATOR, granted_to
from helpdesk.events.models import AuditEntry
from tests.factories import ContactFactory
from tests.personas import World
from tickets.services import lifecycle
from tickets.services.conversation import add_note, reply
from tickets.services.handing_over import delete_tickets_of

RULE, CHANNEL, SYSTEM = Actor.rule("Escalate"), Actor.channel("mail"), Actor.system("clock")


def held(actor: Actor) -> set[str]:
    return {permission for permission in granted_to(ADMINISTRATOR) if actor.can(permission)}


def test_every_kind_of_actor_is_a_person_or_in_the_table() -> None:
    assert set(RIGHTS) | {actors.AGENT, actors.CONTACT} == set(AuditEntry.ActorKind.values)


@pytest.mark.parametrize("actor", [RULE, CHANNEL, SYSTEM])
def test_what_no_role_may_no_machine_may(actor: Actor) -> None:
    for permission in ("customers.fly_contact", "auth.change_permission", "", "core"):
        assert not actor.can(permission)


def test_the_system_may_what_an_administrator_may() -> None:
    assert held(SYSTEM) == granted_to(ADMINISTRATOR)


def test_a_rule_may_what_an_administrator_may_but_delete_export_and_give_rights() -> None:
    withheld = granted_to(ADMINISTRATOR) - held(RULE)
    assert withheld == RIGHTS_OF_PEOPLE | {
        permission
        for permission in granted_to(ADMINISTRATOR)
        if permission.partition(".")[2].startswith(("delete_", "erase_", "export_"))
    }
    assert {"tickets.change_ticket", "customers.change_contact", "customers.view_account"} <= held(RULE)


def test_a_channel_has_what_a_message_needs() -> None:
    assert held(CHANNEL) == FOR_CHANNELS


@pytest.mark.django_db
def test_every_permission_of_the_table_is_one_that_there_is() -> None:
    known = {
        f"{label}.{name}"
        for label, name in Permission.objects.values_list("content_type__app_label", "codename")
    }
    assert {*FOR_CHANNELS, *RIGHTS_OF_PEOPLE} <= known


class TestOnTickets:
    def test_a_channel_brings_messages_and_changes_nothing_else(self, world: World) -> None:
        reply(world.shared, "It is still stuck", actor=CHANNEL)
        add_note(world.shared, "Bounced", actor=CHANNEL)
        for change in (
            lambda: lifecycle.assign(world.shared, world.ana.user, actor=CHANNEL),
            lambda: lifecycle.change_status(world.shared, "solved", actor=CHANNEL),
            lambda: lifecycle.change_priority(world.shared, "high", actor=CHANNEL),
            lambda: lifecycle.change_account(world.shared, None, actor=CHANNEL),
        ):
            with pytest.raises(PermissionDenied):
                change()

    def test_a_rule_works_on_tickets_and_deletes_none(self, world: World) -> None:
        lifecycle.change_status(world.shared, "solved", actor=RULE)
        lifecycle.assign(world.private, world.ana.user, actor=RULE)
        with pytest.raises(PermissionDenied):
            delete_tickets_of([world.carla.contact.pk], RULE)

    def test_an_unknown_sender_opens_a_ticket(self, world: World) -> None:
        fields = {"subject": "Dark", "contact": ContactFactory(), "channel": "email"}
        assert lifecycle.create_ticket(fields, actor=CHANNEL, body="It is dark").status_id == "new"
