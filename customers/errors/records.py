"""What the customers' services refuse, each with a sentence a person can act on."""

from __future__ import annotations

from customers.models import Contact, ContactMethod, ContactRelationship
from customers.registry import MethodUses
from helpdesk.core.errors import DomainError
from helpdesk.core.words import phrase, phrase_n


class TooManyAccounts(DomainError):
    """A contact would belong to more accounts than the desk allows."""

    def __init__(self, names: list[str], limit: int) -> None:
        shown = ", ".join(names[:3]) + ("…" if len(names) > 3 else "")
        super().__init__(
            phrase(
                "%(names)s: a %(term_contact)s can belong to %(limit)s %(term_accounts)s at most. Remove one first.",
                names=shown,
                limit=limit,
            ),
            field="accounts",
        )
        self.names = names


class AccountListedTwice(DomainError):
    def __init__(self) -> None:
        super().__init__(
            phrase("A %(term_account)s stands in the list twice. Remove one of the two."), field="accounts"
        )


class AccountGone(DomainError):
    def __init__(self) -> None:
        super().__init__(
            phrase("A %(term_account)s in the list no longer exists. Remove it and save again."),
            field="accounts",
        )


class ContactGone(DomainError):
    def __init__(self) -> None:
        super().__init__(phrase("This %(term_contact)s was deleted a moment ago."))


class AccountDeleted(DomainError):
    """The account that is being changed is no longer there."""

    def __init__(self) -> None:
        super().__init__(phrase("This %(term_account)s was deleted a moment ago."))


class ChangedMeanwhile(DomainError):
    """Somebody else saved the record since its form was opened; `version` is the one that stands now."""

    def __init__(self, name: str, version: int, changes: str) -> None:
        super().__init__(
            phrase(
                "%(name)s was changed while you were editing: %(changes)s. What you typed is still here; "
                "save again to keep yours.",
                name=name,
                changes=changes or phrase("somebody saved it"),
            )
        )
        self.version = version


class NotAssociated(DomainError):
    def __init__(self, contact: Contact) -> None:
        super().__init__(
            phrase(
                "%(name)s does not belong to this %(term_account)s any more. Reload the page.",
                name=contact.name,
            )
        )


class AddressInUse(DomainError):
    """An address that another contact has; `contact` is that other one."""

    def __init__(self, value: str, contact: Contact) -> None:
        super().__init__(
            phrase(
                "%(value)s is already used by %(name)s. Use a different address, or open that %(term_contact)s.",
                value=value,
                name=contact.name,
            ),
            field="methods",
        )
        self.value = value
        self.contact = contact


class AddressOfDesk(DomainError):
    """An address with which somebody of the desk signs in: it would say that the two are one person."""

    def __init__(self, value: str) -> None:
        super().__init__(
            phrase(
                "Somebody of the desk signs in with %(value)s. Use a different address; that the two are one person "
                "can be said in the administration.",
                value=value,
            ),
            field="methods",
        )
        self.value = value


class NotOfTheDesk(DomainError):
    def __init__(self) -> None:
        super().__init__(phrase("Choose somebody who works at the desk and can sign in."))


class AlreadyLinked(DomainError):
    def __init__(self) -> None:
        super().__init__(
            phrase("One of the two signs in as somebody else already. Take that apart first, then link them.")
        )


class NotAnAddress(DomainError):
    def __init__(self, value: str, sentence: str) -> None:
        super().__init__(f"{value}: {sentence}" if value else sentence, field="methods")
        self.value = value


class NoPhone(NotAnAddress):
    """A text given for a phone number that holds no digit: ``n/a``, ``-``."""

    def __init__(self, text: str) -> None:
        super().__init__(text, phrase("This is no phone number. Leave the field empty if there is none."))


class MethodInUse(DomainError):
    """A contact method that other records still use; `uses` says which."""

    def __init__(self, method: ContactMethod, uses: list[MethodUses]) -> None:
        super().__init__(
            phrase(
                "%(value)s is still used by %(what)s. Move them, then it can be removed.",
                value=method.display,
                what=", ".join(found.words for found in uses),
            ),
            field="methods",
        )
        self.method = method
        self.uses = uses


class NotAnotherWay(DomainError):
    def __init__(self) -> None:
        super().__init__(
            phrase("Choose another way to reach this %(term_contact)s, or another %(term_contact)s."),
            field="methods",
        )


class ValueChanged(DomainError):
    """Somebody else corrected the value since its form was opened."""

    def __init__(self, now: str) -> None:
        super().__init__(
            phrase(
                "Somebody changed this to %(value)s meanwhile. What you typed is still here; save again to keep yours.",
                value=now or phrase("empty"),
            ),
            field="methods",
        )


class ParentCycle(DomainError):
    def __init__(self, name: str, parent: str) -> None:
        super().__init__(
            phrase(
                "%(parent)s stands below %(name)s, so it cannot be its parent. Choose a different %(term_account)s.",
                name=name,
                parent=parent,
            ),
            field="parent",
        )


class PublicMailDomain(DomainError):
    def __init__(self, domain: str) -> None:
        super().__init__(
            phrase(
                "%(domain)s is a public mail provider: its senders do not belong to one %(term_account)s.",
                domain=domain,
            ),
            field="domains",
        )


class DomainTaken(DomainError):
    def __init__(self, domain: str, account: str) -> None:
        super().__init__(
            phrase(
                "%(domain)s already belongs to %(account)s. Remove it there first.",
                domain=domain,
                account=account,
            ),
            field="domains",
        )


class NotEligible(DomainError):
    def __init__(self, contact: Contact) -> None:
        super().__init__(
            phrase(
                "%(name)s belongs neither to this %(term_account)s nor to one that is linked with it or stands in its "
                "hierarchy.",
                name=contact.name,
            ),
            field="contact",
        )


class HeldByAnother(DomainError):
    """A responsibility that one person at a time holds; `holder` is the contact relationship that is in the way."""

    def __init__(self, holder: ContactRelationship) -> None:
        super().__init__(
            phrase(
                "%(name)s is %(responsibility)s of this %(term_account)s already, and only one person can be. "
                "Delete that entry first, or choose other dates.",
                name=holder.contact.name,
                responsibility=holder.responsibility.name,
            ),
            field="responsibility",
        )
        self.holder = holder


class StillNeeded(DomainError):
    """A contact cannot be deleted while other records depend on it; nor can `others` of those chosen with it."""

    def __init__(self, contact: Contact, what: str, *, others: int = 0) -> None:
        sentence = phrase(
            "%(name)s cannot be deleted yet: %(what)s. Move them to another %(term_contact)s first.",
            name=contact.name,
            what=what,
        )
        if others:
            sentence += " " + phrase_n(
                "So does %(n)s more of those chosen.", "So do %(n)s more of those chosen.", others
            )
        super().__init__(sentence)


class NotAnHeir(DomainError):
    """What somebody leaves behind cannot go to this contact."""

    def __init__(self) -> None:
        super().__init__(phrase("Choose another %(term_contact)s, who stays and is active."), field="to")


class NotAColleague(DomainError):
    """What a leaver hands over goes to somebody of one of their accounts."""

    def __init__(self, contact: Contact) -> None:
        super().__init__(
            phrase(
                "%(name)s is not an active %(term_contact)s of the same %(term_account)s. Choose a colleague.",
                name=contact.name,
            ),
            field="to",
        )


class HasLeft(DomainError):
    def __init__(self, contact: Contact) -> None:
        super().__init__(phrase("%(name)s is deactivated already.", name=contact.name))


class ContactErased(DomainError):
    def __init__(self) -> None:
        super().__init__(
            phrase("The person behind this %(term_contact)s was erased: nobody is left to let in.")
        )


class FieldGone(DomainError):
    """The definition of a custom field is no longer there."""

    def __init__(self) -> None:
        super().__init__(phrase("This field was deleted a moment ago."))


class NotAPin(DomainError):
    """What was typed cannot be a support PIN; it was not looked up."""

    def __init__(self) -> None:
        super().__init__(phrase("A support PIN has six digits."), field="pin")


class TooManyWrongPins(DomainError):
    """This agent has tried too often; the next try is possible when the oldest one is an hour old."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            phrase_n(
                "You have entered %(n)s PIN that did not match within an hour. Try again later.",
                "You have entered %(n)s PINs that did not match within an hour. Try again later.",
                limit,
            ),
            field="pin",
        )


class NoPinLeft(DomainError):
    def __init__(self) -> None:
        super().__init__(phrase("No support PIN could be given. Try again."))


class ViewGone(DomainError):
    """A saved view that is being changed was deleted, or is no longer shared."""

    def __init__(self) -> None:
        super().__init__(phrase("This view was deleted a moment ago. Save the list as a new one."))


class TooManyViews(DomainError):
    """Somebody has as many views of one list as the desk keeps."""

    def __init__(self, limit: int) -> None:
        super().__init__(
            phrase("You have %(limit)s views of this list already. Delete one first.", limit=limit),
            field="name",
        )


class PairGone(DomainError):
    """Two possible duplicates of which one has gone, or who are no longer alike."""

    def __init__(self) -> None:
        super().__init__(phrase("These two are no possible duplicates any more. Reload the page."))


class NothingToUndo(DomainError):
    """A remedy that was taken back before."""

    def __init__(self) -> None:
        super().__init__(phrase("This was taken back already."))


class NothingToLookAt(DomainError):
    """The help center is closed for this person."""

    def __init__(self, contact: Contact) -> None:
        super().__init__(
            phrase("The help center is closed for %(name)s: they see nothing.", name=contact.name)
        )
