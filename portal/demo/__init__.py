"""The demo data: reads `fixtures/` and fills an empty desk. Only the `demo` command may import from here.

It stands on the top floor because it needs all of them. People, accounts and who belongs where go through the services;
tickets are inserted in bulk at times in the past, which no service offers, and bring the history they would have had.
"""
