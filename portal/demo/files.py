"""The few files that the demo's conversations speak of; they lie in `fixtures/files/`."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.files.uploadedfile import SimpleUploadedFile

from portal.demo.fixtures import FOLDER
from tickets.models import Attachment, Message
from tickets.services.attachments import attach_files


def attach(wanted: Iterable[tuple[Message, list[str]]]) -> None:
    """Give each message its files, as old as the message itself."""
    kept: list[Attachment] = []
    for message, names in wanted:
        kept += attach_files(message, [_file(name) for name in names])
        for attachment in kept[-len(names) :]:
            attachment.created_at = message.created_at
    Attachment.objects.bulk_update(kept, ["created_at"])


def stored_files() -> list[str]:
    """Where the files of every attachment lie."""
    return list(Attachment.objects.values_list("file", flat=True))


def delete_files(names: Iterable[str]) -> None:
    """Delete what a desk that starts anew has no row for any more."""
    storage = Attachment._meta.get_field("file").storage
    for name in names:
        storage.delete(name)


def _file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, (FOLDER / "files" / name).read_bytes())
