"""The table of claims: complete, resolved, and each wrong one corrected."""

import pytest

import symbolic
from symbolic.claim import Claim


@pytest.mark.parametrize("claim", symbolic.CLAIMS, ids=lambda claim: claim.statement[:40])
def test_claims_resolve(claim):
    assert claim.derivation in symbolic.names()
    assert claim.source in symbolic.SOURCES
    if claim.part == "exponent" and claim.status == "holds":
        assert str(symbolic.get(claim.derivation).law.exponent) == claim.value
    if claim.part == "exponent" and claim.status == "wrong":
        assert str(symbolic.get(claim.derivation).law.exponent) != claim.value


def test_a_claim_without_source_or_correction_is_refused():
    with pytest.raises(ValueError, match="unknown source"):
        Claim("Nobody1900", "", "", None, "holds", "", "gaussian.data", "law")
    with pytest.raises(ValueError, match="needs its correction"):
        Claim("Cho2020", "", "", None, "wrong", "", "gaussian.data", "law")
