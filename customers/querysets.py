"""Which customers' rows a person may see, and the joins that screens ask for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery

from helpdesk.core.actors import Actor
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.core.search import matching, search_form, starting_with

if TYPE_CHECKING:
    from customers.models import Contact

LEVELS = {"own": 0, "see": 1, "reply": 2}


def _merged_under(kind: str, reference: str) -> models.QuerySet:
    """The records that what had this number was merged into: an old number keeps finding them."""
    merged = apps.get_model("customers", "MergedRecord").objects.standing(kind)
    return (
        merged.filter(reference__iexact=reference).exclude(reference="").order_by().values(f"merge__{kind}")
    )


class AssociationQuerySet(models.QuerySet):
    """Places in contacts' lists."""

    def primary(self) -> Self:
        """Only the first place of each contact's list."""
        lower = self.model._default_manager.filter(
            contact=OuterRef("contact"), position__lt=OuterRef("position")
        )
        return self.filter(~Exists(lower))

    def sharing_at_least(self, level: str) -> Self:
        """Where both the account and the person's own place allow at least `level`."""
        allowed = [name for name, rank in LEVELS.items() if rank >= LEVELS[level]]
        return self.filter(Q(sharing="") | Q(sharing__in=allowed), account__sharing__in=allowed)

    def giving_sight(self, level: str = "see") -> Self:
        """Those through which somebody sees (or, at "reply", answers) the tickets of an account they belong to.

        With `ContactRelationshipQuerySet.giving_sight` this is the whole rule of who sees what of an account.
        """
        return self.sharing_at_least(level).filter(contact__is_active=True)


class ContactRelationshipQuerySet(models.QuerySet):
    """Contacts acting for accounts that they need not belong to."""

    def standing(self) -> Self:
        """Those that still rest on a link or a hierarchy."""
        return self.filter(is_eligible=True)

    def giving_sight(self) -> Self:
        """Those through which somebody sees and answers the tickets of an account they act for."""
        return self.standing().filter(contact__is_active=True)


class AccountQuerySet(ScopedQuerySet):
    """Accounts."""

    def visible_to(self, actor: Actor) -> Self:
        """Staff see all; a contact those they belong to or act for."""
        if actor.is_staff:
            return self
        if actor.contact is None or not actor.contact.is_active:
            return self.none()
        return self.belonging_to_or_acted_for(actor.contact)

    def belonging_to_or_acted_for(self, contact: Contact) -> Self:
        """The accounts a contact may open a ticket for."""
        return self.filter(
            Q(pk__in=contact.associations.values("account")) | Q(pk__in=self._acted_for_ids(contact))
        )

    def acted_for_by(self, contact: Contact) -> Self:
        """The accounts a contact acts for through an eligible contact relationship."""
        return self.filter(pk__in=self._acted_for_ids(contact))

    def shared_with(self, contact: Contact, *, level: str = "see") -> Self:
        """The accounts whose tickets `contact` may see (`level` "see") or answer ("reply")."""
        members = contact.associations.giving_sight(level).order_by().values("account")
        acting = contact.contact_relationships.giving_sight().order_by().values("account")
        return self.filter(pk__in=members.union(acting))

    def people_reached(self) -> Counter[int]:
        """How many people see the tickets of each account here: `shared_with` from the other end, in two queries."""
        association = apps.get_model("customers", "Association")
        relationship = apps.get_model("customers", "ContactRelationship")
        members = association.objects.giving_sight()
        also_member = members.filter(account=OuterRef("account"), contact=OuterRef("contact"))
        reached: Counter[int] = Counter()
        for rows in (members, relationship.objects.giving_sight().filter(~Exists(also_member))):
            counted = rows.filter(account__in=self.order_by().values("pk")).order_by().values_list("account")
            for account, people in counted.annotate(models.Count("contact", distinct=True)):
                reached[account] += people
        return reached

    def manageable_by(self, actor: Actor) -> Self:
        """Staff manage all; a customer administrator those where the role is held or granted."""
        if actor.is_staff:
            return self
        contact = actor.contact
        if contact is None or not contact.is_active:
            return self.none()
        own = contact.associations.filter(role="administrator").values("account")
        granted = contact.contact_relationships.standing().filter(responsibility__role="administrator")
        return self.filter(Q(pk__in=own) | Q(pk__in=granted.values("account")))

    def matching(self, text: str) -> Self:
        """By name (every word, any order) or number."""
        number = text.replace("\x00", "").strip()
        if not number:
            return self
        former = _merged_under("account", number)
        return self.filter(matching(text) | Q(number__iexact=number) | Q(pk__in=former))

    def letter(self, letter: str) -> Self:
        """Those filed under a letter of the A–Z / ㄱ–ㅎ index."""
        return self.filter(starting_with(letter))

    def with_people_count(self) -> Self:
        """Adds `people_count`."""
        association = apps.get_model("customers", "Association")
        counted = (
            association.objects.filter(account=OuterRef("pk"))
            .order_by()
            .values("account")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        return self.annotate(people_count=models.functions.Coalesce(Subquery(counted), 0))

    def without_people(self) -> Self:
        """Those that nobody belongs to."""
        association = apps.get_model("customers", "Association")
        return self.filter(~Exists(association.objects.filter(account=OuterRef("pk"))))

    def without_administrator(self) -> Self:
        """Those with people of whom none is a customer administrator, and for which nobody acts as one."""
        association = apps.get_model("customers", "Association")
        relationship = apps.get_model("customers", "ContactRelationship")
        members = association.objects.filter(account=OuterRef("pk"))
        acting = relationship.objects.standing().filter(
            account=OuterRef("pk"), responsibility__role="administrator"
        )
        return self.filter(Exists(members), ~Exists(members.filter(role="administrator")), ~Exists(acting))

    def named(self, names: list[str]) -> Self:
        """Those with one of these names, ignoring case and spaces."""
        return self.filter(search__in=[search_form(name) for name in names])

    @staticmethod
    def _acted_for_ids(contact: Contact) -> models.QuerySet:
        return contact.contact_relationships.standing().values("account")


class ContactQuerySet(ScopedQuerySet):
    """Contacts."""

    def visible_to(self, actor: Actor) -> Self:
        """Staff see all; a contact only themself (an administrator's people come through their account)."""
        if actor.is_staff:
            return self
        if actor.contact is None or not actor.contact.is_active:
            return self.none()
        return self.filter(pk=actor.contact.pk)

    def manageable_by(self, actor: Actor) -> Self:
        """Staff manage all; a customer administrator the people of the accounts that they manage."""
        if actor.is_staff:
            return self
        accounts = apps.get_model("customers", "Account").objects.manageable_by(actor).order_by().values("pk")
        association = apps.get_model("customers", "Association")
        return self.filter(Exists(association.objects.filter(contact=OuterRef("pk"), account__in=accounts)))

    def with_accounts(self) -> Self:
        """Prefetch the ordered associations with their accounts: two queries for any number of rows."""
        associations = apps.get_model("customers", "Association").objects.select_related("account")
        return self.prefetch_related(Prefetch("associations", associations.order_by("position")))

    def with_methods(self) -> Self:
        """Prefetch the contact methods."""
        return self.prefetch_related("methods")

    def matching(self, text: str) -> Self:
        """By name and reference (every word, any order), or by any contact method."""
        if not text.strip():
            return self
        by_name = self.model._default_manager.filter(matching(text)).order_by().values("pk")
        former = _merged_under("contact", text.replace("\x00", "").strip())
        return self.filter(pk__in=by_name.union(self._ids_by_method(text).order_by(), former))

    @staticmethod
    def _ids_by_method(text: str) -> models.QuerySet:
        method = apps.get_model("customers", "ContactMethod")
        digits = "".join(character for character in text if character.isdigit())
        condition = Q(search__contains=search_form(text))
        if len(digits) >= 4 and not any(character.isalpha() for character in text):
            condition |= Q(kind__in=["phone", "mobile"], search__contains=digits.lstrip("0"))
        return method.objects.filter(condition).values("contact")

    def letter(self, letter: str) -> Self:
        """Those filed under a letter of the A–Z / ㄱ–ㅎ index."""
        return self.filter(starting_with(letter))

    def in_any_account(self, account_ids: list[int]) -> Self:
        """Those with one of these accounts at any position."""
        association = apps.get_model("customers", "Association")
        return self.filter(
            Exists(association.objects.filter(contact=OuterRef("pk"), account__in=account_ids))
        )

    def without_account(self) -> Self:
        """Those who belong nowhere."""
        association = apps.get_model("customers", "Association")
        return self.filter(~Exists(association.objects.filter(contact=OuterRef("pk"))))

    def with_at_least(self, accounts: int) -> Self:
        """Those with so many accounts or more. A place that far down a list finds the few; gaps in it do not count."""
        association = apps.get_model("customers", "Association")
        far_down = association.objects.filter(position__gte=accounts).order_by().values("contact")
        return self.with_account_count().filter(pk__in=far_down, account_count__gte=accounts)

    def with_unparsed_phone(self) -> Self:
        """Those with a phone that nothing could make a number of."""
        return self._with_method(apps.get_model("customers", "ContactMethod").unparsed())

    def bouncing(self) -> Self:
        """Those with an address that takes no mail."""
        return self._with_method(Q(bouncing_since__isnull=False))

    def _with_method(self, condition: Q) -> Self:
        method = apps.get_model("customers", "ContactMethod")
        return self.filter(pk__in=method.objects.filter(condition).order_by().values("contact"))

    def with_account_count(self) -> Self:
        """Adds `account_count`."""
        association = apps.get_model("customers", "Association")
        counted = (
            association.objects.filter(contact=OuterRef("pk"))
            .order_by()
            .values("contact")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        return self.annotate(account_count=models.functions.Coalesce(Subquery(counted), 0))
