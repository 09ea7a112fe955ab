"""How many digits of an exponent are the same on every machine."""

from __future__ import annotations

import math

import numpy as np
from scipy.linalg import hadamard

from sims.fitting.average.averaged import Averaging

SHAKES, SHAKE = 8, 8
"""Losses are changed so many times, by so many units in the last place."""

GUARD = 2
"""Decimal places kept back: rounding then differs between machines once in a hundred numbers."""


def guaranteed_places(problem: Averaging) -> int:
    """To how many decimal places the exponent of this problem is the same on every machine.

    Exponentials, logarithms and sums differ in their last places from one processor, or library of
    mathematical functions, to another. Their effect is that of losses that differ by as much. So
    losses are changed by SHAKE units in the last place, up or down as the rows of a Hadamard matrix
    say, and fitted again in the same window with the same errors. The largest change of the
    exponent is less than a hundredth of a unit of the last place that may be printed.

    It says nothing of how true the digits are: only an error bar does.

    Parameters
    ----------
    problem : Averaging
        With the sizes of the window alone.
    """
    losses = problem.losses.means
    signs = hadamard(SHAKES)[:, 1 + np.arange(losses.size) % (SHAKES - 1)]
    shaken = losses * (1 + SHAKE * np.finfo(float).eps * signs)
    exponents = problem.solve(np.vstack([losses, shaken]), whole=True).exponents
    moved = max(float(np.max(np.abs(exponents - exponents[0]))), np.finfo(float).eps)
    return max(0, math.floor(-math.log10(moved)) - GUARD)
