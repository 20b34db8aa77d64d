"""Lists as files: the columns, and the form that asks for them (written by `helpdesk.spreadsheets`).

Which rows are exported says `customers.export_sources`. Doors (views, admin) of this app and of the floors above import
from here; nothing below does.
"""
