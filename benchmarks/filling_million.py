"""The desk of `filling` for PostgreSQL, made by the server itself: a million contacts in minutes, not an hour."""

from django.db import connection

from benchmarks.filling import FAMILY, GIVEN, RARE, RARE_EVERY, SURNAMES, WESTERN, indexes_afterwards
from customers.models import Association, Contact, ContactMethod

# md5 gives each number its own, always the same dice.
_DICE = "('x' || substr(md5({seed} || n::text), 1, 7))::bit(28)::int"
_STATEMENTS = (
    """INSERT INTO customers_account
         (name, number, type, phone, website, address, notes, custom_fields, external_id, sharing,
          created_at, updated_at)
       SELECT 'Account ' || n || ' ' || (%(surnames)s::text[])[1 + n %% {surnames}], '', 'customer', '', '', '', '',
              '{{}}', '', 'reply', now(), now()
       FROM generate_series(1, %(accounts)s) n""",
    """INSERT INTO customers_contact
         (first_name, last_name, reference, language, time_zone, notes, custom_fields, external_id, is_active,
          created_at, updated_at)
       SELECT CASE WHEN n %% {rare_every} = 0 THEN %(rare)s
                   WHEN {korean} THEN (%(given)s::text[])[1 + {a} %% {given}] || (%(given)s::text[])[1 + {b} %% {given}]
                   ELSE (%(western)s::text[])[1 + {a} %% {western}] END,
              CASE WHEN {korean} OR n %% {rare_every} = 0 THEN (%(family)s::text[])[1 + {c} %% {family}]
                   ELSE (%(surnames)s::text[])[1 + {b} %% {surnames}] || '-' || n END,
              'B-' || n, '', '', '', '{{}}', '', TRUE, now(), now()
       FROM generate_series(0, %(contacts)s - 1) n""",
    """INSERT INTO customers_association (contact_id, account_id, position, job_title, role, sharing, created_at)
       SELECT c.id, CASE WHEN position = 1 AND {a} %% 10 = 0 THEN low.id
                         ELSE low.id + 1 + ({c} + position * (1 + {b} %% 7)) %% (%(accounts)s - 1) END,
              position, '', 'customer', '', now()
       FROM (SELECT id, substr(reference, 3)::int AS n FROM customers_contact) c,
            (SELECT min(id) AS id FROM customers_account) low, generate_series(1, 2) position""",
    """INSERT INTO customers_contactmethod
         (contact_id, kind, value, value_key, label, is_default, bounce_reason, bouncing_since, created_at)
       SELECT id, 'email', address, address, '', TRUE,
              CASE WHEN n %% 1000 = 6 THEN '550 5.1.1 No such user' ELSE '' END,
              CASE WHEN n %% 1000 = 6 THEN now() END, now()
       FROM (SELECT id, n, CASE WHEN n %% 1000 = 1 THEN 'reach.' || (n - 1) ELSE 'reach' || n END
                           || '@example' || n / 1000 %% 500 || '.example' AS address
             FROM (SELECT id, substr(reference, 3)::int AS n FROM customers_contact) c) a""",
    """INSERT INTO customers_contactmethod
         (contact_id, kind, value, value_key, label, is_default, bounce_reason, created_at)
       SELECT id, 'mobile', phone, phone, '', TRUE, '', now()
       FROM (SELECT id, CASE WHEN n %% 1000 = 5 THEN 'ask at the gate'
                             ELSE '+8210' || 10000000 + n - (n %% 1000 = 3)::int END AS phone
             FROM (SELECT id, substr(reference, 3)::int AS n FROM customers_contact) c) p""",
)


def fill(contacts: int, accounts: int = 0) -> None:
    """Contacts with two accounts (a tenth of them in one), an address and a mobile, as `filling.fill` makes them. One
    account for fifty contacts, unless told otherwise."""
    accounts = accounts or max(10, contacts // 50)
    dice = {name: _DICE.format(seed=f"'{name}'") for name in "abcd"}
    sizes = {"family": len(FAMILY), "given": len(GIVEN), "western": len(WESTERN), "surnames": len(SURNAMES)}
    shape = dice | sizes | {"rare_every": RARE_EVERY, "korean": f"{dice['d']} %% 10 < 6"}
    values = {"family": FAMILY, "given": GIVEN, "western": WESTERN, "surnames": SURNAMES, "rare": RARE}
    values |= {"accounts": accounts, "contacts": contacts}
    with indexes_afterwards(Contact, Association, ContactMethod), connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET session_replication_role = replica")  # what is made here points at what is there
        for statement in _STATEMENTS:
            cursor.execute(statement.format(**shape), values)
        cursor.execute("SET session_replication_role = DEFAULT")
