"""People who sign in, the desk's words, and what the machinery keeps: duties, tallies, workers, answers."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.core.departments import Department, DepartmentMember
from helpdesk.core.roles import ADMINISTRATOR, ROLES
from helpdesk.core.text.address_fields import AddressField, AddressKeyField
from helpdesk.core.text.addresses import address_key, read_address
from helpdesk.core.text.model_fields import LineField
from helpdesk.core.words import phrase_lazy

__all__ = [
    "Department",
    "DepartmentMember",
    "Duty",
    "OnceAnswer",
    "Tally",
    "Term",
    "User",
    "UserManager",
    "Worker",
]


class UserManager(BaseUserManager["User"]):
    """Users by the key of their address."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email_key=address_key(username or "") or "-")

    def create_user(self, email: str | None, password: str | None = None, **fields: Any) -> User:
        """Create a person who can sign in; without a password only by an e-mailed code. Who signs in as a contact has
        no address here: `None`."""
        user = self.model(email=email, **fields)
        if password:
            user.set_password(password)
        else:
            user.set_unusable_password()
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create the first administrator of a desk."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in. `is_staff` opens the workspace, a linked contact the help center; one may have both.

    People of the desk have an address of their own here. Who is a contact and nothing else has none: the contact's
    methods say by which addresses they sign in (`helpdesk.sign_in.identity`), and a copy would go on opening.
    """

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    class Reach(models.TextChoices):
        EVERYTHING = "everything", phrase_lazy("All %(term_tickets)s")
        DEPARTMENTS = "departments", phrase_lazy("%(Term_tickets)s of their %(term_departments)s")

    email = AddressField(_("email"), unique=True, null=True, blank=True)
    email_key = AddressKeyField("email", null=True, editable=False)
    name = LineField(_("name"), max_length=200, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("Opens the agent workspace."))
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Take it away to close the sign-in.")
    )
    reach = models.CharField(
        _("sees"),
        max_length=12,
        choices=Reach.choices,
        default=Reach.EVERYTHING,
        help_text=phrase_lazy(
            "Somebody limited to %(term_departments)s sees their %(term_tickets)s, "
            "and those that they are assigned or follow."
        ),
    )
    language = models.CharField(_("language"), max_length=12, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("appearance"), max_length=5, blank=True, choices=Theme.choices)
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # When the desk first asked this person for a second factor: the days of grace count from here.
    second_factor_asked_at = models.DateTimeField(null=True, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        permissions = [("use_admin", "Can open the administration")]
        constraints = [
            models.UniqueConstraint(
                fields=["email_key"],
                name="user_address_unique",
                violation_error_message=_(
                    "Another person signs in with this address. Choose a different one."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(is_staff=False) | models.Q(email_key__isnull=False),
                name="user_of_the_desk_has_an_address",
                violation_error_message=_("People of the desk sign in with an address. Enter one."),
            ),
            models.CheckConstraint(
                condition=models.Q(email__isnull=True, email_key__isnull=True)
                | models.Q(email__isnull=False, email_key__isnull=False),
                name="user_address_has_its_key",
            ),
            models.CheckConstraint(
                condition=models.Q(reach__in=["everything", "departments"]), name="user_reach_known"
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.name or self.email or ""

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email or ""

    def clean(self) -> None:
        """Django's own would write the address in another form. The key is compared, and so it has to stand."""
        self.email_key = read_address(self.email).key if self.email else None

    @property
    def role(self) -> str:
        """The highest staff group held, or an empty string."""
        if self.is_superuser:
            return ADMINISTRATOR
        held = {group.name for group in self.groups.all()}
        return next((role for role in reversed(ROLES) if role in held), "")


class Term(models.Model):
    """The desk's own word for a module, in one language: *Account* may be *Property* here."""

    class Key(models.TextChoices):
        ACCOUNT = "account", _("Account")
        CONTACT = "contact", _("Contact")
        TICKET = "ticket", _("Ticket")
        DEPARTMENT = "department", _("Department")

    key = models.CharField(_("module"), max_length=20, choices=Key.choices)
    language = models.CharField(_("language"), max_length=12)
    singular = LineField(_("singular"), max_length=60)
    plural = LineField(_("plural"), max_length=60)

    class Meta:
        verbose_name = _("term")
        verbose_name_plural = _("terminology")
        ordering = ["key", "language"]
        constraints = [
            models.UniqueConstraint(
                fields=["key", "language"],
                name="term_unique_per_language",
                violation_error_message=_("This module already has a word in this language. Edit that one."),
            ),
            models.CheckConstraint(
                condition=models.Q(key__in=["account", "contact", "ticket", "department"]),
                name="term_key_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language}): {self.singular}"


class Duty(models.Model):
    """When something that the clock does is due next; see `helpdesk.core.background.clock`."""

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    failed_at = models.DateTimeField(null=True, blank=True)
    """When it failed last; later than `done_at` as long as it has not gone well since."""
    failure = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("duty of the clock")
        verbose_name_plural = _("duties of the clock")

    def __str__(self) -> str:
        return self.name


class Tally(models.Model):
    """How often something was tried until a moment; see `helpdesk.core.database.tallies`.

    Keys are hashes that name nobody.
    """

    key = models.CharField(max_length=64, primary_key=True)
    number = models.PositiveIntegerField()
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("tally of tries")
        verbose_name_plural = _("tallies of tries")

    def __str__(self) -> str:
        return f"{self.number} until {self.until}"


class Worker(models.Model):
    """A process that does the work in the background. It says every other second that it lives."""

    name = models.CharField(max_length=64, unique=True)
    """The id under which it claims work."""
    host = models.CharField(_("host"), max_length=255)
    pid = models.PositiveIntegerField(_("process"))
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")
        ordering: ClassVar[list[str]] = ["-started_at", "-id"]

    def __str__(self) -> str:
        return f"{self.host}:{self.pid}"


class OnceAnswer(models.Model):
    """A request that carried a key of its own, and the answer it got; see `helpdesk.core.web.once`."""

    actor = models.CharField(max_length=120)
    key = models.CharField(max_length=200)
    route = models.CharField(max_length=300)
    digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    location = models.TextField(blank=True)
    until = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("answer given once")
        verbose_name_plural = _("answers given once")
        constraints = [
            models.UniqueConstraint(
                fields=["actor", "key", "route"],
                name="once_answer_key",
                violation_error_message=_("This was sent already."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.route} {self.key}"
