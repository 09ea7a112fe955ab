"""A derivation as LaTeX that any engine compiles."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sympy as sp

from symbolic.pages.content import Page

PREAMBLE = r"""\documentclass[a4paper]{article}
\usepackage{amsmath,amssymb}
\usepackage[margin=25mm]{geometry}
\usepackage{graphicx}
\allowdisplaybreaks
\setlength{\parindent}{0pt}
\setlength{\parskip}{4pt plus 2pt}
\begin{document}
"""

CLOSING = "\n\\end{document}\n"

WIDE = 84
"""A formula that takes more columns than this, drawn in characters, is set term by term."""

_GREEK = (
    "alpha|beta|gamma|delta|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|phi|chi|"
    "psi|omega|Gamma|Delta|Theta|Lambda|Pi|Sigma|Phi|Psi|Omega"
)

_LETTERS = {
    "α": "alpha", "β": "beta", "γ": "gamma", "δ": "delta", "Δ": "Delta", "ε": "epsilon",
    "ζ": "zeta", "η": "eta", "θ": "theta", "κ": "kappa", "λ": "lambda", "μ": "mu", "ν": "nu",
    "ξ": "xi", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "φ": "phi", "χ": "chi",
    "ψ": "psi", "ω": "omega", "Γ": "Gamma", "Λ": "Lambda", "Σ": "Sigma", "Φ": "Phi", "Ψ": "Psi",
    "Ω": "Omega", "Θ": "Theta", "Π": "Pi", "≤": "le", "≥": "ge", "≈": "approx", "≃": "simeq",
    "≠": "ne", "∝": "propto", "∞": "infty", "→": "to", "×": "times", "±": "pm", "·": "cdot",
    "√": "surd", "‖": "Vert", "∫": "int", "∇": "nabla", "∂": "partial", "∈": "in", "≪": "ll",
    "≫": "gg", "∑": "sum", "ℓ": "ell", "∼": "sim", "≲": "lesssim", "′": "prime",
    "⌊": "lfloor", "⌋": "rfloor", "−": "mathord{-}", "½": "tfrac12",
}  # fmt: skip

_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᵀ", "0123456789-T", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢₙ", "0123456789in", strict=True))

_ESCAPED = {
    "_": r"\_", "^": r"\textasciicircum{}", "\\": r"\textbackslash{}", "{": r"\{",
    "}": r"\}", "$": r"\$", "&": r"\&", "#": r"\#",
    "%": r"\%", "~": r"\textasciitilde{}", "|": r"\textbar{}", "<": r"\textless{}",
    ">": r"\textgreater{}", "–": "--", "“": "``", "”": "''", "’": "'", "é": r"\'e", "ö": r'\"o',
    "ü": r'\"u', "ä": r'\"a',
}  # fmt: skip

_SCRIPT = re.compile(
    r"([\^_])(-?\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|-?[A-Za-zα-ωΑ-Ω0-9*∞]+(?:\.[0-9]+)?(?:/[0-9]+)?)"
)


def latex_of(page: Page) -> str:
    """The page as a section; `document` makes sections into something to compile."""
    parts = [
        rf"\section*{{{prose(page.name)}}}",
        prose(page.statement),
        rf"\textit{{Source:}} {prose(page.source)}.",
    ]
    if page.builds_on:
        parts.append(rf"\textit{{Builds on:}} {prose(', '.join(page.builds_on))}.")
    parts += [r"\subsection*{Assumptions}", _items(map(prose, page.assumptions))]
    symbols = [f"${sp.latex(symbol)}$: {prose(meaning)}" for symbol, meaning in page.symbols]
    symbols += [f"${sp.latex(short)} = {sp.latex(full)}$" for short, full in page.abbreviations]
    parts += [r"\subsection*{Symbols}", _items(symbols), r"\subsection*{Steps}"]
    for i, step in enumerate(page.steps, start=1):
        parts.append(rf"\textbf{{{i}.}} {prose(step.claim)}")
        parts += [_display(formula) for formula in step.formulas]
        parts += [prose(step.proviso)] if step.proviso else []
        parts.append(rf"{{\small [{prose(step.check)}]}}")
    parts += [r"\subsection*{Law}", _display(page.law)]
    parts += [f"{label}: ${sp.latex(part)}$" for label, part in page.readings]
    parts.append(f"{prose(page.law_check)}.")
    parts.append(page.conclusion)
    if page.instances:
        parts += [r"\subsection*{With published numbers}", _items(map(prose, page.instances))]
    if page.claims:
        lines = (rf"{prose(claim)} \textit{{{prose(verdict)}}}" for claim, verdict in page.claims)
        parts += [r"\subsection*{Claims that this bears on}", _items(lines)]
    return "\n\n".join(parts) + "\n"


def document(body: str) -> str:
    """Sections as one document."""
    return PREAMBLE + body + CLOSING


def prose(text: str) -> str:
    """Plain text with powers and indices in mathematics, and every character known to LaTeX."""
    for sign, symbol in (("->", "→"), ("<=", "≤"), (">=", "≥")):
        text = text.replace(sign, symbol)
    out, at = [], 0
    for script in _SCRIPT.finditer(text):
        out.append(_characters(text[at : script.start()]))
        inner = script[2]
        inner = inner[1:-1] if inner.startswith("(") else inner
        out.append(f"${script[1]}{{{_mathematics(inner)}}}$")
        at = script.end()
    return "".join(out) + _characters(text[at:])


def _characters(text: str) -> str:
    return "".join(map(_character, text))


def _character(character: str) -> str:
    if character in _RAISED:
        return f"$^{{{_RAISED[character]}}}$"
    if character in _LOWERED:
        return f"$_{{{_LOWERED[character]}}}$"
    if character in _LETTERS:
        return f"$\\{_LETTERS[character]}$"
    if character in _ESCAPED:
        return _ESCAPED[character]
    if character == "\N{COMBINING CIRCUMFLEX ACCENT}":
        return r"\textasciicircum{}"
    return character


def _mathematics(text: str) -> str:
    """The inside of a power or an index."""
    text = re.sub(rf"\b({_GREEK})(?![a-z])", r"\\\1 ", text)
    text = re.sub(r"[\^_]\(([^()]*)\)", lambda nested: f"^{{{nested[1]}}}", text)
    return "".join(
        f"\\{_LETTERS[c]} " if c in _LETTERS else _RAISED_IN.get(c, c) for c in text
    ).replace("*", " ")


_RAISED_IN = {c: f"^{{{plain}}}" for c, plain in _RAISED.items()}


def _display(relation: sp.Basic) -> str:
    """A relation on a line of its own; a wide one is set term by term."""
    if _columns(relation) <= WIDE:
        return f"\\[ {sp.latex(relation)} \\]"
    sign = "=" if isinstance(relation, sp.Eq) else r"\le"
    left, right = relation.args
    lines = []
    for i, term in enumerate(right.as_ordered_terms()):
        shown = sp.latex(term)
        lead = sign if i == 0 else "" if shown.startswith("-") else "+"
        lines.append(f"& {lead} {_fitting(term)}")
    apart = _columns(left) > WIDE / 2
    first = rf"& {_fitting(left)} \\" if apart else sp.latex(left)
    return f"\\begin{{align*}}\n{first}\n" + " \\\\\n".join(lines) + "\n\\end{align*}"


def _fitting(expression: sp.Expr) -> str:
    """A term; one that is wider than the page is made smaller."""
    shown = sp.latex(expression)
    if _columns(expression) <= WIDE:
        return shown
    return rf"\resizebox{{0.9\linewidth}}{{!}}{{$\displaystyle {shown}$}}"


def _columns(expression: sp.Basic) -> int:
    drawn = sp.pretty(expression, use_unicode=True, wrap_line=False)
    return max(map(len, drawn.splitlines()))


def _items(lines: Iterable[str]) -> str:
    body = "\n".join(rf"\item {line}" for line in lines)
    return f"\\begin{{itemize}}\n{body}\n\\end{{itemize}}"
