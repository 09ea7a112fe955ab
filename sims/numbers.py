"""How numbers are read from users and written for them."""

from __future__ import annotations

import math
from decimal import Decimal

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


SMALL, LARGE = -4, 6
"""What is below 10^SMALL, or not below 10^LARGE, is not written out: it has an exponent."""

ROUNDING = 1e-15
"""An error below this share of its value is lost in the digits of a float."""


def with_error(value: float, error: float | None, places: int | None = None) -> str:
    """Value ± error, both to the second digit of the error: `0.99930 ± 0.00037`.

    What is too large or too small to be written out is `compact`, as `6.020(10)e23`.

    Parameters
    ----------
    value : float
        The number.
    error : float or None
        Its standard error; None where there is none, which leaves the number alone.
    places : int, optional
        Decimal places that are known to be right without an error; six digits unless it is given.

    Returns
    -------
    str
    """
    if error is None:
        return f"{value:.6g}" if places is None else to_places(value, places)
    if not 0 < error < math.inf or not math.isfinite(value):
        return f"{value:.6g} ± {error:.2g}"
    if not 10**SMALL <= max(abs(value), error) < 10**LARGE:
        return compact(value, error)
    places = max(0, 1 - math.floor(math.log10(error)))
    return f"{value:.{places}f} ± {error:.{places}f}"


def compact(value: float, error: float | None, places: int | None = None) -> str:
    """The value, and in brackets the two digits of its error that stand below its last ones.

    `0.99930(37)` is 0.99930 ± 0.00037. An error with a point in it is written as it is: `12.3(4.5)`
    is 12.3 ± 4.5. An exponent is common to both: `6.02(10)e23` is (6.02 ± 0.10) 10²³.

    Parameters
    ----------
    value : float
        The number.
    error : float or None
        Its standard error. None leaves the number alone; one that is zero, or lost in the digits of
        a float, is `(0)`; one that is not finite is named: `0.5(nan)`.

    places : int, optional
        Decimal places that are known to be right without an error; six digits unless it is given.

    Returns
    -------
    str
    """
    if error is None:
        return with_error(value, None, places)
    if not 0 < error < math.inf or not math.isfinite(value):
        return f"{value:.6g}({error:.2g})"
    if error < ROUNDING * abs(value):
        return f"{value:.6g}(0)"
    rounded = Decimal(f"{error:.1e}")  # to two digits: 0.0996 is 0.10
    place = rounded.as_tuple().exponent  # of the second of them
    assert isinstance(place, int)
    number = Decimal(repr(float(value))).quantize(rounded) + 0  # no minus before a zero
    leading = max(abs(number), rounded).adjusted()
    power = 0 if SMALL <= leading < LARGE and place <= 0 else leading
    shown = power - place
    shifted = rounded.scaleb(-power)
    straddles = shown == 1 and shifted >= 1
    digits = f"{shifted:.1f}" if straddles else "".join(map(str, rounded.as_tuple().digits))
    exponent = f"e{power}" if power else ""
    return f"{number.scaleb(-power):.{shown}f}({digits}){exponent}"


def to_places(value: float, places: int) -> str:
    """A value without an error bar, to so many decimal places, but six significant digits at most.

    Parameters
    ----------
    value : float
        The number. Digits before the point are all shown.
    places : int
        Decimal places that are known to be right.

    Returns
    -------
    str
        Without a minus before a zero.
    """
    if value == 0 or not math.isfinite(value):
        return f"{value + 0.0:g}"
    significant = 5 - math.floor(math.log10(abs(value)))
    shown = f"{value:.{max(0, min(places, significant))}f}"
    return shown if float(shown) else shown.removeprefix("-")
