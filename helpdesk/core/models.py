"""People who sign in, what happened, and the desk's words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from helpdesk.core.roles import ADMINISTRATOR, ROLES


class UserManager(BaseUserManager["User"]):
    """Users by e-mail address, ignoring case."""

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Create a person who can sign in; without a password only by an e-mailed code."""
        user = self.model(email=email.strip().lower(), **fields)
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
    """Someone who signs in. `is_staff` opens the workspace, a linked contact the help center; one may have both."""

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    email = models.EmailField(_("email"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    is_staff = models.BooleanField(_("staff"), default=False, help_text=_("Opens the agent workspace."))
    is_active = models.BooleanField(
        _("active"), default=True, help_text=_("Take it away to close the sign-in.")
    )
    language = models.CharField(_("language"), max_length=12, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    theme = models.CharField(_("appearance"), max_length=5, blank=True, choices=Theme.choices)
    shortcuts = models.BooleanField(_("keyboard shortcuts"), default=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

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
                Lower("email"),
                name="user_email_unique_ignoring_case",
                violation_error_message=_(
                    "Another person signs in with this address. Choose a different one."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name()

    def get_full_name(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else self.email

    @property
    def role(self) -> str:
        """The highest staff group held, or an empty string."""
        if self.is_superuser:
            return ADMINISTRATOR
        held = {group.name for group in self.groups.all()}
        return next((role for role in reversed(ROLES) if role in held), "")


class AuditEntry(models.Model):
    """One thing that happened: a code and data, never a sentence. Rows are only ever added."""

    class ActorKind(models.TextChoices):
        AGENT = "agent", _("Agent")
        CONTACT = "contact", _("Contact")
        RULE = "rule", _("Rule")
        CHANNEL = "channel", _("Channel")
        SYSTEM = "system", _("System")

    code = models.CharField(max_length=80)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    related_type = models.CharField(max_length=60, blank=True)
    related_id = models.BigIntegerField(null=True, blank=True)
    data = models.JSONField(default=dict)
    actor_kind = models.CharField(max_length=10, choices=ActorKind.choices)
    actor_user = models.ForeignKey(User, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    actor_label = models.CharField(max_length=200, blank=True)
    cause = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="effects"
    )
    depth = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    processed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("activity entry")
        verbose_name_plural = _("activity entries")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(actor_kind__in=["agent", "contact", "rule", "channel", "system"]),
                name="audit_actor_kind_known",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-id"], name="audit_subject"),
            models.Index(
                fields=["related_type", "related_id", "-id"],
                name="audit_related",
                condition=models.Q(related_id__isnull=False),
            ),
            models.Index(
                fields=["id"], name="audit_unprocessed", condition=models.Q(processed_at__isnull=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.subject_type}:{self.subject_id}"


class Term(models.Model):
    """The desk's own word for a module, in one language: *Account* may be *Property* here."""

    class Key(models.TextChoices):
        ACCOUNT = "account", _("Account")
        CONTACT = "contact", _("Contact")
        TICKET = "ticket", _("Ticket")
        DEPARTMENT = "department", _("Department")

    key = models.CharField(_("module"), max_length=20, choices=Key.choices)
    language = models.CharField(_("language"), max_length=12)
    singular = models.CharField(_("singular"), max_length=60)
    plural = models.CharField(_("plural"), max_length=60)

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
    """When something that the clock does is due next; see `helpdesk.core.clock`."""

    name = models.CharField(max_length=80, unique=True)
    due_at = models.DateTimeField()

    class Meta:
        verbose_name = _("duty of the clock")
        verbose_name_plural = _("duties of the clock")

    def __str__(self) -> str:
        return self.name


class OnceAnswer(models.Model):
    """A request that carried a key of its own, and the answer it got; see `helpdesk.core.once`."""

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
