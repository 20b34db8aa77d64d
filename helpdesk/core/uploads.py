"""A cap on uploads that acts while the body arrives, so that 200 MB never reach memory or disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


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
