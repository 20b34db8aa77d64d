"""Letters to people whose rights change: to whom, in which language, and without what."""

import pytest

from customers.administration import notices, team
from customers.administration.invitations import invite
from customers.administration.notices import tell
from customers.administration.team import set_role
from customers.mail import SENTENCES
from customers.models import Contact, Invitation
from helpdesk.core.actors import Actor
from helpdesk.core.models import User
from helpdesk.events.recording import record
from helpdesk.outbox.models import Delivery
from tests.factories import DESK, InvitationFactory
from tests.letters import sent_letters, waiting, write_letters
from tests.personas import World


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("kind", SENTENCES)
def test_every_kind_has_a_letter(world: World, kind: str, language: str) -> None:
    Contact.objects.filter(pk=world.carla.contact.pk).update(language=language)
    write_letters()
    Delivery.objects.all().delete()
    tell(world.carla.contact, world.harbor, kind, actor=world.ada.actor, who=world.kim.contact.pk, tickets=2)
    (letter,) = sent_letters()
    assert letter.to == ["carla@people.example"]
    assert "Harbor Tower" in letter.subject + letter.body
    assert "%(" not in letter.body
    assert "http://localhost:8000/" in letter.body
    assert any("가" <= each <= "힣" for each in letter.body) == (language == "ko")


def test_kinds_and_sentences_are_the_same() -> None:
    names = {value for name, value in vars(notices).items() if name.isupper() and name != "CHANGED"}
    assert names == set(SENTENCES)


def told() -> list[tuple[int | None, str]]:
    return [(row.recipient_id, row.params["kind"]) for row in waiting("customers.notice")]


def test_a_change_is_told_to_the_person(world: World) -> None:
    set_role(world.harbor, world.kim.contact, team.ADMINISTRATOR, actor=world.ada.actor)
    (row,) = waiting("customers.notice")
    assert row.params == {
        "kind": notices.MADE_ADMINISTRATOR,
        "account": world.harbor.pk,
        "by": world.ada.contact.pk,
    }
    assert told() == [(world.kim.contact.pk, notices.MADE_ADMINISTRATOR)]


def test_nobody_is_told_what_they_did_and_the_desk_loads_in_silence(world: World) -> None:
    set_role(
        world.harbor, world.ada.contact, team.CUSTOMER, actor=world.ada.actor, successor=world.kim.contact
    )
    set_role(world.harbor, world.carla.contact, team.ADMINISTRATOR, actor=DESK)
    assert told() == [(world.kim.contact.pk, notices.MADE_ADMINISTRATOR)]


def test_an_invitation_carries_no_words_of_whoever_invites(world: World) -> None:
    invite(world.harbor, "Buy now <hana@new.example>", actor=world.ada.actor)
    (letter,) = [letter for letter in sent_letters() if letter.to == ["hana@new.example"]]
    assert "Ada Novak invites you to join Harbor Tower" in letter.body
    assert "/invitations/" in letter.body
    assert "Buy now" not in letter.body + letter.subject


def record_invitation(invitation: Invitation) -> None:
    told = {"email": invitation.email, "role": invitation.role, "invitation": invitation.pk}
    record("invitation.sent", subject=invitation.account, actor=Actor.channel("tests"), **told)


def test_it_speaks_the_language_of_the_person(world: World) -> None:
    User.objects.filter(pk=world.zoe.user.pk).update(language="ko")
    known = InvitationFactory(account=world.harbor, email="zoe@people.example", invited_by=world.ada.user)
    record_invitation(known)
    assert "초대했어요" in sent_letters()[-1].body


def test_what_was_withdrawn_meanwhile_is_not_sent(world: World) -> None:
    invitation = InvitationFactory(account=world.harbor)
    record_invitation(invitation)
    write_letters()
    invitation.delete()
    assert sent_letters() == []
    assert Delivery.objects.latest("id").state == "cancelled"
