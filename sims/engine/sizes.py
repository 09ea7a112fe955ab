"""Sizes as written on the command line and in suites: `N=1e2:1e6:9` or `N=10,20,40`."""

from __future__ import annotations

import math
from typing import NamedTuple

from sims.errors import BadInput, unknown
from sims.numbers import plain_number
from toys import Toy

MAX_SIZES = 1000

DIGITS = 12
"""Significant digits of sizes inside a range."""


class Grid(NamedTuple):
    """Sizes along one axis, and what was done to them that the user should know."""

    axis: str
    sizes: list[float]
    note: str | None


def parse_grid(text: str, toy: type[Toy]) -> Grid:
    """Read sizes for one axis of a toy.

    Parameters
    ----------
    text : str
        `axis=low:high:count`, geometric and with both ends, rounded for an integer axis; or
        `axis=a,b,c`, as given.
    toy : type of Toy
        The toy whose axis it is.

    Raises
    ------
    BadInput
        If the text has another form, the axis is unknown, or the sizes make no grid.
    """
    axis, equals, values = text.partition("=")
    if not equals or not values:
        raise BadInput(f"cannot read sizes {text!r} (allowed: N=1e2:1e6:9 or N=10,20,40)")
    if axis not in toy.axes():
        raise unknown(f"size axis of {toy.name}", axis, toy.axes())
    if ":" not in values:
        return Grid(axis, [plain_number(part, axis) for part in values.split(",")], None)
    parts = values.split(":")
    if len(parts) != 3:
        raise BadInput(f"cannot read sizes {text!r} (a range is low:high:count)")
    low, high, count = (plain_number(part, axis) for part in parts)
    if not isinstance(count, int) or not 2 <= count <= MAX_SIZES:
        raise BadInput(f"{axis}={values}: count = {count} is not allowed (2 to {MAX_SIZES})")
    if not 0 < low < high:
        raise BadInput(f"{axis}={values}: the range must have 0 < low < high")
    for end in (low, high):
        bounds = toy.bounds_of(axis)
        if bounds.upper is not None and end > bounds.upper:
            raise BadInput(f"{axis} = {end:.6g} is not allowed (allowed: {bounds.text(axis)})")
    ratio = math.log(high) - math.log(low)
    # sizes are in the labels that seeds come from: no digit may depend on the platform's exp
    inner = [
        float(f"{low * math.exp(ratio * i / (count - 1)):.{DIGITS}g}") for i in range(1, count - 1)
    ]
    sizes: list[float] = [low, *inner, high]
    if toy.bounds_of(axis).kind is int:
        sizes = [round(size) for size in sizes]
    distinct = list(dict.fromkeys(sizes))
    merged = len(sizes) - len(distinct)
    note = f"{merged} sizes of {text} coincide after rounding and were merged" if merged else None
    return Grid(axis, distinct, note)
