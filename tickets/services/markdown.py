"""Markdown in, safe HTML out; the same for agents and customers."""

import nh3
from markdown_it import MarkdownIt

TAGS = {
    *("p", "br", "hr", "strong", "em", "s", "del", "code", "pre", "blockquote", "a", "ul", "ol", "li"),
    *("h1", "h2", "h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
SCHEMES = {"http", "https", "mailto", "tel"}
# Headings of a message must not compete with those of the page.
_HEADINGS = {f"h{level}": "p" for level in range(1, 7)}

_markdown = (
    MarkdownIt("commonmark", {"html": False, "breaks": True})
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
