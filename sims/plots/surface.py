"""Figures of a fitted surface: IsoFLOP curves, the compute-optimal frontier, and residuals."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import ListedColormap, LogNorm
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sims.plots.sweeps import COLOURS, DATA, DERIVED, EXACT
from sims.surface.frontier import Frontier
from sims.surface.isoflop import IsoFlopFit
from sims.surface.law import FLOP_PER_TOKEN_AND_PARAMETER, Surface
from sims.surface.report import SurfaceReport
from sims.surface.runs import Runs

CURVE_POINTS = 129
FRONTIER_POINTS = 33
ORDERED = ListedColormap(colormaps["cividis"](np.linspace(0, 0.88, 256)))
"""From dark to light, also in grey and without colour vision; without what is too pale on white."""

COMPUTE = "training compute C (FLOP)"
SIZE = "parameters N"

N_COLOUR, D_COLOUR = DATA, DERIVED
LINE, PARABOLA = EXACT, COLOURS[3]


def figures(report: SurfaceReport) -> dict[str, Figure]:
    """All figures of a report, by name; the frontier only where it has intervals.

    Parameters
    ----------
    report : SurfaceReport
        What `sims.surface.report.report_on` returned.
    """
    runs, fit = report.runs, report.fit
    seen = None if isinstance(report.parabolas, str) else report.parabolas
    drawings = {
        "isoflop": isoflop_figure(runs, fit.surface, _lines(report), seen),
        "residuals": residual_figure(runs, fit.surface, fit.delta),
    }
    highest = max(runs.flop.max(), report.budgets.max())
    lowest = min(runs.flop.min(), report.budgets.min())
    frontier = report.frontier(np.geomspace(lowest / 2, highest * 2, FRONTIER_POINTS))
    if frontier is not None:
        drawings["frontier"] = frontier_figure(runs, frontier, seen)
    return drawings


def _lines(report: SurfaceReport) -> list[float]:
    """Budgets to draw the surface at: of the IsoFLOP lines, or the decades among the runs."""
    if not isinstance(report.parabolas, str):
        return [minimum.flop for minimum in report.parabolas.minima]
    low, high = float(report.runs.flop.min()), float(report.runs.flop.max())
    powers = range(math.ceil(math.log10(low)), math.floor(math.log10(high)) + 1)
    return [10.0**power for power in powers] or [math.sqrt(low * high)]


def isoflop_figure(
    runs: Runs, surface: Surface, budgets: Sequence[float], seen: IsoFlopFit | None
) -> Figure:
    """Losses against size, coloured by compute, with lines of the fitted surface.

    Parameters
    ----------
    runs : Runs
        The data.
    surface : Surface
        Fitted to them.
    budgets : sequence of float
        Compute budgets in FLOP, for each of which the surface is drawn, with its minimum.
    seen : IsoFlopFit or None
        Parabolas, where the runs lie on IsoFLOP lines: their minima are drawn with error bars.
    """
    drawing = Figure(figsize=(7.2, 4.8), layout="constrained")
    ax = drawing.add_subplot()
    scale = LogNorm(runs.flop.min(), runs.flop.max())
    sizes = np.geomspace(runs.parameters.min(), runs.parameters.max(), CURVE_POINTS)
    for flop in budgets:
        near = runs.parameters[np.abs(np.log(runs.flop / flop)) < _reach(budgets)]
        part = sizes[(sizes >= near.min()) & (sizes <= near.max())] if near.size else sizes
        tokens = flop / (FLOP_PER_TOKEN_AND_PARAMETER * part)
        ax.plot(part, surface.loss(part, tokens), color=ORDERED(scale(flop)), linewidth=1.2)
    ax.scatter(
        runs.parameters, runs.losses, c=runs.flop, norm=scale, cmap=ORDERED, s=16,
        edgecolors="black", linewidths=0.3, zorder=3, label="runs",
    )  # fmt: skip
    best = surface.optimum(np.asarray(budgets))
    along = surface.optimum(np.geomspace(min(budgets), max(budgets), CURVE_POINTS))
    ax.plot(along.parameters, along.loss, "--", color=LINE, linewidth=0.8, zorder=4)
    ax.plot(
        best.parameters, best.loss, "*", color=LINE, markersize=9, markerfacecolor="white",
        zorder=4, label="minima of the fitted surface",
    )  # fmt: skip
    if seen is not None:
        at, factor = np.array([minimum.parameters for minimum in seen.minima]), _factors(seen)
        ax.errorbar(
            at, [minimum.loss for minimum in seen.minima],
            xerr=_bars(at, factor),
            fmt="s", color=PARABOLA, markerfacecolor="none", markersize=7, capsize=2,
            linewidth=1, zorder=5, label="minima of parabolas, 95 %",
        )  # fmt: skip
    ax.set_xscale("log")
    ax.set_xlim(runs.parameters.min() / 1.3, runs.parameters.max() * 1.3)
    ax.set_ylim(*_padded(runs.losses))
    ax.set_xlabel(SIZE)
    ax.set_ylabel("final loss L (unit of the data)")
    drawing.legend(frameon=False, fontsize=8, loc="outside upper left", ncols=3)
    drawing.colorbar(
        ScalarMappable(scale, ORDERED), ax=ax, label=f"{COMPUTE}; lines: fitted surface"
    )
    return drawing


def _reach(budgets: Sequence[float]) -> float:
    """Half the least distance between neighbouring budgets, in log C."""
    steps = np.diff(np.log(np.sort(budgets)))
    return float(steps.min()) / 2 if steps.size else np.inf


def _padded(values: NDArray[np.float64]) -> tuple[float, float]:
    margin = 0.06 * float(np.ptp(values))
    return float(values.min()) - margin, float(values.max()) + margin


def _factors(seen: IsoFlopFit) -> NDArray[np.float64]:
    """Ratio of the upper end of each minimum's 95 % interval to its value; 1 without errors."""
    errors = [minimum.log_error for minimum in seen.minima]
    quantile = seen.parameters.quantile
    return np.array([1.0 if error is None else np.exp(quantile * error) for error in errors])


def _bars(value: NDArray[np.float64], factor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distances down and up to value / factor and value * factor, to draw error bars with."""
    return np.array([value - value / factor, value * factor - value])


def frontier_figure(runs: Runs, frontier: Frontier, seen: IsoFlopFit | None) -> Figure:
    """Compute-optimal size and tokens against compute, with 95 % bands.

    Parameters
    ----------
    runs : Runs
        The data: their budgets are marked below, and their range is shaded.
    frontier : Frontier
        Of the fitted surface, at increasing budgets close together.
    seen : IsoFlopFit or None
        Parabolas, where the runs lie on IsoFLOP lines: their minima and power laws are drawn too.
    """
    drawing = Figure(figsize=(6.4, 6.4), layout="constrained")
    upper, lower = drawing.subplots(2, 1, sharex=True)
    parts = (
        (upper, frontier.parameters, N_COLOUR, SIZE, "parameters"),
        (lower, frontier.tokens, D_COLOUR, "tokens D", "tokens"),
    )
    for ax, estimate, colour, label, name in parts:
        ax.axvspan(runs.flop.min(), runs.flop.max(), color="0.93", zorder=0)
        ax.plot(frontier.flop, estimate.value, color=colour, label="fitted surface, 95 % band")
        ax.fill_between(
            frontier.flop, estimate.low, estimate.high, color=colour, alpha=0.25, linewidth=0
        )
        if seen is not None:
            _draw_parabolas(ax, seen, name, frontier.flop)
        ax.plot(
            runs.flop, np.full(runs.flop.size, 0.02), "|", color="black", markersize=7,
            transform=ax.get_xaxis_transform(), label="budgets of the data",
        )  # fmt: skip
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.set_ylabel(f"compute-optimal {label}")
        ax.legend(frameon=False, fontsize=8, loc="upper left")
    lower.set_xlabel(COMPUTE)
    lower.set_xlim(frontier.flop[0], frontier.flop[-1])
    return drawing


def _draw_parabolas(ax: Axes, seen: IsoFlopFit, name: str, flop: NDArray[np.float64]) -> None:
    law = getattr(seen, name)
    at = np.array([getattr(minimum, name) for minimum in seen.minima])
    ax.errorbar(
        [minimum.flop for minimum in seen.minima], at, _bars(at, _factors(seen)),
        fmt="s", color=PARABOLA, markerfacecolor="none", markersize=5, capsize=2, linewidth=1,
        label="minima of parabolas, 95 %",
    )  # fmt: skip
    ax.plot(
        flop,
        law.at(flop).value,
        "--",
        color=LINE,
        linewidth=1,
        label="power law through the parabolas' minima",
    )


def residual_figure(runs: Runs, surface: Surface, delta: float | None) -> Figure:
    """Residuals of log L against the fitted loss and against compute, coloured by size.

    Parameters
    ----------
    runs : Runs
        The data.
    surface : Surface
        Fitted to them.
    delta : float or None
        Where Huber's loss changes from squares to absolute values, drawn as a band.
    """
    drawing = Figure(figsize=(9.0, 4.0), layout="constrained")
    left, right = drawing.subplots(1, 2, sharey=True)
    fitted = surface.loss(runs.parameters, runs.tokens)
    residuals = np.log(runs.losses / fitted)
    scale = LogNorm(runs.parameters.min(), runs.parameters.max())
    for ax, x, label in (
        (left, fitted, "fitted loss L (unit of the data)"),
        (right, runs.flop, COMPUTE),
    ):
        ax.axhline(0, color=LINE, linewidth=0.8)
        if delta is not None:
            ax.axhspan(
                -delta, delta, color=COLOURS[4], alpha=0.5, linewidth=0, zorder=0,
                label=f"±δ = {delta:g}: squares within, absolute values beyond",
            )  # fmt: skip
        points = ax.scatter(
            x, residuals, c=runs.parameters, norm=scale, cmap=ORDERED, s=16, edgecolors="black",
            linewidths=0.3, zorder=3,
        )  # fmt: skip
        ax.set_xscale("log" if ax is right else "linear")
        ax.set_xlabel(label)
    left.set_ylabel("log L - log fitted L")
    drawing.align_xlabels([left, right])
    if delta is not None:
        drawing.legend(
            *left.get_legend_handles_labels(), loc="outside upper left", frameon=False, fontsize=8
        )
    drawing.colorbar(points, ax=[left, right], label=SIZE)
    return drawing
