"""Customers in the Django admin: administrators only, every change by a service and in the feed."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils.html import escape

from customers.models import Account, AccountRelationship, Contact, ContactRelationship
from customers.services.associations import Entry
from customers.services.contacts.changes import NewContact, create_contacts
from customers.services.relationships.links import unlink_accounts
from helpdesk.events.models import AuditEntry
from helpdesk.events.timelines import timeline
from tests.agreeing import agreeing
from tests.factories import DESK, AccountFactory, ContactFactory, ResponsibilityFactory
from tests.personas import World

pytestmark = pytest.mark.django_db
CONTACTS = "admin:customers_contact"
ACCOUNTS = "admin:customers_account"


def formset(prefix: str, rows: list[dict[str, Any]], initial: int = 0) -> dict[str, Any]:
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    for number, row in enumerate(rows):
        data |= {f"{prefix}-{number}-{name}": value for name, value in row.items()}
    return data


def contact_form(contact: Contact | None = None, **changes: Any) -> dict[str, Any]:
    names = ("first_name", "last_name", "reference", "external_id", "language", "time_zone", "notes")
    data = {name: getattr(contact, name) or "" if contact else "" for name in names}
    return data | {"custom_fields": "{}", "is_active": "on"} | changes


def place(account: Account, position: int, **more: Any) -> dict[str, Any]:
    return {
        "account": account.pk,
        "position": position,
        "job_title": "",
        "role": "customer",
        "sharing": "",
        **more,
    }


@pytest.mark.parametrize("name", ["ana", "max", "carla"])
def test_nobody_but_administrators_gets_in(world: World, name: str) -> None:
    response = world.persona(name).client.get(reverse("admin:index"), follow=True)
    assert response.status_code == 403


def test_a_contact_is_created_with_its_list_by_the_services(world: World) -> None:
    first, second = AccountFactory(name="One"), AccountFactory(name="Two")
    data = contact_form(first_name="Lena", last_name="Berg")
    data |= formset("associations", [place(first, 2), place(second, 1, job_title="Head")])
    data |= formset("methods", [{"kind": "email", "value": "lena@x.example", "label": ""}])
    response = world.root.client.post(reverse(f"{CONTACTS}_add"), data)
    assert response.status_code == 302
    contact = Contact.objects.get(last_name="Berg")
    assert contact.primary_account == second
    assert contact.job_title == "Head"
    assert contact.default_email == "lena@x.example"
    codes = sorted(timeline(contact).values_list("code", flat=True))
    assert codes == ["association.added", "association.added", "contact.created"]
    assert timeline(contact).first().actor_user == world.root.user


def test_a_list_is_reordered_and_shortened_whole(world: World) -> None:
    accounts = [AccountFactory(name=name) for name in ("One", "Two", "Three")]
    contact = ContactFactory(accounts=[Entry(account.pk) for account in accounts])
    rows = list(contact.associations.order_by("position"))
    data = contact_form(contact) | formset("methods", [])
    data |= formset(
        "associations",
        [
            place(accounts[0], 3, id=rows[0].pk),
            place(accounts[1], 1, id=rows[1].pk),
            place(accounts[2], 2, id=rows[2].pk, DELETE="on"),
        ],
        initial=3,
    )
    response = world.root.client.post(reverse(f"{CONTACTS}_change", args=[contact.pk]), data)
    assert response.status_code == 302
    order = Contact.objects.get(pk=contact.pk).ordered_associations
    assert [row.account.name for row in order] == ["Two", "One"]


def test_a_refusal_is_said_in_the_form_and_nothing_is_saved(world: World) -> None:
    ContactFactory(email="taken@x.example")
    data = contact_form(last_name="Berg") | formset("associations", [])
    data |= formset("methods", [{"kind": "email", "value": "taken@x.example", "label": ""}])
    response = world.root.client.post(reverse(f"{CONTACTS}_add"), data)
    page = response.content.decode()
    assert "already used" in page and 'value="Berg"' in page and 'value="taken@x.example"' in page
    assert not Contact.objects.filter(last_name="Berg").exists()


class TestWidening:
    """What opens more is asked first: the form comes back as it was filled, and saving it again agrees."""

    def saved(self, world: World, address: str, data: dict[str, Any]) -> str:
        """Save, read what is asked, save again. Returns what was said."""
        response = world.root.client.post(address, data)
        assert response.status_code == 200
        asked = response.context["refusal"]
        page = response.content.decode()
        assert f'name="agreed" value="{escape(asked.key)}"' in page and "errornote" not in page
        assert world.root.client.post(address, data | {"agreed": asked.key}).status_code == 302
        return asked.message

    def test_an_account_that_shares_more(self, world: World) -> None:
        Account.objects.filter(pk=world.harbor.pk).update(sharing="own")
        address = reverse("admin:customers_account_change", args=[world.harbor.pk])
        form = world.root.client.get(address).context["adminform"].form
        data = {name: form[name].value() or "" for name in form.fields} | {"sharing": "see", "parent": ""}
        data |= formset("domains", []) | formset("associations", []) | {"custom_fields": "{}"}
        assert "people will see 1 more ticket of Harbor Tower" in self.saved(world, address, data)
        assert timeline(world.harbor).filter(code="account.changed").first().data["exposure"]

    def test_somebody_who_comes_into_an_account(self, world: World) -> None:
        person = ContactFactory()
        address = reverse(f"{CONTACTS}_change", args=[person.pk])
        data = contact_form(person) | formset("methods", [])
        data |= formset("associations", [place(world.harbor, 1)])
        assert "1 person will see 1 more ticket of Harbor Tower" in self.saved(world, address, data)
        assert person.associations.get().account == world.harbor

    def test_somebody_who_is_to_act(self, world: World) -> None:
        colleague = ContactFactory(accounts=[world.lighthouse])
        data = {
            "account": world.harbor.pk,
            "contact": colleague.pk,
            "responsibility": ResponsibilityFactory().pk,
        }
        address = reverse("admin:customers_contactrelationship_add")
        assert "1 person will see" in self.saved(world, address, data)
        assert colleague.contact_relationships.exists()

    def test_accounts_that_are_linked(self, world: World) -> None:
        kind = AccountRelationship.objects.get().type
        unlink_accounts(list(AccountRelationship.objects.all()), actor=DESK)
        data = {"from_account": world.lighthouse.pk, "to_account": world.harbor.pk, "type": kind.pk}
        assert "1 person will see" in self.saved(
            world, reverse("admin:customers_accountrelationship_add"), data
        )
        assert AccountRelationship.objects.exists()


@pytest.mark.parametrize("primary", [False, True])
def test_selected_contacts_are_associated_by_an_action(world: World, primary: bool) -> None:
    account = AccountFactory(name="Joined")
    people = [world.carla.contact, world.kim.contact]
    data = {"action": "associate_with_account", "_selected_action": [person.pk for person in people]}
    ask = world.root.client.post(reverse(f"{CONTACTS}_changelist"), data)
    assert "Associate with which account?" in ask.content.decode()
    answer = {"account": account.pk} | ({"primary": "on"} if primary else {})
    world.root.client.post(reverse(f"{CONTACTS}_changelist"), data | answer)
    assert account.associations.count() == 2
    first = Contact.objects.get(pk=world.carla.contact.pk).primary_account
    assert (first == account) == primary


def test_selected_contacts_are_disassociated_by_an_action(world: World) -> None:
    data = {"action": "disassociate_from_account", "_selected_action": [world.carla.contact.pk]}
    url = reverse(f"{CONTACTS}_changelist")
    assert "Disassociate from which" in world.root.client.post(url, data).content.decode()
    world.root.client.post(url, data | {"account": world.harbor.pk})
    assert not world.harbor.associations.filter(contact=world.carla.contact).exists()


def test_the_other_side_associates_and_disassociates_too(world: World) -> None:
    url = reverse(f"{ACCOUNTS}_changelist")
    for action, expected in [("associate_contact", True), ("disassociate_contact", False)]:
        data = {"action": action, "_selected_action": [world.far_away.pk], "contact": world.carla.contact.pk}
        if expected:
            agreeing(world.root.client, url, data)
        else:
            world.root.client.post(url, data)
        assert world.far_away.associations.filter(contact=world.carla.contact).exists() == expected


def test_a_contact_with_tickets_is_not_deleted(world: World) -> None:
    url = reverse(f"{CONTACTS}_changelist")
    data = {"action": "delete_selected", "_selected_action": [world.carla.contact.pk], "post": "yes"}
    world.root.client.post(url, data, follow=True)
    assert Contact.objects.filter(pk=world.carla.contact.pk).exists()


def test_deleting_an_account_goes_through_the_service(world: World) -> None:
    response = world.root.client.post(
        reverse(f"{ACCOUNTS}_delete", args=[world.far_away.pk]), {"post": "yes"}
    )
    assert response.status_code == 302
    assert AuditEntry.objects.filter(code="account.deleted", actor_user=world.root.user).exists()


def test_an_account_keeps_its_domains_unless_changed(world: World) -> None:
    page = world.root.client.get(reverse(f"{ACCOUNTS}_change", args=[world.harbor.pk])).content.decode()
    assert "harbor.example" in page
    data = {
        "name": "Harbor Tower",
        "number": "",
        "type": "customer",
        "parent": "",
        "sharing": "see",
        "phone": "",
    }
    data |= {"website": "", "address": "", "notes": "", "custom_fields": "{}", "external_id": ""}
    domain = world.harbor.domains.get()
    data |= formset(
        "domains", [{"id": domain.pk, "domain": "harbor.example"}, {"domain": "tower.example"}], initial=1
    )
    data |= formset("associations", [])
    response = world.root.client.post(reverse(f"{ACCOUNTS}_change", args=[world.harbor.pk]), data)
    assert response.status_code == 302, response.content.decode()
    fresh = Account.objects.get(pk=world.harbor.pk)
    assert fresh.sharing == "see"
    assert set(fresh.domains.values_list("domain", flat=True)) == {"harbor.example", "tower.example"}


def test_nobody_acts_for_an_account_without_a_link(world: World) -> None:
    before = ContactRelationship.objects.count()
    responsibility = ContactRelationship.objects.get().responsibility
    data = {"account": world.harbor.pk, "contact": world.zoe.contact.pk, "responsibility": responsibility.pk}
    response = world.root.client.post(reverse("admin:customers_contactrelationship_add"), data)
    assert "belongs neither to this account nor to one that is linked" in response.content.decode()
    assert ContactRelationship.objects.count() == before


@pytest.mark.parametrize("name", [CONTACTS, ACCOUNTS])
def test_the_lists_search_and_cost_the_same_with_many_rows(world: World, name: str, count_queries) -> None:
    url = reverse(f"{name}_changelist")
    few = count_queries(lambda: world.root.client.get(url))
    for _ in range(20):
        ContactFactory(accounts=[AccountFactory(parent=world.harbor)])
    assert count_queries(lambda: world.root.client.get(url)) == few
    assert world.root.client.get(url, {"q": "a"}).status_code == 200


def test_an_account_with_many_people_shows_the_first_and_leads_to_all(world: World, count_queries) -> None:
    page = reverse(f"{ACCOUNTS}_change", args=[world.far_away.pk])
    few = count_queries(lambda: world.root.client.get(page))
    create_contacts(
        [NewContact({"last_name": f"P{n:03}"}, accounts=[Entry(world.far_away.pk)]) for n in range(40)],
        actor=DESK,
    )
    assert count_queries(lambda: world.root.client.get(page)) == few
    shown = world.root.client.get(page)
    assert len(shown.context["inline_admin_formsets"][1].formset.forms) == 25
    everybody = reverse(f"{CONTACTS}_changelist") + f"?associations__account__id__exact={world.far_away.pk}"
    assert everybody in shown.content.decode()
    assert world.root.client.get(everybody).context["cl"].result_count == 41
