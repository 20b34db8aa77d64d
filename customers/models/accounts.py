"""Organisations, their domains, and the links between them."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.querysets import AccountQuerySet, AccountRelationshipQuerySet
from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.search import TrigramIndex, UniqueForm, initials_column, search_column, unique_column
from helpdesk.core.text.addresses import shown_domain
from helpdesk.core.text.model_fields import LineField, ProseField
from helpdesk.core.words import phrase_lazy


class Sharing(models.TextChoices):
    """What the people of an account may do with one another's tickets."""

    OWN = "own", _("Only their own")
    SEE = "see", _("See one another’s")
    REPLY = "reply", _("See and reply to one another’s")


class Account(models.Model):
    """An organisation. `search` (derived by the database) is also what makes a name unique."""

    class Type(models.TextChoices):
        CUSTOMER = "customer", _("Customer")
        PARTNER = "partner", _("Partner")

    name = LineField(_("name"), max_length=200)
    number = LineField(_("number"), max_length=40, blank=True)
    type = models.CharField(_("type"), max_length=10, choices=Type.choices, default=Type.CUSTOMER)
    parent = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="children",
        verbose_name=_("parent"),
    )
    tree = models.BigIntegerField(null=True, blank=True, editable=False, db_index=True)
    """The id of the account at the top of the hierarchy; empty for one that stands alone, so that two accounts are of
    one hierarchy exactly when these are equal. Kept by `customers.services.accounts.hierarchy`."""
    phone = LineField(_("phone"), max_length=60, blank=True)
    website = models.URLField(_("website"), max_length=300, blank=True)
    address = ProseField(_("address"), max_length=1000, blank=True)
    notes = ProseField(_("notes"), max_length=10000, blank=True)
    custom_fields = models.JSONField(default=dict, blank=True)
    external_id = LineField(_("external id"), max_length=100, blank=True)
    sharing = models.CharField(_("sharing"), max_length=5, choices=Sharing.choices, default=Sharing.REPLY)
    name_key = unique_column(F("name"))
    search = search_column(F("name"))
    initials = initials_column(F("name"))
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    contacts = models.ManyToManyField(
        "customers.Contact", through="customers.Association", related_name="accounts"
    )

    objects = AccountQuerySet.as_manager()

    class Meta:
        verbose_name = phrase_lazy("%(term_account)s")
        verbose_name_plural = phrase_lazy("%(term_accounts)s")
        ordering = ["search", "id"]
        permissions = [("merge_account", "Can merge accounts")]
        constraints = [
            UniqueConstraint(
                UniqueForm(F("name")),
                name="account_name_unique_ignoring_case_and_spaces",
                violation_error_message=gettext_noop(
                    "Another %(term_account)s has this name. Choose a different name, or use that one."
                ),
            ),
            UniqueConstraint(
                Lower("number"),
                name="account_number_unique",
                condition=~Q(number=""),
                violation_error_message=gettext_noop(
                    "Another %(term_account)s has this number. Choose a different one."
                ),
            ),
            UniqueConstraint(
                fields=["external_id"],
                name="account_external_id_unique",
                condition=~Q(external_id=""),
                violation_error_message=gettext_noop("Another %(term_account)s has this external id."),
            ),
            CheckConstraint(condition=~Q(name=""), name="account_name_not_blank"),
            CheckConstraint(condition=Q(type__in=["customer", "partner"]), name="account_type_known"),
            CheckConstraint(condition=Q(sharing__in=["own", "see", "reply"]), name="account_sharing_known"),
            CheckConstraint(
                condition=~Q(parent=F("id")),
                name="account_not_its_own_parent",
                violation_error_message=gettext_noop("This %(term_account)s cannot stand under itself."),
            ),
        ]
        indexes = [
            models.Index(fields=["name_key"], name="account_by_name_key"),
            models.Index(fields=["search", "id"], name="account_by_name"),
            models.Index(fields=["-created_at", "-id"], name="account_newest"),
            TrigramIndex("search", name="account_search_trigram"),
            TrigramIndex("initials", name="account_initials_trigram"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:account_detail", args=[self.pk])

    @property
    def some_children(self) -> models.QuerySet:
        """The first few children by name, for a header."""
        return self.children.order_by("search")[:6]

    @property
    def reference(self) -> str:
        """The number, or one made of the id when none was given."""
        return self.number or f"A-{self.pk:06d}"


class AccountDomain(models.Model):
    """An e-mail domain whose senders belong to the account."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="domains")
    domain = models.CharField(
        _("domain"),
        max_length=253,
        validators=[RegexValidator(r"^(?!-)[\w-]+(\.[\w-]+)+$", _("Enter a domain such as example.com."))],
    )

    class Meta:
        verbose_name = _("email domain")
        verbose_name_plural = _("email domains")
        ordering = ["domain"]
        constraints = [
            UniqueConstraint(
                Lower("domain"),
                name="account_domain_unique",
                violation_error_message=gettext_noop("This domain belongs to another %(term_account)s."),
            ),
        ]

    def __str__(self) -> str:
        return self.shown

    @property
    def shown(self) -> str:
        """As people read it: ``bücher.example``. What is kept is the ASCII form, by which senders are found."""
        return shown_domain(self.domain)


def ends_after_start(name: str) -> CheckConstraint:
    """A period cannot end before it starts."""
    return CheckConstraint(
        condition=Q(starts_on__isnull=True) | Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
        name=name,
        violation_error_message=gettext_noop("The last day is before the first. Choose a later one."),
    )


class AccountRelationshipType(models.Model):
    """A kind of link between two accounts, with a label for each direction."""

    name = LineField(_("label"), max_length=60, unique=True, help_text=_("From the first: Partner of"))
    reverse_name = LineField(_("label the other way"), max_length=60, help_text=_("Customer of"))

    class Meta:
        verbose_name = phrase_lazy("%(term_account)s relationship type")
        verbose_name_plural = phrase_lazy("%(term_account)s relationship types")
        ordering = ["name"]

    def __str__(self) -> str:
        return f"{self.name} / {self.reverse_name}"


class AccountRelationship(models.Model):
    """`from_account` is *type.name* `to_account`, on the days between two dates (both included, each may be open)."""

    from_account = models.ForeignKey(
        Account, on_delete=models.CASCADE, related_name="relationships_from", db_index=False
    )
    to_account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="relationships_to")
    type = models.ForeignKey(AccountRelationshipType, on_delete=models.PROTECT, related_name="relationships")
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AccountRelationshipQuerySet.as_manager()

    class Meta:
        verbose_name = phrase_lazy("%(term_account)s relationship")
        verbose_name_plural = phrase_lazy("%(term_account)s relationships")
        constraints = [
            UniqueConstraint(
                fields=["from_account", "to_account", "type"],
                name="account_relationship_unique",
                violation_error_message=gettext_noop(
                    "These two %(term_accounts)s are already linked in this way."
                ),
            ),
            CheckConstraint(
                condition=~Q(from_account=F("to_account")),
                name="account_relationship_not_with_itself",
                violation_error_message=gettext_noop(
                    "Choose a different %(term_account)s: one is not linked to itself."
                ),
            ),
            ends_after_start("account_relationship_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.from_account} – {self.type.name} – {self.to_account}"
