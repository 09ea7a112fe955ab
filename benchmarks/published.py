"""Published fits of L(N, D), reproduced: quantity | published | ours | digits that agree.

    python -m benchmarks.published --data chinchilla_svg_extracted.csv [--format json]

The runs are those of Hoffmann2022, figure 4, as read off and published by Besiroglu2024 (repository
epoch-research/analyzing-chinchilla, data/svg_extracted_data.csv); the five with the largest losses
are left out, as there. What was published is written as it was printed, and compared digit by
digit; where it is zero, digits are those to which ours is. Times are the best of several repeats in
one thread, theirs as measured on another machine, and beside them is the ratio.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Callable, Iterator
from typing import NamedTuple

import click
import numpy as np
from numpy.typing import NDArray
from tabulate import tabulate
from threadpoolctl import threadpool_limits

from sims import BadInput
from sims.surface.isoflop import parabola_bias
from sims.surface.law import Surface
from sims.surface.runs import Runs, read_runs
from sims.surface.surface_fit import SurfaceFit, fit_surface

LEFT_OUT = 5

HUBER = {
    "objective": "0.00101827401780", "A": "477.826", "B": "2143.417", "E": "1.817218",
    "alpha": "0.3473105", "beta": "0.3671724", "a": "0.513900",
}  # fmt: skip
"""The minimum of the objective stated by Besiroglu2024: Huber, delta = 1e-3, summed over runs."""

ABSOLUTE = {
    "A": "482.006", "B": "2085.435", "E": "1.816864", "alpha": "0.347813", "beta": "0.365854",
    "a": "0.5126",
}  # fmt: skip
"""The headline fit of Besiroglu2024 (theirs stopped early): it is that of least |residuals|."""

ERRORS = {
    "A": "124.5", "B": "1293", "E": "0.0257", "alpha": "0.0154", "beta": "0.0206", "a": "0.0200",
}  # fmt: skip
"""Standard errors of Besiroglu2024: 4,000 resamples of the runs.

From one set of so many resamples to another they vary by 1 % and that of B by 5 %, so that all
printed digits can be had from their own resamples only.
"""

THEIR_SEED, THEIR_REPEATS = 42, 4000
"""Of their resamples, drawn with NumPy's legacy generator."""

HOFFMANN = Surface("additive", A=406.4, B=410.7, E=1.69, alpha=0.34, beta=0.28)
"""Hoffmann2022, section D.3: the surface on which the bias of parabolas is known."""

SYMMETRIC = Surface("additive", A=406.4, B=406.4, E=1.69, alpha=0.34, beta=0.34)

PARABOLAS = {2.0: "-0.33", 4.0: "-1.30", 8.0: "-2.90", 16.0: "-5.10"}
"""Error of D* at 1e24 FLOP in percent, by width of the grid: Open-Athena, scaling-law-analysis."""

FIT_SECONDS, BOOTSTRAP_SECONDS = 37.7, 66.9
"""Of the code of Besiroglu2024: 4,500 starts; 4,000 resamples."""


class Line(NamedTuple):
    """One line of the table; `digits` is null for times."""

    group: str
    quantity: str
    published: str
    ours: str
    digits: int | None


def digits(published: str, ours: float) -> int:
    """Significant digits, of those printed, to which a number agrees with a published one."""
    if float(published) == 0:
        return 16 if ours == 0 else max(0, math.floor(-math.log10(abs(ours))))
    printed = len(published.lstrip("-0.").replace(".", ""))
    for count in range(printed, 0, -1):
        if f"{float(published):.{count - 1}e}" == f"{ours:.{count - 1}e}":
            return count
    return 0


def load(path: str) -> Runs:
    """The runs without those of the largest losses.

    Raises
    ------
    BadInput
        If the file cannot be read, or is another.
    """
    runs = read_runs(path, parameters="Model Size", flop="Training FLOP", loss="loss")
    kept = runs.losses < np.sort(runs.losses)[-LEFT_OUT]
    return runs._replace(
        parameters=runs.parameters[kept], tokens=runs.tokens[kept], losses=runs.losses[kept],
        left_out=int(np.sum(~kept)),
    )  # fmt: skip


def their_resamples(runs: int) -> NDArray[np.float64]:
    """How often each run was drawn in each of their resamples, shape (repeats, runs)."""
    rng = np.random.RandomState(THEIR_SEED)
    draws = (rng.choice(runs, size=runs) for _ in range(THEIR_REPEATS))
    return np.array([np.bincount(draw, minlength=runs) for draw in draws], dtype=float)


def constants(fit: SurfaceFit) -> dict[str, float]:
    """The constants of a fit, its exponent of N_opt and its objective."""
    named = {name: float(getattr(fit, name)) for name in fit.fitted}
    exponent = fit.surface.frontier_exponents.parameters
    return named | {"a": exponent, "objective": fit.objective_value}


def fits(runs: Runs) -> Iterator[Line]:
    """Both fits and the standard errors of the first, with their resamples and with ours."""
    huber, absolute = (
        fit_surface(runs.parameters, runs.tokens, runs.losses, objective=objective)
        for objective in ("huber", "absolute")
    )
    theirs = huber.reweighted(their_resamples(runs.losses.size)).standard_errors
    for group, published, ours in (
        ("Huber 1e-3", HUBER, constants(huber)),
        ("absolute", ABSOLUTE, constants(absolute)),
        ("errors, their resamples", ERRORS, theirs),
        ("errors, our resamples", ERRORS, huber.standard_errors),
    ):
        for name, text in published.items():
            value = ours[name]
            yield Line(group, name, text, f"{value:.12g}", digits(text, value))


def invariance(runs: Runs) -> Iterator[Line]:
    """The largest relative change of a constant, freed of its unit, when units change."""
    n, d, losses = runs.parameters, runs.tokens, runs.losses
    for objective in ("huber", "absolute", "squares"):
        here = fit_surface(n, d, losses, objective=objective)
        for what, units in (
            ("loss x 1e-4", (1.0, 1.0, 1e-4)),
            ("loss x 1e4", (1.0, 1.0, 1e4)),
            ("N x 1e-9, D x 1e-12", (1e-9, 1e-12, 1.0)),
            ("N x 1e6, D x 1e3", (1e6, 1e3, 1.0)),
        ):
            there = fit_surface(n * units[0], d * units[1], losses * units[2], objective=objective)
            expected = {
                "A": here.A * units[2] * units[0] ** here.alpha,
                "B": here.B * units[2] * units[1] ** here.beta,
                "E": here.E * units[2], "alpha": here.alpha, "beta": here.beta,
            }  # fmt: skip
            change = max(abs(getattr(there, key) / value - 1) for key, value in expected.items())
            quantity = f"{objective}, {what}"
            yield Line("change with units", quantity, "0", f"{change:.1e}", digits("0", change))


def parabolas() -> Iterator[Line]:
    """The bias of IsoFLOP parabolas on noise-free runs, in percent."""
    for width, text in PARABOLAS.items():
        value = 100 * parabola_bias(HOFFMANN, width)
        yield Line(
            "parabola bias, %", f"width {width:g}", text, f"{value:.4f}", digits(text, value)
        )
    value = 100 * parabola_bias(SYMMETRIC, 16.0)
    yield Line("parabola bias, %", "symmetric surface", "0", f"{value:.1e}", digits("0", value))


def times(runs: Runs, repeats: int) -> Iterator[Line]:
    """Seconds of the fit and of its 4,000 resamples."""

    def fit() -> SurfaceFit:
        return fit_surface(runs.parameters, runs.tokens, runs.losses)

    fitted = fit()
    fitted.bootstrap(2)  # compiled before it is timed
    for what, theirs, seconds in (
        ("fit", FIT_SECONDS, _best(fit, 10 * repeats)),
        ("4,000 resamples", BOOTSTRAP_SECONDS, _best(fitted.bootstrap, repeats)),
    ):
        ratio = f"{seconds:.4f} ({theirs / seconds:.0f} times faster)"
        yield Line("seconds", what, f"{theirs:g}", ratio, None)


def _best(function: Callable[[], object], repeats: int) -> float:
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        function()
        seconds.append(time.perf_counter() - start)
    return min(seconds)


def lines(path: str, repeats: int = 3) -> list[Line]:
    """The whole table, from the runs in a file."""
    runs = load(path)
    with threadpool_limits(1):
        return [*fits(runs), *invariance(runs), *parabolas(), *times(runs, repeats)]


@click.command()
@click.option("--data", required=True, help="The CSV file of runs.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text")
@click.option("--repeats", type=click.IntRange(1), default=3, show_default=True, help="Of times.")
def main(data: str, form: str, repeats: int) -> None:
    """Reproduce published fits of the loss over parameters and tokens."""
    try:
        table = lines(data, repeats)
    except BadInput as error:
        raise click.UsageError(str(error)) from None
    if form == "json":
        print(json.dumps([line._asdict() for line in table], indent=2, allow_nan=False))
        return
    headers = ["", "quantity", "published", "ours", "digits"]
    print(tabulate(table, headers=headers, disable_numparse=True, missingval=""))


if __name__ == "__main__":
    main()
