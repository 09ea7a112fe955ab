"""What stands in the cells of an exponent table, however it is set."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from sims.numbers import compact, with_error
from sims.tables.row import Claimed, Derived, Row

REJECTED = "p < 1e-6"
"""Instead of an exponent, where the data reject the power law."""

NONE = "none"
"""Instead of an exponent, where the law is no power law."""


def observed(row: Row) -> str:
    """The observed exponent with its error in brackets; nothing that the data reject."""
    if row.rejected:
        return NONE if row.verdict == "not a power law" else REJECTED
    return _exponent(row)


def observed_in_full(row: Row) -> str:
    """The same as exponent ± standard error."""
    if row.rejected:
        return observed(row)
    if row.observed.standard_error is None:
        return f"{_exponent(row)} (no noise)"
    return with_error(row.observed.exponent, row.observed.standard_error)


def _exponent(row: Row) -> str:
    seen = row.observed
    return compact(seen.exponent, seen.standard_error, seen.places)


def exact(row: Row) -> str:
    """The exponent of the exact curve, to the digits of the observed one."""
    if row.exact is None or row.rejected:
        return ""
    shown = _exponent(row)
    places = len(shown.partition("(")[0].partition(".")[2])
    return f"{row.exact.exponent:.{places}f}"


def derived(law: Derived | None) -> str:
    """The derived exponent, or what the law is instead."""
    return "" if law is None else law.exponent or law.kind


def claims(claimed: Sequence[Claimed]) -> list[str]:
    """The exponents that sources claim, as `1: Cho2020 (wrong)`."""
    named = [f"{c.value}: {c.source} ({c.status})" for c in claimed if c.value is not None]
    return list(dict.fromkeys(named))


def corrections(row: Row) -> str:
    """Which corrections the fit had, and its floor where it had one."""
    assumed = row.observed.assumed_corrections
    if assumed is None:
        text = "averaged"
    else:
        written = [str(Fraction(w).limit_denominator(12)) for w in assumed]
        text = f"w = {', '.join(written)}" if written else "none"
    floor = row.observed.assumed_floor
    return text if floor == "zero" else f"{text}; floor {floor}"


def window(row: Row) -> str:
    """The sizes that were fitted."""
    low, high = row.observed.window
    return f"{row.axis} {low:g} to {high:g}"


def p_value(row: Row) -> str:
    """The p-value of the likeliest model, where there are errors to judge it by."""
    return "" if row.observed.p_value is None else f"{row.observed.p_value:.2g}"
