"""The pages of customer administrators: what they show, and what none of them ever shows."""

import csv
import io

import pytest
from django.urls import reverse

from customers.models import (
    Account,
    AccountRelationshipType,
    Association,
    Contact,
    ContactRelationship,
    Invitation,
)
from customers.services.accounts.changes import update_account
from customers.services.associations import Entry, associate, disassociate, set_accounts
from customers.services.contacts.changes import update_contact
from customers.services.methods.changes import add_method
from customers.services.relationships.links import link_accounts
from helpdesk.events.models import AuditEntry
from helpdesk.events.timelines import timeline
from tests.agreeing import agreeing, what_is_asked
from tests.factories import (
    DESK,
    AccountFactory,
    ContactFactory,
    InvitationFactory,
    JoinRequestFactory,
    ResponsibilityFactory,
    TicketFactory,
)
from tests.pages import without_tokens
from tests.personas import World, acts_for
from tickets.services.conversation import add_note


def at(world: World, name: str = "team", *more: int) -> str:
    return reverse(f"portal:{name}", args=[world.harbor.pk, *more])


def person(world: World, verb: str = "person") -> str:
    return at(world, f"team_{verb}", world.carla.contact.pk)


def pages(world: World) -> list[str]:
    names = ["team", "team_details", "team_acting", "team_activity", "team_export", "team_invite"]
    verbs = ["person", "demote", "remove", "leaver"]
    acting = at(world, "team_acting_end", world.bo.contact.pk)
    return [*(at(world, name) for name in names), *(person(world, verb) for verb in verbs), acting]


# --- What nobody is shown ------------------------------------------------------------
SECRETS = [
    "Far Away",  # another account of Carla's
    "faraway.example",  # her address there
    "Zoe",
    "Farrell",
    "zoe@people.example",
    "Owes us money",  # notes
    "314159",  # PIN
    "CRM-7",
    "Called the lift company",  # an internal note
    "My pay slip",  # private to Carla
    "Max",
    "Ana",
]


@pytest.fixture
def lived_in(world: World) -> World:
    """Carla belongs elsewhere too, and the desk knows more of her and the account than it tells."""
    carla = world.carla.contact
    add_method(carla, "email", "carla@faraway.example", actor=world.max.actor, default=True)
    associate(carla, world.far_away, actor=world.max.actor, primary=True)
    update_contact(carla, {"notes": "Owes us money", "external_id": "CRM-7"}, actor=world.ana.actor)
    Contact.objects.filter(pk=carla.pk).update(support_pin="314159")
    update_account(world.harbor, {"notes": "Owes us money", "phone": "+82 2 99"}, actor=world.max.actor)
    update_account(world.harbor, {"external_id": "CRM-77"}, actor=world.max.actor)
    acts_for(carla, world.lighthouse)
    add_note(world.shared, "Ask Zoe Farrell", actor=world.max.actor)
    JoinRequestFactory(account=world.harbor, contact=ContactFactory(first_name="Tom", last_name="Veld"))
    InvitationFactory(account=world.harbor, email="hana@new.example", invited_by=world.ada.user)
    return world


def test_no_page_shows_other_accounts_strangers_or_what_is_the_desks(lived_in: World) -> None:
    for page in pages(lived_in):
        response = lived_in.ada.client.get(page)
        assert response.status_code == 200, page
        text = without_tokens(response)
        assert [secret for secret in SECRETS if secret in text] == [], page


def test_searching_finds_nobody_by_what_is_not_shown(lived_in: World) -> None:
    for query in ("carla@faraway", "CRM-7", "zoe"):
        text = lived_in.ada.client.get(at(lived_in), {"q": query}).content.decode()
        assert "Nobody with this name" in text
    assert "Carla Moreno" in lived_in.ada.client.get(at(lived_in), {"q": "moreno"}).content.decode()


def test_an_export_holds_what_the_administrator_sees(lived_in: World) -> None:
    response = lived_in.ada.client.post(at(lived_in, "team_export"), {"format": "csv"})
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["Subject"] for row in rows] == ["The lift is stuck"]
    assert not {"Assignee", "Department", "Updated", "Priority"} & set(rows[0])
    assert AuditEntry.objects.get(code="export.made").actor_user == lived_in.ada.user


def test_reading_changes_nothing(lived_in: World) -> None:
    before = AuditEntry.objects.count()
    for page in pages(lived_in):
        lived_in.ada.client.get(page)
    assert AuditEntry.objects.count() == before


# --- What the pages do -----------------------------------------------------------------
def test_the_list_says_role_level_sign_in_and_open_tickets(world: World) -> None:
    Association.objects.filter(contact=world.kim.contact).update(sharing="see")
    text = world.ada.client.get(at(world)).content.decode()
    for part in (
        "3 people",
        "Ada Novak",
        "You",
        "Customer administrator",
        "carla@people.example",
        "Never signed in",
    ):
        assert part in text
    assert text.count("Sees everyone’s") == 1
    assert ">1<" in text, "Carla's open ticket, without the private one"


def test_the_way_in_leads_to_the_account_and_names_the_others(world: World) -> None:
    annex = AccountFactory(name="Harbor Annex")
    entries = [Entry(account.pk, role="administrator") for account in (world.harbor, annex)]
    set_accounts(world.ada.contact, entries, actor=DESK)
    text = world.ada.client.get("/team/", follow=True).content.decode()
    assert "Harbor Tower" in text
    assert reverse("portal:team", args=[annex.pk]) in text
    assert "/team/" not in world.carla.client.get("/").content.decode()


def test_a_person_is_edited(world: World) -> None:
    page = world.ada.client.get(person(world))
    values = page.context["form"].initial | {"first_name": "Karla", "job_title": "Owner", "sharing": "see"}
    response = world.ada.client.post(person(world), values)
    assert (response.status_code, response.url) == (302, person(world))
    place = Association.objects.select_related("contact").get(contact=world.carla.contact)
    assert (place.contact.first_name, place.job_title, place.sharing) == ("Karla", "Owner", "see")
    stale = world.ada.client.post(person(world), values | {"job_title": "Boss"})
    assert stale.status_code == 422
    again = stale.context["form"]
    assert again["job_title"].value() == "Boss"
    world.ada.client.post(person(world), {**again.data.dict(), "version": again["version"].value()})
    assert Association.objects.get(contact=world.carla.contact).job_title == "Boss"


def test_names_of_somebody_who_is_not_theirs_alone_are_not_asked_for(lived_in: World) -> None:
    page = lived_in.ada.client.get(person(lived_in))
    assert "first_name" not in page.context["form"].fields
    assert "looked after by our team" in page.content.decode()
    assert person(lived_in, "deactivate") not in page.content.decode()
    assert lived_in.ada.client.get(person(lived_in, "deactivate")).status_code == 403
    values = page.context["form"].initial | {"first_name": "Karla", "job_title": "Owner"}
    lived_in.ada.client.post(person(lived_in), values)
    assert Contact.objects.get(pk=lived_in.carla.contact.pk).first_name == "Carla"


def test_the_last_administrator_is_asked_for_a_successor(world: World) -> None:
    page = at(world, "team_demote", world.ada.contact.pk)
    assert "last administrator" in world.ada.client.get(page).content.decode()
    refused = world.ada.client.post(page, {})
    assert refused.status_code == 422
    assert "Choose who becomes administrator." in refused.content.decode()
    assert world.ada.client.post(page, {"successor": world.zoe.contact.pk}).status_code == 422
    done = world.ada.client.post(page, {"successor": world.kim.contact.pk})
    assert (done.status_code, done.url) == (302, "/")
    assert Association.objects.get(contact=world.kim.contact).role == "administrator"
    assert world.ada.client.get(at(world)).status_code == 403


def test_somebody_is_promoted_deactivated_activated_and_removed(world: World) -> None:
    world.ada.client.post(person(world, "promote"))
    assert Association.objects.get(contact=world.carla.contact).role == "administrator"
    world.ada.client.post(person(world, "deactivate"))
    assert not Contact.objects.get(pk=world.carla.contact.pk).is_active
    world.ada.client.post(person(world, "activate"))
    assert Contact.objects.get(pk=world.carla.contact.pk).is_active
    world.ada.client.post(person(world, "remove"))
    assert not Association.objects.filter(contact=world.carla.contact).exists()
    assert world.ada.client.get(person(world)).status_code == 404


def test_a_colleague_takes_over(world: World) -> None:
    assert "1 open ticket" in world.ada.client.get(person(world, "leaver")).content.decode()
    world.ada.client.post(person(world, "leaver"), {"colleague": world.kim.contact.pk})
    world.shared.refresh_from_db()
    assert world.shared.contact == world.kim.contact


def test_several_are_invited_and_each_is_answered(world: World) -> None:
    text = "zoe@people.example\ncarla@people.example, new@new.example; nonsense"
    page = world.ada.client.post(at(world, "team_invite"), {"addresses": text, "role": "customer"})
    content = without_tokens(page)
    assert content.count(">Invited<") == 2
    for part in ("Belongs here already", "Not read: no clear address"):
        assert part in content
    assert "Zoe" not in content
    one = world.ada.client.post(at(world, "team_invite"), {"addresses": "x@y.example", "role": "customer"})
    assert one.status_code == 302
    nobody = world.ada.client.post(at(world, "team_invite"), {"addresses": " ", "role": "customer"})
    assert nobody.status_code == 422


def test_an_invitation_is_answered_at_the_other_end(world: World) -> None:
    row = InvitationFactory(account=world.harbor, email="zoe@people.example", invited_by=world.ada.user)
    text = world.zoe.client.get("/invitations/").content.decode()
    assert "Harbor Tower" in text
    assert "Ada Novak invites you" in text
    world.zoe.client.post(reverse("portal:invitation_accept", args=[row.pk]))
    assert world.zoe.contact.associations.count() == 2
    assert "No open invitations" in world.zoe.client.get("/invitations/").content.decode()


def test_an_invitation_is_withdrawn(world: World) -> None:
    row = InvitationFactory(account=world.harbor)
    assert row.email in world.ada.client.get(at(world, "team_invite")).content.decode()
    world.ada.client.post(at(world, "team_invitation_withdraw", row.pk))
    assert not Invitation.objects.exists()


def test_who_asks_to_join_is_let_in(world: World) -> None:
    row = JoinRequestFactory(account=world.harbor)
    assert row.contact.name in world.ada.client.get(at(world)).content.decode()
    agreeing(world.ada.client, at(world, "team_request_accept", row.pk))
    assert row.contact.associations.get().account == world.harbor


def test_agents_answer_on_the_account_page(world: World) -> None:
    row = JoinRequestFactory(account=world.harbor)
    page = reverse("customers:account_contacts", args=[world.harbor.pk])
    assert "Asking to join" in world.ana.client.get(page).content.decode()
    world.ana.client.post(reverse("customers:request_decline", args=[world.harbor.pk, row.pk]))
    assert "Asking to join" not in world.ana.client.get(page).content.decode()


def test_details_are_saved(world: World) -> None:
    page = world.ada.client.get(at(world, "team_details"))
    assert "3 people belong to this account" in page.content.decode()
    values = page.context["form"].initial | {
        "phone": "+82 2 1",
        "sharing": "see",
        "name": "Mine",
        "notes": "x",
    }
    world.ada.client.post(at(world, "team_details"), values)
    harbor = Account.objects.get(pk=world.harbor.pk)
    assert (harbor.phone, harbor.sharing, harbor.name, harbor.notes) == ("+82 2 1", "see", "Harbor Tower", "")


def test_a_wider_level_of_the_account_is_asked_about_first(world: World) -> None:
    update_account(world.harbor, {"sharing": "own"}, actor=DESK)
    page = world.ada.client.get(at(world, "team_details"))
    values = {"version": page.context["form"]["version"].value(), "sharing": "reply"}
    asked = world.ada.client.post(at(world, "team_details"), values)
    assert asked.status_code == 422
    assert "3 people will see 1 more ticket of Harbor Tower." in asked.content.decode()
    assert Account.objects.get(pk=world.harbor.pk).sharing == "own"
    values["agreed"] = what_is_asked(asked)
    assert world.ada.client.post(at(world, "team_details"), values).status_code == 302
    entry = timeline(world.harbor).filter(code="account.changed").first()
    assert entry.data["exposure"] == [["Harbor Tower", 3, 1]]


def test_a_wider_level_of_one_person_is_asked_about_first(world: World) -> None:
    set_accounts(world.kim.contact, [Entry(world.harbor.pk, sharing="own")], actor=DESK)
    address = at(world, "team_person", world.kim.contact.pk)
    values = world.ada.client.get(address).context["form"].initial | {"sharing": ""}
    asked = world.ada.client.post(address, values)
    assert "1 person will see 1 more ticket of Harbor Tower." in asked.content.decode()
    assert world.kim.contact.associations.get().sharing == "own"
    world.ada.client.post(address, values | {"agreed": what_is_asked(asked)})
    assert world.kim.contact.associations.get().sharing == ""


def test_who_is_let_in_again_and_who_joins_are_asked_about_on_a_page(world: World) -> None:
    kim = world.kim.contact.pk
    world.ada.client.post(at(world, "team_deactivate", kim))
    asking = JoinRequestFactory(account=world.harbor)
    for address, question in [
        (at(world, "team_activate", kim), "Activate Kim Seo-yeon again?"),
        (at(world, "team_request_accept", asking.pk), f"Let {asking.contact.name} in?"),
    ]:
        asked = world.ada.client.post(address)
        assert asked.status_code == 422 and question in asked.content.decode()
        assert "1 person will see 1 more ticket of Harbor Tower." in asked.content.decode()
        assert agreeing(world.ada.client, address).status_code == 302
    assert Contact.objects.get(pk=world.kim.contact.pk).is_active
    assert asking.contact.associations.exists()


def test_a_role_alone_opens_nothing_and_asks_nothing(world: World) -> None:
    set_accounts(world.carla.contact, [Entry(world.harbor.pk, sharing="own")], actor=DESK)
    assert world.ada.client.post(person(world, "promote")).status_code == 302
    assert world.carla.contact.associations.get().role == "administrator"


def test_what_opens_elsewhere_is_recorded_and_never_told_to_customers(world: World) -> None:
    """Joining Harbor wakes up what the person does for Far Away: no business of Ada's."""
    secret = AccountFactory(name="Secret Holdings")
    link_accounts(secret, world.harbor, AccountRelationshipType.objects.get(), actor=DESK)
    set_accounts(world.zoe.contact, [Entry(secret.pk)], actor=DESK)
    TicketFactory(contact=world.zoe.contact, account=secret)
    asking = JoinRequestFactory(account=world.harbor)
    ContactRelationship.objects.create(
        contact=asking.contact, account=secret, responsibility=ResponsibilityFactory()
    )
    address = at(world, "team_request_accept", asking.pk)
    asked = world.ada.client.post(address)
    assert "Secret" not in asked.content.decode()
    agreeing(world.ada.client, address)
    entry = timeline(asking.contact).get(code="association.added", related_id=world.harbor.pk)
    assert [line[0] for line in entry.data["exposure"]] == ["Harbor Tower", "Secret Holdings"]
    assert "Secret" not in world.ada.client.get(at(world, "team_activity")).content.decode()


def test_inviting_says_how_much_whoever_accepts_will_see(world: World) -> None:
    text = world.ada.client.get(at(world, "team_invite")).content.decode()
    assert "Whoever accepts will see 1 ticket of Harbor Tower." in text
    update_account(world.harbor, {"sharing": "own"}, actor=DESK)
    assert "Whoever accepts" not in world.ada.client.get(at(world, "team_invite")).content.decode()


def test_acting_is_shown_and_ended(world: World) -> None:
    text = world.ada.client.get(at(world, "team_acting")).content.decode()
    for part in ("Bo Lindqvist", "Lighthouse Agency", "Agency (customer)"):
        assert part in text
    world.ada.client.post(at(world, "team_acting_end", world.bo.contact.pk))
    assert not ContactRelationship.objects.exists()


def test_a_member_with_a_responsibility_is_called_one(world: World) -> None:
    acts_for(world.kim.contact, world.harbor)
    text = world.ada.client.get(at(world, "team_acting")).content.decode()
    assert "Kim Seo-yeon" in text and "Member" in text
    ending = world.ada.client.get(at(world, "team_acting_end", world.kim.contact.pk)).content.decode()
    assert "Kim Seo-yeon stays in Harbor Tower" in ending


def test_the_activity_is_worded_for_customers(world: World) -> None:
    associate(world.zoe.contact, world.harbor, actor=world.max.actor, primary=True)
    disassociate(world.zoe.contact, world.harbor, actor=world.max.actor)
    world.ada.client.post(person(world, "promote"))
    text = world.ada.client.get(at(world, "team_activity")).content.decode()
    for part in (
        "Orrin Support added Zoe Farrell to Harbor Tower",
        "Orrin Support removed Zoe Farrell",
        "Ada Novak",
    ):
        assert part in text
    assert "as the primary" not in text
    assert "Far Away" not in text
