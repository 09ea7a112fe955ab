"""Training runs of the user's: sizes, tokens and final losses from the columns of a table."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sims.csv_columns import read_columns
from sims.errors import BadInput
from sims.surface.law import FLOP_PER_TOKEN_AND_PARAMETER


class Runs(NamedTuple):
    """Training runs, one number each.

    Attributes
    ----------
    parameters, tokens, losses : ndarray, shape (runs,)
        N, D and the final losses.
    left_out : int
        Runs above the largest loss allowed.
    origin : str
        In words: how many, where D comes from, what was left out.
    """

    parameters: NDArray[np.float64]
    tokens: NDArray[np.float64]
    losses: NDArray[np.float64]
    left_out: int
    origin: str

    @property
    def flop(self) -> NDArray[np.float64]:
        """Compute C = 6 N D in FLOP, shape (runs,)."""
        return FLOP_PER_TOKEN_AND_PARAMETER * self.parameters * self.tokens


def data_column(tokens: str | None, flop: str | None) -> str:
    """The column that says how much data was used: of tokens, or of compute in FLOP.

    Raises
    ------
    BadInput
        Unless exactly one of the two is named.
    """
    if (tokens is None) == (flop is None):
        given = "neither" if tokens is None else f"tokens {tokens!r} and flop {flop!r}"
        raise BadInput(
            f"{given} given: exactly one column is needed, of the training tokens D or of the "
            "training compute C in FLOP, from which D = C/(6 N)"
        )
    return str(tokens if flop is None else flop)


def read_runs(
    path: str,
    *,
    parameters: str,
    loss: str,
    tokens: str | None = None,
    flop: str | None = None,
    max_loss: float | None = None,
) -> Runs:
    """Read training runs from a CSV file with a header line.

    Parameters
    ----------
    path : str
        The file; every row is a run.
    parameters, loss : str
        Names of the columns of sizes N and final losses.
    tokens, flop : str, optional
        Name of the column of tokens D, or of compute C in FLOP, then D = C/(6 N): one of them.
    max_loss : float, optional
        Runs with a loss above this are left out.

    Raises
    ------
    BadInput
        If the file cannot be read, a column is missing or named twice, or a value is not a
        positive number; the message names the line.
    """
    columns = [parameters, data_column(tokens, flop), loss]
    if len(set(columns)) < len(columns):
        raise BadInput(f"one column serves two purposes: {', '.join(map(repr, columns))}")
    table = np.array(read_columns(path, columns))
    return runs_of(table, of_flop=flop is not None, max_loss=max_loss)


def runs_of(table: NDArray[np.float64], *, of_flop: bool, max_loss: float | None = None) -> Runs:
    """Runs from a table of three columns: sizes, tokens (or compute in FLOP), losses.

    Parameters
    ----------
    table : ndarray, shape (runs, 3)
        Positive numbers.
    of_flop : bool
        Whether the second column is compute.
    max_loss : float, optional
        Runs with a loss above this are left out.

    Raises
    ------
    BadInput
        If nothing is left, or `max_loss` is not positive and finite.
    """
    origin, above = f"{len(table)} runs", 0
    if max_loss is not None:
        if not (math.isfinite(max_loss) and max_loss > 0):
            raise BadInput(f"max_loss = {max_loss:g} is not allowed (positive and finite)")
        kept = table[table[:, 2] <= max_loss]
        if not len(kept):
            raise BadInput(
                f"max_loss = {max_loss:g} leaves no run: the smallest loss is {table[:, 2].min():g}"
            )
        above = len(table) - len(kept)
        origin = f"{len(kept)} runs; {above} of {len(table)} runs above {max_loss:g} left out"
        table = kept
    n, data, losses = (np.ascontiguousarray(column) for column in table.T)
    if of_flop:
        data = data / (FLOP_PER_TOKEN_AND_PARAMETER * n)
        origin += "; tokens D = C/(6 N)"
    return Runs(n, data, losses, above, origin)
