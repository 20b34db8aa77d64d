"""Large exports: a list becomes a file in the background, kept for some days for whoever asked for it.

An app declares once what can be exported (`sources.register`): which rows, which columns, who may. Its screens stream a
short list at once from the same declaration; a long one becomes an `ExportJob` (`services.start_export`), whose file a
worker writes (`making`). Imports `helpdesk.jobs` and `helpdesk.spreadsheets`; doors of every app above may import it.
"""
