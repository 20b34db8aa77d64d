"""E-mail domains: which are public mail providers, and which domain an address has."""

from customers.errors.records import PublicMailDomain
from helpdesk.core.text import visible
from helpdesk.core.text.addresses import domain_key

PUBLIC = frozenset(
    {
        "126.com",
        "163.com",
        "aol.com",
        "bluewin.ch",
        "btinternet.com",
        "daum.net",
        "fastmail.com",
        "free.fr",
        "gmail.com",
        "gmx.at",
        "gmx.ch",
        "gmx.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hanmail.net",
        "hey.com",
        "hotmail.co.uk",
        "hotmail.com",
        "hotmail.de",
        "hotmail.fr",
        "icloud.com",
        "kakao.com",
        "korea.com",
        "laposte.net",
        "libero.it",
        "live.co.uk",
        "live.com",
        "live.de",
        "mac.com",
        "mail.com",
        "mail.ru",
        "me.com",
        "msn.com",
        "nate.com",
        "naver.com",
        "orange.fr",
        "outlook.com",
        "outlook.de",
        "outlook.kr",
        "proton.me",
        "protonmail.com",
        "qq.com",
        "rocketmail.com",
        "sina.com",
        "sky.com",
        "t-online.de",
        "tutanota.com",
        "web.de",
        "yahoo.co.jp",
        "yahoo.co.kr",
        "yahoo.co.uk",
        "yahoo.com",
        "yahoo.de",
        "yahoo.fr",
        "yandex.com",
        "yandex.ru",
        "ymail.com",
        "zoho.com",
    }
)


def domain_of(address: str) -> str:
    """``Ji.Soo@Hanbit.example`` → ``hanbit.example``, in the form in which domains are kept; else empty."""
    return domain_key(address.rpartition("@")[2]) if "@" in address else ""


def is_public(domain: str) -> bool:
    """Whether anybody can get an address there, so that it says nothing about an account."""
    return domain.lower() in PUBLIC


def tidy(text: str) -> str:
    """``https://www.Hanbit.example/`` or ``@hanbit.example`` → ``hanbit.example``: the ASCII form, by which senders are
    found; what cannot be a domain comes back as it is. Raises `PublicMailDomain`."""
    bare = visible(text).lower().rpartition("@")[2]
    bare = (
        bare.removeprefix("https://")
        .removeprefix("http://")
        .removeprefix("www.")
        .partition("/")[0]
        .strip(". ")
    )
    domain = domain_key(bare) or bare
    if is_public(domain):
        raise PublicMailDomain(domain)
    return domain


def is_domain(text: str) -> bool:
    """Whether this could be an e-mail domain: ``hanbit.example``, also in other scripts."""
    domain = domain_key(text)
    return "." in domain and len(domain) <= 253
