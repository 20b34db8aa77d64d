"""Imports of contacts and accounts from files.

`matching` says what a column means and reads a row, `engine` finds the records of a batch, plans what each row does,
writes and takes back, `screens` says what pages show. Views, tasks, the Django admin and commands use this package;
services and models know nothing of it.
"""
