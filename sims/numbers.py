"""How numbers are read from users and written for them."""

from __future__ import annotations

import math

from sims.errors import BadInput


def plain_number(text: str, what: str) -> int | float:
    """A number written as `12`, `0.5` or `1e6`; integral values become int.

    Raises
    ------
    BadInput
        If the text is not a finite number.
    """
    if len(text) > 400:
        raise BadInput(f"{what} = {text[:20]}... has {len(text)} characters: it is too long")
    try:
        return int(text)
    except ValueError:
        pass
    try:
        value = float(text)
    except ValueError:
        raise BadInput(f"{what} = {text!r} is not a number") from None
    if not math.isfinite(value):
        raise BadInput(f"{what} = {text} is not finite")
    return int(value) if value.is_integer() else value


def with_error(value: float, error: float | None) -> str:
    """Value ± error, both to the second digit of the error."""
    if error is None:
        return f"{value:.6g}"
    if error <= 0 or not math.isfinite(error):
        return f"{value:.6g} ± {error:.2g}"
    places = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{places}f} ± {error:.{places}f}"


def to_places(value: float, places: int) -> str:
    """A value without an error bar: six significant digits, and at most so many decimal places."""
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    significant = 5 - math.floor(math.log10(abs(value)))
    return f"{value:.{max(0, min(places, significant))}f}"
