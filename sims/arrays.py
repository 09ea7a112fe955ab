"""Arrays of numbers from whatever the caller has."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.errors import BadInput

SMALLEST, LARGEST = 1e-100, 1e100
"""Beyond these, powers of the numbers overflow."""


def numbers(name: str, values: ArrayLike) -> NDArray[np.float64]:
    """The values as floats.

    Raises
    ------
    BadInput
        If they are not real numbers, or form no array.
    """
    try:
        if np.ma.is_masked(values) or np.iscomplexobj(values):
            raise TypeError
        return np.asarray(values, dtype=float)
    except (TypeError, ValueError, OverflowError):
        raise BadInput(f"{name}: {_short(values)} is not allowed (real numbers)") from None


def plain(value: Any) -> Any:
    """Plain values with None for numbers that are not finite, as JSON has no others."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def _short(values: object) -> str:
    text = " ".join(repr(values).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def check_range(name: str, column: NDArray[np.float64]) -> None:
    """Refuse numbers so large or small that powers of them overflow.

    Raises
    ------
    BadInput
        If one is; it says that a change of units helps.
    """
    wrong = column[(column < SMALLEST) | (column > LARGEST)]
    if wrong.size:
        raise BadInput(
            f"{name} = {wrong[0]:g} is not allowed (from {SMALLEST:g} to {LARGEST:g}); such "
            "numbers span too many orders of magnitude: change their unit"
        )
