"""Training runs as arrays, checked."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.arrays import check_range, numbers
from sims.errors import BadInput


def checked_runs(
    parameters: ArrayLike, tokens: ArrayLike, losses: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Sizes, tokens and losses as arrays of shape (runs,), positive and finite.

    Raises
    ------
    BadInput
        If they are not; the message names the value and its place, counted from 0.
    """
    given = {"parameters": parameters, "tokens": tokens, "losses": losses}
    columns = [numbers(name, column) for name, column in given.items()]
    for name, column in zip(given, columns, strict=True):
        if column.ndim != 1 or column.shape != columns[0].shape:
            raise BadInput(
                f"{name}: shape {column.shape} does not match the shape {columns[0].shape} of "
                "parameters (one number a run)"
            )
        wrong = np.flatnonzero(~(np.isfinite(column) & (column > 0)))
        if wrong.size:
            raise BadInput(
                f"{name} = {column[wrong[0]]:g} of run {wrong[0]} is not allowed (positive and "
                "finite)"
            )
        check_range(name, column)
    return columns[0], columns[1], columns[2]
