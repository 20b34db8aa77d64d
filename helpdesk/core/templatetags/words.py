"""`{% load words %}`: Django's translation tags, with the desk's own module names and Korean particles.

    {% blocktranslate with name=contact.name %}Delete the {{ term_contact }} {{ name }}{% endblocktranslate %}
    {% term "account" plural=True cap=True %}

`translate` and `blocktranslate` keep Django's names and syntax, so that makemessages finds their text. The
other tags and filters of Django's library `i18n` are here as well.
"""

from decimal import Decimal
from typing import Any

from django.template import Context, Library, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, render_value_in_context
from django.templatetags import i18n
from django.utils import translation
from django.utils.safestring import SafeString

from helpdesk.core.words import term as find_term
from helpdesk.core.words import terms
from helpdesk.core.words.particles import fill

register = Library()
register.tags.update(i18n.register.tags)
register.filters.update(i18n.register.filters)


@register.simple_tag
def term(key: str, *, plural: bool = False, cap: bool = False) -> str:
    """The desk's name for a module: account, contact, ticket, department."""
    return find_term(key, plural=plural, capital=cap)


@register.tag("translate")
@register.tag("trans")
def do_translate(parser: Parser, token: Token) -> i18n.TranslateNode:
    """Django's own; a module's name cannot stand in it, so writing one is refused early."""
    if "%(" in token.contents:
        raise TemplateSyntaxError("Use blocktranslate with {{ term_account }} to fill something in.")
    return i18n.do_translate(parser, token)


@register.tag("blocktranslate")
@register.tag("blocktrans")
def do_block_translate(parser: Parser, token: Token) -> "BlockPhraseNode":
    """Django's own syntax; see BlockPhraseNode for what is added."""
    return BlockPhraseNode(i18n.do_block_translate(parser, token))


class BlockPhraseNode(i18n.BlockTranslateNode):
    """A translated block with the module names in scope and its particles resolved; escapes as Django's."""

    tag_name: str

    def __init__(self, node: i18n.BlockTranslateNode) -> None:
        vars(self).update(vars(node))

    def render(self, context: Context, nested: bool = False) -> str:
        extra = {name: value.resolve(context) for name, value in self.extra_context.items()}
        if self.plural and self.countervar and self.counter:
            extra[self.countervar] = self._count(self.counter, context)
        with context.push(**extra):
            message, source = self._messages(context)
            known = terms()

            def value_of(name: str) -> str:
                return self._value(name, context, known)

            try:
                result = fill(message, value_of)
            except KeyError:
                result = fill(source, value_of)  # a faulty translation must not take the page down
        if self.asvar:
            context[self.asvar] = SafeString(result)
            return ""
        return result

    def _count(self, counter: FilterExpression, context: Context) -> Decimal | float | int:
        count = counter.resolve(context)
        if not isinstance(count, (Decimal, float, int)):
            raise TemplateSyntaxError(
                f"{self.countervar!r} argument to {self.tag_name!r} tag must be a number."
            )
        return count

    def _messages(self, context: Context) -> tuple[str, str]:
        """The translated message and its source, both with placeholders."""
        place = self.message_context.resolve(context) if self.message_context else None
        singular = self.render_token_list(self.singular)[0]
        if self.plural and self.countervar:
            plural, count = self.render_token_list(self.plural)[0], context[self.countervar]
            source = singular if count == 1 else plural
            if place:
                return translation.npgettext(place, singular, plural, count), source
            return translation.ngettext(singular, plural, count), source
        return (translation.pgettext(place, singular) if place else translation.gettext(singular)), singular

    def _value(self, name: str, context: Context, known: dict[str, str]) -> str:
        if name in context:
            value: Any = context[name]
        elif name in known:
            value = known[name]
        elif name in self._own_names():
            invalid = context.template.engine.string_if_invalid  # type: ignore[union-attr]
            value = invalid % name if "%s" in invalid else invalid
        else:
            raise KeyError(name)
        return render_value_in_context(value, context)

    def _own_names(self) -> set[str]:
        names = self.render_token_list(self.singular)[1]
        return {*names, *(self.render_token_list(self.plural)[1] if self.plural else ())}
