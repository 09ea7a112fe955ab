"""What published sources assert about scaling laws, and what is true."""

from __future__ import annotations

from symbolic.claim import Claim
from symbolic.claims import cho, reading

CLAIMS: tuple[Claim, ...] = (*cho.CLAIMS, *reading.CLAIMS)


def claims_on(derivation: str) -> tuple[Claim, ...]:
    """The claims that a derivation decides."""
    return tuple(claim for claim in CLAIMS if claim.derivation == derivation)
