"""The ground under everything: users and roles, actors, departments, scoping, words, texts, search form; beside them
rooms for the Django admin, background work, the database and the web.

Everyone may import it; it imports no app.
"""
