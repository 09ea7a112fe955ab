"""An averaged fit in words, for a reader."""

from __future__ import annotations

import math

from sims.fitting.average.record import FitRecord, WeighedModel
from sims.fitting.slopes import Slope
from sims.numbers import with_error

SHOWN = 0.005
"""Models of less weight are left out."""

MOST_SHOWN = 5

SIZE = "N"
"""The letter for the size, where none is given."""

TAKEN = frozenset("abcEw")
"""Letters that mean something else in c N^-a (1 + b (N/N₁)^-w) + E."""

_ERRORS = {
    "smoothed": "relative errors smoothed in log {size}, times the fitted mean",
    "as given": "as given; too uneven to be smoothed",
    "covariance": "covariance between sizes",
    "no noise": "none: the losses have no noise",
    "none": "none given: one relative error for all sizes, from the scatter",
}


def summary(fit: FitRecord, size: str = SIZE, *, power_law: bool = True) -> str:
    """The fit in one line; no exponent where the data reject the power law."""
    low, _ = fit.window
    if fit.rejected or not power_law:
        why = "the data reject a power law" if fit.rejected else "the law is no power law"
        return f"none: {why}; window {size} ≥ {low:.6g}"
    parts = ""
    if fit.statistical_error is not None and fit.model_error is not None:
        places = _places(fit)
        parts = f" (stat {fit.statistical_error:.{places}f}, model {fit.model_error:.{places}f})"
    line = f"{_exponent(fit)}{parts}, window {size} ≥ {low:.6g}"
    return line if fit.p_value is None else f"{line}, p = {fit.p_value:.2g}"


def text(fit: FitRecord, size: str = SIZE, *, power_law: bool = True) -> str:
    """The fit in words, with a letter for the size.

    Where the data reject the power law, or it is known to be none, there is no exponent, nor what
    comes with one: interval, prefactor, floor and models.
    """
    named, size = size, SIZE if size in TAKEN else size
    stands = power_law and not fit.rejected
    lines = [f"exponent   {summary(fit, size, power_law=power_law)}"]
    if fit.interval and stands:
        places = _places(fit)
        low, high = (f"{end:.{places}f}" for end in fit.interval)
        lines.append(f"95 %       {low} to {high}")
    lines.extend(f"flag       {flag}" for flag in fit.flags)
    if stands:
        lines.append(f"prefactor  {_prefactor(fit)}")
        lines.append(f"floor      {_floor(fit)}")
    lines.append(f"window     {_window(fit)}")
    lines.append(f"errors     {_ERRORS[fit.errors].format(size=size)}")
    if stands:
        lines.extend(_models(fit, size))
    if fit.chi2 is not None and fit.p_value is not None:
        lines.append(
            f"residuals  chi² = {fit.chi2:.1f} on {fit.dof}, p = {fit.p_value:.2g}, of the "
            "likeliest model"
        )
    slopes = [_slope(slope) for slope in fit.local_slopes]
    rows = ["   ".join(slopes[i : i + 4]) for i in range(0, len(slopes), 4)]
    lines.append("slopes     " + "\n           ".join(rows))
    if named != size:
        lines.append(f"size       {size} stands for {named}")
    return "\n".join(lines)


def _exponent(fit: FitRecord) -> str:
    places = fit.digits if fit.standard_error is None else None
    return with_error(fit.exponent, fit.standard_error, places)


def _places(fit: FitRecord) -> int:
    """Decimal places of the exponent with its error: to the second digit of the error."""
    error = fit.standard_error
    return fit.digits if not error else max(0, 1 - math.floor(math.log10(error)))


def _prefactor(fit: FitRecord) -> str:
    error = None if fit.covariance is None else fit.prefactor * fit.covariance[0, 0] ** 0.5
    return with_error(fit.prefactor, error)


def _floor(fit: FitRecord) -> str:
    if fit.floor_assumed == "zero":
        return "zero, assumed"
    if fit.floor_assumed == "known":
        return f"{fit.floor:.6g}, known and subtracted"
    share = sum(model.weight for model in fit.models if model.has_floor)
    return f"{fit.floor:.3g} ({fit.floor_assumed}; weight of a floor {share:.2f})"


def _window(fit: FitRecord) -> str:
    low, high = fit.window
    inside = len(fit.local_slopes) + 1 - len(fit.dropped)
    words = f"{low:.6g} to {high:.6g}, {inside} sizes"
    if fit.dropped:
        words += "; left out: " + ", ".join(f"{size:.6g}" for size in fit.dropped)
    return words


def _models(fit: FitRecord, size: str) -> list[str]:
    shown = [model for model in fit.models if model.weight >= SHOWN][:MOST_SHOWN]
    lines = [
        ("models     " if i == 0 else "           ") + _model(fit, model, size)
        for i, model in enumerate(shown)
    ]
    rest = len(fit.models) - len(shown)
    return [*lines, f"           and {rest} more"] if rest else lines


def _model(fit: FitRecord, model: WeighedModel, size: str) -> str:
    low = fit.window[0]
    terms = "".join(
        f" {c.coefficient:+.3g} ({size}/{low:.6g})^-{c.exponent:.3g}" for c in model.corrections
    )
    law = f"c {size}^-a (1{terms})" if terms else f"c {size}^-a"
    law += " + E" if model.has_floor else ""
    value = with_error(model.exponent, model.standard_error or None)
    return f"{model.weight:.2f}  {value}  {law}"


def _slope(slope: Slope) -> str:
    return f"{slope.size:.3g}: {with_error(slope.slope, slope.standard_error)}"
