"""Remedies for accounts: what nothing depends on goes, and the only person of an account administers it."""

import pytest
from django.core.exceptions import PermissionDenied

from customers.administration import notices
from customers.administration.team import set_role
from customers.health import account_remedies
from customers.models import Account
from customers.services.associations import disassociate
from customers.services.methods.bouncing import mark_bouncing
from customers.services.relationships.links import link_accounts
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, AccountFactory, ContactFactory, InvitationFactory, TicketFactory
from tests.letters import waiting
from tests.personas import World

pytestmark = pytest.mark.django_db


def unused() -> set[str]:
    return set(account_remedies.unused_accounts().values_list("name", flat=True))


# --- What nothing depends on ------------------------------------------------------------
def test_only_what_nothing_depends_on_goes(world: World) -> None:
    AccountFactory(name="Empty")
    below = AccountFactory(name="Below", parent=AccountFactory(name="Above"))
    AccountFactory(name="Domain", domains=["domain.example"])
    link_accounts(
        AccountFactory(name="Linked"), world.far_away, world.harbor.relationships_to.get().type, actor=DESK
    )
    InvitationFactory(account=AccountFactory(name="Invited"))
    asked = AccountFactory(name="Asked")
    asker = ContactFactory(accounts=[asked])
    TicketFactory(contact=asker, account=asked)
    disassociate(asker, asked, actor=DESK)
    assert unused() == {"Empty", "Below"}
    assert account_remedies.delete_unused_accounts(actor=world.max.actor) == 2
    assert not Account.objects.filter(name__in=["Empty", "Below"]).exists()
    gone = AuditEntry.objects.filter(code="account.deleted")
    assert {entry.data["name"] for entry in gone} == {"Empty", "Below"}
    above = Account.objects.get(name="Above")
    assert above.tree is None, "nobody stands in its hierarchy any more"
    assert below.tree == above.pk and unused() == {"Above"}


def test_one_go_deletes_so_many(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account_remedies, "MOST_DELETED", 2)
    for n in range(3):
        AccountFactory(name=f"Empty {n}")
    assert account_remedies.delete_unused_accounts(actor=world.max.actor) == 2
    assert unused() == {"Empty 2"}


def test_agents_delete_no_accounts(world: World) -> None:
    AccountFactory(name="Empty")
    with pytest.raises(PermissionDenied):
        account_remedies.delete_unused_accounts(actor=world.ana.actor)
    assert unused() == {"Empty"}


# --- Who is alone administers -----------------------------------------------------------
def test_the_only_person_of_an_account_becomes_its_administrator(world: World) -> None:
    alone = ContactFactory(first_name="Al", accounts=[AccountFactory(name="One")], email="al@one.example")
    two = AccountFactory(name="Two")
    for name in ("Bea", "Cem"):
        ContactFactory(first_name=name, accounts=[two])
    left = AccountFactory(name="One left")
    ContactFactory(first_name="Dan", accounts=[left], is_active=False)
    still = ContactFactory(first_name="Eva", accounts=[left], email="eva@left.example")
    unreached = ContactFactory(
        first_name="Fay", accounts=[AccountFactory(name="Dead")], email="fay@dead.example"
    )
    mark_bouncing("fay@dead.example", actor=DESK, reason="550")
    expected = {alone, still, world.bo.contact, world.zoe.contact}
    assert {place.contact for place in account_remedies.only_people()} == expected
    assert account_remedies.appoint_only_people(actor=world.ana.actor) == 4
    assert set(alone.associations.values_list("role", flat=True)) == {"administrator"}
    assert not unreached.associations.filter(role="administrator").exists()
    assert account_remedies.appoint_only_people(actor=world.ana.actor) == 0
    assert not two.associations.filter(role="administrator").exists()


def test_who_is_appointed_is_told(world: World) -> None:
    account_remedies.appoint_only_people(actor=world.ana.actor)
    told = {(row.recipient_id, row.params["kind"]) for row in waiting("customers.notice")}
    assert (world.zoe.contact.pk, notices.MADE_ADMINISTRATOR) in told


def test_an_account_with_an_administrator_is_left_alone(world: World) -> None:
    set_role(world.far_away, world.zoe.contact, "administrator", actor=DESK)
    assert world.zoe.contact not in {place.contact for place in account_remedies.only_people()}
