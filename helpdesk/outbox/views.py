"""Work in the background, for administrators: workers, regular work, failed tasks, and the letters with their state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import F, Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from helpdesk.core.background.workers import DEAD_AFTER
from helpdesk.core.errors import DomainError
from helpdesk.core.models import Duty, Worker
from helpdesk.core.scoping import StaffRequiredMixin, staff_required
from helpdesk.core.web.listing import count_words, how_many, summary
from helpdesk.core.web.pages import page_wanted
from helpdesk.core.web.pagination import paginate
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase, phrase_n
from helpdesk.outbox import failed_tasks, services
from helpdesk.outbox.letters import title_of
from helpdesk.outbox.models import FAILED, PERMISSION, ChannelPause, Delivery

State = Delivery.State
PAGE = 50
SHOWN: dict[str, tuple[str, ...]] = {
    "failed": FAILED,
    "waiting": (State.WAITING.value, State.SENDING.value),
    "sent": (State.SENT.value,),
    "cancelled": (State.CANCELLED.value,),
}


@dataclass(frozen=True)
class Tab:
    """A way to look at the letters."""

    code: str
    name: str
    count: str


class BackgroundView(StaffRequiredMixin, TemplateView):
    """How the work in the background goes, and whatever of it went wrong."""

    http_method_names = ["get", "head", "options"]
    permission_required = PERMISSION
    template_name = "outbox/background.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        workers = list(Worker.objects.all())
        alive = {worker.pk for worker in workers if timezone.now() - worker.seen_at < DEAD_AFTER}
        deliveries = Delivery.objects.visible_to(self.request.actor)
        page = paginate(failed_tasks.failed_tasks(), self.request, order=("-enqueued_at", "-id"), size=20)
        failed_letters = how_many(deliveries.failed())
        return super().get_context_data(
            workers=[(worker, worker.pk in alive) for worker in workers],
            nobody_works=not alive,
            pause=ChannelPause.objects.filter(failures__gt=0).first(),
            page=page,
            tasks=[(task, failed_tasks.last_line_of(task)) for task in page.rows],
            duties=Duty.objects.filter(failing()).order_by("name"),
            waiting_words=count_words(how_many(deliveries.filter(state__in=SHOWN["waiting"]))),
            failed_words=count_words(failed_letters) if failed_letters else "",
            **kwargs,
        )


def failing() -> Q:
    """Duties that have not gone well since they failed."""
    return Q(failed_at__isnull=False) & (Q(done_at__isnull=True) | Q(failed_at__gt=F("done_at")))


class LettersView(StaffRequiredMixin, TemplateView):
    """Letters by state (``?state=``), the newest first."""

    http_method_names = ["get", "head", "options"]
    permission_required = PERMISSION
    template_name = "outbox/letters.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request = self.request
        code = request.GET.get("state", "")
        deliveries = Delivery.objects.visible_to(request.actor)
        rows = deliveries.filter(state__in=SHOWN[code]) if code in SHOWN else deliveries
        page = paginate(rows, request, order=("-id",), size=PAGE)
        for row in page.rows:
            row.title = title_of(row.kind)
        return super().get_context_data(
            page=page,
            state=code if code in SHOWN else "",
            tabs=tabs(deliveries),
            summary=summary(page, how_many(rows)),
            **kwargs,
        )


def tabs(deliveries: Any) -> list[Tab]:
    """The ways to look, the two that call for something with their numbers."""
    numbers = {code: how_many(deliveries.filter(state__in=SHOWN[code])) for code in ("failed", "waiting")}
    names = {
        "": phrase("All"),
        "failed": phrase("Failed"),
        "waiting": phrase("Waiting"),
        "sent": phrase("Sent"),
        "cancelled": phrase("Cancelled"),
    }
    return [
        Tab(code, name, count_words(numbers[code]) if numbers.get(code) else "")
        for code, name in names.items()
    ]


# --- What is done about it -----------------------------------------------------------------
def _done(request: DeskRequest, do: Callable[[], str], page: str) -> HttpResponse:
    """Do it, say so, and go back to where it was asked for."""
    try:
        messages.success(request, do())
    except DomainError as error:
        messages.warning(request, error.message)
    return redirect(page_wanted(request, reverse(page)))


def _letter(request: DeskRequest, pk: int) -> Delivery:
    request.actor.require(PERMISSION)
    return get_object_or_404(Delivery.objects.visible_to(request.actor), pk=pk)


@require_POST
@staff_required
def letter_retry(request: DeskRequest, pk: int) -> HttpResponse:
    """Try one letter again now."""
    delivery = _letter(request, pk)

    def do() -> str:
        services.retry(delivery, actor=request.actor)
        return phrase("Email to %(address)s queued again", address=delivery.address)

    return _done(request, do, "outbox:letters")


@require_POST
@staff_required
def letter_discard(request: DeskRequest, pk: int) -> HttpResponse:
    """Never send one letter."""
    delivery = _letter(request, pk)

    def do() -> str:
        services.discard(delivery, actor=request.actor)
        return phrase("Email to %(address)s discarded", address=delivery.address)

    return _done(request, do, "outbox:letters")


@require_POST
@staff_required
def letters_retry(request: DeskRequest) -> HttpResponse:
    """Try all again that failed."""

    def do() -> str:
        number = services.retry_failed(actor=request.actor)
        return phrase_n("%(n)s email queued again", "%(n)s emails queued again", number)

    return _done(request, do, "outbox:letters")


@require_POST
@staff_required
def task_run(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Run a failed task again."""

    def do() -> str:
        failed_tasks.run_again(pk, actor=request.actor)
        return phrase("Task queued again")

    return _done(request, do, "outbox:background")


@require_POST
@staff_required
def task_discard(request: DeskRequest, pk: UUID) -> HttpResponse:
    """Forget a failed task."""

    def do() -> str:
        failed_tasks.discard(pk, actor=request.actor)
        return phrase("Task discarded")

    return _done(request, do, "outbox:background")
