"""The table of claims: complete, resolved, and each wrong one corrected."""

import pytest
import sympy as sp

import symbolic
from symbolic.claim import Claim
from symbolic.published import DOMAINS, PUBLISHED

FIVE = {"Cho2020", "Anonymous2024", "Reform2024", "Shah2021", "Henighan2020"}


@pytest.mark.parametrize("claim", symbolic.CLAIMS, ids=lambda claim: claim.statement[:40])
def test_claims_resolve(claim):
    for name in (claim.derivation, *claim.also):
        assert name in symbolic.names()
    assert claim.derivation not in claim.also
    if claim.part == "exponent" and claim.status == "holds" and claim.value is not None:
        assert str(symbolic.get(claim.derivation).law.exponent) == claim.value
    if claim.part == "exponent" and claim.status == "wrong" and claim.value is not None:
        exponent = symbolic.get(claim.derivation).law.exponent
        assert exponent is None or sp.Rational(claim.value) != exponent


def test_the_court_has_heard_all_five_documents():
    assert len(symbolic.CLAIMS) >= 70
    assert {claim.source for claim in symbolic.CLAIMS} >= FIVE
    said = [(claim.source, claim.place, claim.statement) for claim in symbolic.CLAIMS]
    assert len(said) == len(set(said))


def test_every_derivation_decides_something_or_is_a_lemma_of_another():
    serving = {name for claim in symbolic.CLAIMS for name in (claim.derivation, *claim.also)}
    for name in symbolic.names():
        uses = symbolic.get(name).uses
        assert set(uses) <= set(symbolic.names()), name
        serving.update(uses)
    assert set(symbolic.names()) - serving == set()


def test_a_claim_without_source_or_correction_is_refused():
    with pytest.raises(ValueError, match="unknown source"):
        Claim("Nobody1900", "", "", None, "holds", "", "gaussian.data", "law")
    with pytest.raises(ValueError, match="unknown status"):
        Claim("Cho2020", "", "", None, "true", "", "gaussian.data", "law")
    for status in ("wrong", "conditional"):
        with pytest.raises(ValueError, match="needs its correction"):
            Claim("Cho2020", "", "", None, status, "", "gaussian.data", "law")


def test_corrections_that_quote_numbers_quote_them_right():
    """Of the irreducible losses of one table, eight pairs of nine differ by at most 7 %."""
    apart = []
    for domain in DOMAINS:
        one, other = (
            PUBLISHED["Henighan2020", f"L_inf, {kind}, {domain}"].value
            for kind in ("parameters", "compute")
        )
        if one != 0:
            apart.append(float(abs(one - other) / min(one, other)))
    assert len(apart) == 9
    assert sum(share <= 0.07 for share in apart) == 8
    assert max(apart) == 1
    assert abs(410.7**-0.28 - 0.185) < 5e-4
