"""What is refused to the customer administrators of an account, each with a sentence they can act on.

None of them says anything about the other accounts of a person, or about people whom the reader does not manage.
"""

from __future__ import annotations

from customers.models import Account, Contact
from helpdesk.core.errors import DomainError
from helpdesk.core.words import phrase, phrase_n


class LastAdministrator(DomainError):
    """An account would be left without an administrator of its own."""

    def __init__(self, contact: Contact, account: Account) -> None:
        super().__init__(
            phrase(
                "%(name)s is the last administrator of %(account)s. Name somebody who takes the role over first.",
                name=contact.name,
                account=account.name,
            ),
            field="successor",
        )


class NotASuccessor(DomainError):
    """The role, or what a leaver hands over, goes to an active member of the same account."""

    def __init__(self, field: str = "successor") -> None:
        super().__init__(
            phrase("Choose an active person of this %(term_account)s, not the one who goes."), field=field
        )


class NotActive(DomainError):
    """A right is for people who can sign in."""

    def __init__(self, contact: Contact) -> None:
        super().__init__(phrase("%(name)s is deactivated. Activate the sign-in first.", name=contact.name))


class ClosedByTheDesk(DomainError):
    """What the desk has closed is for the desk to open."""

    def __init__(self) -> None:
        super().__init__(phrase("Our team closed this sign-in. Ask us to open it again."))


class AskTheDesk(DomainError):
    """Something about the person stands against it; what, is not the reader's to know."""

    def __init__(self, contact: Contact) -> None:
        super().__init__(
            phrase("This cannot be done for %(name)s at the moment. Ask our team.", name=contact.name)
        )


class ChangedHere(DomainError):
    """What a form shows is no longer what it was when it was opened; by whom, and what else, is not told."""

    def __init__(self, name: str) -> None:
        super().__init__(
            phrase(
                "%(name)s was changed while you were editing. What you typed is still here; save again to keep yours.",
                name=name,
            )
        )


class InvitationGone(DomainError):
    """Answered, withdrawn, too old, or made by somebody who may no longer invite."""

    def __init__(self) -> None:
        super().__init__(phrase("This invitation no longer stands. Ask for a new one."))


class InvitedToday(DomainError):
    """One letter a day is enough for anybody."""

    def __init__(self) -> None:
        super().__init__(phrase("This invitation was sent within the last 24 hours. Send it again tomorrow."))


class NobodyNamed(DomainError):
    def __init__(self) -> None:
        super().__init__(phrase("Enter at least one email address."), field="addresses")


class TooManyAddresses(DomainError):
    """More than one page of addresses at once."""

    def __init__(self, most: int) -> None:
        super().__init__(
            phrase_n(
                "Invite at most %(n)s person at a time.", "Invite at most %(n)s people at a time.", most
            ),
            field="addresses",
        )


class TooManyInvitations(DomainError):
    """The account, or the person who invites, has sent all the invitations of a day."""

    def __init__(self, left: int) -> None:
        sentence = (
            phrase_n(
                "Only %(n)s more person can be invited today. Invite the others tomorrow.",
                "Only %(n)s more people can be invited today. Invite the others tomorrow.",
                left,
            )
            if left
            else phrase("Nobody else can be invited today. Invite the others tomorrow.")
        )
        super().__init__(sentence, field="addresses")


class AlreadyDecided(DomainError):
    """Somebody else has accepted or declined meanwhile."""

    def __init__(self) -> None:
        super().__init__(phrase("This request was answered already."))
