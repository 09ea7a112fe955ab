"""What published sources assert about scaling laws, and what is true."""

from __future__ import annotations

from pathlib import Path

from symbolic.claim import Claim
from symbolic.claims.reading import read_claims

CLAIMS: tuple[Claim, ...] = read_claims(Path(__file__).parent)
"""All claims, source by source, in the order in which the files have them."""


def claims_on(derivation: str, *, also: bool = False) -> tuple[Claim, ...]:
    """The claims on which a derivation bears.

    Parameters
    ----------
    derivation : str
        Its name.
    also : bool
        Whether to list claims that another derivation decides, too: after those it decides itself.

    Returns
    -------
    tuple of Claim
        None of them editorial.
    """
    decided = [claim for claim in CLAIMS if claim.derivation == derivation]
    others = [claim for claim in CLAIMS if also and derivation in claim.also]
    return (*decided, *others)
