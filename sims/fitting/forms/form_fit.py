"""One form of L(N) fitted to losses at several sizes: its parameters, errors and profiles."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc, ndtri, stdtrit

from sims.errors import BadInput, unknown
from sims.fitting.flags import DOES_NOT_FIT, FEW_SIZES, IMPLAUSIBLE, MIN_SIZES
from sims.fitting.forms.forms import FORMS, Array, Form, Frame
from sims.fitting.forms.least_squares import Minimum
from sims.fitting.forms.likelihood import TINY, Problem, laplace, likeliest, profile_end
from sims.fitting.losses import Losses, checked
from sims.numbers import with_error

DEGENERATE = 1e-10
"""Relative to the largest, a singular value of the scaled Jacobian below this is zero."""


class Parameter(NamedTuple):
    """A parameter of the formula, in the units of the data.

    The standard error, and the interval linear in it, are None where there are none.
    """

    name: str
    value: float
    standard_error: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True)
class FormFit:
    """A form of L(N), fitted by maximum likelihood.

    Attributes
    ----------
    form, formula : str
        Its name, and L(N) as written.
    parameters : tuple of Parameter
        Those of the formula.
    covariance : ndarray, shape (parameters, parameters), or None
        Of the parameters, to first order; None where they are degenerate or at a bound.
    exponent : float or None
        The asymptotic -d log L / d log N (`constant`: of the excess over E); None where the curve
        has none.
    exponent_error : float or None
        Its standard error.
    chi2, p_value : float or None
        Of the residuals; None without known errors.
    dof : int
        Sizes less parameters.
    level : float
        Of the intervals.
    sizes : tuple of float
        The sizes fitted, increasing.
    flags : tuple of str
        Reasons for doubt; empty if there are none.
    """

    form: str
    formula: str
    parameters: tuple[Parameter, ...]
    covariance: Array | None
    exponent: float | None
    exponent_error: float | None
    chi2: float | None
    dof: int
    p_value: float | None
    level: float
    sizes: tuple[float, ...]
    flags: tuple[str, ...]
    _problem: Problem = field(repr=False, compare=False)
    _best: Minimum = field(repr=False, compare=False)

    @cached_property
    def log_evidence(self) -> float:
        """Log of the likelihood integrated over the priors of `forms.forms`, by Laplace.

        Of the losses in units of the loss at the middle of the window (without errors: of their
        logarithms), so that forms fitted to the same data compare.
        """
        with np.errstate(all="ignore"):
            return laplace(self._problem).log_evidence

    def predict(self, sizes: ArrayLike) -> Array:
        """The fitted loss.

        Parameters
        ----------
        sizes : array_like
            The sizes.

        Returns
        -------
        ndarray
            Of the shape of `sizes`; NaN where the formula is not positive.
        """
        frame = self._problem.frame
        x = np.log(np.asarray(sizes, dtype=float)) - frame.middle
        with np.errstate(all="ignore"):
            curve, _ = self._problem.form.curve(frame, x, *self._best.at)
        return np.asarray(frame.loss * np.exp(curve))

    def slope(self, sizes: ArrayLike) -> Array:
        """The fitted running slope d log L / d log N.

        Parameters
        ----------
        sizes : array_like
            The sizes.

        Returns
        -------
        ndarray
            Of the shape of `sizes`.
        """
        frame = self._problem.frame
        x = np.log(np.asarray(sizes, dtype=float)) - frame.middle
        with np.errstate(all="ignore"):
            curve, _ = self._problem.form.curve(frame, x + TINY * 1j, *self._best.at)
        return np.asarray(np.imag(curve) / TINY)

    def profile(self, name: str, level: float | None = None) -> tuple[float, float]:
        """The profile likelihood interval of a parameter.

        At its ends the least chi-square with the parameter held there exceeds the least of all by
        the square of the normal quantile; with errors from the scatter, the sum of squares exceeds
        its least in the ratio 1 + t²/dof. An end is infinite where no value of the parameter is
        so unlikely, as far as the form is followed.

        Parameters
        ----------
        name : str
            One of the formula's parameters.
        level : float, optional
            The fit's own by default.

        Returns
        -------
        tuple of float
            Its two ends.

        Raises
        ------
        BadInput
            If there is no such parameter, or the fit has no covariance to start from.
        """
        names = self._problem.form.parameters
        if name not in names:
            raise unknown(f"parameter of form {self.form!r}", name, names)
        level = self.level if level is None else _checked_level(level)
        which = names.index(name)
        error = self.parameters[which].standard_error
        if error is None:
            raise BadInput(f"{name} has no profile: {'; '.join(self.flags)}")
        unit = 1.0 if self.chi2 is not None else self._best.squares / self.dof
        rise = unit * _quantile(level, self.chi2 is not None, self.dof) ** 2
        with np.errstate(all="ignore"):
            low, high = (
                profile_end(self._problem, self._best, which, sign * error, rise)
                for sign in (-1, 1)
            )
        return low, high

    def record(self) -> dict[str, Any]:
        """The fit as plain values for JSON; undefined numbers are None."""
        record = {key: value for key, value in vars(self).items() if not key.startswith("_")}
        record["log_evidence"] = self.log_evidence
        record["parameters"] = [parameter._asdict() for parameter in self.parameters]
        if self.covariance is not None:
            record["covariance"] = self.covariance.tolist()
        return {key: plain(value) for key, value in record.items()}

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The fit in words, for a reader."""
        lines = [f"form       {self.form}: L = {self.formula}"]
        for name, value, error, interval in self.parameters:
            ends = "" if interval is None else f"{interval[0]:.5g} to {interval[1]:.5g}"
            told = f"   ({100 * self.level:g} %: {ends})" if ends else ""
            lines.append(f"{name:<10} {with_error(value, error)}{told}")
        asymptotic = (
            "none" if self.exponent is None else with_error(self.exponent, self.exponent_error)
        )
        lines.append(f"exponent   {asymptotic}")
        low, high = self.sizes[0], self.sizes[-1]
        lines.append(f"window     {low:.6g} to {high:.6g}, {len(self.sizes)} sizes")
        if self.chi2 is None:
            lines.append(
                f"residuals  no errors were given; scatter on {self.dof} degrees of freedom"
            )
        else:
            p = "" if self.p_value is None else f", p = {self.p_value:.2g}"
            lines.append(f"residuals  chi² = {self.chi2:.1f} on {self.dof}{p}")
        lines.append(f"evidence   log = {self.log_evidence:.2f}")
        lines.extend(f"flag       {flag}" for flag in self.flags)
        return "\n".join(lines)


def fit_form(
    sizes: ArrayLike,
    means: ArrayLike,
    errors: ArrayLike | None = None,
    *,
    form: str,
    level: float = 0.95,
) -> FormFit:
    """Fit one form of L(N) to losses at several sizes.

    Parameters
    ----------
    sizes, means : array_like, shape (n,)
        Sizes, all different, and mean losses; all positive.
    errors : array_like, shape (n,), or None
        Known standard errors of the means. Without them the fit is unweighted in logarithms, and
        errors come from the scatter.
    form : str
        A name in `sims.fitting.forms.forms.FORMS`.
    level : float
        Of the intervals.

    Returns
    -------
    FormFit

    Raises
    ------
    BadInput
        If the form is unknown, there are fewer sizes than parameters (without errors: fewer than
        one more), sizes repeat, a number is not positive and finite, all losses are equal, which
        determines no form, or errors are correlated.
    """
    level = _checked_level(level)
    return fit_losses(independent(sizes, means, errors), named_form(form), level)


def independent(sizes: ArrayLike, means: ArrayLike, errors: ArrayLike | None) -> Losses:
    """The losses, checked; BadInput if their errors are correlated."""
    if errors is not None and np.ndim(errors) == 2:
        raise BadInput("errors of shape (n, n) are not allowed here: forms take independent errors")
    return checked(sizes, means, errors)


def named_form(name: str) -> Form:
    """The form of that name; BadInput if there is none."""
    if name not in FORMS:
        raise unknown("form", str(name), FORMS)
    return FORMS[name]


def needed(form: Form, errors: Array | None) -> int:
    """How many sizes a form needs: one more where the errors come from the scatter."""
    return len(form.parameters) + (errors is None)


def fit_losses(losses: Losses, form: Form, level: float) -> FormFit:
    """`fit_form` of losses that are checked."""
    n, y, e = losses.sizes, losses.means, losses.errors
    count = len(form.parameters)
    if n.size < needed(form, e):
        raise BadInput(
            f"{n.size} sizes are too few for the {count} parameters of form {form.name!r} "
            f"(at least {needed(form, e)})"
        )
    try:
        with np.errstate(all="ignore"):
            problem = Problem(form, n, y, e, Frame.of(n, y))
            best = likeliest(problem)
            values, gradient = problem.natural(best.at)
            if not math.isfinite(best.squares):
                raise OverflowError
    except (ValueError, OverflowError, np.linalg.LinAlgError):
        raise BadInput(
            f"form {form.name!r} cannot be fitted to these numbers: sizes, losses or errors span "
            "too many orders of magnitude, or sizes are too close together; rescale them"
        ) from None
    dof = n.size - count
    quantile = _quantile(level, e is not None, dof)
    with np.errstate(all="ignore"):
        root, flags = _root_of_covariance(problem, best)
        if root is not None and e is None:
            root = root * math.sqrt(best.squares / dof)
        covariance = None if root is None else gradient @ root @ (gradient @ root).T
        exponent, exponent_error = _exponent(problem, best.at, root)
    finite = np.isfinite(values) & (covariance is None or np.isfinite(covariance).all(axis=0))
    if not finite.all():
        flags.append(f"{form.parameters[int(np.argmin(finite))]} is beyond floating point")
        covariance = None
    p_value = None if e is None or dof == 0 else float(chdtrc(dof, best.squares))
    if n.size < MIN_SIZES:
        flags.append(FEW_SIZES)
    if dof == 0:
        flags.append("as many parameters as sizes: nothing is left to test the fit with")
    if p_value is not None and p_value < IMPLAUSIBLE:
        flags.append(DOES_NOT_FIT)
    return FormFit(
        form=form.name,
        formula=form.formula,
        parameters=tuple(
            _parameter(
                name, float(value), None if covariance is None else covariance[i, i], quantile
            )
            for i, (name, value) in enumerate(zip(form.parameters, values, strict=True))
        ),
        covariance=covariance,
        exponent=exponent,
        exponent_error=exponent_error,
        chi2=None if e is None else best.squares,
        dof=dof,
        p_value=p_value,
        level=level,
        sizes=tuple(n.tolist()),
        flags=tuple(flags),
        _problem=problem,
        _best=best,
    )


def _root_of_covariance(problem: Problem, best: Minimum) -> tuple[Array | None, list[str]]:
    """R with R Rᵀ the inverse of JᵀJ, None where that means nothing; and the reasons for doubt."""
    flags = [] if best.converged else ["the optimiser did not converge"]
    at_bound = (best.at <= problem.low) | (best.at >= problem.high)
    flags.extend(
        f"{coordinate.keeps} is at its bound: the form has turned into another one"
        for coordinate, there in zip(problem.coordinates, at_bound, strict=True)
        if there
    )
    jacobian = problem(best.at)[1]
    scale = np.linalg.norm(jacobian, axis=0)
    scale[scale == 0] = 1.0
    _, singular, rotation = np.linalg.svd(jacobian / scale, full_matrices=False)
    if singular[-1] <= singular[0] * DEGENERATE:
        flags.append("the parameters are degenerate: the sizes cannot tell them apart")
        return None, flags
    return None if at_bound.any() else rotation.T / singular / scale[:, None], flags


def _exponent(problem: Problem, at: Array, root: Array | None) -> tuple[float | None, float | None]:
    """The asymptotic exponent and its standard error."""
    exponent = problem.form.exponent
    if exponent is None:
        return None, None
    moved = at[:, None] + TINY * 1j * np.eye(at.size)
    gradient = np.imag(exponent(problem.frame, *moved)) / TINY
    error = None if root is None else float(np.linalg.norm(gradient @ root))
    return float(exponent(problem.frame, *at)), error


def plain(value: Any) -> Any:
    """A value for JSON, in which a number that is not finite is None."""
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [plain(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _parameter(name: str, value: float, variance: float | None, quantile: float) -> Parameter:
    if variance is None:
        return Parameter(name, value, None, None)
    error = math.sqrt(variance)
    return Parameter(name, value, error, (value - quantile * error, value + quantile * error))


def _checked_level(level: float) -> float:
    if not 0 < level < 1:
        raise BadInput(f"level = {level:g} is not allowed (between 0 and 1)")
    return float(level)


def _quantile(level: float, known: bool, dof: int) -> float:
    """Half the width of an interval, in standard errors: normal, or Student t from the scatter."""
    return float(-ndtri((1 - level) / 2) if known else -stdtrit(dof, (1 - level) / 2))
