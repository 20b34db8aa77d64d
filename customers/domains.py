"""E-mail domains: which are public mail providers, and which domain an address has."""

import re

from customers.errors import PublicMailDomain

_DOMAIN = re.compile(r"^(?!-)[\w-]+(\.[\w-]+)+$")

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
    """``Ji.Soo@Hanbit.example`` → ``hanbit.example``; empty when there is none."""
    return address.rpartition("@")[2].strip().lower() if "@" in address else ""


def is_public(domain: str) -> bool:
    """Whether anybody can get an address there, so that it says nothing about an account."""
    return domain.lower() in PUBLIC


def tidy(domain: str) -> str:
    """``https://www.Hanbit.example/`` or ``@hanbit.example`` → ``hanbit.example``. Raises `PublicMailDomain`."""
    text = domain.strip().lower().rpartition("@")[2]
    text = (
        text.removeprefix("https://")
        .removeprefix("http://")
        .removeprefix("www.")
        .partition("/")[0]
        .strip(". ")
    )
    if is_public(text):
        raise PublicMailDomain(text)
    return text


def is_domain(text: str) -> bool:
    """Whether this could be an e-mail domain: ``hanbit.example``, also in other scripts."""
    return bool(_DOMAIN.match(text)) and len(text) <= 253
