"""Lists as files: the columns, the writing of CSV and workbooks row by row, and the record of who took what along.

Doors (views, admin) of this app and of the floors above import from here; nothing below does.
"""
