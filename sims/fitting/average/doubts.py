"""Reasons to doubt an averaged fit."""

from __future__ import annotations

import math

import numpy as np

from sims.fitting.average.averaged import PASSES, Averaging, Solution
from sims.fitting.average.models import SINGLE
from sims.fitting.average.posteriors import BROAD, PLAIN
from sims.fitting.average.record import WeighedModel
from sims.fitting.flags import DOES_NOT_FIT, FEW_SIZES, IMPLAUSIBLE, MIN_SIZES

ODDS = 3.0
"""Odds against all models averaged at which a logarithm, or a floor, is flagged."""

LARGE = 1.0
"""A correction of this size, relative to the leading term, is flagged."""


def doubts(
    problem: Averaging,
    solution: Solution,
    models: tuple[WeighedModel, ...],
    powers: tuple[float, ...] | None,
) -> list[str]:
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
    for chosen, words in (
        (table.kinds > BROAD, "a logarithm may explain the data better"),
        (table.kinds == PLAIN, "a floor may explain the data better; try maybe or free"),
    ):
        rivals = evidences[chosen & table.rivals]
        odds = float(np.logaddexp.reduce(rivals)) - ours if rivals.size else -math.inf
        if odds > math.log(ODDS):
            flags.append(f"{words} (odds {math.exp(min(odds, 700)):.2g} to 1)")
    if powers is None and sum(m.weight for m in models if _at_edge(m)) > 0.5:
        flags.append("the correction's exponent is at the edge of what is averaged over")
    if sum(m.weight for m in models if any(abs(b) > LARGE for _, b in m.corrections)) > 0.5:
        flags.append(
            "the correction is as large as the leading term at the smallest size fitted: leave out "
            "the smallest sizes"
        )
    if not solution.errors[0] > 0:
        flags.append(
            "the optimiser did not settle: no model comes near the data, hence no interval"
        )
    elif not solution.low[0] <= solution.exponents[0] <= solution.high[0]:
        flags.append("a few models say something very different: see their list")
    return flags


def _at_edge(model: WeighedModel) -> bool:
    """Whether the slowest correction of a model is the slowest or the fastest there is."""
    if not model.corrections:
        return False
    w = min(term.exponent for term in model.corrections)
    return w <= min(SINGLE) or w >= max(SINGLE)
