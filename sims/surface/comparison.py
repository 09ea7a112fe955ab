"""Every form of the law, fitted to the same runs and compared."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from sims.surface.law import SURFACE_FORMS
from sims.surface.surface_fit import SurfaceFit, fit_surface

FOLDS = 5


class FormScore(NamedTuple):
    """One form of the law, fitted to the runs.

    Attributes
    ----------
    form : str
    fit : SurfaceFit
        To all runs.
    objective_value : float
        Its objective: a form with more constants may only lower it.
    held_out : float
        The objective of residuals of runs predicted by a fit to other runs: comparable with
        `objective_value` and between forms.
    """

    form: str
    fit: SurfaceFit
    objective_value: float
    held_out: float


def compare_surfaces(
    parameters: ArrayLike,
    tokens: ArrayLike,
    losses: ArrayLike,
    *,
    objective: str = "huber",
    delta: float = 1e-3,
    floor: str = "free",
) -> tuple[FormScore, ...]:
    """Fit every form of the law, and predict every run from the others.

    Sorted by compute, every fifth run is left out in turn. This scores forms between and just
    beyond the runs; it is no test of extrapolation.

    Parameters
    ----------
    parameters, tokens, losses, objective, delta, floor
        As for `sims.surface.surface_fit.fit_surface`.

    Returns
    -------
    tuple of FormScore
        The form that predicts best first.

    Raises
    ------
    BadInput
        As for `fit_surface`, for the form with most constants.
    """
    scores = []
    for form in SURFACE_FORMS:
        fit = fit_surface(
            parameters, tokens, losses, form=form, objective=objective, delta=delta, floor=floor
        )
        scores.append(FormScore(form, fit, fit.objective_value, _held_out(fit)))
    return tuple(sorted(scores, key=lambda score: score.held_out))


def _held_out(fit: SurfaceFit) -> float:
    """Objective of runs predicted by fits to the others."""
    task, theta = fit._problem, fit._theta
    fold = np.empty(task.x.size, dtype=int)
    fold[np.lexsort((task.x, task.x + task.y))] = np.arange(task.x.size) % FOLDS
    weights = (fold != np.arange(FOLDS)[:, None]).astype(float)
    found, _ = task.minimise(np.tile(theta, (FOLDS, 1)), weights, np.inf)
    costs = [task.cost(task.residuals(row)) for row in found]
    return float(sum(np.sum(cost[fold == i]) for i, cost in enumerate(costs)))
