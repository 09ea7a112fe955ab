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
from sims.fitting.slopes import local_slopes
from sims.numbers import with_error
from sims.tables.judged import Judged

FORMATS = ("png", "pdf", "svg")
CURVE_POINTS = 65

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#999999")
MARKERS = ("o", "s", "^", "v", "D", "P", "X", "*")

DATA, EXACT, DERIVED = "#0072b2", "#000000", "#d55e00"  # told apart without colour vision


def figure(judged: Judged) -> Figure:
    """Losses with their errors, exact curve and fit; below, the running slope beside theory.

    A law that is no power law is drawn against the logarithm of the size and against the size
    itself, side by side: a straight line on one of them says which law it is.

    Parameters
    ----------
    judged : Judged
        A sweep over one axis.

    Returns
    -------
    matplotlib Figure
    """
    axis, sweep = judged.axis, judged.observations.sweep
    curve = _exact_curve(judged)
    wide = not judged.power_law
    drawing = Figure(figsize=(9.0 if wide else 6.0, 6.4), layout="constrained")
    rows = [["log-log", "semilog"], ["slopes", "slopes"]] if wide else [["log-log"], ["slopes"]]
    panels = drawing.subplot_mosaic(rows, height_ratios=(3, 2))  # type: ignore[arg-type]
    for name in ("log-log", "semilog"):
        if name in panels:
            _draw_losses(panels[name], judged, curve)
            panels[name].set_xscale("log" if name == "log-log" else "linear")
            panels[name].set_xlabel(_axis_label(judged))
    _draw_slopes(panels["slopes"], judged, curve)
    panels["slopes"].set_xlabel(_axis_label(judged))
    sampler = getattr(sweep.toy, "sampler", None)
    parameters = sweep.toy.model_dump(exclude={axis, "sampler"})
    title = textwrap.fill(_titled(sweep.toy.name, parameters), 72)
    title += f"\nsampler: {sampler}" if sampler else ""
    drawing.suptitle(f"{title}, seed {sweep.seed}", fontsize=10)
    return drawing


def together(many: Sequence[Judged]) -> Figure:
    """Losses of several sweeps of one toy on the same axes, each with its exact curve.

    If one of their laws is no power law, they are drawn twice: against the logarithm of the size
    and against the size itself.

    Parameters
    ----------
    many : sequence of Judged
        Sweeps of one toy over the same axis; they are told apart by what differs.

    Returns
    -------
    matplotlib Figure
    """
    axis, first = many[0].axis, many[0].observations.sweep
    toys = [one.observations.sweep.toy.model_dump(exclude={axis}) for one in many]
    varied = [name for name in toys[0] if len({str(toy[name]) for toy in toys}) > 1]
    common = {name: value for name, value in toys[0].items() if name not in varied}
    scales = ["log"] if all(one.power_law for one in many) else ["log", "linear"]
    drawing = Figure(figsize=(8.0 if len(scales) == 1 else 11.0, 4.4), layout="constrained")
    for place, scale in enumerate(scales, start=1):
        ax = drawing.add_subplot(1, len(scales), place)
        for i, (one, toy) in enumerate(zip(many, toys, strict=True)):
            _draw_one_of_many(ax, one, i, _named({name: toy[name] for name in varied}))
        ax.set_xscale(scale)
        ax.set_yscale("log")
        ax.set_xlabel(_axis_label(many[0]))
        if place == 1:
            ax.set_ylabel(textwrap.fill(first.toy.quantity, 48))
    drawing.legend(
        *ax.get_legend_handles_labels(), loc="outside right center", frameon=False, fontsize=8,
        title="points: simulated\nlines: exact", title_fontsize=8,
    )  # fmt: skip
    title = f"{_titled(first.toy.name, common)}, seed {first.seed}"
    drawing.suptitle(textwrap.fill(title, 84), fontsize=10)
    return drawing


def _draw_one_of_many(ax: Axes, judged: Judged, place: int, label: str) -> None:
    colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
    curve = _exact_curve(judged)
    if curve is not None:
        ax.plot(*curve, color=colour, linewidth=1)
    if not judged.row.rejected:
        label += f": exponent {_exponent(judged)}"
    seen = judged.observations
    ax.errorbar(
        seen.sizes[judged.axis], seen.means, seen.standard_errors, fmt=marker, markersize=4,
        capsize=2, color=colour, label=label,
    )  # fmt: skip


def _exponent(judged: Judged) -> str:
    seen = judged.row.observed
    return with_error(seen.exponent, seen.standard_error, seen.places)


def _axis_label(judged: Judged) -> str:
    axes = judged.observations.sweep.toy.axes()
    return f"{judged.axis} ({axes[judged.axis].unit})"


def _titled(name: str, parameters: Mapping[str, Any]) -> str:
    return f"{name}: {_named(parameters)}" if parameters else name


def _named(parameters: Mapping[str, Any]) -> str:
    return ", ".join(
        f"{k} = {v:g}" if isinstance(v, float) else f"{k} = {v}" for k, v in parameters.items()
    )


def _exact_curve(judged: Judged) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
    """Sizes and exact losses over the window, close together; None where they are not known."""
    axis, seen = judged.axis, judged.observations
    toy, sizes = seen.sweep.toy, seen.sizes[axis]
    if seen.exact is None:
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
    ax: Axes, judged: Judged, curve: tuple[NDArray[np.float64], NDArray[np.float64]] | None
) -> None:
    seen = judged.observations
    sizes = seen.sizes[judged.axis]
    if curve is not None:
        ax.plot(*curve, color=EXACT, linewidth=1, label="exact")
    word = "fit (rejected)" if judged.row.rejected else f"fit, exponent {_exponent(judged)}"
    ax.plot(sizes, judged.fit.predict(sizes), "--", color=DERIVED, linewidth=1, label=word)
    ax.errorbar(
        sizes, seen.means, seen.standard_errors, fmt="o", markersize=4, capsize=2, color=DATA,
        label="simulated",
    )  # fmt: skip
    ax.set_yscale("log")
    ax.set_ylabel(textwrap.fill(seen.sweep.toy.quantity, 36))
    ax.legend(frameon=False)


def _draw_slopes(
    ax: Axes, judged: Judged, curve: tuple[NDArray[np.float64], NDArray[np.float64]] | None
) -> None:
    found = judged.fit.local_slopes
    middles = [slope.size for slope in found]
    slopes = [slope.slope for slope in found]
    errors = [slope.standard_error or 0.0 for slope in found]
    if curve is not None:
        exact = local_slopes(*curve, None)
        ax.plot([s.size for s in exact], [s.slope for s in exact], color=EXACT, linewidth=1)
    theory = judged.theory
    if theory is not None and theory.exponent is not None and theory.law.exponent is not None:
        ax.axhline(
            -theory.exponent, color=DERIVED, linestyle=":", linewidth=1.2,
            label=f"derived, {-theory.law.exponent}",
        )  # fmt: skip
        ax.legend(frameon=False)
    ax.errorbar(middles, slopes, errors, fmt="o", markersize=4, capsize=2, color=DATA)
    ax.set_xscale("log")
    ax.ticklabel_format(axis="y", useOffset=False)
    ax.set_ylabel(f"running slope\nd log L / d log {judged.axis}")


def save(drawing: Figure, path: Path) -> None:
    """Write a figure so that it is never seen half-written, with no date in it."""
    form = path.suffix[1:]
    undated = {"png": {"Software": None}, "pdf": {"CreationDate": None}, "svg": {"Date": None}}
    with whole_file(path) as unfinished:
        drawing.savefig(unfinished, format=form, dpi=200, metadata=undated[form])
