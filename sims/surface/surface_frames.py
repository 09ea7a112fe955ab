"""Data frames in and out of the fit of a surface; pandas is imported only here, when needed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from sims.data_frames import data_frames
from sims.errors import BadInput, unknown
from sims.surface.runs import data_column, runs_of
from sims.surface.surface_fit import SurfaceFit, fit_surface

if TYPE_CHECKING:
    import pandas as pd


def surface_from_frame(
    frame: pd.DataFrame,
    *,
    parameters: str,
    loss: str,
    tokens: str | None = None,
    flop: str | None = None,
    max_loss: float | None = None,
    **settings: Any,
) -> SurfaceFit:
    """Fit a surface to the columns of a data frame.

    Parameters
    ----------
    frame : pandas.DataFrame
        Every row is a run.
    parameters, loss : str
        Names of the columns of sizes N and final losses.
    tokens, flop : str, optional
        Name of the column of tokens D, or of compute C in FLOP, then D = C/(6 N): one of them.
    max_loss : float, optional
        Runs with a loss above this are left out.
    **settings
        Of `fit_surface`: form, objective, delta, floor.

    Returns
    -------
    SurfaceFit

    Raises
    ------
    BadInput
        If a column is missing or does not hold positive numbers, or as `fit_surface` does.
    """
    columns = [parameters, data_column(tokens, flop), loss]
    names = [str(name) for name in frame.columns]
    for name in columns:
        if name not in names:
            raise unknown("column of the data frame", name, names)
        if names.count(name) > 1:
            raise BadInput(f"column {name!r} of the data frame occurs twice")
    table = np.column_stack([_numbers(frame[name], name) for name in columns])
    runs = runs_of(table, of_flop=flop is not None, max_loss=max_loss)
    return fit_surface(runs.parameters, runs.tokens, runs.losses, **settings)


def frontier_frame(fit: SurfaceFit, flop: ArrayLike) -> pd.DataFrame:
    """The compute-optimal frontier of a fitted surface as a data frame.

    Parameters
    ----------
    fit : SurfaceFit
        The fit.
    flop : array_like, shape (n,)
        Compute budgets in FLOP.

    Returns
    -------
    pandas.DataFrame
        A row for every budget: flop; parameters, tokens and loss, and the ends of their 95 %
        intervals as ..._low and ..._high.

    Raises
    ------
    ImportError
        If pandas is not installed.
    """
    budgets = np.atleast_1d(np.asarray(flop, dtype=float))
    frontier = fit.frontier(budgets)
    columns = {"flop": budgets}
    for name in ("parameters", "tokens", "loss"):
        band = getattr(frontier, name)
        columns |= {name: band.value, f"{name}_low": band.low, f"{name}_high": band.high}
    frame: pd.DataFrame = data_frames().DataFrame(columns)
    return frame


def _numbers(column: pd.Series[Any], name: str) -> np.ndarray[Any, np.dtype[np.float64]]:
    """A column as positive finite numbers; the message names the row."""
    try:
        values = column.to_numpy(dtype=float)
    except (TypeError, ValueError):
        raise BadInput(f"column {name!r} of the data frame is not numeric") from None
    wrong = np.flatnonzero(~(np.isfinite(values) & (values > 0)))
    if wrong.size:
        raise BadInput(
            f"column {name!r}, row {column.index[wrong[0]]}: {values[wrong[0]]:g} is not allowed "
            "(positive and finite)"
        )
    return values
