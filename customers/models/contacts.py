"""People, the ways to reach them, and the ordered list of accounts they belong to."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Concat, Length
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models.accounts import Account, Sharing
from customers.models.names import full_name
from customers.querysets import AssociationQuerySet, ContactQuerySet
from customers.values import phones
from customers.values.addresses import AddressForm
from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.search import SearchForm, TrigramIndex, initials_column, search_column
from helpdesk.core.text.model_fields import LineField, ProseField
from helpdesk.core.words import phrase_lazy

MAX_POSITION = 25


class Contact(models.Model):
    """A person. `name` and `search` are derived by the database from the two names and the reference."""

    first_name = LineField(_("first name"), max_length=100, blank=True)
    last_name = LineField(_("last name"), max_length=100, blank=True)
    name = models.GeneratedField(
        expression=full_name(), output_field=models.CharField(max_length=201), db_persist=True
    )
    reference = LineField(_("reference number"), max_length=40, null=True, blank=True)
    language = models.CharField(_("language"), max_length=12, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    notes = ProseField(_("notes"), max_length=10000, blank=True)
    custom_fields = models.JSONField(default=dict, blank=True)
    external_id = LineField(_("external id"), max_length=100, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="contact"
    )
    tags = models.ManyToManyField(
        "customers.Tag", through="customers.ContactTag", related_name="contacts", verbose_name=_("tags")
    )
    support_pin = models.CharField(_("support PIN"), max_length=6, null=True, blank=True, editable=False)  # noqa: DJ001 - unique
    """What the person says on the phone to be believed; `customers.services.contacts.pins` alone reads and gives it."""
    search = search_column(Concat(full_name(), Value(" "), Coalesce("reference", Value(""))))
    initials = initials_column(full_name())
    closed_by_customers = models.BooleanField(default=False, db_default=False, editable=False)
    """Whether a customer administrator was the last who closed the sign-in, and may open it again."""
    left_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When somebody of the desk noted last that the person has left, and who took over."""
    left_to = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="+", editable=False
    )
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)
    """When the person behind it was erased; what is left is a number."""
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = phrase_lazy("%(term_contact)s")
        verbose_name_plural = phrase_lazy("%(term_contacts)s")
        ordering = ["search", "id"]
        permissions = [
            ("import_contacts", "Can import contacts and accounts"),
            ("export_contacts", "Can export contacts and accounts"),
            ("merge_contact", "Can merge contacts"),
            ("reveal_support_pin", "Can reveal the support PIN of contacts"),
            ("erase_contact", "Can erase the personal data of contacts"),
            ("view_as_contact", "Can look at the help center as contacts see it"),
            ("link_contact_to_desk", "Can say that a contact is somebody of the desk"),
        ]
        constraints = [
            UniqueConstraint(
                fields=["reference"],
                name="contact_reference_unique",
                violation_error_message=gettext_noop(
                    "Another %(term_contact)s has this reference number. Choose a different one."
                ),
            ),
            UniqueConstraint(
                fields=["external_id"],
                name="contact_external_id_unique",
                condition=~Q(external_id=""),
                violation_error_message=gettext_noop("Another %(term_contact)s has this external id."),
            ),
            UniqueConstraint(fields=["support_pin"], name="contact_support_pin_unique"),
            CheckConstraint(
                condition=Q(support_pin__isnull=True) | Q(Exact(Length("support_pin"), 6)),
                name="contact_support_pin_six_digits",
            ),
            CheckConstraint(
                condition=~Q(first_name="", last_name=""),
                name="contact_has_a_name",
                violation_error_message=gettext_noop("Enter a first name or a last name."),
            ),
        ]
        indexes = [
            models.Index(fields=["search", "id"], include=["is_active"], name="contact_by_name"),
            models.Index(fields=["-created_at", "-id"], name="contact_newest"),
            models.Index(fields=["name"], name="contact_exact_name"),
            models.Index(SearchForm(F("name")), name="contact_same_name"),
            models.Index(fields=["updated_at", "id"], name="contact_changed"),
            TrigramIndex("search", name="contact_search_trigram"),
            TrigramIndex("initials", name="contact_initials_trigram"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:contact_detail", args=[self.pk])

    @property
    def ordered_associations(self) -> list[Association]:
        """The associations in order, the primary first. Prefetch with `with_accounts()`."""
        return sorted(self.associations.all(), key=lambda association: association.position)

    @property
    def account_ids(self) -> set[int]:
        """The accounts that the contact belongs to. Prefetch with `with_accounts()`."""
        return {association.account_id for association in self.associations.all()}

    @property
    def primary_association(self) -> Association | None:
        return next(iter(self.ordered_associations), None)

    @property
    def primary_account(self) -> Account | None:
        primary = self.primary_association
        return primary.account if primary else None

    @property
    def job_title(self) -> str:
        """The job title at the primary account."""
        primary = self.primary_association
        return primary.job_title if primary else ""

    @property
    def acting_for(self) -> models.QuerySet:
        """The contact relationships that stand, with their accounts and responsibilities."""
        standing = self.contact_relationships.giving_sight()
        return standing.select_related("account", "responsibility").order_by("account__search")

    @property
    def granting_nothing(self) -> list[Any]:
        """The contact relationships that do not stand today, with their state, accounts and responsibilities."""
        rows = self.contact_relationships.with_state().select_related("account", "responsibility")
        return [row for row in rows.order_by("account__search") if row.state_mark]

    def default_method(self, *kinds: str) -> ContactMethod | None:
        """The default method of the first kind that has one. Prefetch with `with_methods()`."""
        defaults = {method.kind: method for method in self.methods.all() if method.is_default}
        return next((defaults[kind] for kind in kinds if kind in defaults), None)

    @property
    def default_email(self) -> str:
        method = self.default_method(ContactMethod.Kind.EMAIL)
        return method.value if method else ""

    @property
    def default_phone(self) -> str:
        method = self.default_method(ContactMethod.Kind.PHONE, ContactMethod.Kind.MOBILE)
        return method.display if method else ""


#: Phones that nothing could make one valid number of (`customers.values.phones`).
UNPARSED_PHONE = Q(kind__in=["phone", "mobile"]) & ~Q(value_key__regex=r"^\+[0-9]{7,15}(;ext=[0-9]{1,7})?$")


class ContactMethod(models.Model):
    """A way to reach a contact. `value_key` is what makes two values the same: the key of an address
    (`helpdesk.core.text.addresses`), a number with its extension (`customers.values.phones`)."""

    class Kind(models.TextChoices):
        EMAIL = "email", _("Email")
        PHONE = "phone", _("Phone")
        MOBILE = "mobile", _("Mobile")
        X = "x", _("X (Twitter)")
        OTHER = "other", _("Other")

    contact = models.ForeignKey(Contact, on_delete=models.CASCADE, related_name="methods", db_index=False)
    kind = models.CharField(_("kind"), max_length=6, choices=Kind.choices)
    value = LineField(_("value"), max_length=254)
    value_key = models.CharField(max_length=254, editable=False)
    search = search_column(F("value_key"))
    """What is looked for inside. A column of its own: PostgreSQL would answer `value_key IN (…)` by a trigram index
    too, and take seconds for a thousand values."""
    label = LineField(_("label"), max_length=40, blank=True)
    is_default = models.BooleanField(_("default"), default=False)
    unconfirmed_since = models.DateTimeField(null=True, blank=True, editable=False)
    """Since when an address waits for its owner's code; until then it opens no sign-in
    (`customers.services.methods.sign_in`)."""
    bouncing_since = models.DateTimeField(_("bouncing since"), null=True, blank=True, editable=False)
    bounce_reason = models.CharField(max_length=300, blank=True, editable=False)
    """What the mail server said; `customers.services.methods.bouncing` alone sets the two."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = phrase_lazy("%(term_contact)s method")
        verbose_name_plural = phrase_lazy("%(term_contact)s methods")
        ordering = ["kind", "-is_default", "id"]
        constraints = [
            UniqueConstraint(
                fields=["value_key"],
                name="contact_email_unique",
                condition=Q(kind="email"),
                violation_error_message=gettext_noop(
                    "This address is already used by another %(term_contact)s."
                ),
            ),
            UniqueConstraint(
                fields=["contact", "kind", "value_key"],
                name="contact_method_once",
                violation_error_message=gettext_noop("This %(term_contact)s already has this."),
            ),
            UniqueConstraint(
                fields=["contact", "kind"], name="contact_method_one_default", condition=Q(is_default=True)
            ),
            CheckConstraint(
                condition=Q(kind__in=["email", "phone", "mobile", "x", "other"]),
                name="contact_method_kind_known",
            ),
            CheckConstraint(condition=~Q(value=""), name="contact_method_not_blank"),
        ]
        indexes = [
            models.Index(fields=["value_key", "kind"], name="contact_method_key"),
            models.Index(
                AddressForm(F("value_key")), name="contact_method_address", condition=Q(kind="email")
            ),
            models.Index(fields=["contact"], name="contact_method_unparsed", condition=UNPARSED_PHONE),
            models.Index(
                fields=["contact"],
                name="contact_method_bouncing",
                condition=Q(bouncing_since__isnull=False),
            ),
            TrigramIndex("search", name="contact_method_search_trigram"),
        ]

    def __str__(self) -> str:
        return self.value

    @staticmethod
    def unparsed() -> Q:
        """Phones that nothing could make a number of; the condition of their index, word for word."""
        return UNPARSED_PHONE

    @property
    def display(self) -> str:
        """The value as people read it: a phone of the desk's own region in national form, others in international."""
        is_phone = self.kind in (self.Kind.PHONE, self.Kind.MOBILE)
        return phones.shown(self.value, settings.HELPDESK_PHONE_REGION) if is_phone else self.value


class Association(models.Model):
    """One place in a contact's ordered list of accounts. The lowest position is the primary account.

    Rows are rewritten whole by `customers.services.associations`; nothing may point at one.
    """

    class Role(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        ADMINISTRATOR = "administrator", _("Customer administrator")

    contact = models.ForeignKey(
        Contact, on_delete=models.CASCADE, related_name="associations", db_index=False
    )
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="associations", db_index=False
    )
    position = models.PositiveSmallIntegerField(_("position"))
    job_title = LineField(_("job title"), max_length=120, blank=True)
    role = models.CharField(_("role"), max_length=13, choices=Role.choices, default=Role.CUSTOMER)
    sharing = models.CharField(
        _("sharing"),
        max_length=5,
        choices=Sharing.choices,
        blank=True,
        help_text=phrase_lazy("Empty: as the %(term_account)s says."),
    )
    created_at = models.DateTimeField(_("since"))

    objects = AssociationQuerySet.as_manager()

    class Meta:
        verbose_name = _("association")
        verbose_name_plural = _("associations")
        ordering = ["contact_id", "position"]
        constraints = [
            UniqueConstraint(fields=["contact", "position"], name="association_position_unique"),
            UniqueConstraint(
                fields=["contact", "account"],
                name="association_account_once",
                violation_error_message=gettext_noop(
                    "This %(term_contact)s already belongs to this %(term_account)s."
                ),
            ),
            CheckConstraint(
                condition=Q(position__gte=1, position__lte=MAX_POSITION), name="association_position_1_to_25"
            ),
            CheckConstraint(
                condition=Q(role__in=["customer", "administrator"]), name="association_role_known"
            ),
            CheckConstraint(
                condition=Q(sharing__in=["", "own", "see", "reply"]), name="association_sharing_known"
            ),
        ]
        indexes = [
            models.Index(fields=["account", "contact"], name="association_by_account"),
            models.Index(fields=["position", "contact"], name="association_by_position"),
            models.Index(
                fields=["account"],
                name="association_administrators",
                condition=Q(role="administrator"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contact} – {self.account}"
