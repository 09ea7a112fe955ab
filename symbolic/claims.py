"""What published sources assert about scaling laws, and what is true."""

from __future__ import annotations

from symbolic import claims_cho, claims_reading
from symbolic.claim import Claim

CLAIMS: tuple[Claim, ...] = (*claims_cho.CLAIMS, *claims_reading.CLAIMS)


def claims_on(derivation: str) -> tuple[Claim, ...]:
    """The claims that a derivation decides."""
    return tuple(claim for claim in CLAIMS if claim.derivation == derivation)
