"""Keeping a list as a view, changing and deleting views, and choosing the one that opens by itself."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from customers import policies
from customers.lists.built_in_views import ALL
from customers.lists.listing import CustomerList, default_view, find_view
from customers.lists.navigation import views_offered
from customers.models import SavedView
from customers.services.saved_views import change_view, delete_view, save_view, set_default_view
from customers.views.lists.forms import SavedViewForm
from helpdesk.core.errors import DomainError
from helpdesk.core.scoping import ScopedViewMixin, StaffRequiredMixin, staff_required
from helpdesk.core.web.htmx import FragmentMixin, client_redirect, fragment_of, is_fragment
from helpdesk.core.web.requests import DeskRequest
from helpdesk.core.words import phrase


def _to(request: DeskRequest, url: str) -> HttpResponse:
    return client_redirect(url) if is_fragment(request) else redirect(url)


class ModuleView(StaffRequiredMixin, FragmentMixin, TemplateView):
    """Whatever is about the views of one list."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        self.permission_required = f"customers.view_{kwargs['module']}"
        self.list = CustomerList(kwargs["module"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        own = {"module": self.list.module, "list_url": f"{self.list.url}?view={ALL}"}
        return super().get_context_data(**(kwargs | own))


class ViewListView(ModuleView):
    """All views that one sees: who else does, and which one the list opens with."""

    template_name = "customers/views.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        request, module = self.request, self.list.module
        default = default_view(module, request.actor)
        views = SavedView.objects.visible_to(request.actor).filter(module=module)
        changeable = {view.pk for view in views if policies.may_change_view(request.actor, view)}
        return super().get_context_data(
            offered=views_offered(request, module),
            saved=views.select_related("owner"),
            changeable=changeable,
            default_key=default.key if default else ALL,
            **kwargs,
        )


class ViewCreateView(ModuleView):
    """Keeps the list of the address, or of the form's ``query``, under a name."""

    template_name = "customers/view_form_page.html"
    fragment_template_name = "customers/_view_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("form", SavedViewForm(actor=self.request.actor))
        state = self.list.state(self.request.GET)
        kwargs.setdefault("state_query", state.query)
        return super().get_context_data(**kwargs)

    def post(self, request: DeskRequest, module: str) -> HttpResponse:
        form = SavedViewForm(request.POST, actor=request.actor)
        query = self.list.valid(request, self.list.state(QueryDict(request.POST.get("query", "")))).query
        if form.is_valid():
            try:
                view = save_view(module, {**form.details, "query": query}, actor=request.actor)
                if form.cleaned_data.get("default"):
                    set_default_view(module, view=view, actor=request.actor)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, phrase("View %(name)s saved", name=view.name))
                return _to(request, view.get_absolute_url())
        return self.render_to_response(self.get_context_data(form=form, state_query=query), status=422)


class OneView(ScopedViewMixin, ModuleView):
    """Whatever is about one view that the person sees; that of a stranger is not there."""

    model = SavedView

    def get_view(self) -> SavedView:
        found = self.get_queryset().filter(module=self.list.module)
        view: SavedView = get_object_or_404(found, pk=self.kwargs["pk"])
        policies.require_change_view(self.request.actor, view)
        return view

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        kwargs.setdefault("view_kept", self.get_view())
        return super().get_context_data(**kwargs)


class ViewChangeView(OneView):
    """Its name, who sees it, and whether the list opens with it."""

    template_name = "customers/view_form_page.html"
    fragment_template_name = "customers/_view_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        view = kwargs.setdefault("view_kept", self.get_view())
        initial = {"default": default_view(self.list.module, self.request.actor) == view}
        kwargs.setdefault("form", SavedViewForm(actor=self.request.actor, view=view, initial=initial))
        return super().get_context_data(**kwargs)

    def post(self, request: DeskRequest, module: str, pk: int) -> HttpResponse:
        view = self.get_view()
        form = SavedViewForm(request.POST, actor=request.actor, view=view)
        if form.is_valid():
            try:
                view = change_view(view, form.details, actor=request.actor)
                self._set_default(view, form)
            except DomainError as error:
                form.refuse(error)
            else:
                messages.success(request, phrase("View %(name)s saved", name=view.name))
                return _to(request, view.get_absolute_url())
        return self.render_to_response(self.get_context_data(form=form, view_kept=view), status=422)

    def _set_default(self, view: SavedView, form: SavedViewForm) -> None:
        actor, module = self.request.actor, self.list.module
        if form.cleaned_data.get("default"):
            set_default_view(module, view=view, actor=actor)
        elif "default" in form.fields and default_view(module, actor) == view:
            set_default_view(module, actor=actor)


class ViewKeepView(OneView):
    """Lets a view be what the list shows now."""

    http_method_names = ["post", "options"]

    def post(self, request: DeskRequest, module: str, pk: int) -> HttpResponse:
        view = self.get_view()
        state = self.list.valid(request, self.list.state(QueryDict(request.POST.get("query", ""))))
        try:
            view = change_view(view, {"query": state.query}, actor=request.actor)
        except DomainError as error:
            messages.error(request, error.message)
            return redirect(f"{self.list.url}?{state.query}")
        messages.success(request, phrase("View %(name)s saved", name=view.name))
        return redirect(view.get_absolute_url())


class ViewDeleteView(OneView):
    """Asks, and deletes."""

    template_name = "customers/view_delete.html"
    fragment_template_name = "customers/_view_delete.html"

    def post(self, request: DeskRequest, module: str, pk: int) -> HttpResponse:
        view = self.get_view()
        try:
            delete_view(view, actor=request.actor)
        except DomainError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, phrase("View %(name)s deleted", name=view.name))
        return redirect("customers:view_list", module)


@require_POST
@staff_required
def view_default(request: DeskRequest, module: str) -> HttpResponse:
    """Lets one's own list open with ``view``, a saved one or one that every desk has."""
    view = find_view(module, request.POST.get("view", ""), request.actor)
    if view is None:
        raise Http404
    saved = view if isinstance(view, SavedView) else None
    code = "" if saved or view.key == ALL else view.key
    try:
        set_default_view(module, view=saved, code=code, name=str(view.name), actor=request.actor)
    except DomainError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, phrase("The list opens with %(name)s", name=view.name))
    return redirect("customers:view_list", module)


@require_safe
@staff_required
@fragment_of("customers:view_list")
def view_counts(request: DeskRequest, module: str) -> HttpResponse:
    """The views with their numbers, for the navigation or (``in=picker``) the menu in a list's head."""
    request.actor.require(f"customers.view_{module}")
    offered = views_offered(request, module, current=request.GET.get("current", ""), count=True)
    place = "picker" if request.GET.get("in") == "picker" else "nav"
    return render(request, f"customers/_views_{place}.html", {"offered": offered})
