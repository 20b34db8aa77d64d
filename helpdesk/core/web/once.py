"""Do a request once, however often it is sent: by a double click, a retry on a bad line, Back and Send, two at a time.

A request carries a key of its own. The key is written down before the work, in the transaction of the work, together
with a digest of what was asked; the answer follows when the work is done. The unique constraint does the rest: the same
key a second time waits for the first, and gets its answer. When the first fails, its key goes with all that it did.

Forms carry the key as a hidden field (`{% once %}`), their views use `@once` or `OnceMixin`. What has no form (an API,
a mailbox) calls `perform_once` with the key it was given.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, TypeVar

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from helpdesk.core.actors import Actor
from helpdesk.core.errors import DomainError
from helpdesk.core.models import OnceAnswer
from helpdesk.core.web.requests import DeskRequest, DeskView

FIELD = "once"
KEPT = timedelta(hours=24)
LONGEST_KEY = 200
LONGEST_ROUTE = 300
_NOT_ASKED = {FIELD, "csrfmiddlewaretoken"}

Result = TypeVar("Result")
View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Asked:
    """A request with a key of its own: who asks, with which key, where, and a digest of all that was asked."""

    actor: str
    key: str
    route: str
    digest: str


@dataclass(frozen=True)
class Answer:
    """What a request was answered with: the status, and the page that it led to."""

    status: int
    location: str = ""


class AskedDifferently(DomainError):
    """The key was used before, for something else. `answer` is what that got."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(_("This was sent already. What stands here now has not been sent yet."))
        self.answer = answer

    @property
    def linked(self) -> SafeString:
        """The sentence for a page, with the way to what was sent."""
        link = format_html(
            '<a class="textlink" href="{}">{}</a>', self.answer.location, _("See what was sent")
        )
        return format_html("{} {}", self.message, link)


def new_key() -> str:
    return secrets.token_urlsafe(18)


def actor_key(actor: Actor) -> str:
    """Whose key it is: of two people with the same key each has their own."""
    if actor.user is not None:
        return f"user:{actor.user.pk}"
    if actor.contact is not None:
        return f"contact:{actor.contact.pk}"
    return f"{actor.kind}:{actor.label}"[:120]


def perform_once(
    asked: Asked, work: Callable[[], Result], answer_of: Callable[[Result], Answer | None]
) -> Result | Answer:
    """Do `work` unless the same was done with this key; then its answer comes back.

    `answer_of` says what a result is answered with; None stands for a refusal: everything that `work` wrote is taken
    back, and the key can be used again. Raises `AskedDifferently`.
    """
    with transaction.atomic():
        claimed = _claim(asked)
        if claimed is None:
            return _answered_before(asked)
        result = work()
        answer = answer_of(result)
        if answer is None:
            transaction.set_rollback(True)
        else:
            OnceAnswer.objects.filter(pk=claimed.pk).update(status=answer.status, location=answer.location)
        return result


def _claim(asked: Asked) -> OnceAnswer | None:
    """Write the key down; None when it stands there already. On PostgreSQL this waits for one who is at it."""
    row = OnceAnswer(
        actor=asked.actor,
        key=asked.key,
        route=asked.route,
        digest=asked.digest,
        until=timezone.now() + KEPT,
    )
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        return None
    return row


def _answered_before(asked: Asked) -> Answer:
    row = OnceAnswer.objects.get(actor=asked.actor, key=asked.key, route=asked.route)
    answer = Answer(row.status, row.location)
    if row.digest != asked.digest:
        raise AskedDifferently(answer)
    return answer


def is_answered(key: str, *, actor: Actor) -> bool:
    """Whether the actor's request with this key was carried out."""
    return OnceAnswer.objects.filter(actor=actor_key(actor), key=key[:LONGEST_KEY]).exists()


def prune() -> None:
    """Forget what was answered long enough ago."""
    OnceAnswer.objects.filter(until__lt=timezone.now()).delete()


# --- Forms ------------------------------------------------------------------------
def once_key(request: HttpRequest) -> str:
    """The key of the form that was sent; empty where there is none."""
    return request.POST.get(FIELD, "")[:LONGEST_KEY]


def _digest(request: HttpRequest) -> str:
    """Of everything that the form holds, the bytes of files too; keyed, so that nobody guesses a text from it."""
    told = salted_hmac("helpdesk.core.web.once", request.path, algorithm="sha256")
    for name, values in sorted(request.POST.lists()):
        if name not in _NOT_ASKED:
            told.update(repr((name, values)).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            told.update(repr((name, file.name, file.size)).encode())
            _add_bytes(told, file)
    return str(told.hexdigest())


def _add_bytes(told: Any, file: UploadedFile) -> None:
    for chunk in file.chunks():
        told.update(chunk)
    file.seek(0)


def leads_on(response: HttpResponseBase) -> bool:
    """Whether a form was done: what went wrong is shown on the form's own page."""
    return 300 <= response.status_code < 400 or "HX-Redirect" in response.headers


def _answer_of(response: HttpResponseBase, request: HttpRequest) -> Answer:
    """Where the answer leads; a page that was shown in answer is reached by its own address."""
    headers = response.headers
    return Answer(response.status_code, headers.get("Location") or headers.get("HX-Redirect") or request.path)


def answer_once(
    request: DeskRequest,
    work: Callable[[], HttpResponseBase],
    again: Callable[[AskedDifferently], HttpResponseBase],
    *,
    route: str = "",
    is_done: Callable[[HttpResponseBase], bool] = leads_on,
) -> HttpResponseBase:
    """Answer a form: the first time by `work`, in one transaction with its key; the same again by the first answer's
    page; another text under the same key by `again`, which shows the form with it."""
    key = once_key(request) or new_key()
    asked = Asked(actor_key(request.actor), key, (route or request.path)[:LONGEST_ROUTE], _digest(request))
    try:
        answer = perform_once(asked, work, lambda done: _answer_of(done, request) if is_done(done) else None)
    except AskedDifferently as error:
        return again(error)
    return HttpResponseRedirect(answer.location) if isinstance(answer, Answer) else answer


def once(again: Callable[..., HttpResponse], *, form: str = "") -> Callable[[View], View]:
    """For a view that a form with `{% once %}` is sent to; the innermost decorator.

    `again(request, error, **kwargs)` shows the form with what was typed. `form` names a form that is sent to several
    addresses: sent to one of them, it is sent.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            return answer_once(
                request,
                lambda: view(request, *args, **kwargs),
                lambda error: again(request, error, *args, **kwargs),
                route=" ".join([form, *map(str, kwargs.values())]) if form else "",
            )

        return guarded

    return decorate


class OnceMixin(DeskView):
    """The same for class-based views; stands behind the mixins that say who may."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return super().dispatch(request, *args, **kwargs)
        dispatch = super().dispatch
        return answer_once(
            self.request,
            lambda: dispatch(request, *args, **kwargs),
            self.sent_already,
            is_done=self.is_done,
        )

    def sent_already(self, error: AskedDifferently) -> HttpResponse:
        """The form with what was typed, and `error.linked`."""
        raise NotImplementedError

    def is_done(self, response: HttpResponseBase) -> bool:
        return leads_on(response)
