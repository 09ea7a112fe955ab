"""Losses at several sizes from a CSV file of the user's."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sims.csv_columns import read_columns
from sims.errors import BadInput
from sims.fitting.flags import MIN_REPLICATES
from toys import Moments


class FileLosses(NamedTuple):
    """Mean losses by size, with standard errors where they are known.

    `replicates` is the least number at any size, where errors were made from replicates; `origin`
    says in words where they come from.
    """

    sizes: NDArray[np.float64]
    means: NDArray[np.float64]
    errors: NDArray[np.float64] | None
    replicates: int | None
    origin: str


def read_losses(path: str, size: str, loss: str, error: str | None = None) -> FileLosses:
    """Read the columns of a CSV file; rows of the same size are replicates.

    Parameters
    ----------
    path : str
        A file with a header line.
    size, loss, error : str
        Names of its columns.

    Raises
    ------
    BadInput
        If the file cannot be read, a column is missing, or a value is not a positive number; the
        message names the line.
    """
    rows = read_columns(path, [name for name in (size, loss, error) if name is not None])
    groups: dict[float, list[list[float]]] = {}
    for n, *values in rows:
        groups.setdefault(n, []).append(values)
    sizes = np.array(sorted(groups))
    repeats = [len(groups[n]) for n in sizes]
    if error is not None:
        if max(repeats) > 1:
            twice = sizes[int(np.argmax(repeats))]
            raise BadInput(
                f"{path}: size {twice:g} occurs {max(repeats)} times with errors; give replicates "
                "without an error column, or one row a size"
            )
        means, errors = (np.array([groups[n][0][i] for n in sizes]) for i in (0, 1))
        origin = f"{sizes.size} sizes with errors from column {error!r}"
        return FileLosses(sizes, means, errors, None, origin)
    moments = [Moments.of(np.array([values[0] for values in groups[n]])) for n in sizes]
    means = np.array([block.mean for block in moments])
    if max(repeats, default=0) == 1:
        return FileLosses(sizes, means, None, None, f"{sizes.size} sizes, no errors")
    if min(repeats) == 1:
        alone = sizes[repeats.index(1)]
        raise BadInput(
            f"{path}: size {alone:g} has one row and others have replicates; an error bar needs at "
            "least 2 rows at every size"
        )
    errors = np.array([block.standard_error for block in moments])
    if not np.all(errors > 0):
        equal = sizes[int(np.argmin(errors))]
        raise BadInput(f"{path}: the replicates at size {equal:g} are all equal: no error bar")
    if min(repeats) < MIN_REPLICATES:
        errors = _pooled(moments)
    count = (
        f"{min(repeats)} to {max(repeats)} replicates"
        if max(repeats) > min(repeats)
        else (f"{repeats[0]} replicates")
    )
    how = (
        "; few, so that their relative error is pooled over sizes"
        if min(repeats) < MIN_REPLICATES
        else ""
    )
    return FileLosses(
        sizes, means, errors, min(repeats), f"{sizes.size} sizes, {count} at each{how}"
    )


def _pooled(moments: list[Moments]) -> NDArray[np.float64]:
    """Standard errors from one relative spread for all sizes.

    A standard deviation from two or three replicates is so uncertain that weights made from it
    ruin the interval of the fit; losses at neighbouring sizes scatter alike.
    """
    squares = sum(block.m2 / block.mean**2 for block in moments)
    relative = math.sqrt(squares / sum(block.count - 1 for block in moments))
    return np.array([relative * block.mean / math.sqrt(block.count) for block in moments])
