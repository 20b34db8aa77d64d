"""Files that come with a message."""

from __future__ import annotations

import mimetypes
import posixpath
import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from helpdesk.core.web.uploads import NoRoomLeft, store_file
from tickets.errors import (
    AttachmentEmpty,
    AttachmentRefused,
    AttachmentTooLarge,
    AttachmentWithoutRoom,
    TooManyAttachments,
)
from tickets.models import Attachment, Message

MAX_FILES = 10
# What a double click runs on one of the common systems.
_RUNNABLE = """
ade adp apk app appimage appx bat cab chm cmd com cpl dll dmg exe hta inf ins iso jar js jse lnk mde msc msi msix
msp mst ocx pif ps1 ps1xml reg scr sct sh shb sys url vb vbe vbs vxd wsc wsf wsh
"""
REFUSED = frozenset(_RUNNABLE.split())
# Only these are ever shown in the browser, and only when the bytes say so too.
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
INLINE_TYPES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"#!")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")


def clean_name(name: str) -> str:
    """The file's name without folders, control and direction characters, at most 200 characters."""
    base = posixpath.basename(unicodedata.normalize("NFC", name or "").replace("\\", "/"))
    base = _CONTROL.sub("", base).strip(" .") or "file"
    stem, dot, suffix = base.rpartition(".")
    if len(base) > 200 and dot:
        return f"{stem[: 199 - len(suffix[:20])]}.{suffix[:20]}"
    return base[:200]


def _head(file: UploadedFile) -> bytes:
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    return head


def _type_of(name: str, head: bytes) -> str:
    for magic, content_type in _IMAGES:
        if head.startswith(magic):
            return content_type
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return "application/octet-stream" if guessed in INLINE_TYPES else guessed[:120]


def check_files(files: Sequence[UploadedFile]) -> None:
    """Raise when the files of one message are too many, too large, empty, or programs."""
    if len(files) > MAX_FILES:
        raise TooManyAttachments(MAX_FILES)
    for file in files:
        name = clean_name(file.name or "")
        if (file.size or 0) > settings.HELPDESK_ATTACHMENT_MAX_BYTES:
            raise AttachmentTooLarge(name, settings.HELPDESK_ATTACHMENT_MAX_BYTES)
        if not file.size:
            raise AttachmentEmpty(name)
        if name.rpartition(".")[2].lower() in REFUSED or _head(file).startswith(_PROGRAMS):
            raise AttachmentRefused(name)


def _stored(attachment: Attachment, file: UploadedFile) -> Any:
    """The file's name on the disk, which is what the field of a new attachment takes."""
    try:
        return store_file(attachment.file, file)
    except NoRoomLeft as error:
        raise AttachmentWithoutRoom(attachment.name) from error


def attach_files(message: Message, files: Sequence[UploadedFile]) -> list[Attachment]:
    """Keep checked files with a saved message; when one cannot be kept, none is left behind, in no part.

    Raises `AttachmentWithoutRoom`.
    """
    kept: list[Attachment] = []
    try:
        for file in files:
            name = clean_name(file.name or "")
            attachment = Attachment(message=message, name=name, size=file.size or 0)
            attachment.content_type = _type_of(name, _head(file))
            attachment.file = _stored(attachment, file)
            kept.append(attachment)
        if kept:
            message.file_names = "\n".join(attachment.name for attachment in kept)
            message.save(update_fields=["file_names"])
        return Attachment.objects.bulk_create(kept)
    except BaseException:
        for attachment in kept:
            attachment.file.delete(save=False)
        raise
