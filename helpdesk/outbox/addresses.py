"""Addresses on the wire: the domain as IDNA 2008 writes it (UTS 46, non-transitional), as browsers do.

Python's own codec, which Django uses for mail, is IDNA 2003: it would send straße.example to strasse.example, another
domain. What is ASCII by the time Django sees it stays as it is.
"""

from __future__ import annotations

from helpdesk.core.text.addresses import AddressRefused, sending_form


class Unaddressable(Exception):
    """No mail server could be asked to deliver to this."""


def wire_address(address: str) -> str:
    """The address with its domain as an A-label. Raises `Unaddressable`."""
    if any(character in "\r\n\x00" for character in address):
        raise Unaddressable(address)
    try:
        return sending_form(address)
    except AddressRefused as error:
        raise Unaddressable(address) from error


def needs_smtputf8(address: str) -> bool:
    """Whether the part in front of the @ can only be written by a server that speaks UTF-8 (RFC 6531)."""
    return not address.rpartition("@")[0].isascii()
