"""The rules of tickets, each with a sentence to act on."""

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError
from helpdesk.core.web.uploads import NoRoomLeft
from helpdesk.core.words import phrase, phrase_n


class SubjectMissing(DomainError):
    def __init__(self) -> None:
        super().__init__(_("Enter a subject."), field="subject")


class SubjectTooLong(DomainError):
    def __init__(self, limit: int) -> None:
        message = _("Shorten the subject to %(limit)s characters and put the rest into the message.")
        super().__init__(message % {"limit": limit}, field="subject")


class ContactInactive(DomainError):
    def __init__(self) -> None:
        super().__init__(phrase("This %(term_contact)s is deactivated. Choose another."), field="contact")


class ContactMissing(DomainError):
    def __init__(self) -> None:
        super().__init__(phrase("Choose the %(term_contact)s who asks."), field="contact")


class AccountNotOfContact(DomainError):
    def __init__(self) -> None:
        message = phrase("Choose one of the %(term_accounts)s of this %(term_contact)s.")
        super().__init__(message, field="account")


class UnknownChoice(DomainError):
    def __init__(self, field: str) -> None:
        super().__init__(_("This choice is not offered. Choose one from the list."), field=field)


class NotAnAgent(DomainError):
    def __init__(self) -> None:
        message = phrase("A %(term_ticket)s can only be assigned to someone of the desk.")
        super().__init__(message, field="assignee")


class DepartmentOutOfReach(DomainError):
    def __init__(self) -> None:
        message = phrase(
            "Choose one of your %(term_departments)s, or assign the %(term_ticket)s to yourself."
        )
        super().__init__(message, field="department")


class ParticipantIsRequester(DomainError):
    def __init__(self) -> None:
        super().__init__(_("This is an address of the requester, who gets every email."), field="address")


class TicketClosed(DomainError):
    def __init__(self) -> None:
        super().__init__(
            phrase("This %(term_ticket)s is closed. Open a new one and mention its number."), field="body"
        )


class TicketFinal(DomainError):
    def __init__(self, number: int) -> None:
        message = phrase_n(
            "%(n)s closed %(term_ticket)s cannot get another status, so nothing was changed.",
            "%(n)s closed %(term_tickets)s cannot get another status, so nothing was changed.",
            number,
        )
        super().__init__(message, field="status")


class StatusNotDeleted(DomainError):
    def __init__(self) -> None:
        super().__init__(_("The first status of a kind cannot be deleted. Rename it."))


class MessageEmpty(DomainError):
    def __init__(self) -> None:
        super().__init__(_("Write a message."), field="body")


class MessageTooLong(DomainError):
    def __init__(self, limit: int) -> None:
        message = _("The message is longer than %(limit)s characters. Attach the long part as a file.")
        super().__init__(message % {"limit": f"{limit:,}"}, field="body")


class MessageKnown(DomainError):
    def __init__(self) -> None:
        super().__init__(_("This message is here already."), field="message_id")


class TooManyAttachments(DomainError):
    def __init__(self, limit: int) -> None:
        message = _("Attach at most %(limit)s files to one message.")
        super().__init__(message % {"limit": limit}, field="attachments")


class AttachmentTooLarge(DomainError):
    def __init__(self, name: str, limit: int) -> None:
        message = _("“%(name)s” is larger than %(limit)s. Make it smaller or share a link to it.")
        super().__init__(message % {"name": name, "limit": filesizeformat(limit)}, field="attachments")


class AttachmentEmpty(DomainError):
    def __init__(self, name: str) -> None:
        super().__init__(_("“%(name)s” is empty.") % {"name": name}, field="attachments")


class AttachmentRefused(DomainError):
    def __init__(self, name: str) -> None:
        message = _("“%(name)s” is a kind of file that can run as a program. Put it into an archive first.")
        super().__init__(message % {"name": name}, field="attachments")


class AttachmentWithoutRoom(NoRoomLeft):
    def __init__(self, name: str) -> None:
        message = _(
            "The server has no room left for “%(name)s”. Send the message without it, or try again later."
        )
        super().__init__(name, message, field="attachments")


class MethodNotOfContact(DomainError):
    def __init__(self) -> None:
        super().__init__(
            phrase("This way of reaching somebody is not one of the requester's."), field="contact_method"
        )
