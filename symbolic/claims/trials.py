"""Printed numbers that are put to the test where a claim stands."""

from __future__ import annotations

from symbolic import registry
from symbolic.claim import Claim
from symbolic.instance import Instance


def trials(claim: Claim) -> tuple[Instance, ...]:
    """The instances that a claim names in `tests`, of the derivations that bear on it.

    Parameters
    ----------
    claim : Claim

    Returns
    -------
    tuple of Instance
        In the order of `tests`.

    Raises
    ------
    ValueError
        If one is not there, or more than one derivation has one of that name.
    """
    if not claim.tests:
        return ()
    known = [one for name in claim.derivations for one in registry.get(name).instances]
    found = []
    for quantity in claim.tests:
        named = [one for one in known if one.quantity == quantity]
        if len(named) != 1:
            raise ValueError(
                f"{claim.source}, {claim.place}: {len(named)} instances {quantity!r} in "
                f"{', '.join(claim.derivations)}; there must be one"
            )
        found += named
    return tuple(found)
