"""The exponent of a power law from losses at several sizes, with an honest interval.

The finite-size correction of a measured curve is rarely known, and an interval that assumes one
covers nothing. So the exponent is averaged over power laws with no correction, one, and two, each
weighed by its evidence, in the widest window that one of them fits.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

from sims.errors import BadInput, unknown
from sims.fitting.averaged import PASSES, Problem, Solution
from sims.fitting.data import Losses, checked
from sims.fitting.flags import DOES_NOT_FIT, FEW_SIZES, IMPLAUSIBLE, MIN_SIZES
from sims.fitting.models import BROAD_ONES, FLOORS, SINGLE, Floor
from sims.fitting.posteriors import BROAD, PLAIN
from sims.fitting.result import Correction, Fit, WeighedModel
from sims.fitting.slopes import local_slopes

FORMS = ("power",)

MOST_CORRECTIONS = 4

LOG_ODDS, FLOOR_ODDS = 2.0, 3.0
"""Odds against all models averaged at which a logarithm, or a floor, is flagged."""


def fit(
    sizes: ArrayLike,
    means: ArrayLike,
    errors: ArrayLike | None = None,
    *,
    floor: Floor | float = "zero",
    corrections: Sequence[float] | None = None,
    certain: bool = False,
    form: Literal["power"] = "power",
) -> Fit:
    """Fit a power law to losses at several sizes.

    Parameters
    ----------
    sizes, means : array_like, shape (n,)
        Sizes, all different, and mean losses; all positive.
    errors : array_like, shape (n,) or (n, n), or None
        Standard errors of the means, or their covariance where sizes share replicates. Without
        them one relative error for all sizes is inferred from the scatter.
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

    Returns
    -------
    Fit

    Raises
    ------
    BadInput
        If there are fewer than 3 sizes or fewer than parameters, sizes repeat, a number is not
        positive and finite, all losses are equal, or one lies below the known floor.
    """
    if form not in FORMS:
        raise unknown("form", str(form), [*FORMS, "or another, by fit_form"])
    powers = _powers(corrections)
    losses = checked(sizes, means, errors)
    known = 0.0
    if isinstance(floor, str):
        if floor not in FLOORS:
            raise unknown("floor", floor, [*FLOORS, "or a number"])
        assumed: Floor = floor
    else:
        known, assumed = float(floor), "zero"
        losses = _above(losses, known)
    parameters = 2 + len(powers or ()) + (assumed == "free")
    needed = max(3, parameters + (errors is None))
    if losses.sizes.size < needed:
        raise BadInput(
            f"{losses.sizes.size} sizes are too few for {parameters} parameters (at least {needed})"
        )
    problem = Problem.of(losses, powers, assumed, certain)
    solution = problem.solve()
    try:
        if not np.isfinite(solution.exponents[0]):
            raise OverflowError
        return _result(problem, solution, powers, assumed, known)
    except OverflowError:
        raise BadInput(
            "no power law can be fitted to these numbers: sizes, losses or errors span too many "
            "orders of magnitude, or sizes are too close together; rescale them"
        ) from None


def _powers(corrections: Sequence[float] | None) -> tuple[float, ...] | None:
    if corrections is None:
        return None
    powers = np.asarray(corrections, dtype=float)
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
    return Losses(losses.sizes, losses.means - known, losses.errors, losses.covariance)


def _result(
    problem: Problem,
    solution: Solution,
    powers: tuple[float, ...] | None,
    assumed: Floor,
    known: float,
) -> Fit:
    losses, kept = problem.losses, int(solution.kept[0])
    first = losses.sizes.size - kept
    models, covariance = _weighed(problem, solution)
    likeliest = models[0]
    with_errors = problem.treatment != "none"
    dof = kept - 2 - len(likeliest.corrections) - likeliest.broad - likeliest.has_floor
    chi2 = likeliest.chi2 if with_errors else None
    fits = with_errors and dof > 0
    centre = float(np.mean(np.log(losses.sizes[first:])))
    exponent = float(solution.exponents[0])
    log_prefactor = sum(m.weight * (math.log(m.prefactor) - m.exponent * centre) for m in models)
    return Fit(
        exponent=exponent,
        standard_error=float(solution.errors[0]),
        statistical_error=float(solution.within[0]),
        model_error=float(solution.between[0]),
        interval=(float(solution.low[0]), float(solution.high[0])),
        prefactor=math.exp(log_prefactor + exponent * centre),
        floor=known + sum(m.weight * m.floor for m in models),
        corrections=likeliest.corrections,
        covariance=covariance,
        chi2=chi2,
        dof=dof,
        p_value=_chance(likeliest.chi2, dof) if fits else None,
        window=(float(losses.sizes[first]), float(losses.sizes[-1])),
        dropped=tuple(losses.sizes[:first].tolist()),
        local_slopes=local_slopes(losses.sizes, losses.means, losses.errors),
        form="power",
        floor_assumed=assumed,
        supplied=powers,
        errors=problem.treatment,
        models=models,
        flags=tuple(_flags(problem, solution, models)),
        problem=problem,
    )


def _chance(chi2: float, dof: int) -> float:
    return float(chdtrc(dof, chi2))


def _weighed(
    problem: Problem, solution: Solution
) -> tuple[tuple[WeighedModel, ...], NDArray[np.float64]]:
    """The models by decreasing weight, and the covariance of (log c, a) over all of them.

    Where the size of the errors is unknown, one model stands in several places, once for each
    size: their weights are added, and the rest is taken from the weightiest.
    """
    kept, losses, table = int(solution.kept[0]), problem.losses, problem.models
    low = math.log(losses.sizes[losses.sizes.size - kept])
    unit = losses.means[losses.sizes.size - kept]
    to_one = np.array([[1.0, low], [0.0, 1.0]])  # log c at N = 1 from log c at the smallest size
    own, means, points = [], [], []
    for j in np.flatnonzero(solution.weights[0] > 0).tolist():
        log_c, a = solution.parameters[0, j, :2]
        tie, variance = solution.ties[0, j], solution.deviations[0, j] ** 2
        own.append(to_one @ [[solution.spreads[0, j], tie], [tie, variance]] @ to_one.T)
        mean = solution.means[0, j]
        means.append([log_c + math.log(unit) + mean * low, mean])
        points.append((j, float(math.exp(log_c + a * low) * unit)))
    weights = solution.weights[0, [j for j, _ in points]]
    apart = np.array(means) - weights @ np.array(means)
    covariance = np.tensordot(weights, own, 1) + (weights[:, None] * apart).T @ apart
    merged: dict[int, WeighedModel] = {}
    single = int(np.sum(table.scales == table.scales[0]))
    for j, prefactor in sorted(points, key=lambda point: -solution.weights[0, point[0]]):
        weight = float(solution.weights[0, j])
        if j % single in merged:
            before = merged[j % single]
            merged[j % single] = before._replace(weight=before.weight + weight)
            continue
        theta = solution.parameters[0, j]
        broad = bool(table.kinds[j] == BROAD)
        if broad:
            terms = [(table.powers[j, 0] * math.exp(theta[3]), theta[2])]
        else:
            used = np.flatnonzero(table.widths[j] > 0)
            terms = [(table.powers[j, u], theta[2 + u]) for u in used]
        merged[j % single] = WeighedModel(
            weight=weight,
            exponent=float(theta[1]),
            standard_error=float(solution.deviations[0, j]),
            prefactor=prefactor,
            floor=float(theta[-1] * unit),
            corrections=tuple(Correction(float(w), float(b)) for w, b in terms),
            broad=broad,
            has_floor=bool(table.floors[j]),
            chi2=float(solution.chi2[0, j]),
            place=int(j),
        )
    return tuple(sorted(merged.values(), key=lambda model: -model.weight)), covariance


def _flags(problem: Problem, solution: Solution, models: tuple[WeighedModel, ...]) -> list[str]:
    """Reasons for doubt, each with what to do about it."""
    flags = []
    if problem.losses.sizes.size < MIN_SIZES:
        flags.append(FEW_SIZES)
    best = 1.0 if problem.treatment == "none" else float(solution.p_values[0])
    if best < IMPLAUSIBLE:
        flags.append(DOES_NOT_FIT)
    elif best <= PASSES and problem.losses.sizes.size >= MIN_SIZES:
        flags.append(f"no window of {MIN_SIZES} or more sizes fits (p = {best:.2g} at best)")
    evidences, table = solution.evidences[0], problem.models
    ours = float(np.logaddexp.reduce(evidences[~table.rivals]))
    for chosen, least, words in (
        (table.kinds > BROAD, LOG_ODDS, "a logarithm explains the data better"),
        (table.kinds == PLAIN, FLOOR_ODDS, "a floor explains the data better: say maybe or free"),
    ):
        rivals = evidences[chosen & table.rivals]
        odds = float(np.logaddexp.reduce(rivals)) - ours if rivals.size else -math.inf
        if odds > math.log(least):
            flags.append(f"{words} (odds {math.exp(min(odds, 700)):.2g} to 1)")
    edge = {min(*SINGLE, *BROAD_ONES), max(*SINGLE, *BROAD_ONES)}
    if len(table.kinds) > 8 and sum(m.weight for m in models if _at_edge(m, edge)) > 0.5:
        flags.append("the correction's exponent is at the edge of what is averaged over")
    return flags


def _at_edge(model: WeighedModel, edge: set[float]) -> bool:
    """Whether the slowest correction of a model is the slowest or the fastest there is."""
    if not model.corrections:
        return False
    w = min(term.exponent for term in model.corrections)
    return w <= min(edge) or w >= max(edge)
