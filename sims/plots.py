"""Figures: losses on log-log axes, and the running slope below."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from sims.files import whole_file
from sims.fitting import Fit
from sims.numbers import with_error
from sims.observations import Observations
from sims.slopes import local_slopes
from sims.table import observed_fit, only_axis, theory_of

FORMATS = ("png", "pdf", "svg")
CURVE_POINTS = 65

DATA, EXACT, DERIVED = "#0072b2", "#000000", "#d55e00"  # told apart without colour vision


def figure(observations: Observations) -> Figure:
    """Losses with their errors, exact curve and fit; below, the running slope beside theory.

    Parameters
    ----------
    observations : Observations
        Of a sweep over one axis.
    """
    axis = only_axis(observations.sweep)
    toy = observations.sweep.toy
    seen = observed_fit(observations)
    drawing = Figure(figsize=(6.0, 6.4), layout="constrained")
    upper, lower = drawing.subplots(2, 1, sharex=True, height_ratios=(3, 2))
    curve = _exact_curve(observations, axis)
    _draw_losses(upper, observations, axis, seen, curve)
    _draw_slopes(lower, observations, axis, seen, curve)
    parameters = toy.model_dump(exclude={axis, "sampler"})
    named = ", ".join(
        f"{k} = {v:g}" if isinstance(v, float) else f"{k} = {v}" for k, v in parameters.items()
    )
    sampler = getattr(toy, "sampler", None)
    title = f"{toy.name}: {named}" + (f"\nsampler: {sampler}" if sampler else "")
    upper.set_title(f"{title}, seed {observations.sweep.seed}", fontsize=10)
    lower.set_xlabel(f"{axis} ({toy.axes()[axis].unit})")
    return drawing


def _exact_curve(
    observations: Observations, axis: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Sizes and exact losses over the window, close together; None where they are not known."""
    toy, sizes = observations.sweep.toy, observations.sizes[axis]
    if observations.exact is None:
        return None
    grid = np.geomspace(sizes.min(), sizes.max(), CURVE_POINTS)
    if toy.bounds_of(axis).kind is int:
        grid = np.unique(np.round(grid))
    losses = [toy.at(**{axis: size}).exact() for size in grid]
    return grid, np.array(losses, dtype=float)


def _draw_losses(
    ax: Axes,
    observations: Observations,
    axis: str,
    seen: Fit,
    curve: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
) -> None:
    sizes = observations.sizes[axis]
    if curve is not None:
        ax.plot(*curve, color=EXACT, linewidth=1, label="exact")
    error = None if observations.standard_errors is None else seen.standard_error
    ax.plot(
        sizes, seen.predict(sizes), "--", color=DERIVED, linewidth=1,
        label=f"fit, exponent {with_error(seen.exponent, error)}",
    )  # fmt: skip
    ax.errorbar(
        sizes, observations.means, observations.standard_errors, fmt="o", markersize=4, capsize=2,
        color=DATA, label="simulated",
    )  # fmt: skip
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_ylabel(textwrap.fill(observations.sweep.toy.quantity, 36))
    ax.legend(frameon=False)


def _draw_slopes(
    ax: Axes,
    observations: Observations,
    axis: str,
    seen: Fit,
    curve: tuple[NDArray[np.float64], NDArray[np.float64]] | None,
) -> None:
    middles = [slope.size for slope in seen.local_slopes]
    slopes = [slope.slope for slope in seen.local_slopes]
    errors = [slope.standard_error or 0.0 for slope in seen.local_slopes]
    if curve is not None:
        exact = local_slopes(*curve, None)
        ax.plot([s.size for s in exact], [s.slope for s in exact], color=EXACT, linewidth=1)
    theory = theory_of(observations.sweep.toy, axis)
    if theory is not None and theory.exponent is not None and theory.law.exponent is not None:
        ax.axhline(
            -theory.exponent, color=DERIVED, linestyle=":", linewidth=1.2,
            label=f"derived, {-theory.law.exponent}",
        )  # fmt: skip
        ax.legend(frameon=False)
    ax.errorbar(middles, slopes, errors, fmt="o", markersize=4, capsize=2, color=DATA)
    ax.set_xscale("log")
    ax.ticklabel_format(axis="y", useOffset=False)
    ax.set_ylabel(f"running slope\nd log L / d log {axis}")


def save(drawing: Figure, path: Path) -> None:
    """Write a figure so that it is never seen half-written, with no date in it."""
    form = path.suffix[1:]
    undated = {"png": {"Software": None}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}
    with whole_file(path) as unfinished:
        drawing.savefig(unfinished, format=form, dpi=200, metadata=undated[form])
