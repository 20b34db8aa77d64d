"""Browser profiles that are kept from test to test, with their cache of styles and scripts, and nothing else of it."""

from collections import defaultdict
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 640}
SIZES = {"wide": WIDE, "phone": PHONE, "narrowest": NARROWEST}
LOCALES = {"en": "en-GB", "ko": "ko-KR"}

Kind = tuple[str, str, bool]
"""Size, language, and whether scripts run: what a context cannot change afterwards."""


@dataclass
class Profile:
    """A browser context, lent to one test at a time."""

    kind: Kind
    context: BrowserContext
    is_spoilt: bool = False
    """Whether it can be lent no more: a clock that a test has set goes on in every page of the context."""

    def open_page(self, theme: str) -> Page:
        page = self.context.new_page()
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        return page


class Profiles:
    """Lends profiles, and wipes what comes back."""

    def __init__(self, browser: Browser, origin: str) -> None:
        self._browser = browser
        self._origin = origin
        self._free: dict[Kind, list[Profile]] = defaultdict(list)

    def lend(self, *, size: str, language: str, scripts: bool) -> Profile:
        """A profile that nobody else has, without cookies and without anything stored."""
        kind = (size, language, scripts)
        return self._free[kind].pop() if self._free[kind] else Profile(kind, self._context(kind))

    def take_back(self, profile: Profile) -> None:
        """Close the pages, forget cookies and what pages stored; styles and scripts stay in the cache.

        A page that goes sends its draft: it finds no network, so that nothing arrives when the next test has begun.
        """
        context = profile.context
        if profile.is_spoilt:
            return context.close()
        context.set_offline(True)
        sweeper = context.new_page()
        for page in context.pages:
            if page is not sweeper:
                page.close()
        context.set_offline(False)
        context.clear_cookies()
        session = context.new_cdp_session(sweeper)
        kept = "local_storage,indexeddb,cache_storage,service_workers"
        session.send("Storage.clearDataForOrigin", {"origin": self._origin, "storageTypes": kept})
        sweeper.close()
        self._free[profile.kind].append(profile)

    def close(self) -> None:
        for profiles in self._free.values():
            for profile in profiles:
                profile.context.close()

    def _context(self, kind: Kind) -> BrowserContext:
        size, language, scripts = kind
        return self._browser.new_context(
            base_url=self._origin,
            viewport=SIZES[size],
            has_touch=size != "wide",
            is_mobile=size == "phone",
            locale=LOCALES[language],
            timezone_id="Asia/Seoul",
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
