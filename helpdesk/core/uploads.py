"""A cap on uploads that acts while the body arrives, so that 200 MB never reach memory or disk."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler, SkipFile


class SizeCapUploadHandler(FileUploadHandler):
    """Drops a file once it passes the largest limit of the desk; `request.upload_too_large` then says so."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.received = 0
        self.limit = max(settings.HELPDESK_ATTACHMENT_MAX_BYTES, settings.HELPDESK_IMPORT_MAX_BYTES)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self.received += len(raw_data)
        if self.received > self.limit + 1:
            setattr(self.request, "upload_too_large", self.file_name)  # noqa: B010 - the request is open to notes
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
