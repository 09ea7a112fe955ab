"""The least factor on the errors at which a power law that the data reject is barely allowed."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

CLOSE = 1e-7
"""How closely the logarithm of the factor is found."""

STEP = 0.05
"""By which the logarithm of the factor grows at least while an upper end is looked for."""

MOST = 200
"""Factors tried at the most."""


def least_inflation(excess: Callable[[float], float], at_one: float, most: float) -> float:
    """A factor at which the excess has just ceased to be positive, or the largest one allowed.

    False position by Illinois' rule, with a bisection now and then. The upper end of the last
    bracket is returned: where the excess jumps, the result is always on the same side.

    Parameters
    ----------
    excess : callable
        Half the logarithm of chi² over what is allowed, by the factor on the errors.
    at_one : float
        Its value, positive, where the factor is 1.
    most : float
        The largest factor, at least 1.
    """
    low, above, top = 0.0, at_one, log(most)
    high = min(at_one, top)
    below = excess(exp(high))
    while below > 0:
        if high >= top:
            return most
        low, above = high, below
        high = min(high + max(below, STEP), top)
        below = excess(exp(high))
    side = 0
    for turn in range(MOST):
        if high - low < CLOSE:
            break
        middle = 0.5 * (low + high)
        if turn % 3 < 2:
            middle = high - (high - low) * below / (below - above)
            # off both ends by a little, so that the bracket closes about what is found
            middle = min(max(middle, low + 0.25 * CLOSE), high - 0.25 * CLOSE)
        value = excess(exp(middle))
        if value > 0:
            low, above = middle, value
            below = 0.5 * below if side > 0 else below
            side = 1
        else:
            high, below = middle, value
            above = 0.5 * above if side < 0 else above
            side = -1
    return exp(high)
