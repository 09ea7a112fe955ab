"""Does the simulation agree with the derivation? One word for each row."""

from __future__ import annotations

import math
from itertools import pairwise

from pydantic import ValidationError

from sims.fitting import Fit
from sims.row import Verdict
from toys import Toy

MAX_ERROR = 0.02
AGREES = 3.0
IN_WINDOW = 4.0
IMPLAUSIBLE = 1e-6
DETERMINISTIC_TOLERANCE = 1e-9
SHRINKS = 0.9


def tends_to(toy: Toy, axis: str, largest: float, exponent: float, decades: int = 3) -> bool:
    """Whether the exact curve's running slope tends to -exponent beyond the largest size.

    Its distance must shrink by a tenth at least, or be below 1e-9, over each of the next decades
    that the toy allows; two of them at least. A curve that tends elsewhere stops coming nearer.
    """
    losses: list[float] = []
    for decade in range(decades + 1):
        try:
            loss = toy.at(**{axis: largest * 10**decade}).exact()
        except ValidationError:  # the axis ends here
            break
        if loss is None or loss <= 0:
            break
        losses.append(loss)
    distances = [abs(math.log10(after / before) + exponent) for before, after in pairwise(losses)]
    shrinking = all(
        after < max(SHRINKS * before, DETERMINISTIC_TOLERANCE)
        for before, after in pairwise(distances)
    )
    return len(distances) >= 2 and shrinking


def verdict(
    observed: Fit,
    flags: list[str],
    exact: float | None,
    derived: float | None,
    *,
    power_law: bool,
    deterministic: bool,
    converges: bool,
) -> Verdict:
    """The first verdict that applies.

    Parameters
    ----------
    observed : Fit
        The fit to the simulation.
    flags : list of str
        Reasons for doubt.
    exact : float or None
        Exponent of the same fit to the exact curve.
    derived : float or None
        Asymptotic exponent, or None where nothing is derived.
    power_law : bool
        Whether the derived law, if any, is a power law.
    deterministic : bool
        Whether the losses have no sampling error.
    converges : bool
        Whether the exact curve's running slope tends to the derived exponent.
    """
    if not power_law and (observed.p_value is None or observed.p_value < IMPLAUSIBLE):
        return "not a power law"
    error = DETERMINISTIC_TOLERANCE if deterministic else observed.standard_error
    if flags or error is None or error > MAX_ERROR:
        return "inconclusive"
    if derived is None:
        return "underived"
    if not deterministic and abs(observed.exponent - derived) <= AGREES * error:
        return "agrees"
    reach = error if deterministic else IN_WINDOW * error
    if exact is not None and abs(observed.exponent - exact) <= reach and converges:
        return "agrees in window"
    return "disagrees"
