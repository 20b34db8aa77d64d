"""Where static files are served from in production: hashed names, compressed, cached for good."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Also gives hashed names to the modules that our scripts import from one another."""

    support_js_module_import_aggregation = True
