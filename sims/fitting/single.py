"""The exponent of a power law from losses at several sizes, with its error bar.

The model is L = c N^-a (1 + Σ_j b_j (N/N₁)^-w_j), with N₁ the smallest size and the w_j given by
theory or absent. It is fitted to the losses themselves, weighted by their standard errors, or,
where there are none, to their logarithms without weights.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.optimize import least_squares
from scipy.special import chdtrc, stdtrit

from sims.errors import BadInput, unknown
from sims.fitting.slopes import Slope, local_slopes
from sims.numbers import with_error

MIN_SIZES = 6
"""Fewer sizes than this are flagged: a curve through them proves little."""

FORMS = ("power",)
FLOORS = ("zero",)
LEVEL = 0.95

ROUNDING = 1e-12
"""A relative error below this is no statistical error."""

NARROW = 1e-6
"""Sizes whose logarithms span less than this have no slope."""

HOPELESS = 1e6
"""A relative error above this measures nothing, and ruins the scale of the others."""

IMPLAUSIBLE = 1e-6
"""A model that fits worse than this by chance does not fit."""

DOES_NOT_FIT = f"the model does not fit: p < {IMPLAUSIBLE:g}"


class Correction(NamedTuple):
    """One term b (N/N₁)^-w of the correction; N₁ is the smallest size in the window."""

    exponent: float
    coefficient: float


@dataclass(frozen=True)
class Fit:
    """A fitted power law.

    Attributes
    ----------
    exponent : float
        a in c N^-a.
    standard_error : float or None
        Its standard error; None if as many parameters as sizes leave nothing to estimate it from.
    interval : tuple of float or None
        95 % interval: normal with known errors, Student t with errors estimated from the scatter.
    prefactor : float
        c, in the unit of the loss.
    floor : float
        Irreducible loss; 0, assumed.
    corrections : tuple of Correction
        The correction terms and their fitted coefficients.
    covariance : ndarray, shape (parameters, parameters), or None
        Of (log c, a, b₁, …), with log c taken at the geometric mean of the sizes.
    chi2, p_value : float or None
        Of the residuals; None without known errors.
    dof : int
        Sizes less parameters.
    window : tuple of float
        Smallest and largest size fitted.
    local_slopes : tuple of Slope
        Running slopes of the data.
    form : str
        The family of the model.
    flags : tuple of str
        Reasons for doubt; empty if there are none.
    """

    exponent: float
    standard_error: float | None
    interval: tuple[float, float] | None
    prefactor: float
    floor: float
    corrections: tuple[Correction, ...]
    covariance: NDArray[np.float64] | None
    chi2: float | None
    dof: int
    p_value: float | None
    window: tuple[float, float]
    local_slopes: tuple[Slope, ...]
    form: str
    flags: tuple[str, ...]

    def predict(self, sizes: ArrayLike) -> NDArray[np.float64]:
        """The fitted loss at sizes, shape of `sizes`."""
        n = np.asarray(sizes, dtype=float)
        bend = sum(b * (n / self.window[0]) ** -w for w, b in self.corrections)
        return np.asarray(self.prefactor * n**-self.exponent * (1 + bend))

    def record(self) -> dict[str, Any]:
        """The fit as plain values for JSON; undefined numbers are None."""
        record = dict(vars(self))
        for name in ("corrections", "local_slopes"):
            record[name] = [item._asdict() for item in record[name]]
        if self.covariance is not None:
            record["covariance"] = self.covariance.tolist()
        return record

    @property
    def text(self) -> str:
        """The fit in words, for a reader."""
        low, high = self.window
        lines = [
            f"exponent   {with_error(self.exponent, self.standard_error)}"
            + (
                f"   (95 %: {self.interval[0]:.5g} to {self.interval[1]:.5g})"
                if self.interval
                else ""
            )
        ]
        lines.append(f"prefactor  {self.prefactor:.6g}")
        lines.append(f"window     {low:.6g} to {high:.6g}, {len(self.local_slopes) + 1} sizes")
        terms = ", ".join(
            f"{c.coefficient:+.3g} (N/{low:.6g})^-{c.exponent:g}" for c in self.corrections
        )
        lines.append(f"model      c N^-a, floor zero; correction: {terms or 'none'}")
        if self.chi2 is None or self.p_value is None:
            lines.append(f"residuals  {self._untested}")
        else:
            lines.append(f"residuals  chi² = {self.chi2:.1f} on {self.dof}, p = {self.p_value:.2g}")
        lines.append("slopes     " + "  ".join(_slope_text(slope) for slope in self.local_slopes))
        lines.extend(f"flag       {flag}" for flag in self.flags)
        return "\n".join(lines)

    @property
    def _untested(self) -> str:
        """Why there is no chi-square test."""
        if self.dof == 0:
            return "as many parameters as sizes: nothing is left to test the fit with"
        return f"no errors were given; scatter on {self.dof} degrees of freedom"


def _slope_text(slope: Slope) -> str:
    return f"{slope.size:.3g}: {with_error(slope.slope, slope.standard_error)}"


def fit(
    sizes: ArrayLike,
    means: ArrayLike,
    errors: ArrayLike | None = None,
    *,
    floor: Literal["zero"] = "zero",
    corrections: Sequence[float] | None = None,
    form: Literal["power"] = "power",
) -> Fit:
    """Fit a power law to losses at several sizes.

    Parameters
    ----------
    sizes, means : array_like, shape (n,)
        Sizes, all different, and mean losses; all positive.
    errors : array_like, shape (n,), or None
        Known standard errors of the means. Without them the fit is unweighted in logarithms, and
        the error of the exponent comes from the scatter.
    floor : {"zero"}
        The irreducible loss is taken to be zero.
    corrections : sequence of float, optional
        Exponents w > 0 of corrections that theory predicts; each costs one parameter.
    form : {"power"}
        The family of the model.

    Returns
    -------
    Fit

    Raises
    ------
    BadInput
        If there are fewer than 3 sizes or fewer than parameters, sizes repeat, or a number is not
        positive and finite.
    """
    if form not in FORMS:
        raise unknown("form", str(form), FORMS)
    if floor not in FLOORS:
        raise unknown("floor", str(floor), FLOORS)
    powers = np.asarray(corrections if corrections is not None else (), dtype=float)
    if powers.ndim != 1:
        raise BadInput(f"corrections = {corrections!r} is not allowed (a list of exponents > 0)")
    if not np.all(np.isfinite(powers) & (powers > 0)):
        raise BadInput(f"corrections = {powers.tolist()} is not allowed (exponents > 0)")
    n, y, e = _data(sizes, means, errors)
    parameters = 2 + powers.size
    needed = max(3, parameters)
    if n.size < needed:
        raise BadInput(
            f"{n.size} sizes are too few for {parameters} parameters (at least {needed})"
        )
    if np.log(n[-1]) - np.log(n[0]) < NARROW:
        raise BadInput(f"sizes from {n[0]:g} to {n[-1]:g} are too close together for an exponent")
    model = _PowerLaw(n, y, e, powers)
    try:
        solution = least_squares(
            model.residuals, model.start(), jac=model.jacobian, method="lm", x_scale="jac",
            ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=1000,
        )  # fmt: skip
        prefactor = math.exp(solution.x[0] + solution.x[1] * model.centre)
    except (ValueError, OverflowError, np.linalg.LinAlgError):
        raise BadInput(
            "no power law can be fitted to these numbers: sizes, losses or errors span too many "
            "orders of magnitude, or sizes are too close together; rescale them"
        ) from None
    flags = [] if solution.status > 0 else ["the optimiser did not converge"]
    if n.size < MIN_SIZES:
        flags.append(f"fewer than {MIN_SIZES} sizes")
    dof = n.size - parameters
    squares = 2 * float(solution.cost)
    covariance = _covariance(model.jacobian(solution.x))
    if covariance is None:
        flags.append("the parameters are degenerate: the sizes cannot tell them apart")
    quantile = -float(stdtrit(dof, (1 - LEVEL) / 2)) if e is None and dof else 1.959963984540054
    if e is None and covariance is not None:
        covariance = covariance * (squares / dof) if dof else None
    error = None if covariance is None else math.sqrt(covariance[1, 1])
    p_value = None if e is None or dof == 0 else float(chdtrc(dof, squares))
    if p_value is not None and p_value < IMPLAUSIBLE:
        flags.append(DOES_NOT_FIT)
    exponent = float(solution.x[1])
    return Fit(
        exponent=exponent,
        standard_error=error,
        interval=None
        if error is None
        else (exponent - quantile * error, exponent + quantile * error),
        prefactor=prefactor,
        floor=0.0,
        corrections=tuple(
            Correction(float(w), float(b)) for w, b in zip(powers, solution.x[2:], strict=True)
        ),
        covariance=covariance,
        chi2=None if e is None else squares,
        dof=dof,
        p_value=p_value,
        window=(float(n[0]), float(n[-1])),
        local_slopes=local_slopes(n, y, e),
        form=form,
        flags=tuple(flags),
    )


class _PowerLaw:
    """Residuals of c N^-a (1 + Σ b (N/N₁)^-w) and their derivatives by (log c, a, b₁, …)."""

    def __init__(
        self,
        sizes: NDArray[np.float64],
        means: NDArray[np.float64],
        errors: NDArray[np.float64] | None,
        powers: NDArray[np.float64],
    ) -> None:
        self.centre = float(np.mean(np.log(sizes)))
        self._x = np.log(sizes) - self.centre
        self._means, self._errors = means, errors
        self._terms = (sizes / sizes[0])[:, None] ** -powers

    def start(self) -> NDArray[np.float64]:
        """A straight line through the logarithms, and no correction."""
        weights = np.ones_like(self._x) if self._errors is None else self._means / self._errors
        slope, intercept = np.polyfit(self._x, np.log(self._means), 1, w=weights)
        return np.array([intercept, -slope, *np.zeros(self._terms.shape[1])])

    def residuals(self, parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        log_power = parameters[0] - parameters[1] * self._x
        bend = 1 + self._terms @ parameters[2:]
        if self._errors is None:
            return np.asarray(log_power + np.log(np.maximum(bend, 1e-12)) - np.log(self._means))
        return np.asarray((np.exp(log_power) * bend - self._means) / self._errors)

    def jacobian(self, parameters: NDArray[np.float64]) -> NDArray[np.float64]:
        bend = 1 + self._terms @ parameters[2:]
        power = np.exp(parameters[0] - parameters[1] * self._x)
        if self._errors is None:
            inverse = 1 / np.maximum(bend, 1e-12)
            columns = [np.ones_like(self._x), -self._x, *(self._terms * inverse[:, None]).T]
            return np.column_stack(columns)
        columns = [power * bend, -self._x * power * bend, *(self._terms * power[:, None]).T]
        return np.column_stack(columns) / self._errors[:, None]


def _covariance(jacobian: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """Inverse of JᵀJ, or None where it has none."""
    _, singular, rotation = np.linalg.svd(jacobian, full_matrices=False)
    if singular[-1] <= singular[0] * 1e-13:
        return None
    scaled = rotation.T / singular
    return np.asarray(scaled @ scaled.T)


def _data(
    sizes: ArrayLike, means: ArrayLike, errors: ArrayLike | None
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64] | None]:
    """The data as arrays, by increasing size."""
    columns = {"size": np.asarray(sizes, dtype=float), "loss": np.asarray(means, dtype=float)}
    if errors is not None:
        columns["error"] = np.asarray(errors, dtype=float)
    n = columns["size"]
    for name, column in columns.items():
        if column.ndim != 1 or column.shape != n.shape:
            raise BadInput(f"{name}: shape {column.shape} does not match {n.shape} sizes")
        for size, value in zip(n, column, strict=True):
            if not (math.isfinite(value) and value > 0):
                where = "" if name == "size" else f" at size {size:g}"
                raise BadInput(f"{name} = {value:g}{where} is not allowed (positive and finite)")
    if errors is not None:
        for size, value, error in zip(*columns.values(), strict=True):
            if error > HOPELESS * value:
                raise BadInput(
                    f"error = {error:.2g} at size {size:g} is more than {HOPELESS:g} times the "
                    f"loss {value:g}: it says nothing; leave that size out"
                )
            if error < ROUNDING * value:
                raise BadInput(
                    f"error = {error:.2g} at size {size:g} is below rounding of the loss "
                    f"{value:g}: the losses do not vary there; leave that size out"
                )
    order = np.argsort(n)
    repeated = np.flatnonzero(np.diff(n[order]) == 0)
    if repeated.size:
        raise BadInput(f"size {n[order][repeated[0]]:g} is repeated; give each size once")
    e = columns["error"][order] if errors is not None else None
    return n[order], columns["loss"][order], e
