"""What people type becomes safe HTML: what is a link leads where it says."""

import pytest

from tickets.services.markdown import render_markdown

BACKSLASH = "\\"


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "///evil.example",
        f"/{BACKSLASH * 2}evil.example",
        f"{BACKSLASH * 4}evil.example",
        "/&#9;/evil.example",
        "/%09/evil.example",
        "/%0a/evil.example",
        "/%5cevil.example",
        "&#47;&#47;evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "javascript:alert(1)",
        "data:text/html,evil",
        "evil.example",
    ],
)
@pytest.mark.parametrize("written", ["[see]({})", "[see](<{}>)", "[see][there]\n\n[there]: {}", "<{}>"])
def test_an_address_that_hides_where_it_leads_is_no_link(address: str, written: str) -> None:
    assert "<a " not in render_markdown(written.format(address))


@pytest.mark.parametrize(
    "address",
    [
        "https://desk.example/a?b=c#d",
        "HTTP://desk.example",
        "mailto:kim@kolm.example",
        "tel:+8225550142",
        "/tickets/7/",
        "#floor-9",
        "?page=2",
    ],
)
def test_other_addresses_are(address: str) -> None:
    assert f'<a href="{address}"' in render_markdown(f"[see]({address})")
