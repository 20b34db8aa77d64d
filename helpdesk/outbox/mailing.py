"""One letter to one recipient over Django's mail connection, and what the server's answer means.

Three things can go wrong, and each is somebody else's matter. The *server* cannot be reached or does not let us in:
that says nothing about any recipient (`ServerTrouble`). The *letter* does not get through this time. The *recipient* is
refused for good. Codes: RFC 5321, section 4.2; enhanced codes: RFC 3463.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email import policy
from email.generator import BytesGenerator
from email.message import Message
from email.utils import formataddr, parseaddr
from enum import Enum
from io import BytesIO
from smtplib import (
    SMTPDataError,
    SMTPException,
    SMTPHeloError,
    SMTPNotSupportedError,
    SMTPRecipientsRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)
from typing import Any

from anymail.exceptions import AnymailAPIError, AnymailError, AnymailRecipientsRefused
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.smtp import EmailBackend

from helpdesk.outbox.addresses import Unaddressable, needs_smtputf8, wire_address
from helpdesk.outbox.letters import Letter
from helpdesk.outbox.models import Delivery

Reason = Delivery.Reason
#: The server closes the line, wants a sign-in first, or refuses ours.
SERVER_CODES = frozenset({421, 454, 530, 534, 535, 538})
_ENHANCED = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
WORDS = 500


class ServerTrouble(Exception):
    """The mail server cannot be reached or does not let the desk in: nobody's letter is at fault."""


class Outcome(Enum):
    """What became of an attempt."""

    SENT = "sent"
    REFUSED = "refused"
    LATER = "later"


@dataclass(frozen=True)
class Answer:
    """What the server said, and whether that means the address itself takes no mail."""

    outcome: Outcome
    words: str = ""
    reason: str = Reason.NONE
    is_address_dead: bool = False
    is_line_lost: bool = False
    """The line broke in the middle of a letter: the letter's fault or the server's, nobody knows."""


def words_of(code: int, said: bytes | str) -> str:
    """A server's answer as one line."""
    text = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
    return tidy(f"{code} {text}")


def tidy(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:WORDS]


class MailLine:
    """An open line to the mail server, used for one letter after the other."""

    def __init__(self) -> None:
        self._connection: Any = get_connection()

    def open(self) -> None:
        """Open it, or see that it still is: servers close a line that has carried enough. Raises `ServerTrouble`."""
        server = getattr(self._connection, "connection", None)
        if server is not None and isinstance(self._connection, EmailBackend) and not _answers(server):
            self.drop()
        try:
            self._connection.open()
        except SMTPResponseException as error:
            raise ServerTrouble(words_of(error.smtp_code, error.smtp_error)) from error
        except (SMTPException, OSError) as error:
            raise ServerTrouble(tidy(f"{type(error).__name__}: {error}")) from error

    def close(self) -> None:
        """Say goodbye."""
        with suppress(SMTPException, OSError):
            self._connection.close()

    def drop(self) -> None:
        """Close a line on which nobody answers."""
        server = getattr(self._connection, "connection", None)
        if server is not None and isinstance(self._connection, EmailBackend):
            server.close()
            self._connection.connection = None

    def send(self, delivery: Delivery, letter: Letter) -> Answer:
        """Hand one letter over. Raises `ServerTrouble`."""
        address = letter.address or delivery.address
        try:
            wire = wire_address(address)
        except Unaddressable:
            return Answer(Outcome.REFUSED, reason=Reason.ADDRESS)
        try:
            with self._deadline():
                return self._hand_over(_message(delivery, letter, wire), wire)
        except (SMTPException, OSError, AnymailError) as error:
            answer = judge(error)
            if answer.is_line_lost:
                self.drop()
            return answer

    def _hand_over(self, message: EmailMultiAlternatives, wire: str) -> Answer:
        if needs_smtputf8(wire) and isinstance(self._connection, EmailBackend):
            return self._hand_over_in_utf8(message, wire)
        self._connection.send_messages([message])
        return Answer(Outcome.SENT)

    def _hand_over_in_utf8(self, message: EmailMultiAlternatives, wire: str) -> Answer:
        """Django writes the part in front of the @ as an encoded word, which no server delivers."""
        server = self._connection.connection
        server.ehlo_or_helo_if_needed()
        if not server.has_extn("smtputf8"):
            return Answer(Outcome.REFUSED, reason=Reason.LOCAL_PART)
        sender = parseaddr(message.from_email)[1]
        message.to = [sender]
        built = message.message()
        stream = BytesIO()
        del built["To"]
        Message.__setitem__(built, "To", wire)  # Django's own would encode it again
        BytesGenerator(stream, mangle_from_=False, policy=policy.SMTPUTF8).flatten(built)
        server.sendmail(sender, [wire], stream.getvalue(), mail_options=["SMTPUTF8"])
        return Answer(Outcome.SENT)

    @contextmanager
    def _deadline(self) -> Iterator[None]:
        """A server that sends a byte now and then never runs into the time limit of a socket: its line is cut."""
        timer = threading.Timer(3 * (settings.EMAIL_TIMEOUT or 20), self._cut)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _cut(self) -> None:
        server = getattr(self._connection, "connection", None)
        if server is not None and getattr(server, "sock", None):
            with suppress(OSError):
                server.sock.shutdown(2)


def _answers(server: Any) -> bool:
    try:
        return bool(server.noop()[0] == 250)
    except (SMTPException, OSError):
        return False


def _message(delivery: Delivery, letter: Letter, wire: str) -> EmailMultiAlternatives:
    reply_to = letter.reply_to or settings.HELPDESK_REPLY_TO
    message = EmailMultiAlternatives(
        letter.subject,
        letter.text,
        _on_the_wire(settings.DEFAULT_FROM_EMAIL),
        [wire],
        reply_to=[_on_the_wire(reply_to)] if reply_to else None,
        headers={**letter.headers, "Message-ID": delivery.message_id},
    )
    if letter.html:
        message.attach_alternative(letter.html, "text/html")
    return message


def _on_the_wire(named: str) -> str:
    name, address = parseaddr(named)
    try:
        return formataddr((name, wire_address(address)))
    except Unaddressable:
        return named


# --- What an answer means ------------------------------------------------------------
def judge(error: Exception) -> Answer:
    """What an error says about the letter. Raises `ServerTrouble` when it says nothing about it."""
    if isinstance(error, SMTPRecipientsRefused):
        return _recipient_refused(error.recipients)
    if isinstance(error, SMTPSenderRefused | SMTPHeloError):
        return _sender_refused(error)
    if isinstance(error, SMTPNotSupportedError):
        return Answer(Outcome.REFUSED, reason=Reason.LOCAL_PART)
    if isinstance(error, SMTPDataError | SMTPResponseException):
        return _by_code(error.smtp_code, error.smtp_error, is_address=False)
    if isinstance(error, AnymailError):
        return _provider(error)
    return Answer(Outcome.LATER, tidy(f"{type(error).__name__}: {error}"), is_line_lost=True)


def _recipient_refused(recipients: Mapping[str, tuple[int, bytes]]) -> Answer:
    code, said = next(iter(recipients.values()))
    return _by_code(code, said, is_address=True)


def _sender_refused(error: SMTPResponseException) -> Answer:
    """What is wrong with the sender is wrong for everybody; only a letter that is too large is its own fault."""
    if error.smtp_code == 552:
        return Answer(Outcome.REFUSED, words_of(error.smtp_code, error.smtp_error))
    raise ServerTrouble(words_of(error.smtp_code, error.smtp_error)) from error


def _by_code(code: int, said: bytes | str, *, is_address: bool) -> Answer:
    words = words_of(code, said)
    if code in SERVER_CODES:
        raise ServerTrouble(words)
    if not 500 <= code < 600:
        return Answer(Outcome.LATER, words)
    return Answer(Outcome.REFUSED, words, is_address_dead=is_address and not _is_policy(words))


def _is_policy(words: str) -> bool:
    """5.7.x: who may send what to whom; it says nothing about whether the mailbox is there."""
    enhanced = _ENHANCED.search(words)
    return bool(enhanced and enhanced[2] == "7")


def _provider(error: AnymailError) -> Answer:
    """Providers of django-anymail answer by HTTP."""
    words = tidy(str(error).splitlines()[0] if str(error) else type(error).__name__)
    if isinstance(error, AnymailRecipientsRefused):
        return Answer(Outcome.REFUSED, words, is_address_dead=True)
    status = error.status_code if isinstance(error, AnymailAPIError) else 400
    if status is None or status in (401, 403, 429) or status >= 500:
        raise ServerTrouble(words) from error
    return Answer(Outcome.REFUSED, words)
