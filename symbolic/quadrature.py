"""Integrals to many digits: tanh-sinh on an interval, exp-sinh from a point to infinity."""

from __future__ import annotations

from collections.abc import Callable

import mpmath as mp

FAR = 4
"""Up to here the variable of the exp-sinh rule always goes: x from 10^-18 to 10^18."""

REACH = 6
"""And as far as this, x to 10^137, where the function is not yet negligible."""

HALVINGS = 9
"""At most so often is the step of the rule halved."""


def definite(
    function: Callable[[mp.mpf], mp.mpf], first: mp.mpf, last: mp.mpf, digits: int
) -> mp.mpf:
    """The integral of a function that does not oscillate; its ends may be singular.

    mpmath's own rule from a point to infinity loses digits at a power-law end.

    Raises
    ------
    ValueError
        If the rule does not converge.
    """
    if first == -mp.inf:
        middle = mp.mpf(0) if last == mp.inf else last
        below = definite(lambda x: function(-x), -middle, mp.inf, digits)
        return below + (definite(function, middle, last, digits) if last == mp.inf else 0)
    if last != mp.inf:
        return mp.quad(function, [first, last])
    step = mp.mpf(1) / 2
    total = _sum(function, first, mp.mpf(0), step, digits)
    value = step * total
    for _ in range(HALVINGS):
        total += _sum(function, first, step / 2, step, digits)
        step /= 2
        before, value = value, step * total
        if abs(value - before) <= abs(value) * mp.mpf(10) ** (-digits / 2 - 3):
            return value  # the error of the rule squares with every halving
    raise ValueError(f"an integral from {mp.nstr(first, 6)} to infinity does not converge")


def _sum(
    function: Callable[[mp.mpf], mp.mpf], first: mp.mpf, start: mp.mpf, step: mp.mpf, digits: int
) -> mp.mpf:
    """The terms of the rule at start, start ± step, ..., as far as they count."""
    total = mp.mpf(0)
    for sign, t in ((1, start), (-1, start - step)):
        while abs(t) <= REACH:
            x = mp.exp(mp.pi / 2 * mp.sinh(t))
            term = function(first + x) * x * mp.pi / 2 * mp.cosh(t)
            total += term
            if abs(t) > FAR and abs(term) <= abs(total) * mp.mpf(10) ** (-digits - 15):
                break
            t += sign * step
    return total
