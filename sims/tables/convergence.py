"""Does a curve reach the derived exponent at sizes beyond the window of the fit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from pydantic import ValidationError

from sims.engine.observations import Observations
from sims.fitting import Fit
from sims.tables.theory import Theory
from toys import Toy

ROUNDING = 1e-12
RESOLVED = 1e-4
"""A limit this near to the derived exponent is it."""

NEARER = 4.0
"""The limit must be so many times nearer to the derived exponent than the last slope is ..."""

NEAR = 0.005
"""... and so near to it."""

ALONGSIDE = 0.01
"""How far the last slope may be from that of a law with a logarithm, which it follows."""

OBEYED = 0.1
"""How far the last loss, or the last slope, may be from that of a law that is no power law."""

SIGMAS = 4.0
"""Standard errors that it may be off besides."""

STRETCHES = 3


def converges(observations: Observations, theory: Theory, seen: Fit) -> bool:
    """Whether the running slope tends to the derived exponent.

    The slope is that of the exact curve beyond the largest size. If no exact curve is known and the
    simulation has no noise, it is that of the simulation itself, up to its largest size.
    """
    sweep, exponent = observations.sweep, theory.exponent
    axis = next(iter(sweep.sizes))
    if exponent is None:
        return False
    curve = beyond(sweep.toy, axis, seen.window[1], float(theory.law.floor))
    if not curve and sweep.toy.deterministic and sweep.points[0].exact() is None:
        curve = _last_stretches(observations, axis, float(theory.law.floor))
    if len(curve) != STRETCHES + 1:
        return False
    if theory.has_logarithm:
        return follows(curve, [(size, theory.loss_at(size)) for size, _ in curve])
    return tends_to(curve, exponent)


def obeys(observations: Observations, theory: Theory) -> bool:
    """Whether simulated losses follow a law that is no power law, at the largest sizes.

    Either the loss or its running slope must come within a tenth of that of the law, plus four
    standard errors. The loss alone would not do, because laws end after a few terms; the slope
    alone would not do, because losses near a floor have none.
    """
    axis = next(iter(observations.sweep.sizes))
    order = np.argsort(observations.sizes[axis])[-2:]
    sizes, losses = observations.sizes[axis][order].tolist(), observations.means[order]
    law = np.array([theory.loss_at(size) for size in sizes])
    if np.any(law <= 0):
        return False
    errors = observations.standard_errors
    relative = np.zeros(2) if errors is None else SIGMAS * errors[order] / losses
    if abs(losses[1] / law[1] - 1) <= OBEYED + relative[1]:
        return True
    gap = math.log(losses[1] / losses[0]) - math.log(law[1] / law[0])
    return abs(gap) <= OBEYED * abs(math.log(law[1] / law[0])) + math.hypot(*relative)


def beyond(toy: Toy, axis: str, largest: float, floor: float = 0.0) -> list[tuple[float, float]]:
    """Sizes and exact excess losses at the ends of three equal stretches beyond `largest`.

    Each stretch has three decades, or two or one if the axis ends before. The list is empty if the
    axis is shorter still. With a floor each stretch has one decade, because what is above the floor
    is soon lost in rounding.
    """
    for decades in (1,) if floor else (3, 2, 1):
        curve: list[tuple[float, float]] = []
        for stretch in range(STRETCHES + 1):
            size = largest * 10 ** (decades * stretch)
            try:
                loss = toy.at(**{axis: size}).exact()
            except ValidationError:  # the axis ends here
                break
            if loss is None or loss <= floor:
                break
            curve.append((size, loss - floor))
        if len(curve) == STRETCHES + 1:
            return curve
    return []


def _last_stretches(
    observations: Observations, axis: str, floor: float
) -> list[tuple[float, float]]:
    """Sizes and excess losses at the ends of the last three stretches between sizes of a sweep."""
    excess = (observations.means - floor).tolist()
    both = sorted(zip(observations.sizes[axis].tolist(), excess, strict=True))
    step = (len(both) - 1) // STRETCHES
    return both[::-step][: STRETCHES + 1][::-1] if step else []


def tends_to(curve: Sequence[tuple[float, float]], exponent: float) -> bool:
    """Whether the running slope of a curve tends to -exponent.

    Accepted if the last two slopes already equal the exponent to 1e-4. Otherwise the slopes over
    three equal stretches are extrapolated to their limit as a geometric sequence (Aitken). That
    limit must be within 1e-4 of the exponent, or within 0.005 and at least four times closer than
    the last slope.
    """
    first, second, third = _slopes(curve)
    gaps = [abs(slope + exponent) for slope in (first, second, third)]
    if gaps[2] <= RESOLVED and (gaps[1] <= RESOLVED or gaps[1] <= gaps[0]):
        return True  # it is there; deviations that oscillate cannot be extrapolated
    before, after = second - first, third - second
    if abs(after) > ROUNDING and abs(after) >= abs(before):
        return False  # it drifts ever faster: there is no limit to extrapolate to
    limit = third - after * after / (after - before) if abs(after) > ROUNDING else third
    return abs(limit + exponent) <= max(RESOLVED, min(NEAR, abs(third + exponent) / NEARER))


def follows(curve: Sequence[tuple[float, float]], law: Sequence[tuple[float, float]]) -> bool:
    """Whether the running slopes of a curve come ever nearer to those of a law.

    The slopes of a law with a logarithm approach its exponent too slowly to be extrapolated.
    """
    gaps = [abs(a - b) for a, b in zip(_slopes(curve), _slopes(law), strict=True)]
    return gaps[-1] <= ALONGSIDE and gaps[-1] <= gaps[0]


def _slopes(curve: Sequence[tuple[float, float]]) -> list[float]:
    return [math.log(b[1] / a[1]) / math.log(b[0] / a[0]) for a, b in pairwise(curve)]
