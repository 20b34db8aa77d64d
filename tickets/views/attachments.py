"""Files of messages: served only to whoever sees the message, and never as a page of ours."""

from __future__ import annotations

from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from helpdesk.core.web.requests import DeskRequest
from tickets.models import Attachment
from tickets.services.attachments import INLINE_TYPES

# Whatever a browser makes of the bytes, it gets no script, no form and no origin of ours.
SANDBOX = "default-src 'none'; sandbox"


@require_safe
def attachment_download(request: DeskRequest, pk: int) -> FileResponse:
    """The file, as a download; a picture that is one by its bytes may show."""
    attachment = get_object_or_404(Attachment.objects.visible_to(request.actor), pk=pk)
    inline = attachment.content_type in INLINE_TYPES and "download" not in request.GET
    try:
        content = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    content_type = attachment.content_type if inline else "application/octet-stream"
    response = FileResponse(
        content, as_attachment=not inline, filename=attachment.name, content_type=content_type
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "private, max-age=300"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    return response
