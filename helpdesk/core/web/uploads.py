"""Files that people send: capped while they arrive, so that 200 MB never reach memory or disk, and kept whole or not at
all, also when the disk is full."""

from __future__ import annotations

import errno
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.base import File
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, TemporaryFileUploadHandler
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext as _

from helpdesk.core.errors import DomainError

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}


class NoRoomLeft(DomainError):
    """The disk is full. What else was sent can go through without the file."""

    status = 507

    def __init__(self, name: str, message: str = "", *, field: str | None = None) -> None:
        message = message or _("The server has no room left for “%(name)s”. Try again later.")
        super().__init__(message % {"name": name}, field=field)
        self.name = name


class SizeCapUploadHandler(FileUploadHandler):
    """Drops a file once it passes the limit of its page; `request.upload_too_large` then says so.

    Bodies are read before a view can tell who may do what (the CSRF check looks for its token in them), so
    the larger limits hold only for the pages that need them, and only for people who signed in.
    """

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0
        self.limit = self._limit()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > self.limit + 1:
            setattr(self.request, "upload_too_large", self.file_name)  # noqa: B010 - the request is open to notes
            raise SkipFile
        return raw_data

    def _limit(self) -> int:
        match = getattr(self.request, "resolver_match", None)
        larger = settings.HELPDESK_LARGE_UPLOADS.get(match.view_name if match else "")
        user = getattr(self.request, "user", AnonymousUser())
        if larger and user.is_authenticated:
            return max(int(getattr(settings, larger)), settings.HELPDESK_ATTACHMENT_MAX_BYTES)
        return int(settings.HELPDESK_ATTACHMENT_MAX_BYTES)

    def file_complete(self, file_size: int) -> None:
        return None


class TemporaryUploadHandler(TemporaryFileUploadHandler):
    """Django's, which drops a file that the disk has no room for; `request.upload_without_room` then says so."""

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            if error.errno not in NO_ROOM:
                raise
            setattr(self.request, "upload_without_room", self.file_name)  # noqa: B010 - as above
            self._let_go()
            raise SkipFile from error
        return None

    def _let_go(self) -> None:
        """Closing writes what is left in the buffer, for which there is no room either; the file goes all the same."""
        with suppress(OSError):
            self.file.close()


def store_file(kept: FieldFile, upload: File[Any], name: str = "") -> str:
    """Keep an upload under a name of its field's choice, and give that back; when it fails, no part of it stays.

    Raises `NoRoomLeft`.
    """
    longest = kept.field.max_length
    wanted = kept.field.generate_filename(kept.instance, name)
    target = kept.storage.get_available_name(wanted, max_length=longest)
    try:
        return str(kept.storage.save(target, upload, max_length=longest))
    except BaseException as error:
        with suppress(OSError):
            kept.storage.delete(target)
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise NoRoomLeft(upload.name or name) from error
        raise
