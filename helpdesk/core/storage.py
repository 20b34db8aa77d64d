"""How static files are named in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage

OUR_MODULES = "js/*.js"


class HashedModulesStorage(CompressedManifestStaticFilesStorage):
    """Names carry a hash of the content, also where one of our script modules imports another.

    Without it a browser that kept an old module would run it beside the new ones after an upgrade. Django offers the
    same for every script there is; some of other packages name files that those packages do not ship.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        (
            OUR_MODULES,
            (
                (r"""(?P<matched>from "(?P<url>\./[^"]+)";)""", 'from "%(url)s";'),
                (r"""(?P<matched>import "(?P<url>\./[^"]+)";)""", 'import "%(url)s";'),
            ),
        ),
    )
