"""What published sources assert about scaling laws, and what is true."""

from __future__ import annotations

from symbolic.claim import Claim
from symbolic.claims import cho, henighan, newsletter, notes, papers, slides

CLAIMS: tuple[Claim, ...] = (
    *cho.CLAIMS,
    *notes.CLAIMS,
    *slides.CLAIMS,
    *newsletter.CLAIMS,
    *henighan.CLAIMS,
    *papers.CLAIMS,
)


def claims_on(derivation: str) -> tuple[Claim, ...]:
    """The claims that a derivation decides."""
    return tuple(claim for claim in CLAIMS if claim.derivation == derivation)
