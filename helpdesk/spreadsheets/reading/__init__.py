"""Foreign files: their kind, encoding, sheets, heading and rows of text.

Runs in a child process (`child`), which `helpdesk.spreadsheets.conversion` starts; so nothing here imports Django.
"""
