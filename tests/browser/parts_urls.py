"""A few pages that show the product's parts alone, for the tests of our scripts: the templates in `parts/`.

`parts_server` serves them; the product's own addresses are here too, for links.
"""

from functools import cache
from pathlib import Path
from types import SimpleNamespace as Thing

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.template import Engine, RequestContext
from django.urls import path
from django.utils import timezone

from helpdesk.core.web.htmx import announce
from helpdesk.urls import urlpatterns as of_the_product

PARTS = Path(__file__).parent / "parts"
NAMES = ["Hanbit Tower", "Hanbit Square", "Dongbaek Residences", "한빛타워", "Meridian Busan"]
ACCOUNTS = [Thing(pk=number, name=name, parent=None) for number, name in enumerate(NAMES, 1)]
ROWS = [Thing(pk=number, name=f"Row {number}") for number in range(1, 9)]
PAGE = {"has_next": True, "has_previous": False, "next_cursor": "two", "previous_cursor": ""}

signed_out = {"now": False}
writing: dict[str, Thing] = {}
"""The one draft that this server keeps."""
sent: set[str] = set()
"""The keys of forms that were answered."""


@cache
def engine() -> Engine:
    """The product's templates, without the lists of the navigation, which ask the database."""
    default = Engine.get_default()
    return Engine(
        dirs=default.dirs,
        app_dirs=True,
        libraries=default.libraries,
        context_processors=[
            "django.template.context_processors.request",
            "django.template.context_processors.i18n",
            "django.contrib.auth.context_processors.auth",
            "django.contrib.messages.context_processors.messages",
            "helpdesk.core.web.context_processors.desk",
        ],
    )


def show(request: HttpRequest, source: str, context: dict) -> HttpResponse:
    return HttpResponse(engine().from_string(source).render(RequestContext(request, context)))


def page(name: str):
    """A view that shows one of the parts, with everything that any of them needs."""

    def view(request: HttpRequest) -> HttpResponse:
        if signed_out["now"]:
            return HttpResponse(status=401)
        if "confirmed" in request.GET:
            messages.success(request, "Row saved")
        if request.method == "POST":
            sent.add(request.POST.get("once", ""))
            writing.clear()
        second = "after" in request.GET
        context = {
            "rows": ROWS[4:] if second else ROWS[:4],
            "page": PAGE,
            "associations": [
                Thing(account=a, job_title="", role="customer", sharing="") for a in ACCOUNTS[:3]
            ],
            "posted": dict(request.POST.lists()),
            "draft": writing.get("draft"),
        }
        source = (PARTS / f"{name}.html").read_text(encoding="utf-8")
        return show(request, source, context)

    return view


def draft(request: HttpRequest) -> HttpResponse:
    """Keeps what is being written, as `tickets.views.drafts` does."""
    writing.clear()
    if request.POST["body"].strip():
        kept = {"body": request.POST["body"], "key": request.POST["once"]}
        writing["draft"] = Thing(pk=1, updated_at=timezone.now(), **kept)
    source = '{% include "tickets/_draft_line.html" %}'
    return show(request, source, {"draft": writing.get("draft")})


def discard(request: HttpRequest, pk: int) -> HttpResponse:
    writing.clear()
    return redirect("/parts/forms/")


def answered(request: HttpRequest, key: str) -> JsonResponse:
    return JsonResponse({"answered": key in sent})


def options(request: HttpRequest) -> HttpResponse:
    """What the account picker answers."""
    query = request.GET.get("q", "")
    found = [account for account in ACCOUNTS if query.casefold() in account.name.casefold()]
    taken = {int(key) for key in request.GET.getlist("exclude") if key.isdigit()}
    source = '{% include "components/_account_options.html" %}'
    context = {"accounts": found, "query": query, "excluded": taken, "can_create": True}
    return show(request, source, context)


def act(request: HttpRequest) -> HttpResponse:
    """Does what was asked and says so, unless the sign-in has expired."""
    if signed_out["now"]:
        return HttpResponse(status=401, headers={"X-Sign-In": "/auth/login/?next=/parts/overlays/"})
    return announce(HttpResponse("done"), "3 rows changed")


def fail(request: HttpRequest) -> HttpResponse:
    return HttpResponse(status=409)


urlpatterns = [
    # Before the product's own, which ask the database.
    path("sent/<str:key>/", answered),
    path("drafts/<int:pk>/discard/", discard),
    *of_the_product,
    path("parts/rows/", page("rows")),
    path("parts/accounts/", page("accounts")),
    path("parts/overlays/", page("overlays")),
    path("parts/forms/", page("forms")),
    path("parts/dialog/", page("dialog")),
    path("parts/options/", options),
    path("parts/act/", act),
    path("parts/draft/", draft),
    path("parts/fail/", fail),
]
