"""Does the simulation agree with the derivation? One word for each row."""

from __future__ import annotations

import math
from itertools import pairwise

from pydantic import ValidationError

from sims.fitting import Fit
from sims.fitting.flags import DOES_NOT_FIT, IMPLAUSIBLE
from sims.row import Verdict
from toys import Toy

MAX_ERROR = 0.02
AGREES = 3.0
IN_WINDOW = 4.0
DETERMINISTIC_TOLERANCE = 1e-9
ROUNDING = 1e-12


def tends_to(toy: Toy, axis: str, largest: float, exponent: float, error: float) -> bool:
    """Whether the exact curve's running slope tends to -exponent beyond the largest size.

    The slopes over three equal stretches, of up to three decades each, are extrapolated to their
    limit as a geometric sequence (Aitken). The limit must be the exponent: to within `error`, or
    ten times as near to it as the last slope. A curve that tends elsewhere comes no nearer.
    """
    for decades in (3, 2, 1):
        losses: list[float] = []
        for stretch in range(4):
            try:
                loss = toy.at(**{axis: largest * 10 ** (decades * stretch)}).exact()
            except ValidationError:  # the axis ends here
                break
            if loss is None or loss <= 0:
                break
            losses.append(loss)
        if len(losses) == 4:
            break
    else:
        return False
    first, second, third = (math.log10(b / a) / decades for a, b in pairwise(losses))
    before, after = second - first, third - second
    if abs(after) > ROUNDING and abs(after) >= abs(before):
        return False  # it drifts ever faster: there is no limit to extrapolate to
    limit = third - after * after / (after - before) if abs(after) > ROUNDING else third
    distance = abs(limit + exponent)
    return distance <= max(error, DETERMINISTIC_TOLERANCE, abs(third + exponent) / 10)


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
        Reasons for doubt. That the power law does not fit rules out *agrees* only: its exponent
        may still be what the same fit gives for the exact curve.
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
    rejected = DOES_NOT_FIT in flags
    doubts = [flag for flag in flags if flag != DOES_NOT_FIT]
    if doubts or error is None or error > MAX_ERROR or (rejected and exact is None):
        return "inconclusive"
    if derived is None:
        return "underived"
    if not deterministic and not rejected and abs(observed.exponent - derived) <= AGREES * error:
        return "agrees"
    reach = error if deterministic else IN_WINDOW * error
    if exact is not None and abs(observed.exponent - exact) <= reach and converges:
        return "agrees in window"
    return "disagrees"
