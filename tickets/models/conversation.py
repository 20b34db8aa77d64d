"""What is said on a ticket and to whom, what is attached to it, and who listens."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Concat
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from customers.models import Contact
from helpdesk.core.database.constraints import CheckConstraint, UniqueConstraint
from helpdesk.core.search import KeysField, TrigramIndex, search_column
from helpdesk.core.text.model_fields import LineField, ProseField
from helpdesk.core.words import phrase
from tickets.models.tickets import Ticket
from tickets.querysets import AttachmentQuerySet, MessageQuerySet


class MessageManager(models.Manager["Message"]):
    """Messages without what is only searched: it is as long as the text itself."""

    def get_queryset(self) -> models.QuerySet[Message]:
        return super().get_queryset().defer("search", "search_keys")


class Message(models.Model):
    """A public message or an internal note: `body` as typed, `html` its safe rendering, made once."""

    class Kind(models.TextChoices):
        PUBLIC = "public", _("Public reply")
        NOTE = "note", _("Internal note")

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="messages", db_index=False)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind.choices, default=Kind.PUBLIC)
    author_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    author_contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="messages"
    )
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    """Who of the desk wrote down what a contact said, on the phone for instance; the words stay the contact's."""
    author_name = LineField(max_length=250, blank=True)
    """The author's name at the time, shown when neither person is there any more."""
    acted_for = models.CharField(max_length=255, blank=True, editable=False)
    """The account that the author wrote on behalf of without belonging to it, by its name at the time."""
    acted_as = models.CharField(max_length=250, blank=True, editable=False)
    """The responsibilities that the author had for it, by their names at the time."""
    body = ProseField(_("message"))
    html = models.TextField(editable=False, default="")
    channel = models.CharField(max_length=10, choices=Ticket.Channel.choices, default=Ticket.Channel.WEB)
    source = models.CharField(max_length=100, blank=True, default="", editable=False)
    """The mailbox or connection that brought it, by a key of its own (``mailbox:3``); empty for what was typed on a
    page. A key and no relation: what brings messages lives above tickets and cannot be pointed at from here."""
    message_id = models.CharField(max_length=998, blank=True, default="", editable=False)
    """What it is called where it came from: the Message-ID of a mail (RFC 5322; a line has at most 998 characters), the
    id of an API client. Answers find the ticket by it, and the same mail read twice is one message. Unique for each
    source, not over all: one mail to two mailboxes becomes a message on two tickets."""
    sender_address = models.CharField(max_length=254, blank=True, default="", editable=False)
    """The address it came from, as written. With no author it is all that is known of an unverified sender."""
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    file_names = ProseField(editable=False, default="")
    """Those of its attachments, a line each, to be searched with the body: `attach_files` writes them."""
    search = search_column(Concat("body", Value(" "), "file_names", output_field=models.TextField()))
    search_keys = KeysField(null=True, editable=False)

    letters: object = None
    """Set by `ticket_context`: what became of the letters about it (`tickets.services.letters.Letters`)."""

    objects = MessageManager.from_queryset(MessageQuerySet)()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["created_at", "id"]
        constraints = [
            CheckConstraint(
                name="tickets_message_kind_known",
                condition=Q(kind__in=["public", "note"]),
                violation_error_message=gettext_noop("A message is public or an internal note."),
            ),
            CheckConstraint(
                name="tickets_message_one_author",
                condition=Q(author_user__isnull=True) | Q(author_contact__isnull=True),
                violation_error_message=gettext_noop("A message has one author."),
            ),
            CheckConstraint(
                name="tickets_message_notes_by_staff",
                condition=~Q(kind="note") | Q(author_contact__isnull=True),
                violation_error_message=gettext_noop("Only the desk writes internal notes."),
            ),
            CheckConstraint(
                name="tickets_message_acted_by_contact",
                condition=Q(acted_for="", acted_as="") | (Q(author_user__isnull=True) & ~Q(acted_for="")),
                violation_error_message=gettext_noop("Only customers write on behalf of others."),
            ),
            CheckConstraint(
                name="tickets_message_entered_for_contact",
                condition=Q(entered_by__isnull=True) | Q(author_user__isnull=True),
                violation_error_message=gettext_noop("What the desk says itself is entered for nobody."),
            ),
            # The id first: answers look for it whatever brought the message.
            UniqueConstraint(
                fields=["message_id", "source"],
                name="tickets_message_id_once",
                condition=~Q(message_id=""),
                violation_error_message=gettext_noop("This message is here already."),
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "created_at", "id"], name="tickets_message_thread"),
            TrigramIndex("search", name="tickets_message_search_trgm", keys="search_keys"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}:{self.pk}"

    @property
    def is_note(self) -> bool:
        return self.kind == self.Kind.NOTE

    @property
    def author(self) -> object | None:
        """The user or contact who wrote it; None when gone or a machine."""
        return self.author_user or self.author_contact

    @property
    def is_from_customer(self) -> bool:
        """Whether a contact wrote it, or an unverified sender from outside; else it is the desk's."""
        return self.author_contact_id is not None or (
            self.author_user_id is None and bool(self.sender_address)
        )

    @property
    def author_label(self) -> str:
        return str(self.author or self.author_name)

    @property
    def on_behalf(self) -> str:
        """For whom the author wrote, and as what; nothing when it was for an account of their own."""
        if not self.acted_for:
            return ""
        return phrase(
            "for %(account)s, as %(responsibility)s", account=self.acted_for, responsibility=self.acted_as
        )

    @property
    def author_in_full(self) -> str:
        """The author, and for whom they wrote if not for themselves."""
        return f"{self.author_label} ({self.on_behalf})" if self.on_behalf else self.author_label

    def _named(self, role: str) -> str:
        """The recipients of a role, in one line, as they were written to; loaded rows are not asked for again."""
        rows = [row for row in self.recipients.all() if row.role == role]
        return ", ".join(row.name or row.address for row in rows)

    @property
    def to_names(self) -> str:
        return self._named(MessageRecipient.Role.TO)

    @property
    def cc_names(self) -> str:
        return self._named(MessageRecipient.Role.CC)

    @property
    def bcc_names(self) -> str:
        """For the desk alone."""
        return self._named(MessageRecipient.Role.BCC)

    @property
    def safe_html(self) -> SafeString:
        """`html` came out of `tickets.services.markdown`, the only place that fills it."""
        return mark_safe(self.html)  # noqa: S308  cleaned by nh3 before it was stored


class StaleSearchKeys(models.Model):
    """A ticket that moved together with many others, and whose messages still have the search keys of before.

    PostgreSQL notes it; `tickets.services.search_keys` works it off.
    """

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")

    class Meta:
        verbose_name = _("stale search keys")
        verbose_name_plural = _("stale search keys")

    def __str__(self) -> str:
        return str(self.ticket_id)


class MessageRecipient(models.Model):
    """Whom a public message was addressed to, as it was then: later changes of the ticket or the person leave it alone.

    `tickets.services.recipients` writes the rows. A blank address: there was none at that moment.
    """

    class Role(models.TextChoices):
        TO = "to", _("To")
        CC = "cc", _("Cc")
        BCC = "bcc", _("Bcc")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="recipients")
    role = models.CharField(max_length=3, choices=Role.choices, default=Role.TO)
    name = LineField(max_length=250, blank=True)
    address = models.CharField(max_length=254, blank=True)
    contact = models.ForeignKey(Contact, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("recipient")
        verbose_name_plural = _("recipients")
        ordering = ["id"]
        constraints = [
            CheckConstraint(
                name="tickets_recipient_role_known",
                condition=Q(role__in=["to", "cc", "bcc"]),
                violation_error_message=gettext_noop("A recipient is addressed with To, Cc or Bcc."),
            ),
            CheckConstraint(
                name="tickets_recipient_one_person",
                condition=Q(contact__isnull=True) | Q(user__isnull=True),
                violation_error_message=gettext_noop("A recipient is one person."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} <{self.address}>"


def attachment_path(attachment: Attachment, filename: str) -> str:
    """A random name of ours: nothing of the visitor's name reaches the disk."""
    token = secrets.token_hex(20)
    return f"attachments/{token[:2]}/{token}"


class Attachment(models.Model):
    """A file of a message, kept outside the static tree and served only after a look at its ticket."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.FileField(upload_to=attachment_path, max_length=200)
    name = LineField(_("name"), max_length=200)
    size = models.PositiveBigIntegerField(_("size"))
    content_type = models.CharField(max_length=120, default="application/octet-stream")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name


class Follower(models.Model):
    """A user or a contact who wants to hear of a ticket. It never gives sight: mail asks again each time."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="followers", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="followings"
    )
    contact = models.ForeignKey(
        Contact, null=True, blank=True, on_delete=models.CASCADE, related_name="followings"
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("follower")
        verbose_name_plural = _("followers")
        ordering = ["id"]
        constraints = [
            CheckConstraint(
                name="tickets_follower_one_person",
                condition=Q(user__isnull=False, contact__isnull=True)
                | Q(user__isnull=True, contact__isnull=False),
                violation_error_message=gettext_noop("A follower is one person."),
            ),
            UniqueConstraint(fields=["ticket", "user"], name="tickets_follower_user_once"),
            UniqueConstraint(fields=["ticket", "contact"], name="tickets_follower_contact_once"),
        ]

    def __str__(self) -> str:
        return f"{self.ticket_id}: {self.user or self.contact}"
