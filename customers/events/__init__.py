"""The events of contacts and accounts: what the audit feed may say of them, and how it reads.

`CustomersConfig.ready` imports this package; nothing else does. One module a subject.
"""

from customers.events import (  # noqa: F401 - each declares its events
    accounts,
    associations,
    contacts,
    health,
    jobs,
    links,
    merging,
    methods,
    settings,
    team,
)
