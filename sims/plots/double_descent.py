"""Double descent on both axes: the error against the number of samples, and of parameters."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator, ScalarFormatter
from numpy.typing import NDArray

from sims.engine.run import run_sweeps
from sims.engine.sweep import Sweep
from sims.plots.sweeps import COLOURS, DATA, EXACT
from toys import DoubleDescent, LinearRegression, Toy

RIDGE = COLOURS[1]
THRESHOLD = COLOURS[7]

P, N, D = 40, 40, 80
"""Features on the axis of data; samples on that of parameters, and features in all there."""

SIGMA, LENGTH = 0.3, 1.0

SAMPLES = (4, 6, 9, 13, 18, 24, 30, 34, 46, 51, 60, 75, 100, 140, 200, 300, 400)
FEATURES = (2, 6, 10, 14, 18, 22, 26, 30, 34, 46, 50, 54, 58, 62, 68, 74, 80)
NEAR = (37, 38, 39, 40, 41, 42, 43)
"""Sizes at which the variance of the error is infinite."""

REPLICATES, BLOCKS = 50, 20


def double_descent(seed: int = 0) -> Figure:
    """Two panels: least squares and the best ridge, along N at fixed p, and along p at fixed N.

    Points are simulated from samples, with their standard errors. Around the peak, where a mean has
    no error bar, they are medians, and open. Lines are the exact mean error.

    Parameters
    ----------
    seed : int
        Of the simulation.
    """
    drawing = Figure(figsize=(9.6, 4.3), layout="constrained")
    data, model = drawing.subplots(1, 2, sharey=True)
    _along_data(data, seed)
    _along_parameters(model, seed)
    for ax, threshold in ((data, P), (model, N)):
        ax.axvline(threshold, color=THRESHOLD, linestyle="--", linewidth=1, zorder=0)
        ax.set_yscale("log")
        ax.spines[["top", "right"]].set_visible(False)
    data.set_xscale("log")
    data.xaxis.set_major_locator(FixedLocator((4, 10, 20, 40, 100, 200, 400)))
    data.xaxis.set_major_formatter(ScalarFormatter())
    data.xaxis.set_minor_locator(NullLocator())
    data.annotate(
        "interpolation\nthreshold, N = p", (P, 0.0), (-5, 8), fontsize=8,
        xycoords=("data", "axes fraction"), textcoords="offset points",
        color="#666666", ha="right", va="bottom",
    )  # fmt: skip
    data.set_xlabel("samples N")
    data.set_ylabel("excess squared error")
    data.set_title(f"{P} features, all seen", fontsize=10)
    model.set_xlabel("features p that the model sees")
    model.set_title(f"{N} samples, {D} features in all", fontsize=10)
    data.legend(frameon=False, fontsize=8, loc="upper right")
    return drawing


def _curve(toys: Iterable[Toy]) -> NDArray[np.float64]:
    """Exact losses, NaN where they are not known."""
    return np.array([toy.exact() for toy in toys], dtype=float)


def _along_data(ax: Axes, seed: int) -> None:
    least = LinearRegression(p=P, sigma=SIGMA, r=LENGTH)
    grid = np.unique(np.round(np.geomspace(SAMPLES[0], SAMPLES[-1], 300)).astype(int))
    for side in (grid[grid < P - 3], grid[grid > P + 3]):
        ax.plot(side, _curve(least.at(N=size) for size in side), color=EXACT, linewidth=1)
    ridge = least.at(estimator="ridge")
    ax.plot(grid, _curve(ridge.at(N=size) for size in grid), color=RIDGE, linewidth=1)
    means, medians, regular = run_sweeps(
        [
            Sweep(least, {"N": SAMPLES}, REPLICATES, BLOCKS, seed),
            Sweep(least.at(statistic="median"), {"N": NEAR}, REPLICATES, BLOCKS, seed),
            Sweep(ridge, {"N": SAMPLES}, REPLICATES, BLOCKS, seed),
        ]
    )
    ax.plot([], [], color=EXACT, linewidth=1, label="least squares, exact mean")
    _points(ax, SAMPLES, means.means, means.standard_errors, "least squares, mean")
    _points(ax, NEAR, medians.means, medians.standard_errors, "least squares, median", hollow=True)
    ax.plot([], [], color=RIDGE, linewidth=1, label="best ridge, exact mean")
    _points(ax, SAMPLES, regular.means, regular.standard_errors, "best ridge, mean", colour=RIDGE)


def _along_parameters(ax: Axes, seed: int) -> None:
    least = DoubleDescent(N=N, D=D, sigma=SIGMA, r=LENGTH)
    grid = np.arange(FEATURES[0], D + 1)
    for side in (grid[grid < N - 3], grid[grid > N + 3]):
        ax.plot(side, _curve(least.at(p=size) for size in side), color=EXACT, linewidth=1)
    regular = [Sweep(_seen_alone(p), {"N": [N]}, REPLICATES, BLOCKS, seed) for p in FEATURES]
    means, medians, *ridges = run_sweeps(
        [
            Sweep(least, {"p": FEATURES}, REPLICATES, BLOCKS, seed),
            Sweep(least.at(statistic="median"), {"p": NEAR}, REPLICATES, BLOCKS, seed),
            *regular,
        ]
    )
    curve = _curve(_seen_alone(int(p)) for p in grid) + [_missed(int(p)) for p in grid]
    ax.plot(grid, curve, color=RIDGE, linewidth=1)
    _points(ax, FEATURES, means.means, means.standard_errors, "")
    _points(ax, NEAR, medians.means, medians.standard_errors, "", hollow=True)
    losses = np.array([seen.means[0] for seen in ridges]) + [_missed(p) for p in FEATURES]
    errors = np.array([seen.moments[0].standard_error for seen in ridges])
    _points(ax, FEATURES, losses, errors, "", colour=RIDGE)


def _missed(p: int) -> float:
    """Signal of the features that are not seen."""
    return LENGTH**2 * (1 - p / D)


def _seen_alone(p: int) -> LinearRegression:
    """The regression on the features seen, to which the others are noise, by the best ridge."""
    noise = (SIGMA**2 + _missed(p)) ** 0.5
    return LinearRegression(N=N, p=p, sigma=noise, r=LENGTH * (p / D) ** 0.5, estimator="ridge")


def _points(
    ax: Axes,
    sizes: tuple[int, ...],
    losses: NDArray[np.float64],
    errors: NDArray[np.float64] | None,
    label: str,
    *,
    colour: str = DATA,
    hollow: bool = False,
) -> None:
    ax.errorbar(
        sizes, losses, errors, fmt="s" if colour == RIDGE else "o", markersize=4, capsize=2,
        elinewidth=0.8, color=colour, markerfacecolor="white" if hollow else colour,
        label=label or None,
    )  # fmt: skip
