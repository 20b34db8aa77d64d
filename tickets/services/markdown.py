"""Markdown in, safe HTML out; the same for agents and customers."""

import re

import nh3
from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "del", "code", "pre", "blockquote", "a", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
SCHEMES = {"http", "https", "mailto", "tel"}
# Headings of a message must not compete with those of the page.
_HEADINGS = {f"h{level}": "p" for level in range(1, 7)}

# A whole address on the web, a mail address, a phone number, or a place on this desk: a path with one slash and not a
# second one (a browser reads a backslash as one, and skips tabs and line ends). `//other.example` leads away.
_LINK = re.compile(r"https?://[^/\\]|mailto:|tel:|/(?![/\\]|%5c)|[?#]", re.IGNORECASE)
_STRIPPED_BY_BROWSERS = re.compile(r"(?:[\x00-\x20\x7f]|%0[9ad]|%20)+", re.IGNORECASE)


class _Markdown(MarkdownIt):
    """Its links lead where their reader expects."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - markdown-it asks by this name
        return bool(_LINK.match(_STRIPPED_BY_BROWSERS.sub("", url)))


_markdown = (
    _Markdown("commonmark", {"html": False, "breaks": True})
    .enable(["table", "strikethrough"])
    .disable(["image"])
)


def render_markdown(text: str) -> str:
    """Safe HTML of what somebody typed: raw HTML shows as text, pictures of other hosts are never loaded."""
    tokens = _markdown.parse(text)
    for token in tokens:
        if token.tag in _HEADINGS:
            token.tag = "p"
    html = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(
        html,
        tags=TAGS,
        attributes={"a": {"href", "title"}, "ol": {"start"}},
        url_schemes=SCHEMES,
        link_rel="noopener nofollow",
    )
