"""Tickets, their conversation, departments and the agents' screens. May import `customers` and `helpdesk.core`."""
