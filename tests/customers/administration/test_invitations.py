"""Inviting by address: nothing is learnt about strangers, and nobody joins without saying yes."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from customers.administration.administrators import ADMINISTRATOR
from customers.administration.invitations import (
    accept,
    addresses_in,
    decline,
    invitations_for,
    invite,
    send_again,
    withdraw,
)
from customers.errors.administration import (
    InvitationGone,
    InvitedToday,
    LastAdministrator,
    NobodyNamed,
    TooManyAddresses,
    TooManyInvitations,
)
from customers.errors.records import TooManyAccounts
from customers.models import Association, Contact, Invitation
from customers.services.associations import Entry, associate, set_accounts
from customers.services.methods.changes import add_method
from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.events.models import AuditEntry
from tests.factories import DESK, AccountFactory, InvitationFactory
from tests.personas import World
from tests.sign_ins import signs_in


def results(world: World, text: str, **more: str) -> dict[str, str]:
    return {o.text: o.result for o in invite(world.harbor, text, actor=world.ada.actor, **more)}


def invited(world: World, address: str, **more: str) -> Invitation:
    invite(world.harbor, address, actor=world.ada.actor, **more)
    return Invitation.objects.get(email_key=address)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a@x.example", [("a@x.example", "")]),
        ("a@x.example, b@x.example;c@x.example\nd@x.example e@x.example", "abcde"),
        ("Hana Rhee <hana@x.example>", [("hana@x.example", "Hana Rhee")]),
        (
            '"Rhee, Hana" <hana@x.example>, 이다은 <daeun@x.example>',
            [("hana@x.example", "Rhee, Hana"), ("daeun@x.example", "이다은")],
        ),
        ("mailto:a@x.example (A@X.example)", "a"),
        ("Hana Rhee", [("Hana Rhee", "")]),
        ("a@, @x.example", [("a@", ""), ("@x.example", "")]),
        (" ,\n;; ", []),
        ("홍길동(영업팀) <h@x.example>", [("h@x.example", "홍길동(영업팀)")]),
        ("a@x.example <a@x.example>", "a"),
        ("Hana Rhee\thana@x.example\tSeoul", [("hana@x.example", "Hana Rhee Seoul")]),
        ("a@x.example，b@x.example；", "ab"),
        ('"Hana \\"H\\" Rhee" <hana@x.example>', [("hana@x.example", 'Hana "H" Rhee')]),
    ],
)
def test_addresses_are_read_as_people_paste_them(db: None, text: str, found: list | str) -> None:
    if isinstance(found, str):
        found = [(f"{letter}@x.example", "") for letter in found]
    assert [(pasted.text, pasted.name) for pasted in addresses_in(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "Evil\r\nBcc: x@evil.example <a@b>",
        "Evil\r\nBcc: x@evil.example <a@b.example>",
        "Evil\x0bBcc: x@evil.example <a@b.example>, c@d.example",
        "To: Hana <hana@x.example>, Tom <tom@x.example>",
        "Team: a@x.example, b@x.example;",
        '"eve@x.example" <tom@x.example>',
        "eve@x.example <tom@x.example>",
        "Hana <hana@x.example> <eve@x.example>",
        "Hana <hana@x.example,eve@x.example>",
        "Hana <@x.example:eve@x.example>",
        '"never closed <a@x.example>, b@x.example',
        "mailto:a@x.example?bcc=eve@x.example",
        "a@x.example(eve@x.example)",
        "=?utf-8?q?eve=40x=2Eexample?= <tom@x.example>",
        "Hana hana@x.example",
        "a@x.example;b@y <c@z.example",
    ],
)
def test_what_can_be_read_in_two_ways_invites_nobody(db: None, text: str) -> None:
    read = addresses_in(text)
    assert read, "it is shown back"
    assert [pasted.text for pasted in read if pasted.key] == []


def test_a_line_that_is_unclear_takes_no_other_line_along(db: None) -> None:
    read = addresses_in("a@x.example\nBcc: eve@x.example <b@x.example>\nc@x.example, d@")
    assert [pasted.key for pasted in read] == ["a@x.example", "", "c@x.example", ""]


@given(st.text(alphabet='ab@.<>"\\,;: \t\r\n()[]=?\u2028한', max_size=40))
def test_whatever_is_pasted_is_read_or_shown_back(db: None, text: str) -> None:
    for pasted in addresses_in(text):
        assert pasted.text
        assert not pasted.key or pasted.text in text


def test_a_stranger_and_somebody_known_get_the_same_answer(world: World) -> None:
    got = results(world, "zoe@people.example, nobody@nowhere.example, carla@people.example, nonsense")
    assert got == {
        "zoe@people.example": "invited",
        "nobody@nowhere.example": "invited",
        "carla@people.example": "here",
        "nonsense": "wrong",
    }
    assert Contact.objects.count() == 5, "nobody is made before they sign in"
    assert not Association.objects.filter(contact=world.zoe.contact, account=world.harbor).exists()
    assert results(world, "Zoe@people.example") == {"Zoe@people.example": "waiting"}
    entry = AuditEntry.objects.filter(code="invitation.sent").first()
    assert (entry.subject_id, entry.actor_user) == (world.harbor.pk, world.ada.user)


def test_an_address_that_a_member_has_elsewhere_is_not_told(world: World) -> None:
    associate(world.carla.contact, world.far_away, actor=DESK)
    add_method(world.carla.contact, "email", "carla@faraway.example", actor=DESK)
    assert results(world, "carla@faraway.example") == {"carla@faraway.example": "invited"}


@pytest.mark.parametrize("who", ["carla", "kim", "bo", "zoe"])
def test_only_administrators_invite(world: World, who: str) -> None:
    actor = world.persona(who).actor
    for verb in (
        lambda: invite(world.harbor, "a@b.example", actor=actor),
        lambda: send_again(InvitationFactory(account=world.harbor), actor=actor),
        lambda: withdraw(InvitationFactory(account=world.harbor), actor=actor),
    ):
        with pytest.raises(PermissionDenied):
            verb()


def test_there_are_limits(world: World, settings) -> None:
    settings.HELPDESK_INVITATIONS_PER_DAY = 3
    with pytest.raises(NobodyNamed):
        results(world, " , ")
    with pytest.raises(TooManyAddresses):
        results(world, ",".join(f"{n}@x.example" for n in range(51)))
    results(world, "1@x.example, 2@x.example")
    with pytest.raises(TooManyInvitations, match="Only 1 more person can be invited today"):
        results(world, "3@x.example, 4@x.example")
    results(world, "3@x.example")
    withdraw(Invitation.objects.get(email_key="3@x.example"), actor=world.ada.actor)
    with pytest.raises(TooManyInvitations, match="Nobody else can be invited today"):
        results(world, "5@x.example")


def test_the_limit_is_the_persons_over_all_their_accounts(world: World, settings) -> None:
    settings.HELPDESK_INVITATIONS_PER_DAY = 2
    annex = AccountFactory()
    entries = [Entry(account.pk, role=ADMINISTRATOR) for account in (world.harbor, annex)]
    set_accounts(world.ada.contact, entries, actor=DESK)
    results(world, "1@x.example, 2@x.example")
    with pytest.raises(TooManyInvitations):
        invite(annex, "3@x.example", actor=world.ada.actor)


def test_one_letter_a_day(world: World) -> None:
    row = invited(world, "zoe@people.example")
    with pytest.raises(InvitedToday):
        send_again(row, actor=world.ada.actor)
    Invitation.objects.update(sent_at=timezone.now() - timedelta(days=20))
    send_again(row, actor=world.ada.actor)
    row.refresh_from_db()
    assert row.is_open


# --- Answers -----------------------------------------------------------------------
def test_somebody_known_joins_behind_their_other_accounts(world: World) -> None:
    row = invited(world, "zoe@people.example", role=ADMINISTRATOR)
    assert invitations_for(world.zoe.contact) == [row]
    accept(row, actor=world.zoe.actor)
    places = [(p.account, p.role) for p in world.zoe.contact.associations.order_by("position")]
    assert places == [(world.far_away, "customer"), (world.harbor, ADMINISTRATOR)]
    assert not Invitation.objects.exists()
    assert AuditEntry.objects.get(code="invitation.accepted").related_id == world.zoe.contact.pk


def test_somebody_new_is_made_when_they_sign_in(world: World) -> None:
    row = invited(world, "hana@new.example")
    Invitation.objects.update(name="Hana Rhee")
    user = signs_in("Hana@new.example")
    assert user is not None
    assert (user.contact.name, user.contact.associations.count()) == ("Hana Rhee", 0)
    assert signs_in("hana@new.example") == user
    accept(row, actor=Actor.for_user(User.objects.get(pk=user.pk)))
    assert user.contact.associations.get().account == world.harbor


def test_an_address_that_nobody_invited_opens_nothing(world: World) -> None:
    assert signs_in("hana@new.example") is None
    InvitationFactory(email="old@new.example", sent_at=timezone.now() - timedelta(days=15))
    assert signs_in("old@new.example") is None


@pytest.mark.parametrize("verb", [accept, decline])
def test_nobody_answers_for_somebody_else(world: World, verb) -> None:
    row = invited(world, "zoe@people.example")
    for who in (world.kim, world.ana):
        with pytest.raises(PermissionDenied):
            verb(row, actor=who.actor)


def test_saying_no_names_nobody(world: World) -> None:
    decline(invited(world, "zoe@people.example"), actor=world.zoe.actor)
    entry = AuditEntry.objects.get(code="invitation.declined")
    assert (entry.data, entry.actor_user) == ({"email": "zoe@people.example"}, None)
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("why", ["too old", "withdrawn", "no right", "gone"])
def test_an_invitation_ends(world: World, why: str) -> None:
    row = invited(world, "zoe@people.example", role=ADMINISTRATOR)
    if why == "too old":
        Invitation.objects.update(sent_at=timezone.now() - timedelta(days=15))
    elif why == "withdrawn":
        withdraw(row, actor=world.ada.actor)
    elif why == "no right":
        set_accounts(world.ada.contact, [Entry(world.harbor.pk)], actor=DESK)
    else:
        User.objects.filter(pk=world.ada.user.pk).update(is_active=False)
    with pytest.raises(InvitationGone):
        accept(row, actor=world.zoe.actor)
    assert world.zoe.contact.associations.count() == 1


def test_a_member_who_is_invited_keeps_what_they_have(world: World) -> None:
    Association.objects.filter(contact=world.carla.contact).update(job_title="Owner", sharing="see")
    accept(
        InvitationFactory(account=world.harbor, email="carla@people.example", invited_by=world.ada.user),
        actor=world.carla.actor,
    )
    place = Association.objects.get(contact=world.carla.contact)
    assert (place.job_title, place.sharing, place.role) == ("Owner", "see", "customer")


def test_where_one_belongs_to_one_account_joining_means_leaving(world: World, settings) -> None:
    settings.HELPDESK_MAX_ACCOUNTS_PER_CONTACT = 1
    row = invited(world, "zoe@people.example")
    set_accounts(world.zoe.contact, [Entry(world.far_away.pk, role=ADMINISTRATOR)], actor=DESK)
    with pytest.raises(LastAdministrator):
        accept(row, actor=world.zoe.actor)
    set_accounts(world.zoe.contact, [Entry(world.far_away.pk)], actor=DESK)
    accept(row, actor=world.zoe.actor)
    assert [place.account for place in world.zoe.contact.associations.all()] == [world.harbor]


def test_a_full_list_is_told_to_its_owner_only(world: World) -> None:
    associate(world.zoe.contact, AccountFactory(), actor=DESK)
    accounts = [AccountFactory() for _ in range(25)]
    set_accounts(world.zoe.contact, [Entry(account.pk) for account in accounts], actor=DESK)
    assert results(world, "zoe@people.example") == {"zoe@people.example": "invited"}
    row = Invitation.objects.get()
    with pytest.raises(TooManyAccounts, match="25"):
        accept(row, actor=world.zoe.actor)
    assert Invitation.objects.filter(pk=row.pk).exists()
