"""What an actor may do with customers' records. Seeing is decided in `querysets`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from django.core.exceptions import PermissionDenied

from customers.models import Account, Association, Contact, ContactRelationship, SavedView
from customers.sharing import LEVELS
from helpdesk.core.actors import CONTACT, Actor

TEAM = "team"
"""What is refused to somebody who is no customer administrator of the account."""
OWN_NAMES = frozenset({"first_name", "last_name"})
"""What customer administrators say of a person who is theirs alone."""
OWN_DETAILS = frozenset({"phone", "website", "address", "sharing"})
"""What customer administrators say of their account."""


def require_change_contact(actor: Actor) -> None:
    """Contacts, their methods and their list of accounts: people of the desk."""
    actor.require("customers.change_contact")


def require_change_contacts(actor: Actor, names: Mapping[int, Collection[str]]) -> None:
    """As `require_change_contact`, of fields (``{contact id: names}``): customer administrators give names to those who
    are theirs alone."""
    asked = set[str]().union(*names.values())
    if actor.is_staff or not asked <= OWN_NAMES or theirs_among(list(names), actor) != names.keys():
        require_change_contact(actor)


def require_add_contact(actor: Actor) -> None:
    actor.require("customers.add_contact")


def require_link_to_desk(actor: Actor) -> None:
    """Administrators: it says who somebody of the desk is."""
    actor.require("customers.link_contact_to_desk")


def require_delete_contact(actor: Actor) -> None:
    actor.require("customers.delete_contact")


def require_see_off(actor: Actor) -> None:
    """A leaver's sign-in closes, and their responsibilities pass to a colleague: who may give these may do it."""
    require_change_contact(actor)
    require_link_contacts(actor)


def require_erase_contact(actor: Actor) -> None:
    actor.require("customers.erase_contact")


def require_check_pin(actor: Actor) -> None:
    """People of the desk, by name: what is tried is counted for each of them."""
    if actor.user is None:
        raise PermissionDenied("customers.view_contact")
    actor.require("customers.view_contact")


def require_reveal_pin(actor: Actor) -> None:
    actor.require("customers.reveal_support_pin")


def require_view_as_contact(actor: Actor) -> None:
    """Looking at the help center as somebody sees it: people of the desk, by name."""
    if actor.user is None:
        raise PermissionDenied("customers.view_as_contact")
    actor.require("customers.view_as_contact")


def require_own_pin(actor: Actor, contact: Contact) -> None:
    """The contact themself, in the help center."""
    if actor.kind != CONTACT or actor.contact is None or actor.contact.pk != contact.pk:
        raise PermissionDenied("support PIN")


def require_add_account(actor: Actor) -> None:
    actor.require("customers.add_account")


def require_change_accounts(actor: Actor, names: Mapping[int, Collection[str]]) -> None:
    """Fields of accounts (``{account id: names}``): people of the desk; customer administrators what is theirs to say
    of an account they manage, and the sharing up to the level of their own place in it."""
    asked = set[str]().union(*names.values())
    if actor.is_staff or not asked <= OWN_DETAILS or not manages(actor, list(names)):
        actor.require("customers.change_account")


def require_delete_account(actor: Actor) -> None:
    actor.require("customers.delete_account")


def require_link_accounts(actor: Actor) -> None:
    """Create and delete account relationships."""
    actor.require("customers.add_accountrelationship")


def require_link_contacts(actor: Actor) -> None:
    """Create and delete contact relationships."""
    actor.require("customers.add_contactrelationship")


def require_end_relationships(actor: Actor, account_ids: Collection[int]) -> None:
    """Who creates them ends them, and so do the customer administrators of all these accounts."""
    if actor.is_staff or not manages(actor, account_ids):
        require_link_contacts(actor)


def require_add_custom_field(actor: Actor) -> None:
    """An administrator, or whoever finds in a file a column that has no field yet."""
    if not actor.can("customers.import_contacts"):
        actor.require("customers.add_customfield")


def require_change_custom_field(actor: Actor) -> None:
    actor.require("customers.change_customfield")


def require_delete_custom_field(actor: Actor) -> None:
    actor.require("customers.delete_customfield")


def require_tell_apart(actor: Actor) -> None:
    """Say that two contacts are not one person: it hides nothing for good, and merging remains a manager's."""
    require_change_contact(actor)


def require_merge_contacts(actor: Actor) -> None:
    actor.require("customers.merge_contact")


def require_merge_accounts(actor: Actor) -> None:
    actor.require("customers.merge_account")


def require_save_views(actor: Actor, module: str) -> None:
    """People of the desk keep lists that they may see."""
    if actor.user is None:
        raise PermissionDenied(f"customers.view_{module}")
    actor.require(f"customers.view_{module}")


def may_share_views(actor: Actor) -> bool:
    """Whether views may be offered to others: their lists grow with each."""
    return actor.can("customers.share_savedview")


def require_share_views(actor: Actor) -> None:
    actor.require("customers.share_savedview")


def may_change_view(actor: Actor, view: SavedView) -> bool:
    """One's own; those of others that are shared, or nobody's, for administrators."""
    if actor.user is not None and view.owner_id == actor.user.pk:
        return True
    return actor.can("customers.change_savedview") and (view.is_shared or view.owner_id is None)


def require_change_view(actor: Actor, view: SavedView) -> None:
    if not may_change_view(actor, view):
        raise PermissionDenied("customers.change_savedview")


def require_change_tag(actor: Actor) -> None:
    """The tags themselves; whoever may change a contact may put one on it, a new one too."""
    actor.require("customers.change_tag")


def require_delete_tag(actor: Actor) -> None:
    actor.require("customers.delete_tag")


# --- Customer administrators ----------------------------------------------------
def manages(actor: Actor, account_ids: Iterable[int]) -> bool:
    """Whether the actor manages every one of these accounts."""
    wanted = set(account_ids)
    return Account.objects.manageable_by(actor).filter(pk__in=wanted).count() == len(wanted)


def require_manage(actor: Actor, account_ids: Iterable[int]) -> None:
    """The people of these accounts: for people of the desk who change contacts, and for the customer administrators."""
    if actor.is_staff:
        require_change_contact(actor)
    elif not manages(actor, account_ids):
        raise PermissionDenied(TEAM)


def is_theirs(contact: Contact, actor: Actor) -> bool:
    """Whether the person is a matter of the actor's alone: a member of accounts that the actor manages, of no other,
    administrator of nothing else, and nobody of the desk. Only then may a customer administrator name them, close
    their sign-in or open it: that reaches every account the person has."""
    return contact.pk in theirs_among([contact.pk], actor)


def theirs_among(contact_ids: Collection[int], actor: Actor) -> set[int]:
    """Which of these people are a matter of the actor's alone; the same queries for any number of them."""
    if actor.is_staff:
        return set(contact_ids)
    managed = Account.objects.manageable_by(actor).order_by().values("pk")
    places = Association.objects.filter(contact__in=contact_ids).order_by()
    granted = ContactRelationship.objects.standing().filter(
        contact__in=contact_ids, responsibility__role="administrator"
    )
    desk = Contact.objects.filter(pk__in=contact_ids, user__is_staff=True).order_by()
    members = set(places.filter(account__in=managed).values_list("contact", flat=True))
    return (
        members
        - set(places.exclude(account__in=managed).values_list("contact", flat=True))
        - set(granted.exclude(account__in=managed).order_by().values_list("contact", flat=True))
        - set(desk.values_list("pk", flat=True))
    )


def require_theirs(actor: Actor, contact: Contact) -> None:
    """Names and sign-in of a whole person; one's own sign-in is nobody's to close by mistake."""
    if actor.is_staff:
        return require_change_contact(actor)
    if not is_theirs(contact, actor) or contact.pk == actor.contact.pk:
        raise PermissionDenied(TEAM)


def highest_level(actor: Actor, account: Account) -> str:
    """The sharing level that the actor may give on an account: that of their own place in it, where they have one."""
    own = None
    if not actor.is_staff and actor.contact is not None:
        own = Association.objects.filter(contact=actor.contact, account=account).first()
    return (own.sharing if own else "") or "reply"


def require_level(actor: Actor, account: Account, level: str, *, before: str) -> None:
    """Nobody gives more sight than they have; narrowing is always allowed. Empty means: as the account says."""
    wanted = LEVELS[level or "reply"]
    if wanted > LEVELS[before or "reply"] and wanted > LEVELS[highest_level(actor, account)]:
        raise PermissionDenied(TEAM)


def require_invited(actor: Actor) -> None:
    """An invitation is answered by whoever has the address, in the help center."""
    if actor.kind != CONTACT or actor.contact is None or not actor.contact.is_active:
        raise PermissionDenied(TEAM)
