from __future__ import annotations

from typing import Any

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

import helpdesk.core.search
import tickets.search_keys

# A message has the keys of its ticket with the block of its own number; an internal note has the block alone. Triggers
# run in the transaction of what was written, whoever wrote it; ALWAYS, for rows that are copied or replicated too. When
# many tickets move at once, their messages follow in the background (`tickets.services.search_keys`).
TRIGGERS = """
CREATE FUNCTION tickets_message_give_search_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.search_keys := ARRAY[NEW.id / 10000 * 4 + 3];
  IF NEW.kind <> 'note' THEN
    NEW.search_keys := NEW.search_keys || (
      SELECT array_remove(ARRAY[CASE WHEN NOT is_private THEN account_id * 4 + 1 END, contact_id * 4 + 2], NULL)
      FROM tickets_ticket WHERE id = NEW.ticket_id);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER tickets_message_search_keys BEFORE INSERT OR UPDATE OF ticket_id, kind ON tickets_message
  FOR EACH ROW EXECUTE FUNCTION tickets_message_give_search_keys();
ALTER TABLE tickets_message ENABLE ALWAYS TRIGGER tickets_message_search_keys;

CREATE FUNCTION tickets_ticket_pass_search_keys_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE moved bigint[];
BEGIN
  SELECT array_agg(now.id) INTO moved FROM after now JOIN before USING (id)
  WHERE now.search_keys IS DISTINCT FROM before.search_keys;
  IF cardinality(moved) > 200 THEN
    INSERT INTO tickets_stalesearchkeys (ticket_id) SELECT unnest(moved) ON CONFLICT DO NOTHING;
  ELSIF moved IS NOT NULL THEN
    UPDATE tickets_message SET kind = kind WHERE ticket_id = ANY(moved) AND kind <> 'note';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER tickets_ticket_search_keys AFTER UPDATE ON tickets_ticket
  REFERENCING OLD TABLE AS before NEW TABLE AS after
  FOR EACH STATEMENT EXECUTE FUNCTION tickets_ticket_pass_search_keys_on();
ALTER TABLE tickets_ticket ENABLE ALWAYS TRIGGER tickets_ticket_search_keys;

UPDATE tickets_message SET kind = kind;
"""
NO_TRIGGERS = """
DROP TRIGGER tickets_ticket_search_keys ON tickets_ticket;
DROP FUNCTION tickets_ticket_pass_search_keys_on;
DROP TRIGGER tickets_message_search_keys ON tickets_message;
DROP FUNCTION tickets_message_give_search_keys;
"""


def add_triggers(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(TRIGGERS, None)


def drop_triggers(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(NO_TRIGGERS, None)


class Migration(migrations.Migration):
    dependencies = [("tickets", "0005_open_tickets")]

    operations = [
        migrations.RemoveIndex(model_name="ticket", name="tickets_ticket_search_trgm"),
        migrations.AddField(
            model_name="ticket",
            name="search_keys",
            field=models.GeneratedField(
                db_persist=True,
                expression=tickets.search_keys.TicketKeys(),
                output_field=helpdesk.core.search.KeysField(),
            ),
        ),
        migrations.AddField(
            model_name="message", name="file_names", field=models.TextField(default="", editable=False)
        ),
        migrations.AddField(
            model_name="message",
            name="search_keys",
            field=helpdesk.core.search.KeysField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="message",
            name="search",
            field=models.GeneratedField(
                db_persist=True,
                expression=helpdesk.core.search.SearchForm(
                    django.db.models.functions.text.Concat(
                        "body", models.Value(" "), "file_names", output_field=models.TextField()
                    )
                ),
                output_field=helpdesk.core.search.CodePointTextField(),
            ),
        ),
        migrations.CreateModel(
            name="StaleSearchKeys",
            fields=[
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="tickets.ticket",
                    ),
                )
            ],
            options={
                "verbose_name": "stale search keys",
                "verbose_name_plural": "stale search keys",
            },
        ),
        migrations.RunPython(add_triggers, drop_triggers),
        migrations.AddIndex(
            model_name="ticket",
            index=helpdesk.core.search.TrigramIndex(
                "search", name="tickets_ticket_search_trgm", keys="search_keys"
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=helpdesk.core.search.TrigramIndex(
                "search", name="tickets_message_search_trgm", keys="search_keys"
            ),
        ),
    ]
