"""The verdict of a row: does the simulation agree with the derivation."""

from __future__ import annotations

from sims.fitting import Fit
from sims.fitting.flags import DOES_NOT_FIT, IMPLAUSIBLE
from sims.tables.row import Verdict

MAX_ERROR = 0.02
AGREES = 3.0
IN_WINDOW = 4.0
DETERMINISTIC_TOLERANCE = 1e-9


def verdict(
    observed: Fit,
    flags: list[str],
    exact: float | None,
    derived: float | None,
    *,
    power_law: bool,
    deterministic: bool,
    converges: bool,
    obeys: bool,
) -> Verdict:
    """The first verdict that applies.

    Parameters
    ----------
    observed : Fit
        The fit to the simulation.
    flags : list of str
        Reasons for doubt. A poor fit excludes the verdict *agrees*, but not *agrees in window*:
        the same poor fit may give the same exponent on the exact curve.
    exact : float or None
        Exponent of the same fit to the exact curve.
    derived : float or None
        Asymptotic exponent, or None where nothing is derived.
    power_law : bool
        Whether the derived law, if any, is a power law.
    deterministic : bool
        Whether the losses have no sampling error.
    converges : bool
        Whether the running slope tends to the derived exponent: that of the exact curve or, where
        none is known and there is no noise, that of the simulation.
    obeys : bool
        Whether the simulation follows the derived law, where that is no power law.
    """
    if not power_law and (observed.p_value is None or observed.p_value < IMPLAUSIBLE):
        other = deterministic and exact is not None and _apart(observed.exponent, exact)
        return "not a power law" if obeys and not other else "disagrees"
    error = observed.standard_error
    if deterministic:
        error = DETERMINISTIC_TOLERANCE
    elif error is not None:  # as it would be with the errors that were given
        error /= observed.inflation
    rejected = DOES_NOT_FIT in flags
    doubts = [flag for flag in flags if flag != DOES_NOT_FIT]
    if doubts or error is None or error > MAX_ERROR or (rejected and exact is None):
        return "inconclusive"
    if derived is None:
        return "underived"
    if not deterministic and not rejected and abs(observed.exponent - derived) <= AGREES * error:
        return "agrees"
    reach = error if deterministic else IN_WINDOW * error
    in_window = deterministic if exact is None else abs(observed.exponent - exact) <= reach
    return "agrees in window" if in_window and converges else "disagrees"


def _apart(observed: float, exact: float) -> bool:
    """Whether two fits of the same noise-free losses differ by more than rounding."""
    return abs(observed - exact) > DETERMINISTIC_TOLERANCE * max(1.0, abs(exact))
