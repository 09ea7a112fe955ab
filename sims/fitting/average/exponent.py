"""The exponent of a power law from losses at several sizes, with an honest interval.

The finite-size correction of a measured curve is rarely known, and an interval that assumes one
covers nothing. So the exponent is averaged over power laws with no correction, one, and two, each
weighed by its evidence, in the widest window that one of them fits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from sims.arrays import numbers
from sims.assumptions import FLOORS, Floor
from sims.errors import BadInput, unknown
from sims.fitting.average.averaged import Averaging, Solution
from sims.fitting.average.doubts import doubts
from sims.fitting.average.model_weights import weighed
from sims.fitting.average.result import Fit
from sims.fitting.flags import FEW_REPLICATES, MIN_REPLICATES
from sims.fitting.forms.forms import FORMS as OTHER_FORMS
from sims.fitting.losses import Losses, check_errors, checked
from sims.fitting.slopes import local_slopes

FORMS = ("power",)

MOST_CORRECTIONS = 4


def fit(
    sizes: ArrayLike,
    means: ArrayLike,
    errors: ArrayLike | None = None,
    *,
    floor: Floor | float = "zero",
    corrections: Sequence[float] | None = None,
    certain: bool = False,
    form: Literal["power"] = "power",
    replicates: int | None = None,
) -> Fit:
    """Fit a power law to losses at several sizes.

    Parameters
    ----------
    sizes, means : array_like, shape (n,)
        Sizes, all different, and mean losses; all positive.
    errors : array_like, shape (n,) or (n, n), or None
        Standard errors of the means, or their covariance where sizes share replicates. Standard
        errors are taken for estimates and smoothed; a covariance never is, so that errors which
        are known exactly, and uneven, are best given as a diagonal one. Without any, one relative
        error for all sizes is inferred from the scatter.
    floor : {"zero", "maybe", "free"} or float
        The irreducible loss: zero; there or not, averaged over both; fitted; or known, and
        subtracted. A floor wrongly said to be zero biases the exponent, and no chi² notices.
    corrections : sequence of float, optional
        Exponents w > 0 of corrections that theory predicts: the interval is then 2 to 5 times
        shorter. An empty sequence says that there is none; None, that it is not known.
    certain : bool
        Whether these corrections are known to be there, as where theory gives their coefficients.
        Otherwise the power law without them is averaged in.
    form : {"power"}
        The family of the model; `fit_form` fits others.
    replicates : int, optional
        How many replicates the errors come from, at the size that has fewest: few are flagged.

    Returns
    -------
    Fit

    Raises
    ------
    BadInput
        If there are fewer than 3 sizes or fewer than parameters (without errors, than one more),
        sizes repeat, a number is not positive and finite, all losses are equal, one lies below the
        known floor, `certain` is said of no correction, or `replicates` is less than 1.
    """
    if form not in FORMS and form in OTHER_FORMS:
        raise BadInput(f"form = {form!r} is not averaged over corrections: use fit_form")
    if form not in FORMS:
        raise unknown("form", str(form), FORMS)
    powers = _powers(corrections)
    if certain and not powers:
        raise BadInput("certain = True is not allowed without corrections that are")
    if replicates is not None and (isinstance(replicates, bool) or not replicates >= 1):
        raise BadInput(f"replicates = {replicates!r} is not allowed (at least 1)")
    losses = checked(sizes, means, errors)
    known = 0.0
    if isinstance(floor, bool) or np.ndim(floor) != 0:
        raise BadInput(f"floor = {floor!r} is not allowed (a number, or one of {FLOORS})")
    if isinstance(floor, str):
        if floor not in FLOORS:
            raise unknown("floor", floor, [*FLOORS, "or a number"])
        assumed: Floor = floor
    else:
        known, assumed = float(numbers("floor", floor)), "zero"
        losses = _above(losses, known)
    check_count(losses.sizes.size, powers, assumed, with_errors=errors is not None)
    problem, solution = Averaging.of(losses, powers, assumed, certain, known).settle()
    try:
        if not np.isfinite(solution.exponents[0]):
            raise OverflowError
        result = _result(problem, solution, powers, assumed)
    except OverflowError:
        raise BadInput(
            "no power law can be fitted to these numbers: sizes, losses or errors span too many "
            "orders of magnitude, or sizes are too close together; rescale them"
        ) from None
    few = replicates is not None and replicates < MIN_REPLICATES
    return replace(result, flags=(*result.flags, FEW_REPLICATES)) if few else result


def check_count(
    sizes: int, powers: Sequence[float] | None, floor: Floor, *, with_errors: bool
) -> None:
    """Refuse fewer sizes than a fit needs: as many as parameters, and one more without errors.

    Raises
    ------
    BadInput
        If there are fewer, or fewer than 3.
    """
    parameters = 2 + len(powers or ()) + (floor == "free")
    needed = max(3, parameters + (not with_errors))
    if sizes < needed:
        raise BadInput(f"{sizes} sizes are too few for {parameters} parameters (at least {needed})")


def _powers(corrections: Sequence[float] | None) -> tuple[float, ...] | None:
    if corrections is None:
        return None
    powers = numbers("corrections", corrections)
    if powers.ndim != 1:
        raise BadInput(f"corrections = {corrections!r} is not allowed (a list of exponents > 0)")
    if not np.all(np.isfinite(powers) & (powers > 0)):
        raise BadInput(f"corrections = {powers.tolist()} is not allowed (exponents > 0)")
    if len(set(powers.tolist())) < powers.size:
        raise BadInput(f"corrections = {powers.tolist()} is not allowed: one is there twice")
    if powers.size > MOST_CORRECTIONS:
        raise BadInput(f"{powers.size} corrections are not allowed (at most {MOST_CORRECTIONS})")
    return tuple(powers.tolist())


def _above(losses: Losses, known: float) -> Losses:
    """Excess losses over a floor that is known."""
    if not (math.isfinite(known) and known >= 0):
        raise BadInput(f"floor = {known:g} is not allowed (at least 0, or one of {FLOORS})")
    below = np.flatnonzero(losses.means <= known)
    if below.size:
        size, loss = losses.sizes[below[0]], losses.means[below[0]]
        raise BadInput(f"loss = {loss:g} at size {size:g} is not above the floor {known:g}")
    excess = losses.means - known
    if losses.errors is not None:
        check_errors(losses.sizes, excess, losses.errors)
    return Losses(losses.sizes, excess, losses.errors, losses.covariance)


def _result(
    problem: Averaging,
    solution: Solution,
    powers: tuple[float, ...] | None,
    assumed: Floor,
) -> Fit:
    losses, kept = problem.losses, int(solution.kept[0])
    first = losses.sizes.size - kept
    models, covariance = weighed(problem, solution)
    if not all(0 < model.prefactor < math.inf for model in models):
        raise OverflowError
    likeliest = models[0]
    settled = solution.errors[0] > 0
    with_errors = problem.treatment != "none"
    dof = kept - 2 - len(likeliest.corrections) - likeliest.broad - likeliest.has_floor
    chi2 = likeliest.chi2 if with_errors else None
    fits = with_errors and dof > 0
    centre = float(np.mean(np.log(losses.sizes[first:])))
    exponent = float(solution.exponents[0])
    log_prefactor = sum(m.weight * (math.log(m.prefactor) - m.exponent * centre) for m in models)
    return Fit(
        exponent=exponent,
        standard_error=float(solution.errors[0]) if settled else None,
        statistical_error=float(solution.within[0]) if settled else None,
        model_error=float(solution.between[0]) if settled else None,
        interval=(float(solution.low[0]), float(solution.high[0])) if settled else None,
        prefactor=math.exp(log_prefactor + exponent * centre),
        floor=problem.known_floor + sum(m.weight * m.floor for m in models),
        corrections=likeliest.corrections,
        covariance=covariance,
        chi2=chi2,
        dof=dof,
        p_value=_chance(likeliest.chi2, dof) if fits else None,
        window=(float(losses.sizes[first]), float(losses.sizes[-1])),
        dropped=tuple(losses.sizes[:first].tolist()),
        local_slopes=local_slopes(
            losses.sizes,
            losses.means,
            losses.errors if losses.covariance is None else losses.covariance,
        ),
        form="power",
        floor_assumed="known" if problem.known_floor else assumed,
        supplied=powers,
        errors=problem.treatment,
        models=models,
        flags=tuple(doubts(problem, solution, models, powers)),
        problem=problem,
        inflation=problem.inflation,
    )


def _chance(chi2: float, dof: int) -> float:
    return float(chdtrc(dof, chi2))
