"""The words of the interface: translated, with the desk's own module names, Korean particles resolved.

Anybody may import from here; nothing here imports another package of ours, so that models can use it too.
Templates use the tag library `words`.
"""

from helpdesk.core.words.phrases import phrase, phrase_lazy, phrase_n
from helpdesk.core.words.terminology import KEYS, forget, term, terms

__all__ = ["KEYS", "forget", "phrase", "phrase_lazy", "phrase_n", "term", "terms"]
