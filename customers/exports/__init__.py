"""Lists as files: the rows, the columns, and the form that asks for them (written by `helpdesk.spreadsheets`).

Doors (views, admin) of this app and of the floors above import from here; nothing below does.
"""
