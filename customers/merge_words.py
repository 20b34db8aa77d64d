"""How the audit codes of merging read."""

from customers.services.exposure import opened
from helpdesk.core.audit_words import register
from helpdesk.core.words import phrase

for _kind in ("contact", "account"):
    register(f"{_kind}.merged", lambda d: phrase("merged %(name)s into %(survivor)s", **d) + opened(d))
    register(
        f"{_kind}.merge_undone",
        lambda d: phrase("undid the merge of %(name)s into %(survivor)s", **d) + opened(d),
    )
register(
    "association.merged", lambda d: phrase("merged %(old)s, which %(contact)s belonged to, into %(new)s", **d)
)
register(
    "association.merge_undone",
    lambda d: phrase("undid the merge of %(old)s, which %(contact)s had belonged to, into %(new)s", **d),
)
