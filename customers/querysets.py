"""Which customers' rows a person may see, and the joins that screens ask for."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.db import connection, models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Subquery, Value, When
from django.db.models.functions import Coalesce, Lower

from customers import sharing
from customers.lending import lends_today
from customers.standing import begun, desk_today, in_force, not_over
from helpdesk.core.actors import Actor
from helpdesk.core.scoping import ScopedQuerySet
from helpdesk.core.search import asked, containing, is_indexed, matching, search_form, starting_with
from helpdesk.core.text import line, unique_form

if TYPE_CHECKING:
    from customers.models import Account, Contact


def rows_behind(rows: models.QuerySet, relation: str) -> Any:
    """All rows of the model that a relation of `rows` leads to (``"merges__merged"``), not only the related ones.

    Models import this module for their managers, so it asks the relations and imports no model.
    """
    model: Any = rows.model
    for name in relation.split("__"):
        model = model._meta.get_field(name).related_model
    return model._default_manager.all()


def _merged_under(rows: models.QuerySet, kind: str, reference: str) -> models.QuerySet:
    """The records that what had this number was merged into: an old number keeps finding them."""
    merged = rows_behind(rows, "merges__merged").standing(kind)
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
        return self.filter(sharing.at_least(level))

    def with_level(self) -> Self:
        """Adds `level`, the lower of what the account and the person's own place allow: "own", "see" or "reply"."""
        return self.annotate(level=sharing.level_of_row())

    def giving_sight(self, level: str = "see") -> Self:
        """Those through which somebody sees (or, at "reply", answers) the tickets of an account they belong to.

        With `ContactRelationshipQuerySet.giving_sight` this is the whole rule of who sees what of an account.
        """
        return self.sharing_at_least(level).of_active_people()

    def of_active_people(self) -> Self:
        return self.filter(contact__is_active=True)

    def administering(self) -> Self:
        """Those through which somebody manages the account."""
        return self.of_active_people().filter(role="administrator")


class AccountRelationshipQuerySet(models.QuerySet):
    """Links between two accounts."""

    def in_force(self) -> Self:
        """Those whose dates include today."""
        return self.filter(in_force())

    def between(self, one: Any, other: Any) -> Self:
        """Those of two accounts (ids or expressions), whichever of them comes first."""
        there, back = Q(from_account=one, to_account=other), Q(from_account=other, to_account=one)
        return self.filter(there | back)


class ContactRelationshipQuerySet(models.QuerySet):
    """Contacts acting for accounts that they need not belong to.

    A contact relationship *stands* when its dates include today and it is eligible: its contact belongs to the account
    itself, or to another that has an account relationship in force with it or stands in the same hierarchy
    (`customers.lending`). That is asked of the rows as they are now. What is stored (`noticed`) serves the history.
    """

    def overlapping(self, first: Any, last: Any) -> Self:
        """Those with a day between two days (dates, expressions, or None for no limit), both included."""
        since = Value(date.min) if first is None else Coalesce(first, Value(date.min))
        until = Value(date.max) if last is None else Coalesce(last, Value(date.max))
        rows = self.annotate(
            since=Coalesce("starts_on", Value(date.min)), until=Coalesce("ends_on", Value(date.max))
        )
        return rows.filter(since__lte=until, until__gte=since)

    def with_lenders(self) -> Self:
        """One row for each account of its contact that makes it eligible today, with that one's id as `lender`."""
        lending = rows_behind(self, "account").lending_to(OuterRef("account"), OuterRef("account__tree"))
        rows = self.annotate(lender=F("contact__associations__account"))
        return rows.filter(Exists(lending.filter(pk=OuterRef("lender"))))

    def _eligible(self) -> Exists:
        rows: Any = self.model._default_manager
        return Exists(rows.filter(pk=OuterRef("pk")).with_lenders())

    def standing(self) -> Self:
        """Those that grant something today."""
        return self.filter(in_force(), self._eligible())

    def with_state(self) -> Self:
        """Adds `state`: "standing" for what `standing` finds, else why not ("upcoming", "ended", "ineligible")."""
        today = desk_today()
        return self.annotate(
            state=Case(
                When(~begun(today), then=Value("upcoming")),
                When(~not_over(today), then=Value("ended")),
                When(self._eligible(), then=Value("standing")),
                default=Value("ineligible"),
                output_field=models.CharField(),
            )
        )

    def giving_sight(self) -> Self:
        """Those through which somebody sees and answers the tickets of an account they act for."""
        return self.standing().filter(contact__is_active=True)

    def administering(self) -> Self:
        """Those through which somebody manages the account."""
        return self.giving_sight().filter(responsibility__role="administrator")


def may_act(actor: Actor) -> bool:
    """Whether a contact acts for anybody, perhaps; most act for nobody, and then the rule of acting need not be asked.

    It is asked once a page. Where things may change, the answer is yes.
    """
    if actor.answers is None:
        return True
    contact: Contact = actor.contact
    return actor.once(("may act", contact.pk), contact.contact_relationships.exists)


class AccountQuerySet(ScopedQuerySet):
    """Accounts."""

    def visible_to(self, actor: Actor) -> Self:
        """Staff see all; a contact those they belong to or act for."""
        if actor.is_staff:
            return self
        contact = actor.contact
        if contact is None or not contact.is_active:
            return self.none()

        def theirs() -> list[int]:
            accounts: Any = self.model._default_manager
            rows = accounts.belonging_to_or_acted_for(contact, acting=may_act(actor))
            return list(rows.order_by().values_list("pk", flat=True))

        return self.filter(pk__in=actor.once(("accounts", contact.pk), theirs))

    def belonging_to_or_acted_for(self, contact: Contact, *, acting: bool = True) -> Self:
        """The accounts a contact may open a ticket for; `acting` False when they act for nobody anyway."""
        own = contact.associations.of_active_people().order_by().values("account")
        return self.filter(pk__in=own.union(self._acted_for_ids(contact)) if acting else own)

    def acted_for_by(self, contact: Contact) -> Self:
        """The accounts a contact acts for through a contact relationship that stands."""
        return self.filter(pk__in=self._acted_for_ids(contact))

    def lending_to(self, account: Any, tree: Any) -> Self:
        """The accounts whose people are eligible to act for an account, given by its id and its `tree` (both as values
        or as `OuterRef`): `customers.lending` says which and why. The account itself is one of them."""
        return self.filter(lends_today(account, tree, rows_behind(self, "relationships_from").in_force()))

    def shared_with(self, contact: Contact, *, level: str = "see", acting: bool = True) -> Self:
        """The accounts whose tickets `contact` may see (`level` "see") or answer ("reply"); `acting` False when they
        act for nobody anyway."""
        members = contact.associations.giving_sight(level).order_by().values("account")
        return self.filter(pk__in=members.union(self._acted_for_ids(contact)) if acting else members)

    def people_reached(self) -> Counter[int]:
        """How many people see the tickets of each account here: `shared_with` from the other end, in two queries."""
        associations = rows_behind(self, "associations")
        relationships = rows_behind(self, "contact_relationships")
        members = associations.giving_sight()
        also_member = members.filter(account=OuterRef("account"), contact=OuterRef("contact"))
        reached: Counter[int] = Counter()
        for rows in (members, relationships.giving_sight().filter(~Exists(also_member))):
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
        own = contact.associations.administering().order_by().values("account")
        granted = contact.contact_relationships.administering().order_by().values("account")
        return self.filter(pk__in=own.union(granted))

    def matching(self, text: str) -> Self:
        """By name (every word, any order) or number."""
        number = line(asked(text).words)
        if not number:
            return self
        rows = self.model._default_manager.order_by()
        named = rows.filter(matching(number, initials="initials")).values("pk")
        numbered = rows.alias(key=Lower("number")).exclude(number="").filter(key=number.lower()).values("pk")
        return self.filter(pk__in=named.union(numbered, _merged_under(self, "account", number)))

    def letter(self, letter: str) -> Self:
        """Those filed under a letter of the A–Z / ㄱ–ㅎ index."""
        return self.filter(starting_with(letter))

    def with_people_count(self) -> Self:
        """Adds `people_count`."""
        associations = rows_behind(self, "associations")
        counted = (
            associations.filter(account=OuterRef("pk"))
            .order_by()
            .values("account")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        return self.annotate(people_count=Coalesce(Subquery(counted), 0))

    def without_people(self) -> Self:
        """Those that nobody belongs to."""
        associations = rows_behind(self, "associations")
        return self.filter(~Exists(associations.filter(account=OuterRef("pk"))))

    def without_administrator(self) -> Self:
        """Those with people of whom none is a customer administrator, and for which nobody acts as one."""
        associations = rows_behind(self, "associations")
        relationships = rows_behind(self, "contact_relationships")
        members = associations.filter(account=OuterRef("pk"))
        acting = relationships.standing().filter(account=OuterRef("pk"), responsibility__role="administrator")
        return self.filter(Exists(members), ~Exists(members.filter(role="administrator")), ~Exists(acting))

    def named(self, names: list[str]) -> Self:
        """Those with one of these names, ignoring case and spaces."""
        return self.filter(name_key__in=[unique_form(name) for name in names])

    @staticmethod
    def _acted_for_ids(contact: Contact) -> models.QuerySet:
        return contact.contact_relationships.giving_sight().order_by().values("account")


#: So many matches are gathered and sorted as quickly as a list is walked to a page of them.
MANY = 1000


def _are_common(*found: models.QuerySet) -> list[bool]:
    """Whether each of these has many rows: one query. Without a trigram index there is nothing to choose between."""
    if connection.vendor != "postgresql":
        return [False for _rows in found]
    beyond = [Exists(rows[MANY : MANY + 1]) for rows in found]
    anything = found[0].model._default_manager.order_by("pk").values_list(*beyond)
    return list(anything.first() or [False for _rows in found])


def _is_short(text: str) -> bool:
    """Whether no trigram is in it, and so nothing to look for in such an index: all of it would be read."""
    return not any(is_indexed(word) for word in search_form(text).split())


def _by_method(text: str) -> Q:
    """Methods with this in their value; of phones, whose digits hold those of the text, whichever way they are written:
    *020 7946 0958*, *+44 (0)20 7946-0958*, *tel:+442079460958*."""
    form = search_form(text)
    number = form.removeprefix("TEL:").replace("(0)", "")
    digits = "".join(character for character in number if character in "0123456789")
    condition = containing("search", form)
    if len(digits) >= 4 and not any(character.isalpha() for character in number):
        condition |= Q(kind__in=["phone", "mobile"], search__contains=digits.lstrip("0"))
    return condition


class ContactQuerySet(ScopedQuerySet):
    """Contacts."""

    def eligible_for(self, account: Account) -> Self:
        """Active people who may be given a responsibility on an account: its own, and those of the others that lend to
        it."""
        associations, accounts = rows_behind(self, "associations"), type(account).objects
        lending = accounts.lending_to(account.pk, account.tree).order_by().values("pk")
        places = associations.filter(account__in=lending).order_by()
        return self.filter(pk__in=places.values("contact"), is_active=True)

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
        accounts = rows_behind(self, "associations__account").manageable_by(actor).order_by().values("pk")
        associations = rows_behind(self, "associations")
        return self.filter(Exists(associations.filter(contact=OuterRef("pk"), account__in=accounts)))

    def with_accounts(self) -> Self:
        """Prefetch the ordered associations with their accounts: two queries for any number of rows."""
        associations = rows_behind(self, "associations").select_related("account")
        return self.prefetch_related(Prefetch("associations", associations.order_by("position")))

    def with_methods(self) -> Self:
        """Prefetch the contact methods."""
        return self.prefetch_related("methods")

    def with_tags(self) -> Self:
        """Prefetch the tags, in their order."""
        return self.prefetch_related(Prefetch("tags", rows_behind(self, "tags").order_by("search")))

    def with_any_tag(self, tag_ids: list[int]) -> Self:
        """Those with one of these tags."""
        tagged = rows_behind(self, "tagged")
        return self.filter(Exists(tagged.filter(contact=OuterRef("pk"), tag__in=tag_ids)))

    def matching(self, text: str, *, counted: bool = False) -> Self:
        """By name and reference (every word, any order), or by any contact method.

        On PostgreSQL this asks at once how common the text is. What few match is gathered from the trigram indexes;
        what many match is left to the order of the list, which soon has a page of them. What is only to be `counted`,
        perhaps beside many others, asks nothing and is gathered.
        """
        text = asked(text).words
        if not text:
            return self
        names = self.model._default_manager.filter(matching(text, initials="initials")).order_by()
        ways = rows_behind(self, "methods").filter(_by_method(text)).order_by()
        former = _merged_under(self, "contact", line(text))
        if counted:
            many_names, many_ways = False, False
        elif _is_short(text):
            many_names, many_ways = True, False
        else:
            many_names, many_ways = _are_common(names, ways)
        if not many_names and not many_ways:
            return self.filter(pk__in=names.values("pk").union(ways.values("contact"), former))
        by_name = matching(text, initials="initials") if many_names else Q(pk__in=names.values("pk"))
        by_way = (
            Exists(ways.filter(contact=OuterRef("pk"))) if many_ways else Q(pk__in=ways.values("contact"))
        )
        return self.filter(by_name | by_way | Q(pk__in=former))

    def letter(self, letter: str) -> Self:
        """Those filed under a letter of the A–Z / ㄱ–ㅎ index."""
        return self.filter(starting_with(letter))

    def in_any_account(self, account_ids: list[int]) -> Self:
        """Those with one of these accounts at any position."""
        associations = rows_behind(self, "associations")
        return self.filter(Exists(associations.filter(contact=OuterRef("pk"), account__in=account_ids)))

    def without_account(self) -> Self:
        """Those who belong nowhere."""
        associations = rows_behind(self, "associations")
        return self.filter(~Exists(associations.filter(contact=OuterRef("pk"))))

    def with_at_least(self, accounts: int) -> Self:
        """Those with so many accounts or more. A place that far down a list finds the few; gaps in it do not count."""
        associations = rows_behind(self, "associations")
        far_down = associations.filter(position__gte=accounts).order_by().values("contact")
        return self.with_account_count().filter(pk__in=far_down, account_count__gte=accounts)

    def with_unparsed_phone(self) -> Self:
        """Those with a phone that nothing could make a number of."""
        return self._with_method(rows_behind(self, "methods").model.unparsed())

    def bouncing(self) -> Self:
        """Those with an address that takes no mail."""
        return self._with_method(Q(bouncing_since__isnull=False))

    def _with_method(self, condition: Q) -> Self:
        methods = rows_behind(self, "methods")
        return self.filter(pk__in=methods.filter(condition).order_by().values("contact"))

    def with_account_count(self) -> Self:
        """Adds `account_count`."""
        associations = rows_behind(self, "associations")
        counted = (
            associations.filter(contact=OuterRef("pk"))
            .order_by()
            .values("contact")
            .annotate(n=models.Count("pk"))
            .values("n")
        )
        return self.annotate(account_count=Coalesce(Subquery(counted), 0))
