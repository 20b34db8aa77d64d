"""What the panel says before anything is done: the numbers of the run, and whose sight changes."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from customers.bulk import lifecycle, preview, run, undo
from customers.bulk.preview import consequences_of
from customers.bulk.preview_words import words_of
from customers.bulk.wanted import Wanted
from customers.erasing.contacts import erase_contact
from customers.models import Account, Contact, ContactRelationship
from customers.services.accounts.changes import update_account
from customers.services.associations import Entry, set_accounts
from customers.services.contacts.changes import update_contact
from customers.services.tags import add_tags
from customers.snapshots.loading import person_states
from helpdesk.jobs import lifecycle as jobs
from tests.factories import DESK, AccountFactory, ContactFactory, ResponsibilityFactory
from tests.personas import World

pytestmark = pytest.mark.django_db


def chosen(*contacts: Contact):
    return Contact.objects.filter(pk__in=[contact.pk for contact in contacts])


def test_associations_that_go_are_counted_by_account_and_primaries_by_what_becomes_of_them() -> None:
    wharf, tower, row = (AccountFactory(name=name) for name in ("Castellan Wharf", "Hanbit Tower", "Row"))
    one = ContactFactory(accounts=[wharf])
    two = ContactFactory(accounts=[wharf, row])
    three = ContactFactory(accounts=[tower])
    none, same = ContactFactory(), ContactFactory(accounts=[row])
    found = consequences_of(Wanted(accounts=(row.pk,)), chosen(one, two, three, none, same))
    assert (found.total, found.changed, found.unchanged) == (5, 4, 1)
    assert found.removed == {"Castellan Wharf": 2, "Hanbit Tower": 1}
    assert (found.other_primary, found.first_primary, found.no_account, found.added) == (3, 1, 0, 3)
    words = words_of(found, Wanted(accounts=(row.pk,)))
    assert words.lead == "This replaces the accounts of 4 contacts."
    assert (words.strong, words.where) == (
        "3 current associations will be removed",
        "Castellan Wharf on 2, Hanbit Tower on 1",
    )
    assert words.button == "Replace accounts on 4 contacts"


def test_who_keeps_an_account_keeps_the_job_title_there() -> None:
    account, other = AccountFactory(), AccountFactory()
    contact = ContactFactory(accounts=[Entry(other.pk), Entry(account.pk, "Porter", "administrator", "own")])
    wanted = Wanted(accounts=(account.pk,))
    found = consequences_of(wanted, chosen(contact))
    assert [(s.before, s.after) for s in found.samples] == [([other.name, account.name], [account.name])]
    run.carry_out(lifecycle.start(wanted, [contact.pk], actor=DESK).pk)
    place = contact.associations.get()
    assert (place.job_title, place.role, place.sharing) == ("Porter", "administrator", "own")


def test_clearing_says_who_has_none_afterwards() -> None:
    found = consequences_of(Wanted(accounts=()), chosen(ContactFactory(accounts=[AccountFactory()])))
    words = words_of(found, Wanted(accounts=()))
    assert words.lead == "This removes all accounts of 1 contact."
    assert "1 loses the primary account and has none afterwards." in words.sentences


def test_those_who_will_be_left_out_are_counted_by_reason() -> None:
    homeless, erased = ContactFactory(), ContactFactory()
    erase_contact(erased, actor=DESK)
    found = consequences_of(Wanted(role="customer"), chosen(homeless, erased))
    assert (found.changed, dict(found.left_out)) == (0, {"no_account": 1, "erased": 1})
    assert words_of(found, Wanted(role="customer")).sentences[0] == "Nothing would change."


def test_sight_follows_sharing_levels_roles_of_others_and_being_active(world: World) -> None:
    """As `AssociationQuerySet.giving_sight`, before and after, for each person."""
    closed = AccountFactory(sharing="own")
    people = chosen(world.carla.contact, world.kim.contact, world.bo.contact, world.zoe.contact)
    found = consequences_of(Wanted(accounts=(world.harbor.pk,)), people)
    assert found.opened.told == {"exposure": [["Harbor Tower", 1, 1]]}  # Zoe; Bo acts already
    sentences = words_of(found, Wanted(accounts=(world.harbor.pk,))).sentences
    assert "1 person will see 1 more ticket of Harbor Tower." in sentences
    assert found.seeing_less.accounts == {world.lighthouse.pk, world.far_away.pk}
    found = consequences_of(Wanted(accounts=(closed.pk,)), people)
    assert (found.seeing_less.people, found.opened.lines) == (4, ())
    update_contact(world.kim.contact, {"is_active": False}, actor=DESK)
    found = consequences_of(Wanted(accounts=(closed.pk,)), people)
    assert found.seeing_less.people == 3
    found = consequences_of(Wanted(fields={"is_active": True}), people)
    assert (found.changed, found.opened.told) == (1, {"exposure": [["Harbor Tower", 1, 1]]})


def test_who_comes_to_act_for_an_account_by_the_new_list_is_counted_too(world: World) -> None:
    """The responsibility slept; the account that makes it wake up shares nothing itself."""
    ContactRelationship.objects.create(
        contact=world.zoe.contact, account=world.harbor, responsibility=ResponsibilityFactory()
    )
    update_account(world.lighthouse, {"sharing": "own"}, actor=DESK)
    found = consequences_of(Wanted(accounts=(world.lighthouse.pk,)), chosen(world.zoe.contact))
    assert found.opened.told == {"exposure": [["Harbor Tower", 1, 1]]}


def test_too_many_are_said_and_not_counted(monkeypatch) -> None:
    monkeypatch.setattr(preview, "MOST", 1)
    with pytest.raises(lifecycle.TooManyContactsError):
        consequences_of(Wanted(fields={"notes": "x"}), chosen(ContactFactory(), ContactFactory()))


def test_the_fingerprint_is_another_once_anything_differs() -> None:
    contact = ContactFactory(accounts=[AccountFactory()])
    wanted = Wanted(accounts=(AccountFactory().pk,))
    before = consequences_of(wanted, chosen(contact)).fingerprint
    assert consequences_of(wanted, chosen(contact)).fingerprint == before
    set_accounts(contact, [], actor=DESK)
    assert consequences_of(wanted, chosen(contact)).fingerprint != before


def test_it_asks_the_database_the_same_number_of_times_however_many_there_are() -> None:
    def cost(number: int) -> int:
        people = [ContactFactory(accounts=[AccountFactory()]) for _ in range(number)]
        add_tags([contact.pk for contact in people], ["A"], actor=DESK)
        wanted = Wanted({"notes": "x", "is_active": False}, (AccountFactory().pk,), "Guard", None, ("B",))
        with CaptureQueriesContext(connection) as found:
            consequences_of(wanted, chosen(*people))
        return len(found)

    assert cost(1) == cost(15) <= 7


WORDS = st.sampled_from(["", "x", "y"])
LISTS = st.lists(st.integers(0, 3), unique=True, max_size=4)


@given(
    people=st.lists(st.tuples(WORDS, LISTS, st.sets(st.sampled_from("AB"))), min_size=1, max_size=5),
    notes=st.none() | WORDS,
    accounts=st.none() | LISTS,
    title=st.none() | WORDS,
    tags=st.tuples(st.sets(st.sampled_from("ABC")), st.sets(st.sampled_from("ABC"))),
)
def test_the_run_does_what_the_preview_said_and_the_undo_takes_all_of_it_back(
    people, notes, accounts, title, tags
) -> None:
    places = [Account.objects.get_or_create(name=f"Place {n}")[0] for n in range(4)]
    made = []
    for words, numbers, own in people:
        contact = ContactFactory(notes=words, accounts=[places[n] for n in numbers])
        add_tags([contact.pk], sorted(own), actor=DESK)
        made.append(contact.pk)
    wanted = Wanted(
        fields={} if notes is None else {"notes": notes},
        accounts=None if accounts is None else tuple(places[n].pk for n in accounts),
        job_title=title,
        add_tags=tuple(sorted(tags[0])),
        remove_tags=tuple(sorted(tags[1])),
    )
    if not wanted:
        return
    before = state_of(made)
    said = consequences_of(wanted, Contact.objects.filter(pk__in=made))
    started = lifecycle.start(wanted, made, actor=DESK)
    run.carry_out(started.pk)
    started.refresh_from_db()
    assert (started.changed, started.unchanged, started.left_out) == (
        said.changed,
        said.unchanged,
        said.left_out.total(),
    )
    if started.changed:
        jobs.undo(started, actor=DESK)
        undo.take_back(started.pk)
    assert state_of(made) == before


def state_of(contacts: list[int]):
    return {pk: (state, state.updated_at) for pk, state in person_states(contacts).items()}
