"""What views have in common: requests, fragments, pages, keys of forms, uploads, static bundles."""
