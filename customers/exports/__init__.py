"""Lists as files: the columns, which rows, and the sentence of the audit feed (written by `helpdesk.spreadsheets`).

Doors (views, admin) of this app and of the floors above import from here; nothing below does.
"""
