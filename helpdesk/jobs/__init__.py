"""Long work in the background: one table and one machine for imports, bulk updates, exports and whatever comes.

A kind of job has a table of its own that extends `models.Job`, and is declared once (`kinds.register`). People start,
cancel, resume and undo a job (`lifecycle`); a worker carries it out (`running`) and takes it back (`undoing`) batch
after batch, each one transaction together with the progress it makes; the clock takes up what nobody is at (`tasks`).
"""
