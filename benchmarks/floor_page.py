"""The least that a page with fifty tickets can cost: everything but our own views and templates.

The product's addresses with one more, `/floor/`: a sign-in, one indexed query with two joins, fifty rows of a plain
template.
"""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from helpdesk.urls import *  # noqa: F403 - the product's error pages too
from helpdesk.urls import urlpatterns as product
from tickets.models import Ticket

_TEMPLATE = """<!doctype html><title>Floor</title><table>{% for ticket in tickets %}<tr>
<td>{{ ticket.pk }}</td><td><a href="/agent/tickets/{{ ticket.pk }}/">{{ ticket.subject }}</a></td>
<td>{{ ticket.contact.first_name }} {{ ticket.contact.last_name }}</td><td>{{ ticket.account.name }}</td>
<td>{{ ticket.status_id }}</td><td>{{ ticket.updated_at }}</td></tr>{% endfor %}</table>"""


def floor(request: HttpRequest) -> HttpResponse:
    tickets = Ticket.objects.select_related("contact", "account").order_by("-updated_at", "-id")[:50]
    page = engines["django"].from_string(_TEMPLATE)
    return HttpResponse(page.render({"tickets": tickets}, request=None))


urlpatterns = [path("floor/", floor), *product]
