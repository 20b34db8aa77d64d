"""New senders of an account's domain, where they do not join by themselves."""

import pytest
from django.core.exceptions import PermissionDenied

from customers.administration.join_requests import accept_request, decline_request
from customers.administration.matching import find_or_create_contact
from customers.errors.administration import AlreadyDecided, AskTheDesk
from customers.models import Association, JoinRequest
from customers.services.associations import Entry, set_accounts
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, AccountFactory
from tests.personas import World


@pytest.fixture
def asked(world: World, settings) -> JoinRequest:
    settings.HELPDESK_DOMAIN_SENDERS_JOIN = False
    find_or_create_contact(actor=DESK, name="Tom Veld", email="tom@harbor.example")
    return JoinRequest.objects.get()


def test_a_new_sender_waits(world: World, asked: JoinRequest) -> None:
    assert (asked.contact.name, asked.account, asked.state) == ("Tom Veld", world.harbor, "waiting")
    assert not asked.contact.associations.exists()
    find_or_create_contact(actor=DESK, email="tom@harbor.example")
    assert list(world.harbor.join_requests.waiting()) == [asked]
    assert AuditEntry.objects.get(code="join_request.made").related_id == world.harbor.pk


def test_or_joins_by_themselves(world: World) -> None:
    contact = find_or_create_contact(actor=DESK, email="tom@harbor.example")
    assert contact.associations.get().account == world.harbor
    assert not JoinRequest.objects.exists()


@pytest.mark.parametrize("who", ["ada", "ana", "max"])
def test_administrators_and_the_desk_let_in(world: World, asked: JoinRequest, who: str) -> None:
    accept_request(asked, actor=world.persona(who).actor)
    place = Association.objects.get(contact=asked.contact)
    assert (place.account, place.role) == (world.harbor, "customer")
    assert AuditEntry.objects.get(code="join_request.accepted").actor_user == world.persona(who).user
    with pytest.raises(AlreadyDecided):
        decline_request(asked, actor=world.ada.actor)


def test_or_decline_once_and_for_all(world: World, asked: JoinRequest) -> None:
    decline_request(asked, actor=world.ada.actor)
    find_or_create_contact(actor=DESK, email="tom@harbor.example")
    assert not world.harbor.join_requests.waiting().exists()
    assert AuditEntry.objects.filter(code="join_request.declined").exists()


@pytest.mark.parametrize("who", ["carla", "bo", "zoe"])
@pytest.mark.parametrize("verb", [accept_request, decline_request])
def test_nobody_else_answers(world: World, asked: JoinRequest, verb, who: str) -> None:
    with pytest.raises(PermissionDenied):
        verb(asked, actor=world.persona(who).actor)


@pytest.mark.parametrize("limit", [1, 25])
def test_what_stands_against_it_is_not_told(world: World, asked: JoinRequest, settings, limit: int) -> None:
    accounts = [AccountFactory() for _ in range(limit)]
    set_accounts(asked.contact, [Entry(account.pk) for account in accounts], actor=DESK)
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = limit
    with pytest.raises(AskTheDesk) as refused:
        accept_request(asked, actor=world.ada.actor)
    assert not any(account.name in refused.value.message for account in accounts)
    assert "25" not in refused.value.message


def test_who_got_in_on_another_way_no_longer_waits(world: World, asked: JoinRequest) -> None:
    set_accounts(asked.contact, [Entry(world.harbor.pk)], actor=DESK)
    assert not world.harbor.join_requests.waiting().exists()
