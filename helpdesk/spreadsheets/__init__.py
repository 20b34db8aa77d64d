"""Spreadsheets: CSV, XLS, XLSX and ODS files, read and written.

`conversion` has a foreign file opened by a child process (`reading`) and turned into a `spool`, the rows as plain text,
which is all that the desk reads; `writers` and `streaming` write rows as CSV and XLSX; `cells` belongs to both.
Imports `helpdesk.core` alone; every app may import it.
"""
