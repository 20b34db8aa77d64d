"""Bringing files of contacts into the desk.

``readers`` turn any file into rows of text, ``columns`` guess what each column means, ``plan`` says
what a row would do, ``modes`` hold the strategies, ``run`` carries a file through in batches.
Views, the task, the admin and commands use this package; services and models know nothing of it.
"""
