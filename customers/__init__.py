"""Contacts, accounts and who belongs to whom; imports. Imports only `helpdesk.core`; knows nothing of tickets."""
