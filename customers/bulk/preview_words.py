"""The sentences of a preview, and the words on the button that does it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format

from customers.bulk.preview import Consequences, Sight
from customers.bulk.wanted import ACCOUNTS, ADD_TAGS, REMOVE_TAGS, Wanted
from customers.models import BulkUpdateLeftOut
from customers.services.exposure import NAMED, sentences_of
from helpdesk.core.words import phrase, phrase_n

Reason = BulkUpdateLeftOut.Reason


@dataclass(frozen=True)
class PreviewWords:
    """`lead` says what is replaced, `strong` what goes by it, `where` at which accounts; then the rest."""

    button: str
    sentences: list[str]
    lead: str = ""
    strong: str = ""
    where: str = ""


def words_of(found: Consequences, wanted: Wanted) -> PreviewWords:
    """All that the panel says."""
    sentences = [
        *_who_changes(found),
        *_primaries(found),
        *_sight(found),
        *_who_is_left_out(found),
    ]
    lead = strong = where = ""
    if wanted.accounts is not None and found.changed:
        lead = _replaces(found, wanted)
    if found.associations_removed:
        strong = phrase_n(
            "%(n)s current association will be removed",
            "%(n)s current associations will be removed",
            found.associations_removed,
        )
        where = _where(found)
    return PreviewWords(_button(found, wanted), sentences, lead, strong, where)


def _replaces(found: Consequences, wanted: Wanted) -> str:
    if not wanted.accounts:
        return phrase_n(
            "This removes all %(term_accounts)s of %(n)s %(term_contact)s.",
            "This removes all %(term_accounts)s of %(n)s %(term_contacts)s.",
            found.changed,
        )
    return phrase_n(
        "This replaces the %(term_accounts)s of %(n)s %(term_contact)s.",
        "This replaces the %(term_accounts)s of %(n)s %(term_contacts)s.",
        found.changed,
    )


def _where(found: Consequences) -> str:
    """``Castellan Wharf on 2, Hanbit Tower on 1, and 2 others``."""
    named = ", ".join(
        phrase("%(account)s on %(number)s", account=name, number=_grouped(number))
        for name, number in found.named
    )
    if not found.others_removed:
        return named
    others = phrase_n("%(n)s other", "%(n)s others", found.others_removed)
    return phrase("%(named)s, and %(others)s", named=named, others=others)


def _who_changes(found: Consequences) -> list[str]:
    if not found.changed:
        return [phrase("Nothing would change.")]
    if not found.unchanged:
        return []
    return [
        phrase_n(
            "%(n)s %(term_contact)s is like that already.",
            "%(n)s %(term_contacts)s are like that already.",
            found.unchanged,
        )
    ]


def _primaries(found: Consequences) -> list[str]:
    told = [
        (
            found.other_primary,
            phrase_n(
                "%(n)s gets another primary %(term_account)s.",
                "%(n)s get another primary %(term_account)s.",
                found.other_primary,
            ),
        ),
        (
            found.first_primary,
            phrase_n(
                "%(n)s gets a first %(term_account)s.",
                "%(n)s get a first %(term_account)s.",
                found.first_primary,
            ),
        ),
        (
            found.no_account,
            phrase_n(
                "%(n)s loses the primary %(term_account)s and has none afterwards.",
                "%(n)s lose the primary %(term_account)s and have none afterwards.",
                found.no_account,
            ),
        ),
    ]
    return [sentence for number, sentence in told if number]


def _sight(found: Consequences) -> list[str]:
    told = []
    if found.seeing_less.people:
        told.append(
            phrase_n(
                "%(n)s person no longer sees the %(term_tickets)s of %(accounts)s.",
                "%(n)s people no longer see the %(term_tickets)s of %(accounts)s.",
                found.seeing_less.people,
                accounts=_accounts(found.seeing_less),
            )
        )
    lines = found.opened.lines
    return told + sentences_of(lines[:NAMED], len(lines))


def _accounts(sight: Sight) -> str:
    return phrase_n("%(n)s %(term_account)s", "%(n)s %(term_accounts)s", len(sight.accounts))


def _who_is_left_out(found: Consequences) -> list[str]:
    told = []
    if number := found.left_out[Reason.NO_ACCOUNT]:
        told.append(
            phrase_n(
                "%(n)s belongs to no %(term_account)s and stays as it is.",
                "%(n)s belong to no %(term_account)s and stay as they are.",
                number,
            )
        )
    if number := found.left_out[Reason.ERASED]:
        told.append(
            phrase_n("%(n)s is erased and stays as it is.", "%(n)s are erased and stay as they are.", number)
        )
    return told


def _button(found: Consequences, wanted: Wanted) -> str:
    """Verb, object, number."""
    number, codes = found.changed, set(wanted.codes)
    if codes == {ACCOUNTS} and wanted.accounts:
        return phrase_n(
            "Replace %(term_accounts)s on %(n)s %(term_contact)s",
            "Replace %(term_accounts)s on %(n)s %(term_contacts)s",
            number,
        )
    if codes == {ADD_TAGS}:
        return phrase_n("Add tags to %(n)s %(term_contact)s", "Add tags to %(n)s %(term_contacts)s", number)
    if codes == {REMOVE_TAGS}:
        return phrase_n(
            "Remove tags from %(n)s %(term_contact)s", "Remove tags from %(n)s %(term_contacts)s", number
        )
    return phrase_n("Update %(n)s %(term_contact)s", "Update %(n)s %(term_contacts)s", number)


def _grouped(number: int) -> str:
    return number_format(number, force_grouping=True)
