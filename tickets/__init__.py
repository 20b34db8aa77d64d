"""Tickets, their conversation, departments and the agent's screens for them. May import `customers` and `helpdesk.core`."""
