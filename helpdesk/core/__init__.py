"""The ground floor: users and roles, audit feed, scoping, words, search form, htmx helpers.

Everyone may import it; it imports no app.
"""
