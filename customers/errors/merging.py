"""What merging and its undo refuse, each with a sentence a person can act on."""

from __future__ import annotations

from typing import Any

from customers.models import ContactRelationship, MergedRecord
from helpdesk.core.errors import DomainError
from helpdesk.core.words import phrase, phrase_n


class MergeWithItself(DomainError):
    def __init__(self) -> None:
        super().__init__(phrase("A record cannot be merged with itself. Choose another one."))


class NothingToMerge(DomainError):
    def __init__(self) -> None:
        super().__init__(phrase("Choose what to merge."))


class TooManyAtOnce(DomainError):
    def __init__(self, most: int) -> None:
        super().__init__(phrase("Merge %(most)s at a time at most.", most=most))


class MergedAway(DomainError):
    """One of those to be merged is not there any more: deleted, or merged by somebody else."""

    def __init__(self, gone: MergedRecord | None) -> None:
        if gone is None:
            super().__init__(phrase("One of these was deleted a moment ago. Go back and choose again."))
        else:
            super().__init__(
                phrase(
                    "%(name)s was merged into %(survivor)s a moment ago. Nothing else was changed.",
                    name=gone.name,
                    survivor=gone.merge.survivor,
                )
            )
        self.survivor = gone.merge.survivor if gone else None


class ErasedPerson(DomainError):
    """What is left of somebody who was erased has nobody's name, and must not get one again."""

    def __init__(self, name: str) -> None:
        super().__init__(phrase("%(name)s was erased and cannot be merged with anybody.", name=name))


class DifferentExternalIds(DomainError):
    def __init__(self, ids: list[str]) -> None:
        super().__init__(
            phrase(
                "They have different external ids (%(ids)s). Confirm that they are one and the same.",
                ids=", ".join(ids),
            ),
            field="different_ids",
        )


class TooManyAfterMerge(DomainError):
    def __init__(self, number: int, limit: int) -> None:
        super().__init__(
            phrase(
                "That makes %(number)s %(term_accounts)s, and a %(term_contact)s can belong to %(limit)s. "
                "Choose which to drop.",
                number=number,
                limit=limit,
            ),
            field="dropped",
        )


class UndoTooLate(DomainError):
    def __init__(self) -> None:
        super().__init__(phrase("This merge can no longer be undone."))


class UndoLaterFirst(DomainError):
    """The survivor of the merge was itself merged."""

    def __init__(self, survivor: Any) -> None:
        super().__init__(
            phrase("This was merged again, into %(name)s. Undo that merge first.", name=survivor)
        )


class UndoRefused(DomainError):
    """A record cannot be what it was, because something else has taken its place."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(
            phrase("%(name)s cannot be brought back as it was: %(reason)s", name=name, reason=reason)
        )


class UndoCollides(DomainError):
    """Some of what the merge did was edited since; `collisions` say what."""

    def __init__(self, collisions: list[dict[str, Any]]) -> None:
        number = len(collisions)
        super().__init__(
            phrase_n(
                "Nothing is undone yet: %(n)s thing was edited since the merge.",
                "Nothing is undone yet: %(n)s things were edited since the merge.",
                number,
            )
        )
        self.collisions = collisions


class TwoHolders(DomainError):
    """Two people would hold what one person at a time holds for the account that is left."""

    def __init__(self, one: ContactRelationship, other: ContactRelationship) -> None:
        super().__init__(
            phrase(
                "Only one person can be %(responsibility)s of the %(term_account)s that is left: %(one)s is it for "
                "%(first)s, %(other)s for %(second)s. Delete one of the two entries first.",
                responsibility=one.responsibility.name,
                one=one.contact.name,
                first=one.account.name,
                other=other.contact.name,
                second=other.account.name,
            )
        )
