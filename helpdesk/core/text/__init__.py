"""Text has one door: what is typed, imported, posted or mailed is made canonical here, once.

`canonical` holds the functions, `model_fields` and `form_fields` the fields that call them, so that a model, a form, an
import and a bulk insert store the same text. Everybody may import this package; it imports nothing of ours.
"""

from helpdesk.core.text.canonical import line, prose, unique_form, visible

__all__ = ["line", "prose", "unique_form", "visible"]
