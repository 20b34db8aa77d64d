"""The import itself: records found, rows planned, batches written, runs started, cancelled, resumed and undone."""
