"""The verbs on customers' records. Screens, API, admin, imports and channels call these; nothing else changes a row."""
