"""Tickets with their conversations, made by PostgreSQL itself: a million of them, with three messages each, in minutes.

About one in thirty is not done yet, most of these among the newest. One in twenty belongs to the largest account. One
text in seven is Korean. The word `RARE` stands in a few subjects, `COMMON` in many.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from benchmarks.filling import indexes_afterwards
from tickets.models import Message, Ticket

RARE, COMMON = "quokkafax", "printer"
ENGLISH = (
    f"{COMMON} lift door badge invoice gate parking heating window leak alarm router screen order delivery key"
    " stairs light noise water contract meter visitor desk camera cable login password account mail phone stuck"
    " broken again since Monday evening nobody answers please urgent third floor north side cannot open slow"
    " missing wrong double reset"
).split()
KOREAN = (
    "프린터 엘리베이터 출입문 주차장 누수 난방 청구서 방문증 조명 소음 계약 비밀번호 고장 다시 급합니다 삼층"
).split()
SENTENCES = 40_000

_DICE = "('x' || substr(md5({seed} || n::text), 1, 7))::bit(28)::int"
_SENTENCES = """
    CREATE TEMPORARY TABLE sentence AS
    SELECT n, string_agg(words[1 + (get_byte(h, i) + 7 * i) %% array_length(words, 1)], ' ') AS text
    FROM (SELECT n, decode(md5('s' || n), 'hex') AS h,
                 CASE WHEN n %% 7 = 0 THEN %(korean)s::text[] ELSE %(english)s::text[] END AS words
          FROM generate_series(0, %(sentences)s - 1) n) drawn, generate_series(0, 4) i
    GROUP BY n"""
_PEOPLE = (
    """CREATE TEMPORARY TABLE person AS
       SELECT row_number() OVER (ORDER BY contact_id) - 1 AS n, contact_id, account_id
       FROM customers_association WHERE position = 1 AND account_id <> %(largest)s""",
    """CREATE TEMPORARY TABLE member AS
       SELECT row_number() OVER (ORDER BY contact_id) - 1 AS n, contact_id, account_id
       FROM customers_association WHERE account_id = %(largest)s""",
    """CREATE TEMPORARY TABLE agent AS
       SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM core_user WHERE is_staff""",
    """CREATE TEMPORARY TABLE place AS
       SELECT row_number() OVER (ORDER BY id) - 1 AS n, id FROM core_department""",
)
_TICKETS = """
    INSERT INTO tickets_ticket
      (subject, department_id, contact_id, account_id, status_id, status_kind, priority, assignee_id,
       channel, is_private, created_at, updated_at, last_reply_at, solved_at)
    SELECT CASE WHEN t.n %% 20000 = 0 THEN '{rare} ' ELSE '' END || sentence.text, place.id,
           coalesce(member.contact_id, person.contact_id), coalesce(member.account_id, person.account_id),
           status, status, (ARRAY['low', 'normal', 'normal', 'normal', 'high', 'urgent'])[1 + t.d %% 6],
           CASE WHEN t.c %% 10 < 7 THEN agent.id END, (ARRAY['portal', 'email', 'phone', 'web'])[1 + t.b %% 4],
           t.d %% 25 = 0, written, heard, heard, CASE WHEN status IN ('solved', 'closed') THEN heard END
    FROM (SELECT n, a, b, c, d,
                 CASE WHEN d %% 1000 < 23 OR (n > %(tickets)s * 0.98 AND d %% 100 < 60)
                      THEN (ARRAY['new', 'open', 'pending', 'on_hold'])[1 + c %% 4]
                      ELSE (ARRAY['solved', 'closed', 'closed'])[1 + c %% 3] END AS status,
                 now() - (%(tickets)s - n) * (interval '730 days' / %(tickets)s) AS written,
                 least(now(), now() - (%(tickets)s - n) * (interval '730 days' / %(tickets)s)
                              + b %% 5000 * interval '1 minute') AS heard
          FROM (SELECT n, {a} AS a, {b} AS b, {c} AS c, {d} AS d FROM generate_series(1, %(tickets)s) n) dice) t
    JOIN sentence ON sentence.n = t.a %% %(sentences)s
    JOIN person ON person.n = t.b %% (SELECT count(*) FROM person)
    LEFT JOIN member ON t.n %% 20 = 0 AND member.n = t.c %% (SELECT count(*) FROM member)
    JOIN agent ON agent.n = t.a %% (SELECT count(*) FROM agent)
    JOIN place ON place.n = t.d %% (SELECT count(*) FROM place)
    ORDER BY t.n"""
_MESSAGES = """
    INSERT INTO tickets_message
      (ticket_id, kind, author_user_id, author_contact_id, author_name, acted_for, acted_as, body, html,
       file_names, channel, source, message_id, sender_address, created_at)
    SELECT m.ticket_id, CASE WHEN m.turn = 2 AND m.n %% 3 = 0 THEN 'note' ELSE 'public' END,
           CASE WHEN m.turn = 1 OR (m.turn = 2 AND m.n %% 3 = 0) THEN agent.id END,
           CASE WHEN m.turn = 0 OR (m.turn = 2 AND m.n %% 3 <> 0) THEN m.contact_id END,
           '', '', '', one.text || '. ' || other.text || '.', '', '', m.channel, '', '', '',
           m.created_at + m.turn * (m.updated_at - m.created_at) / 2
    FROM (SELECT t.id AS ticket_id, t.contact_id, t.channel, t.created_at, t.updated_at, turn,
                 t.id * 3 + turn AS n
          FROM tickets_ticket t, generate_series(0, 2) turn) m
    JOIN sentence one ON one.n = (m.n * 7919) %% %(sentences)s
    JOIN sentence other ON other.n = (m.n * 104729 + 13) %% %(sentences)s
    JOIN agent ON agent.n = m.ticket_id %% (SELECT count(*) FROM agent)"""


def fill(tickets: int, *, largest: int) -> None:
    """`tickets` of the contacts that are there, one in twenty of the account `largest`. Staff and departments must be
    there too."""
    dice = {name: _DICE.format(seed=f"'ticket {name}'") for name in "abcd"}
    values = {"tickets": tickets, "largest": largest, "sentences": SENTENCES}
    values |= {"english": ENGLISH, "korean": KOREAN}
    with indexes_afterwards(Ticket, Message), _as_fast_as_possible(), connection.cursor() as cursor:
        for statement in (_SENTENCES, *_PEOPLE, _TICKETS.format(rare=RARE, **dice), _MESSAGES):
            cursor.execute(statement, values)


@contextmanager
def _as_fast_as_possible() -> Iterator[None]:
    """What is made here points at what is there, and is made again when it is lost."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit = off")
        cursor.execute("SET session_replication_role = replica")
        yield
        cursor.execute("SET session_replication_role = DEFAULT")
