"""Spreadsheets: CSV, XLS, XLSX and ODS files, read and written.

`reading` turns a file into rows of text; `writers` and `streaming` write rows as CSV and XLSX; `cells`, `errors` and
`limits` belong to both. Imports `helpdesk.core` alone; every app may import it.
"""
