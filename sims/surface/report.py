"""Everything that is said about training runs at once: what `toylaws surface` prints and draws."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sims.errors import BadInput
from sims.surface.comparison import FormScore, compare_surfaces
from sims.surface.frontier import Frontier
from sims.surface.isoflop import TOLERANCE, IsoFlopFit, isoflop
from sims.surface.powerlaw import PowerLaw
from sims.surface.runs import Runs
from sims.surface.surface_fit import SurfaceFit, fit_surface
from sims.surface.uncertainty import SurfaceBootstrap

ALL_FORMS = "all"

ROUNDING = 1e-9
"""Budgets are computed as 6 N D, and no more precise than this."""


@dataclass(frozen=True)
class SurfaceReport:
    """A fitted surface with its errors, its frontier, and the methods and forms beside it.

    Attributes
    ----------
    runs : Runs
        The data.
    fit : SurfaceFit
        The surface.
    resampled : SurfaceBootstrap or None
        Where the errors come from; None if none were asked for.
    repeats, seed : int
        Of the resamples.
    budgets : ndarray, shape (k,)
        Compute in FLOP at which the frontier is given, increasing: of the IsoFLOP lines, or else
        the decades between the smallest and largest of the runs, and those asked for.
    parabolas : IsoFlopFit or str
        IsoFLOP parabolas, or the reason why there are none.
    compared : tuple of FormScore
        Every form, the one that predicts best first, if a comparison was asked for; else empty.
    """

    runs: Runs
    fit: SurfaceFit
    resampled: SurfaceBootstrap | None
    repeats: int
    seed: int
    budgets: NDArray[np.float64]
    parabolas: IsoFlopFit | str
    compared: tuple[FormScore, ...]

    @property
    def flags(self) -> tuple[str, ...]:
        """Reasons to doubt the surface or its errors."""
        return self.fit.flags + (self.resampled.flags if self.resampled else ())

    def frontier(self, flop: NDArray[np.float64]) -> Frontier | None:
        """The frontier with intervals at budgets in FLOP; None without resamples."""
        if self.resampled is None:
            return None
        return self.fit.frontier(flop, bootstrap=self.resampled)

    def record(self) -> dict[str, Any]:
        """The report as plain values for JSON; undefined numbers are None."""
        return {
            "runs": self.runs.losses.size,
            "left_out": self.runs.left_out,
            **_fit_record(self.fit),
            "bootstrap": {"repeats": self.repeats, "seed": self.seed} if self.resampled else None,
            "constants": {name: self._constant(name) for name in self._names},
            "frontier": self._frontier_record(),
            "isoflop": None if isinstance(self.parabolas, str) else _parabolas(self.parabolas),
            "no_isoflop_because": self.parabolas if isinstance(self.parabolas, str) else None,
            "compared": [_score_record(score) for score in self.compared] or None,
            "flags": list(self.flags),
        }

    @property
    def _names(self) -> tuple[str, ...]:
        order = () if self.fit.q is None else ("q",)
        return ("A", "B", "E", "alpha", "beta", *order, "a", "b", "c")

    def value(self, name: str) -> float:
        """A constant of the surface, or an exponent a, b or c of its frontier."""
        exponents = self.fit.surface.frontier_exponents
        named = {"a": exponents.parameters, "b": exponents.tokens, "c": exponents.loss}
        return float(named[name] if name in named else getattr(self.fit, name))

    def standard_error(self, name: str) -> float | None:
        """Its standard error; None where it is not fitted or without resamples."""
        return None if self.resampled is None else self.resampled.standard_errors.get(name)

    def interval(self, name: str) -> tuple[float, float] | None:
        """Its 95 % interval; None where it is not fitted or without resamples."""
        if self.resampled is None or name not in self.resampled.samples:
            return None
        return self.resampled.interval(name)

    def _constant(self, name: str) -> dict[str, Any]:
        interval = self.interval(name)
        return {
            "value": self.value(name),
            "standard_error": self.standard_error(name),
            "interval": None if interval is None else list(interval),
        }

    @property
    def extrapolated(self) -> NDArray[np.bool_]:
        """Which of the budgets lie outside those of the runs, shape (k,)."""
        flop = self.runs.flop
        low, high = flop.min() * (1 - ROUNDING), flop.max() * (1 + ROUNDING)
        return np.asarray((self.budgets < low) | (self.budgets > high))

    def _frontier_record(self) -> list[dict[str, Any]]:
        best = self.fit.surface.optimum(self.budgets)
        bands = self.frontier(self.budgets)
        records = []
        for i, flop in enumerate(self.budgets):
            record: dict[str, Any] = {
                "flop": float(flop), "extrapolated": bool(self.extrapolated[i])
            }  # fmt: skip
            for name in ("parameters", "tokens", "loss"):
                band = None if bands is None else getattr(bands, name)
                record[name] = {
                    "value": float(getattr(best, name)[i]),
                    "interval": None if band is None else [float(band.low[i]), float(band.high[i])],
                }
            records.append(record)
        return records


def report_on(
    runs: Runs,
    *,
    form: str = "additive",
    objective: str = "huber",
    floor: str = "free",
    repeats: int = 4000,
    seed: int = 0,
    at: Sequence[float] = (),
    tolerance: float = TOLERANCE,
) -> SurfaceReport:
    """Fit a surface to runs and everything that is reported beside it.

    Parameters
    ----------
    runs : Runs
        The data.
    form : str
        A form of `sims.surface.law`, or "all" to compare them and report on the one that best
        predicts runs left out of its fit.
    objective, floor : str
        See `fit_surface`.
    repeats, seed : int
        Resamples behind the errors, 0 for none, and their seed.
    at : sequence of float
        Further budgets in FLOP for the frontier.
    tolerance : float
        Relative difference of compute up to which runs lie on one IsoFLOP line.

    Raises
    ------
    BadInput
        As `fit_surface`; or if a budget is not positive and finite.
    """
    for flop in at:
        if not (math.isfinite(flop) and flop > 0):
            raise BadInput(f"at = {flop:g} is not allowed (a compute in FLOP, positive and finite)")
    compared: tuple[FormScore, ...] = ()
    columns = (runs.parameters, runs.tokens, runs.losses)
    if form == ALL_FORMS:
        compared = compare_surfaces(*columns, objective=objective, floor=floor)
        fit = compared[0].fit
    else:
        fit = fit_surface(*columns, form=form, objective=objective, floor=floor)
    parabolas = _isoflop(runs, tolerance)
    budgets = _decades(runs.flop)
    if not isinstance(parabolas, str):
        budgets = [minimum.flop for minimum in parabolas.minima]
    return SurfaceReport(
        runs=runs,
        fit=fit,
        resampled=fit.bootstrap(repeats, seed) if repeats else None,
        repeats=repeats,
        seed=seed,
        budgets=np.unique([*budgets, *at]),
        parabolas=parabolas,
        compared=compared,
    )


def _isoflop(runs: Runs, tolerance: float) -> IsoFlopFit | str:
    """Parabolas if at least half of the runs lie on their lines; else the reason."""
    try:
        seen = isoflop(runs.parameters, runs.tokens, runs.losses, tolerance=tolerance)
    except BadInput as error:
        return str(error)
    if 2 * seen.left_out > runs.losses.size:
        return (
            f"{seen.left_out} of {runs.losses.size} runs lie on no line of equal compute with a "
            f"minimum (compute is taken to be equal within {100 * tolerance:g} %)"
        )
    return seen


def _decades(flop: NDArray[np.float64]) -> list[float]:
    """The smallest and largest budget, and the powers of ten between them."""
    low, high = float(flop.min()), float(flop.max())
    powers = range(math.floor(math.log10(low)) + 1, math.ceil(math.log10(high)))
    return [low, *(10.0**power for power in powers), high]


def _fit_record(fit: SurfaceFit) -> dict[str, Any]:
    return {
        "form": fit.form,
        "objective": fit.objective,
        "delta": fit.delta,
        "floor": fit.floor,
        "objective_value": fit.objective_value,
    }


def _score_record(score: FormScore) -> dict[str, Any]:
    surface = score.fit.surface
    constants = {name: getattr(surface, name) for name in ("A", "B", "E", "alpha", "beta", "q")}
    return {
        "form": score.form,
        "objective_value": score.objective_value,
        "held_out": score.held_out,
        "constants": constants,
        "flags": list(score.fit.flags),
    }


def _parabolas(seen: IsoFlopFit) -> dict[str, Any]:
    return {
        "minima": [minimum._asdict() for minimum in seen.minima],
        "parameters": _law_record(seen.parameters),
        "tokens": _law_record(seen.tokens),
        "left_out": seen.left_out,
        "flags": list(seen.flags),
    }


def _law_record(law: PowerLaw) -> dict[str, Any]:
    return {
        "prefactor": law.prefactor,
        "exponent": law.exponent,
        "standard_error": law.standard_error,
        "interval": None if law.interval is None else list(law.interval),
    }
