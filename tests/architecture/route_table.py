"""Who gets what at every address: the one table, read by `test_routes`.

A row is nine letters for GET and nine for POST, one for each of
anonymous, Ana (agent), Max (manager), Root (administrator), Carla (whose things they are), Kim (colleague),
Ada (customer administrator), Bo (acts for the account), Zoe (stranger):

    ✓ let in      → asked to sign in      – no such thing (404)      x may not (403)      m wrong method (405)
    ? any of these, in rows for many addresses
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.usersessions.models import UserSession
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils import timezone

from customers.bulk import lifecycle as lifecycle_of_bulk_updates
from customers.bulk.wanted import Wanted
from customers.export_sources import CONTACTS
from customers.health.remedies import join_by_domain
from customers.imports.engine.dryrun import check
from customers.imports.engine.lifecycle import match_columns, receive
from customers.merging.contacts import merge_contacts
from customers.models import ImportRun, SavedView
from customers.services.contacts.looking import begin_look
from customers.services.saved_views import save_view
from helpdesk.events.models import AuditEntry, EventDelivery
from helpdesk.exports.listed import Listed
from helpdesk.exports.making import make
from helpdesk.exports.services import start_export
from helpdesk.outbox.models import Delivery
from tests.factories import (
    DESK,
    ContactFactory,
    DuplicatePairFactory,
    FailedTaskFactory,
    InvitationFactory,
    JoinRequestFactory,
    text_file,
)
from tests.letters import write_letters
from tests.personas import World
from tickets.services.conversation import add_note, reply
from tickets.services.drafts import Place, Writing, save_draft
from tickets.services.lifecycle import change_status

Arguments = Callable[[World], dict[str, Any]]

#              a A M R C K A B Z
DESK_ONLY = "→✓✓✓–––––"
DESK_READS = "→mmm–––––"
MANAGERS = "→x✓✓–––––"
MANAGERS_READ = "→xmm–––––"
ADMINS = "→xx✓–––––"
ADMINS_READ = "→xxm–––––"
CUSTOMERS = "→–––✓✓✓✓✓"
REACHED = "→–––✓✓✓✓–"
REQUESTER = "→–––✓––––"
ADMINISTRATORS = "→–––xx✓x–"
ADMINISTRATORS_READ = "→–––xxmx–"
INVITED = "→–––––––✓"
SIGNED_IN = "→✓✓✓✓✓✓✓✓"
EVERYONE = "✓✓✓✓✓✓✓✓✓"
NOT_SET_UP = "→––––––––"
WRONG_ALL = "→mmmmmmmm"
WRONG_EVERYONE = "mmmmmmmmm"


def nothing(world: World) -> dict[str, Any]:
    return {}


def shared(world: World) -> dict[str, Any]:
    return {"pk": world.shared.pk}


def private(world: World) -> dict[str, Any]:
    return {"pk": world.private.pk}


def carla(world: World) -> dict[str, Any]:
    return {"pk": world.carla.contact.pk}


def harbor(world: World) -> dict[str, Any]:
    return {"pk": world.harbor.pk}


def link_of_harbor(world: World) -> dict[str, Any]:
    return {"row": world.harbor.relationships_to.get().pk}


def bos_duty(world: World) -> dict[str, Any]:
    return {"row": world.bo.contact.contact_relationships.get().pk}


def attachment(world: World) -> dict[str, Any]:
    return {"pk": world.attachment.pk}


@dataclass(frozen=True)
class Route:
    """What each persona gets at the address called `name` (fnmatch patterns allowed for Django's own parts)."""

    name: str
    get: str
    post: str
    arguments: Arguments = nothing
    data: Arguments = nothing


def stranger(world: World) -> dict[str, Any]:
    return {"pk": world.strangers.pk}


def solved(world: World) -> dict[str, Any]:
    change_status([world.shared], "solved", actor=DESK)
    return {"pk": world.shared.pk}


def private_solved(world: World) -> dict[str, Any]:
    change_status([world.private], "solved", actor=DESK)
    return {"pk": world.private.pk}


def private_attachment(world: World) -> dict[str, Any]:
    message = reply(world.private, "See the file", actor=world.ana.actor, attachments=[text_file()])
    return {"pk": message.attachments.get().pk}


def note_attachment(world: World) -> dict[str, Any]:
    message = add_note(world.shared, "For us only", actor=world.ana.actor, attachments=[text_file()])
    return {"pk": message.attachments.get().pk}


def carla_in_harbor(world: World) -> dict[str, Any]:
    return {"pk": world.harbor.pk, "contact_pk": world.carla.contact.pk}


def carlas_address(world: World) -> dict[str, Any]:
    return {"pk": world.carla.contact.pk, "method_pk": world.carla.contact.methods.get().pk}


def carlas_email_cell(world: World) -> dict[str, Any]:
    return {"pk": world.carla.contact.pk, "cell": "email"}


def bulk_update(world: World) -> dict[str, Any]:
    wanted = Wanted(fields={"notes": "Moved"})
    return {"pk": lifecycle_of_bulk_updates.start(wanted, [world.carla.contact.pk], actor=DESK).pk}


def export_job(world: World) -> dict[str, Any]:
    listed = Listed(QueryDict("q=carla"))
    actor = world.max.actor
    job = start_export(CONTACTS, listed, columns=["reference"], file_format="csv", actor=actor)
    return {"pk": job.pk}


def exported(world: World) -> dict[str, Any]:
    job = export_job(world)
    make(job["pk"])
    return job


def merge(world: World) -> dict[str, Any]:
    return {"pk": merge_contacts(world.carla.contact, [ContactFactory()], actor=DESK).pk}


def duplicates(world: World) -> dict[str, Any]:
    return {"pk": DuplicatePairFactory(first=world.carla.contact, second=world.zoe.contact).pk}


def joined(world: World) -> dict[str, Any]:
    ContactFactory(email="new@harbor.example")
    entry = join_by_domain(actor=world.max.actor)
    assert entry
    return {"pk": entry.pk}


def look(world: World) -> dict[str, Any]:
    return {"pk": world.carla.contact.pk, "look": begin_look(world.carla.contact, actor=world.max.actor)}


def look_at_ticket(world: World) -> dict[str, Any]:
    return {**look(world), "rest": f"tickets/{world.shared.pk}/"}


def import_run(world: World) -> dict[str, Any]:
    file = SimpleUploadedFile("people.csv", b"first name,last name,email\nA,B,ab@people.example\n")
    return {"pk": receive(file, actor=world.max.actor).pk}


def checked_import_run(world: World) -> dict[str, Any]:
    run = ImportRun.objects.get(pk=import_run(world)["pk"])
    match_columns(run, run.mapping, "add", actor=world.max.actor)
    check(run.pk)
    return {"pk": run.pk}


def list_of_contacts(world: World) -> dict[str, Any]:
    return {"module": "contact"}


def own_view(world: World) -> dict[str, Any]:
    """One that Ana keeps for herself."""
    view = save_view("contact", {"name": f"Own {SavedView.objects.count()}"}, actor=world.ana.actor)
    return {"module": "contact", "pk": view.pk}


def shared_view(world: World) -> dict[str, Any]:
    """One that Max shares with the desk."""
    fields = {"name": f"Shared {SavedView.objects.count()}", "audience": "desk"}
    return {"module": "contact", "pk": save_view("contact", fields, actor=world.max.actor).pk}


def kim_in_harbor(world: World) -> dict[str, Any]:
    return {"pk": world.harbor.pk, "contact_pk": world.kim.contact.pk}


def bo_for_harbor(world: World) -> dict[str, Any]:
    return {"pk": world.harbor.pk, "contact_pk": world.bo.contact.pk}


def invitation(world: World) -> dict[str, Any]:
    """To Zoe, whom Ada does not know."""
    row = InvitationFactory(account=world.harbor, email="zoe@people.example", invited_by=world.ada.user)
    return {"pk": row.pk}


def harbors_invitation(world: World) -> dict[str, Any]:
    return {"pk": world.harbor.pk, "invitation_pk": invitation(world)["pk"]}


def join_request(world: World) -> dict[str, Any]:
    return {"pk": world.harbor.pk, "request_pk": JoinRequestFactory(account=world.harbor).pk}


def carlas_sign_in(world: World) -> dict[str, Any]:
    world.carla.client.get("/")
    return {"pk": UserSession.objects.filter(user=world.carla.user).latest("pk").pk}


def failed_letter(world: World) -> dict[str, Any]:
    message = reply(world.shared, "Done", actor=world.ana.actor)
    write_letters()
    letters = Delivery.objects.about("tickets.message", [message.pk])
    letters.update(state="refused", answer="550 5.1.1 No such user here", ended_at=timezone.now())
    return {"pk": letters.first().pk}


def failed_letter_there(world: World) -> dict[str, Any]:
    failed_letter(world)
    return {}


def failed_task(world: World) -> dict[str, Any]:
    task = FailedTaskFactory()
    return {"pk": task.pk}


def failed_task_there(world: World) -> dict[str, Any]:
    failed_task(world)
    return {}


def dead_letter(world: World) -> dict[str, Any]:
    entry = AuditEntry.objects.order_by("-pk").first()
    assert entry is not None
    delivery = EventDelivery.objects.create(
        consumer="tests",
        entry=entry,
        stage=3,
        subject_type=entry.subject_type,
        subject_id=entry.subject_id,
        state="dead",
        died_at=timezone.now(),
        failure="ValueError: no",
    )
    return {"pk": delivery.pk}


def dead_letter_there(world: World) -> dict[str, Any]:
    dead_letter(world)
    return {}


def letters_of_a_message(world: World) -> dict[str, Any]:
    return {"pk": world.shared.pk, "message": reply(world.shared, "Done", actor=world.ana.actor).pk}


def anas_draft(world: World) -> dict[str, Any]:
    writing = Writing(Place("note", world.shared), {"body": "For us"})
    return {"pk": save_draft(writing, actor=world.ana.actor).pk}


CORE = [
    Route("core:healthz", EVERYONE, EVERYONE),
    Route("core:readyz", EVERYONE, WRONG_EVERYONE),
    Route("sign_in:set_language", WRONG_EVERYONE, EVERYONE, data=lambda world: {"language": "ko"}),
    Route("core:once_answered", SIGNED_IN, WRONG_ALL, lambda world: {"key": "none"}),
    Route("sign_in:preferences", WRONG_ALL, SIGNED_IN, data=lambda world: {"theme": "dark"}),
]

BACKGROUND = [
    Route("outbox:background", ADMINS, ADMINS_READ, failed_task_there),
    Route("outbox:letters", ADMINS, ADMINS_READ, failed_letter_there),
    Route("outbox:letters_retry", WRONG_ALL, ADMINS),
    Route("outbox:letter_retry", WRONG_ALL, ADMINS, failed_letter),
    Route("outbox:letter_discard", WRONG_ALL, ADMINS, failed_letter),
    Route("outbox:task_run", WRONG_ALL, ADMINS, failed_task),
    Route("outbox:task_discard", WRONG_ALL, ADMINS, failed_task),
    Route("events:dead_letters", ADMINS, ADMINS_READ, dead_letter_there),
    Route("events:dead_letters_run", WRONG_ALL, ADMINS),
    Route("events:dead_letter_run", WRONG_ALL, ADMINS, dead_letter),
]

PORTAL = [
    Route("portal:home", SIGNED_IN, "→✓✓✓mmmmm"),
    Route("portal:ticket_create", CUSTOMERS, CUSTOMERS),
    Route("portal:similar", CUSTOMERS, "→–––mmmmm"),
    Route("portal:ticket_detail", REACHED, "→–––mmmmm", shared),
    Route("portal:ticket_detail", REQUESTER, "→–––mmmmm", private),
    Route("portal:ticket_detail", "→–––––––✓", "→–––mmmmm", stranger),
    Route("portal:ticket_reply", WRONG_ALL, REACHED, shared, lambda world: {"body": "Thanks"}),
    Route("portal:ticket_reply", WRONG_ALL, REQUESTER, private, lambda world: {"body": "Thanks"}),
    Route("portal:ticket_close", WRONG_ALL, REACHED, shared),
    Route("portal:ticket_close", WRONG_ALL, REQUESTER, private),
    Route("portal:ticket_reopen", WRONG_ALL, REACHED, solved),
    Route("portal:ticket_reopen", WRONG_ALL, REQUESTER, private_solved),
    Route("portal:ticket_follow", WRONG_ALL, REACHED, shared),
    Route("portal:ticket_follow", WRONG_ALL, REQUESTER, private),
    Route("portal:ticket_unfollow", WRONG_ALL, REACHED, shared),
    Route("portal:ticket_unfollow", WRONG_ALL, REQUESTER, private),
    Route("portal:ticket_privacy", WRONG_ALL, "→–––✓xxx–", shared, lambda world: {"private": "1"}),
    Route("portal:ticket_privacy", WRONG_ALL, REQUESTER, private, lambda world: {"private": "0"}),
    Route("portal:profile", CUSTOMERS, CUSTOMERS),
    Route("portal:pin_show", WRONG_ALL, CUSTOMERS),
    Route("portal:pin_renew", WRONG_ALL, CUSTOMERS),
]

# A look is the manager's who began it: another is sent to the page that begins one.
LOOKING = [
    Route("looking:start", MANAGERS, MANAGERS, carla),
    Route("looking:shown", MANAGERS, "→xxx–––––", look),
    Route("looking:shown", MANAGERS, "→xxx–––––", look_at_ticket),
]

TEAM = [
    Route("portal:team_chooser", "→–––––✓––", "→–––mmmmm"),
    Route("portal:team", ADMINISTRATORS, ADMINISTRATORS_READ, harbor),
    Route("portal:team_details", ADMINISTRATORS, ADMINISTRATORS, harbor),
    Route("portal:team_acting", ADMINISTRATORS, ADMINISTRATORS_READ, harbor),
    Route("portal:team_acting_end", ADMINISTRATORS, ADMINISTRATORS, bo_for_harbor),
    Route("portal:team_activity", ADMINISTRATORS, ADMINISTRATORS_READ, harbor),
    Route("portal:team_export", ADMINISTRATORS, ADMINISTRATORS, harbor, lambda world: {"format": "csv"}),
    Route(
        "portal:team_invite",
        ADMINISTRATORS,
        ADMINISTRATORS,
        harbor,
        lambda world: {"addresses": "a@b.example"},
    ),
    Route("portal:team_invitation_again", WRONG_ALL, ADMINISTRATORS, harbors_invitation),
    Route("portal:team_invitation_withdraw", WRONG_ALL, ADMINISTRATORS, harbors_invitation),
    Route("portal:team_request_accept", WRONG_ALL, ADMINISTRATORS, join_request),
    Route("portal:team_request_decline", WRONG_ALL, ADMINISTRATORS, join_request),
    Route("portal:team_person", ADMINISTRATORS, ADMINISTRATORS, kim_in_harbor),
    Route("portal:team_promote", WRONG_ALL, ADMINISTRATORS, kim_in_harbor),
    Route("portal:team_demote", ADMINISTRATORS, ADMINISTRATORS, kim_in_harbor),
    Route("portal:team_remove", ADMINISTRATORS, ADMINISTRATORS, kim_in_harbor),
    Route("portal:team_deactivate", ADMINISTRATORS, ADMINISTRATORS, kim_in_harbor),
    Route("portal:team_activate", WRONG_ALL, ADMINISTRATORS, kim_in_harbor),
    Route("portal:team_leaver", ADMINISTRATORS, ADMINISTRATORS, kim_in_harbor),
    Route("portal:invitations", CUSTOMERS, "→–––mmmmm"),
    Route("portal:invitation_accept", WRONG_ALL, INVITED, invitation),
    Route("portal:invitation_decline", WRONG_ALL, INVITED, invitation),
]

TICKETS = [
    Route("tickets:home", DESK_ONLY, WRONG_ALL),
    Route("tickets:search", DESK_ONLY, DESK_READS),
    Route("tickets:suggest", DESK_ONLY, WRONG_ALL),
    Route("tickets:ticket_list", DESK_ONLY, DESK_READS),
    Route("tickets:ticket_create", DESK_ONLY, DESK_ONLY),
    Route("tickets:requester_options", DESK_ONLY, WRONG_ALL),
    Route("tickets:contact_options", DESK_ONLY, WRONG_ALL),
    Route("tickets:ticket_bulk", WRONG_ALL, DESK_ONLY),
    Route("tickets:ticket_export", DESK_ONLY, DESK_ONLY),
    Route("tickets:ticket_detail", DESK_ONLY, DESK_READS, private),
    Route("tickets:ticket_letters", DESK_ONLY, WRONG_ALL, letters_of_a_message),
    Route("tickets:ticket_reply", WRONG_ALL, DESK_ONLY, shared, lambda world: {"body": "Thanks"}),
    Route("tickets:ticket_note", WRONG_ALL, DESK_ONLY, shared, lambda world: {"body": "Thanks"}),
    Route("tickets:ticket_follow", WRONG_ALL, DESK_ONLY, shared),
    Route("tickets:ticket_unfollow", WRONG_ALL, DESK_ONLY, shared),
    Route(
        "tickets:ticket_assign", WRONG_ALL, DESK_ONLY, shared, lambda world: {"assignee": world.ana.user.pk}
    ),
    Route("tickets:ticket_status", WRONG_ALL, DESK_ONLY, shared, lambda world: {"status": "pending"}),
    Route("tickets:ticket_priority", WRONG_ALL, DESK_ONLY, shared, lambda world: {"priority": "high"}),
    Route("tickets:ticket_department", WRONG_ALL, DESK_ONLY, shared),
    Route("tickets:ticket_account", WRONG_ALL, DESK_ONLY, shared, lambda world: {"account": world.harbor.pk}),
    Route("tickets:ticket_privacy", WRONG_ALL, DESK_ONLY, shared, lambda world: {"private": "1"}),
    Route("tickets:ticket_contact", DESK_ONLY, DESK_ONLY, shared, lambda w: {"contact": w.kim.contact.pk}),
    Route("tickets:ticket_identity", WRONG_ALL, DESK_ONLY, shared, lambda world: {"pin": "123456"}),
    Route("tickets:ticket_access", DESK_ONLY, DESK_READS, private),
    Route("tickets:contact_access", DESK_ONLY, DESK_READS, carla),
    Route("tickets:contact_tickets", DESK_ONLY, DESK_READS, carla),
    Route("tickets:account_tickets", DESK_ONLY, DESK_READS, harbor),
    Route("tickets:account_recent", DESK_ONLY, DESK_READS, harbor),
    Route("tickets:draft_save", WRONG_ALL, "→––––––––"),
    Route("tickets:draft_discard", WRONG_ALL, "→✓–––––––", anas_draft),
    Route("tickets:attachment_download", "→✓✓✓✓✓✓✓–", WRONG_ALL, attachment),
    Route("tickets:attachment_download", "→✓✓✓✓––––", WRONG_ALL, private_attachment),
    Route("tickets:attachment_download", "→✓✓✓–––––", WRONG_ALL, note_attachment),
]

IMPORTS = [
    Route("customers:import_list", MANAGERS, MANAGERS_READ),
    Route("customers:import_create", MANAGERS, MANAGERS),
    Route("customers:import_result", MANAGERS, MANAGERS_READ, import_run),
    Route("customers:import_match", MANAGERS, MANAGERS, import_run),
    Route("customers:import_preview", MANAGERS, MANAGERS_READ, import_run),
    Route("customers:import_start", WRONG_ALL, MANAGERS, import_run),
    Route("customers:import_resume", WRONG_ALL, MANAGERS, import_run),
    Route("customers:import_choose", WRONG_ALL, MANAGERS, import_run),
    Route("customers:import_cancel", WRONG_ALL, MANAGERS, import_run),
    Route("customers:import_undo", WRONG_ALL, MANAGERS, import_run),
    Route("customers:import_undo_confirm", MANAGERS, MANAGERS_READ, import_run),
    Route("customers:import_errors", MANAGERS, MANAGERS, checked_import_run),
    Route("customers:import_rejected", MANAGERS, MANAGERS, import_run),
    Route("customers:import_contacts", MANAGERS, MANAGERS_READ, import_run),
]

CUSTOMERS_PAGES = [
    Route("customers:contact_list", DESK_ONLY, DESK_READS),
    Route("customers:contact_export", MANAGERS, MANAGERS),
    Route("customers:account_export", MANAGERS, MANAGERS),
    Route("customers:contact_create", DESK_ONLY, DESK_ONLY),
    Route("customers:contact_detail", DESK_ONLY, DESK_READS, carla),
    Route("customers:contact_delete", MANAGERS, MANAGERS, carla),
    Route("customers:contact_leave", MANAGERS, MANAGERS, carla),
    Route("customers:contact_return", MANAGERS, MANAGERS, carla),
    Route("customers:contact_erase", MANAGERS, MANAGERS, carla),
    Route("customers:successor_options", DESK_ONLY, WRONG_ALL, carla),
    Route("customers:contact_edit", DESK_ONLY, DESK_ONLY, carla),
    Route("customers:contact_activity", DESK_ONLY, DESK_READS, carla),
    Route("customers:contact_data", DESK_ONLY, DESK_READS, carla),
    Route(
        "customers:contact_cell", DESK_ONLY, DESK_ONLY, carlas_email_cell, lambda w: {"value": "c@c.example"}
    ),
    Route("customers:pin_look_up", DESK_ONLY, DESK_ONLY, data=lambda world: {"pin": "123456"}),
    Route("customers:pin_check", WRONG_ALL, DESK_ONLY, carla, lambda world: {"pin": "123456"}),
    Route("customers:pin_reveal", WRONG_ALL, MANAGERS, carla),
    Route(
        "customers:method_add", WRONG_ALL, DESK_ONLY, carla, lambda world: {"kind": "x", "value": "@carla"}
    ),
    Route(
        "customers:method_change",
        WRONG_ALL,
        DESK_ONLY,
        carlas_address,
        lambda world: {"value": "c@c.example"},
    ),
    Route("customers:method_default", WRONG_ALL, DESK_ONLY, carlas_address),
    Route("customers:method_remove", WRONG_ALL, DESK_ONLY, carlas_address),
    Route("customers:method_retry", WRONG_ALL, DESK_ONLY, carlas_address),
    Route("customers:account_list", DESK_ONLY, DESK_READS),
    Route("customers:account_options", DESK_ONLY, WRONG_ALL),
    Route("customers:account_create", DESK_ONLY, DESK_ONLY),
    Route("customers:account_detail", DESK_ONLY, DESK_READS, harbor),
    Route("customers:account_edit", DESK_ONLY, DESK_ONLY, harbor),
    Route("customers:account_delete", MANAGERS, MANAGERS, harbor),
    Route("customers:account_contacts", DESK_ONLY, DESK_READS, harbor),
    Route(
        "customers:account_associate", DESK_ONLY, DESK_ONLY, harbor, lambda w: {"contact": w.zoe.contact.pk}
    ),
    Route("customers:account_disassociate", DESK_ONLY, DESK_ONLY, carla_in_harbor),
    Route("customers:account_place", DESK_ONLY, DESK_ONLY, carla_in_harbor),
    Route("customers:request_accept", WRONG_ALL, DESK_ONLY, join_request),
    Route("customers:request_decline", WRONG_ALL, DESK_ONLY, join_request),
    Route("customers:account_children", DESK_ONLY, DESK_READS, harbor),
    Route("customers:account_links", DESK_ONLY, DESK_READS, harbor),
    Route("customers:account_acting", DESK_ONLY, DESK_READS, harbor),
    Route("customers:link_create", MANAGERS, MANAGERS, harbor),
    Route("customers:acting_create", MANAGERS, MANAGERS, harbor),
    Route("customers:link_delete", MANAGERS, MANAGERS, harbor, link_of_harbor),
    Route("customers:acting_delete", MANAGERS, MANAGERS, harbor, bos_duty),
    Route("customers:account_activity", DESK_ONLY, DESK_READS, harbor),
]

MERGES = [
    Route("customers:contact_merge", MANAGERS, MANAGERS, carla, lambda w: {"with": w.zoe.contact.pk}),
    Route("customers:account_merge", MANAGERS, MANAGERS, harbor, lambda world: {"with": world.far_away.pk}),
    Route("customers:merge_detail", "→–✓✓–––––", "→mmm–––––", merge),
    Route("customers:merge_undo", WRONG_ALL, "→–✓✓–––––", merge),
]

CUSTOMER_VIEWS = [
    Route("customers:view_list", DESK_ONLY, DESK_READS, list_of_contacts),
    Route("customers:view_create", DESK_ONLY, DESK_ONLY, list_of_contacts, lambda world: {"name": "Mine"}),
    Route("customers:view_default", WRONG_ALL, DESK_ONLY, list_of_contacts, lambda world: {"view": "recent"}),
    Route("customers:view_counts", DESK_ONLY, WRONG_ALL, list_of_contacts),
    Route("customers:list_columns", DESK_ONLY, DESK_READS, list_of_contacts),
    Route("customers:view_change", "→x✓✓–––––", "→x✓✓–––––", shared_view, lambda world: {"name": "Ours"}),
    Route("customers:view_keep", DESK_READS, "→x✓✓–––––", shared_view, lambda world: {"query": "sort=name"}),
    Route("customers:view_delete", "→x✓✓–––––", "→x✓✓–––––", shared_view),
    Route("customers:view_change", "→✓–––––––", "→✓–––––––", own_view, lambda world: {"name": "Mine"}),
    Route("customers:view_keep", DESK_READS, "→✓–––––––", own_view, lambda world: {"query": "sort=name"}),
    Route("customers:view_delete", "→✓–––––––", "→✓–––––––", own_view),
]

HEALTH = [
    Route("customers:health", DESK_ONLY, DESK_READS),
    Route("customers:health_count", DESK_ONLY, WRONG_ALL),
    Route("customers:health_domains", DESK_ONLY, DESK_ONLY),
    Route("customers:health_domains_done", DESK_ONLY, DESK_ONLY, joined),
    Route("customers:health_phones", DESK_ONLY, DESK_ONLY),
    Route("customers:health_bouncing", DESK_ONLY, DESK_ONLY),
    Route("customers:health_unused", MANAGERS, MANAGERS),
    Route("customers:health_appoint", DESK_ONLY, DESK_ONLY),
    Route("customers:duplicate_list", DESK_ONLY, DESK_READS),
    Route("customers:duplicate_dismiss", WRONG_ALL, DESK_ONLY, duplicates),
    Route("customers:duplicate_restore", WRONG_ALL, DESK_ONLY, duplicates),
]

BULK = [
    Route("customers:contact_bulk", DESK_ONLY, DESK_ONLY),
    Route("customers:contact_bulk_delete", MANAGERS_READ, MANAGERS),
    Route("customers:contact_merge_chosen", WRONG_ALL, MANAGERS),
    Route("customers:bulk_update_list", DESK_ONLY, DESK_READS),
    Route("customers:bulk_update_detail", DESK_ONLY, DESK_READS, bulk_update),
    Route("customers:bulk_update_cancel", WRONG_ALL, DESK_ONLY, bulk_update),
    Route("customers:bulk_update_resume", WRONG_ALL, DESK_ONLY, bulk_update),
    Route("customers:bulk_update_undo", WRONG_ALL, DESK_ONLY, bulk_update),
    Route("customers:tag_options", DESK_ONLY, WRONG_ALL),
]

EXPORTS = [
    Route("exports:export_list", DESK_ONLY, DESK_READS),
    Route("exports:export_detail", "→–✓✓–––––", DESK_READS, export_job),
    Route("exports:export_cancel", WRONG_ALL, "→–✓✓–––––", export_job),
    Route("exports:export_download", "→–✓✓–––––", WRONG_ALL, exported),
]

SIGN_IN = [
    Route("account_login", EVERYONE, EVERYONE),
    Route("account_logout", SIGNED_IN, "→→→→→→→→→"),
    Route("account_inactive", EVERYONE, WRONG_EVERYONE),
    Route("account_signup", EVERYONE, EVERYONE),
    Route("account_reauthenticate", SIGNED_IN, SIGNED_IN),
    Route("account_change_password", SIGNED_IN, SIGNED_IN),
    Route("account_set_password", SIGNED_IN, SIGNED_IN),
    Route("account_reset_password", EVERYONE, EVERYONE),
    Route("account_reset_password_done", EVERYONE, WRONG_EVERYONE),
    Route(
        "account_reset_password_from_key", EVERYONE, EVERYONE, lambda world: {"uidb36": "1", "key": "none"}
    ),
    Route("account_reset_password_from_key_done", EVERYONE, WRONG_EVERYONE),
    Route("account_request_login_code", EVERYONE, EVERYONE),
    Route("account_confirm_login_code", SIGNED_IN, SIGNED_IN),
    Route("mfa_authenticate", SIGNED_IN, SIGNED_IN),
    Route("mfa_index", SIGNED_IN, WRONG_ALL),
    Route("mfa_reauthenticate", SIGNED_IN, SIGNED_IN),
    Route("mfa_activate_totp", SIGNED_IN, SIGNED_IN),
    Route("mfa_deactivate_totp", NOT_SET_UP, NOT_SET_UP),
    Route("mfa_view_recovery_codes", NOT_SET_UP, WRONG_ALL),
    Route("mfa_generate_recovery_codes", SIGNED_IN, SIGNED_IN),
    Route("mfa_download_recovery_codes", NOT_SET_UP, NOT_SET_UP),
    Route("sign_in:replace_app", SIGNED_IN, SIGNED_IN),
    Route("sign_in:recovery_codes_keep", WRONG_ALL, SIGNED_IN),
    Route("sign_in:sign_in_list", SIGNED_IN, WRONG_ALL),
    Route("sign_in:sign_in_end", WRONG_ALL, "→–––→––––", carlas_sign_in),
    Route("sign_in:sign_in_end_others", WRONG_ALL, SIGNED_IN),
    Route("sign_in:sign_in_end_all", WRONG_ALL, "→→→→→→→→→"),
]

# Django's admin: nobody but an administrator passes; what that one may do there is the admin's own matter.
ADMIN_ONLY = "→→→?→→→→→"
ADMIN = [
    Route("admin:login", "→xxxxxxxx", "→xxxxxxxx"),
    Route("admin:logout", "→✓✓m✓✓✓✓✓", "→✓✓✓✓✓✓✓✓"),
    Route("admin:*", ADMIN_ONLY, ADMIN_ONLY),
    Route("admin/*", ADMIN_ONLY, ADMIN_ONLY),
]

ROUTES = [
    *CORE,
    *BACKGROUND,
    *PORTAL,
    *LOOKING,
    *TEAM,
    *TICKETS,
    *IMPORTS,
    *CUSTOMERS_PAGES,
    *CUSTOMER_VIEWS,
    *MERGES,
    *HEALTH,
    *BULK,
    *EXPORTS,
    *SIGN_IN,
    *ADMIN,
]
