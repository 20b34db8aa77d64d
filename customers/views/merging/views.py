"""Merging contacts or accounts: choosing with whom and what stays, doing it, and undoing it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from django.views.generic.detail import SingleObjectMixin

from customers.errors.merging import MergedAway, TooManyAtOnce, UndoCollides
from customers.forms.agreement import agreed_in
from customers.merging.accounts import merge_accounts, reached_by
from customers.merging.collisions import collision_words
from customers.merging.contacts import different_ids, merge_contacts, sign_ins
from customers.merging.preview import facts_of, lines_of, places_after
from customers.merging.undo import undo_merge
from customers.models import Account, Contact, Merge
from customers.models.merges import MOST_AT_ONCE
from customers.services.associations import account_limit
from customers.services.exposure import WidensSight
from customers.views.merging.forms import MergeData
from customers.views.merging.moved import FollowsMergesMixin
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import ScopedViewMixin, StaffRequiredMixin, staff_required
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase
from helpdesk.events.versions import version_of

FOUND = 10


class MergeView(FollowsMergesMixin, StaffRequiredMixin, ScopedViewMixin, SingleObjectMixin, TemplateView):
    """With whom (``?with=``), what stays, and what comes of it; posting it merges."""

    http_method_names = ["get", "head", "post", "options"]
    merge: Callable[..., Merge]

    def get_template_names(self) -> list[str]:
        return ["customers/merge.html" if len(self.records) > 1 else "customers/merge_pick.html"]

    def find_records(self, data: MergeData) -> list[Any]:
        """The survivor and those of the others who are there."""
        self.object = self.get_object()
        wanted = [pk for pk in data.others if pk != self.object.pk][: MOST_AT_ONCE - 1]
        found = self.get_queryset().in_bulk(wanted)
        self.data, self.records = data, [self.object, *(found[pk] for pk in wanted if pk in found)]
        return self.records

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        data = MergeData.of(request.GET)
        self.find_records(data)
        error = TooManyAtOnce(MOST_AT_ONCE) if len(data.others) >= MOST_AT_ONCE else None
        itself = self.object.pk in data.others
        return self.render_to_response(self.get_context_data(refused=error, with_itself=itself))

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        # Versions before the values they belong to: an edit in between counts as newer.
        versions = {record.pk: version_of(record) for record in self.records}
        context = super().get_context_data(
            kind=self.model._meta.model_name,
            survivor=self.records[0],
            others=self.records[1:],
            records=self.records,
            **kwargs,
        )
        context |= self._found()
        if len(self.records) == 1:
            return context
        more = {"versions": versions, "lines": lines_of(self.records, self.data.sources)}
        more |= {"facts": facts_of(self.records), "external_ids": different_ids(self.records)}
        return context | more | {"data": self.data} | self.more_context()

    def _found(self) -> dict[str, Any]:
        """Without scripts: what the typed text finds."""
        text = self.request.GET.get("with_text", "").strip()[:200]
        found = self.get_queryset().matching(text).exclude(pk=self.object.pk) if text else []
        return {"query": text, "found": found[:FOUND]}

    def more_context(self) -> dict[str, Any]:
        """What only one kind of record has."""
        raise NotImplementedError

    def post(self, request: DeskRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        records = self.find_records(MergeData.of(request.POST))
        if "preview" in request.POST or "swap" in request.POST:
            return self.render_to_response(self.get_context_data())
        if self.data.dropped and not self.data.understood:
            return self._refused(phrase("Confirm what is dropped."))
        try:
            merge = type(self).merge(
                records[0],
                [self.model(pk=pk) for pk in self.data.others],
                actor=request.actor,
                choices=self.data.choices(),
                agreed=agreed_in(request),
            )
        except WidensSight as asked:
            return self.render_to_response(self.get_context_data(exposure=asked.exposure), status=422)
        except MergedAway as error:
            messages.error(request, error.message)
            return redirect(error.survivor or f"customers:{self.model._meta.model_name}_list")
        except DomainError as error:
            return self._refused(error.message)
        return _done(request, merge)

    def _refused(self, sentence: str) -> HttpResponse:
        return self.render_to_response(self.get_context_data(refused=sentence), status=422)


def _done(request: DeskRequest, merge: Merge) -> HttpResponse:
    """To the survivor's page, with the way back at hand."""
    done = phrase("Merged into %(name)s", name=merge.survivor)
    address = reverse("customers:merge_detail", args=[merge.pk])
    link = '{} <a class="btn btn--s" href="{}">{}</a>'
    messages.success(request, format_html(link, done, address, phrase("Undo…")))
    return redirect(merge.survivor)


class ContactMergeView(MergeView):
    """Contacts: their lists of accounts become one."""

    model = Contact
    permission_required = "customers.merge_contact"
    merge = staticmethod(merge_contacts)

    def get_queryset(self) -> Any:
        return super().get_queryset().with_accounts().with_methods().select_related("user")

    def more_context(self) -> dict[str, Any]:
        kept, dropped = places_after(self.records, self.data.dropped)
        user, closed = sign_ins(self.records)
        closing = [each for each in closed if not each.is_staff]
        context = {"places": kept, "dropped": dropped, "limit": account_limit()}
        return context | {"sign_in": user, "closed_sign_ins": closing}


class AccountMergeView(MergeView):
    """Accounts: their people, tickets and links become the survivor's."""

    model = Account
    permission_required = "customers.merge_account"
    merge = staticmethod(merge_accounts)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("parent")

    def more_context(self) -> dict[str, Any]:
        return {"reached": reached_by(self.records)}


# --- Afterwards ------------------------------------------------------------------
def _merges(request: DeskRequest) -> Any:
    visible = Merge.objects.visible_to(request.actor)
    return visible.select_related("contact", "account", "merged_by").prefetch_related("merged")


class MergeDetailView(StaffRequiredMixin, TemplateView):
    """One merge: who was merged, by whom, and how long it can be undone."""

    http_method_names = ["get", "head", "options"]
    template_name = "customers/merge_detail.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        merge = get_object_or_404(_merges(self.request), pk=self.kwargs["pk"])
        return super().get_context_data(merge=merge, kept=collision_words(merge.kept), **kwargs)


@require_POST
@staff_required
def merge_undo(request: DeskRequest, pk: int) -> HttpResponse:
    """Undo a merge; what was edited since is shown first, and left as it is when the rest is asked for."""
    merge = get_object_or_404(_merges(request), pk=pk)
    try:
        merge = undo_merge(merge, actor=request.actor, partly="rest" in request.POST)
    except UndoCollides as error:
        return _undo_refused(request, merge, error.message, collision_words(error.collisions))
    except DomainError as error:
        return _undo_refused(request, merge, error.message, [])
    messages.success(request, phrase("Merge undone"))
    return redirect("customers:merge_detail", merge.pk) if merge.kept else redirect(merge.survivor)


def _undo_refused(request: DeskRequest, merge: Merge, why: str, collisions: Sequence[str]) -> HttpResponse:
    context = {"merge": merge, "refused": why, "collisions": collisions}
    return render(request, "customers/merge_detail.html", context, status=422)
