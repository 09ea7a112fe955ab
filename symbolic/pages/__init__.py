"""A derivation on paper: as text, markdown or LaTeX, or as a record for programs."""

from symbolic.pages.content import Page, page_of, standing
from symbolic.pages.latex import document, latex_of, prose
from symbolic.pages.markdown import markdown_of
from symbolic.pages.record import record_of
from symbolic.pages.text import text_of

__all__ = [
    "Page",
    "document",
    "latex_of",
    "markdown_of",
    "page_of",
    "prose",
    "record_of",
    "standing",
    "text_of",
]
