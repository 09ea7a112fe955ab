"""Figures: losses on log-log axes, and the running slope below."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from pydantic import ValidationError

from sims.atomic_write import whole_file
from sims.engine.observations import Observations
from sims.fitting import Fit
from sims.fitting.slopes import local_slopes
from sims.numbers import with_error
from sims.tables.exponents import observed_fit, only_axis
from sims.tables.theory import theory_of

FORMATS = ("png", "pdf", "svg")
CURVE_POINTS = 65

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#999999")
MARKERS = ("o", "s", "^", "v", "D", "P", "X", "*")

DATA, EXACT, DERIVED = "#0072b2", "#000000", "#d55e00"  # told apart without colour vision


def figure(observations: Observations) -> Figure:
    """Losses with their errors, exact curve and fit; below, the running slope beside theory.

    A law that is no power law is drawn against the logarithm of the size and against the size
    itself, side by side: a straight line on one of them says which law it is.

    Parameters
    ----------
    observations : Observations
        Of a sweep over one axis.
    """
    axis = only_axis(observations.sweep)
    toy = observations.sweep.toy
    seen = observed_fit(observations)
    curve = _exact_curve(observations, axis)
    wide = not _is_power_law(observations)
    drawing = Figure(figsize=(9.0 if wide else 6.0, 6.4), layout="constrained")
    rows = [["log-log", "semilog"], ["slopes", "slopes"]] if wide else [["log-log"], ["slopes"]]
    panels = drawing.subplot_mosaic(rows, height_ratios=(3, 2))  # type: ignore[arg-type]
    for name in ("log-log", "semilog"):
        if name in panels:
            _draw_losses(panels[name], observations, axis, seen, curve)
            panels[name].set_xscale("log" if name == "log-log" else "linear")
            panels[name].set_xlabel(_axis_label(observations, axis))
    _draw_slopes(panels["slopes"], observations, axis, seen, curve)
    panels["slopes"].set_xlabel(_axis_label(observations, axis))
    sampler = getattr(toy, "sampler", None)
    title = textwrap.fill(_titled(toy.name, toy.model_dump(exclude={axis, "sampler"})), 72)
    title += f"\nsampler: {sampler}" if sampler else ""
    drawing.suptitle(f"{title}, seed {observations.sweep.seed}", fontsize=10)
    return drawing


def together(many: Sequence[Observations]) -> Figure:
    """Losses of several sweeps of one toy on the same axes, each with its exact curve.

    If one of their laws is no power law, they are drawn twice: against the logarithm of the size
    and against the size itself.

    Parameters
    ----------
    many : sequence of Observations
        Of sweeps of one toy over the same axis; they are told apart by what differs.
    """
    axis = only_axis(many[0].sweep)
    toys = [seen.sweep.toy.model_dump(exclude={axis}) for seen in many]
    varied = [name for name in toys[0] if len({str(toy[name]) for toy in toys}) > 1]
    common = {name: value for name, value in toys[0].items() if name not in varied}
    scales = ["log"] if all(map(_is_power_law, many)) else ["log", "linear"]
    drawing = Figure(figsize=(8.0 if len(scales) == 1 else 11.0, 4.4), layout="constrained")
    for place, scale in enumerate(scales, start=1):
        ax = drawing.add_subplot(1, len(scales), place)
        for i, (seen, toy) in enumerate(zip(many, toys, strict=True)):
            _draw_one_of_many(ax, seen, axis, i, _named({name: toy[name] for name in varied}))
        ax.set_xscale(scale)
        ax.set_yscale("log")
        ax.set_xlabel(_axis_label(many[0], axis))
        if place == 1:
            ax.set_ylabel(textwrap.fill(many[0].sweep.toy.quantity, 48))
    drawing.legend(
        *ax.get_legend_handles_labels(), loc="outside right center", frameon=False, fontsize=8,
        title="points: simulated\nlines: exact", title_fontsize=8,
    )  # fmt: skip
    title = f"{_titled(many[0].sweep.toy.name, common)}, seed {many[0].sweep.seed}"
    drawing.suptitle(textwrap.fill(title, 84), fontsize=10)
    return drawing


def _draw_one_of_many(ax: Axes, seen: Observations, axis: str, place: int, label: str) -> None:
    colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
    curve = _exact_curve(seen, axis)
    if curve is not None:
        ax.plot(*curve, color=colour, linewidth=1)
    fitted = observed_fit(seen)
    if _is_power_law(seen):
        label += f": exponent {with_error(fitted.exponent, fitted.standard_error)}"
    ax.errorbar(
        seen.sizes[axis], seen.means, seen.standard_errors, fmt=marker, markersize=4, capsize=2,
        color=colour, label=label,
    )  # fmt: skip


def _is_power_law(observations: Observations) -> bool:
    """Whether what is derived, if anything, is a power law."""
    theory = theory_of(observations.sweep.toy, only_axis(observations.sweep))
    return theory is None or theory.law.kind == "power"


def _axis_label(observations: Observations, axis: str) -> str:
    return f"{axis} ({observations.sweep.toy.axes()[axis].unit})"


def _titled(name: str, parameters: Mapping[str, Any]) -> str:
    return f"{name}: {_named(parameters)}" if parameters else name


def _named(parameters: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{k} = {v:g}" if isinstance(v, float) else f"{k} = {v}" for k, v in parameters.items()
    )


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
    curve = {}
    for size in grid:
        with suppress(ValidationError):  # some sizes are none, as odd ones
            curve[float(size)] = toy.at(**{axis: size}).exact()
    return np.array(list(curve)), np.array(list(curve.values()), dtype=float)


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
