"""What every derivation keeps: its steps hold, its law agrees with exact losses."""

from dataclasses import replace
from functools import cache

import mpmath as mp
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

import symbolic
from symbolic import pages
from symbolic.algebra import number
from symbolic.derivation import Derivation
from symbolic.examination import law_against_exact
from symbolic.steps import Identity


@cache
def report_on(name):
    return symbolic.get(name).check()


LEAST = {"limit": 7, "asymptotic equality": 15, "series": 15}
"""Digits that numbers must show for a step that algebra proves; 35 for the other kinds."""


@pytest.mark.parametrize("name", symbolic.names())
def test_every_step_is_proved_or_borne_out(name):
    report = report_on(name)
    for outcome in report.outcomes:
        assert outcome.failure is None, outcome.failure
        assert outcome.proved == (outcome.step.numeric is None), outcome.step.claim
        least = outcome.step.numeric or LEAST.get(outcome.step.kind, 35)
        assert outcome.digits >= least, outcome.step.claim
    assert report.law_problem is None
    assert report.passed


@pytest.mark.parametrize("name", symbolic.names())
def test_reads_as_text(name):
    derivation = symbolic.get(name)
    text = pages.text_of(pages.page_of(derivation, report_on(name)))
    assert "NOT PROVED" not in text
    assert "FAILED" not in text
    for claim in symbolic.claims_on(name):
        assert claim.status in text
    assert len(max(text.splitlines(), key=len)) <= 140


def test_exponent_and_prefactor_are_proved_for_most_derivations():
    """And no step is left to numbers that has not said so."""
    unproved = {name for name in symbolic.names() if not report_on(name).proved}
    assert unproved == {"stochastic.sgd_critical"}


def test_names_are_their_modules():
    for name in symbolic.names():
        assert symbolic.get(name).name == name
    with pytest.raises(KeyError):
        symbolic.get("bernoulli.nothing")


@given(
    p=st.fractions(sp.Rational(1, 5), sp.Rational(4, 5), max_denominator=50).map(str),
    k=st.sampled_from(["1/10", "1/2", "1", "3"]),
)
@settings(max_examples=15)
def test_the_coin_tends_to_its_law(p, k):
    """The next correction, extrapolated from exact sums, is the derived one to 2 %."""
    derivation = symbolic.get("bernoulli.data")
    N, values = derivation.size.symbol, {"p": sp.Rational(p), "pseudocount": sp.Rational(k)}
    point = {v.symbol: values[v.symbol.name] for v in derivation.parameters}

    def excess(size):
        exact = number(derivation.finite, {**point, N: sp.Integer(size)})
        return (exact - mp.mpf(1) / (2 * size)) * size**2

    seen = 2 * excess(800) - excess(400)
    derived = float((derivation.law.expression.subs(point) - 1 / (2 * N)).subs(N, 1))
    assert float(seen) == pytest.approx(derived, rel=0.02, abs=0.02)
    assert float(seen) != pytest.approx(derived + 0.2 + abs(derived) / 10, rel=0.02, abs=0.02)


@given(N=st.integers(1, 10**6), k=st.fractions(sp.Rational(1, 100), 50).map(str))
@settings(max_examples=20)
def test_the_boundary_is_bracketed_by_its_series(N, k):
    derivation = symbolic.get("bernoulli.boundary")
    exact = derivation.finite_at({"N": N, "pseudocount": float(sp.Rational(k))})
    leading = mp.mpf(float(sp.Rational(k))) / N
    assert exact < leading
    assert exact > leading - mp.mpf(3) / 2 * leading**2


@given(sigma=st.floats(1e-3, 1e3), d=st.integers(1, 1000), N=st.integers(1, 10**9))
@settings(max_examples=20)
def test_the_gaussian_mean_is_exact_at_every_size(sigma, d, N):
    at = {"sigma": sigma, "d": d, "N": N}
    law = symbolic.get("gaussian.data").finite_at(at)
    assert float(law) == pytest.approx(d * sigma**2 / N, rel=1e-12, abs=0)
    assert float(symbolic.get("gaussian.likelihood").finite_at(at)) == pytest.approx(
        d / (2 * N), rel=1e-14, abs=0
    )


@given(
    p=st.floats(0.05, 0.95), a=st.floats(0.05, 0.95), b=st.floats(0.05, 0.95),
    e=st.floats(1e-6, 0.01),
)  # fmt: skip
def test_the_first_order_improvement_is_within_its_rigorous_bounds(p, a, b, e):
    """core inequality of `improvement.data`, with both bounds of log(1+x) put together."""
    p, a, b, e = map(mp.mpf, (p, a, b, e))
    up, down = b * e / a, (1 - b) * e / (1 - a)
    exact = p * mp.log(1 + up) + (1 - p) * mp.log(1 + down) - mp.log(1 + e)
    first = p * up + (1 - p) * down - e
    assert first == pytest.approx((p - a) * (b - a) / (a * (1 - a)) * e, rel=1e-9, abs=1e-15)
    lower = (p * up**2 / (1 + up) + (1 - p) * down**2 / (1 + down)) / 2 - e**2 / 2
    upper = (p * up**2 + (1 - p) * down**2) / 2 - e**2 / (2 * (1 + e))
    slack = mp.mpf("1e-14")
    assert lower - slack <= first - exact <= upper + slack


def test_improvement_is_the_difference_of_losses():
    loss = symbolic.get("bernoulli.data").law.expression
    law = symbolic.get("improvement.data").law
    assert law.exponent == 2
    N = symbolic.get("bernoulli.data").size.symbol
    values = {"p": sp.Rational(3, 10), "pseudocount": 0, "delta": 1}
    expected = (loss - loss.subs(N, N + 1)).subs(
        {s: values[s.name] for s in loss.free_symbols - {N}}
    )
    got = law.at({"p": 0.3, "pseudocount": 0, "delta": 1}).expression
    assert sp.N(expected.subs(N, 10**4) / got.subs(N, 10**4)) == pytest.approx(1, abs=1e-7)
    # by enumeration: N^2 E = 0.50016 at N = 1e4, p = 0.3
    assert float(got.subs(N, 10**4) * 10**8) == pytest.approx(0.50016, abs=5e-5)


GAUSSIAN = symbolic.get("gaussian.data")


def pieces(**changes):
    values = {name: getattr(GAUSSIAN, name) for name in GAUSSIAN.__dataclass_fields__}
    return {**values, **changes}


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"source": "Nobody1900, nowhere"}, "unknown source 'Nobody1900'"),
        ({"steps": ()}, "needs steps"),
        ({"parameters": ()}, "without a domain"),
        (
            {"law": symbolic.Law(sp.Symbol("C") / GAUSSIAN.law.size, GAUSSIAN.law.size)},
            "no parameter",
        ),
        (
            {"steps": (Identity("a stray symbol", sp.Symbol("y"), sp.Integer(1)),)},
            "without a domain",
        ),
    ],
)
def test_a_malformed_record_is_refused_when_it_is_built(changes, message):
    with pytest.raises(ValueError, match=message):
        Derivation(**pieces(**changes))


def test_a_wrong_law_is_caught_by_the_exact_loss():
    good = symbolic.get("bernoulli.boundary")
    N, k = good.size.symbol, good.parameters[0].symbol
    for wrong in (k / N - k**2 / N**2, k / (2 * N), k / N + 3 * k**2 / (2 * N**2)):
        bad = Derivation(
            **{
                **{name: getattr(good, name) for name in good.__dataclass_fields__},
                "law": symbolic.Law(wrong, N),
            }
        )
        assert not bad.check().passed, wrong


def test_a_step_that_fails_is_reported_with_its_point():
    good = symbolic.get("gaussian.data")
    N = good.size.symbol
    bad = Derivation(**pieces(steps=(Identity("a slip", 1 / N, 1 / (N + 1)),)))
    report = bad.check()
    assert not report.passed
    assert "at N =" in report.outcomes[0].failure
    assert not report.proved
    assert pages.standing(report) == "FAILED"


def test_a_derivation_is_proved_only_if_a_proved_step_yields_its_law():
    good = symbolic.get("gaussian.data")
    assert good.check().proved
    N = good.size.symbol
    unrelated = (Identity("true, and beside the point", 1 / N + 1 / N**2, (N + 1) / N**2),)
    report = Derivation(**pieces(steps=unrelated)).check()
    assert report.passed
    assert not report.proved
    left_to_numbers = tuple(replace(step, numeric=30) for step in good.steps)
    report = Derivation(**pieces(steps=left_to_numbers)).check()
    assert report.passed
    assert not report.proved
    assert 30 <= report.digits <= 40
    assert pages.standing(report) == f"checked to {report.digits} digits"


def test_values_outside_the_domain_are_refused_with_the_domain():
    data = symbolic.get("bernoulli.data")
    with pytest.raises(ValueError, match="p = 1.5 is outside 0 < p < 1"):
        data.law_at({"p": 1.5, "pseudocount": 0.5})
    with pytest.raises(ValueError, match="N = 0 is outside integer N >= 1"):
        data.value(data.law.expression, {"N": 0, "p": 0.5, "pseudocount": 0.5})
    with pytest.raises(KeyError, match="pseudocount"):
        data.value(data.law.expression, {"N": 10, "p": 0.5})
    values = {"N": 1000, "p": 0.3, "pseudocount": 0}
    assert float(data.value(data.law.prefactor, values)) == 0.5
    assert float(data.value(data.law.expression, values)) == pytest.approx(
        5.0107241e-4, rel=1e-5, abs=0
    )


def test_domain_of_a_derivation():
    data = symbolic.get("bernoulli.data")
    assert data.outside({"p": 0.3, "pseudocount": 0.0}) is None
    assert data.outside({"p": 1.0}) == "p = 1.0 is outside 0 < p < 1"


@pytest.mark.parametrize("name", symbolic.names())
def test_a_slip_in_the_corrections_of_a_law_is_caught(name):
    """Twice the corrections, or a prefactor off by 1e-3 where there are none.

    By the exact loss, or because no step yields such a law.
    """
    import random

    good = symbolic.get(name)
    values = {field: getattr(good, field) for field in good.__dataclass_fields__}
    law, size = good.law, good.size.symbol
    point = {symbol: sp.Float("2.3") for symbol in law.expression.free_symbols - {size}}
    terms = sp.Add.make_args(sp.expand(law.expression))
    leading = max(terms, key=lambda term: abs(sp.N(term.subs({**point, size: sp.Float(10**6)}))))
    wrong = 2 * law.expression - leading if len(terms) > 1 else sp.Rational(1001, 1000) * leading
    try:
        bad = Derivation(**{**values, "law": symbolic.Law(wrong, size, law.kind)})
    except ValueError as error:
        assert "yields the law" in str(error)  # noqa: PT017
    else:
        problem, _ = law_against_exact(bad, random.Random(f"{name} 0"))
        assert problem is not None or not bad.concluded


def test_installed_derivations_that_cannot_be_used_are_reported(monkeypatch):
    from importlib.metadata import EntryPoint

    from sims import BadInput
    from sims.tables.derivations import find_derivation
    from symbolic import registry

    points = [
        EntryPoint("gone.law", "no_such_module:law", registry.ENTRY_POINTS),
        EntryPoint("plain.law", "math:sqrt", registry.ENTRY_POINTS),
        EntryPoint("bernoulli.data", "math:sqrt", registry.ENTRY_POINTS),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    registry._plug_ins.cache_clear()
    try:
        broken = symbolic.broken()
        assert "No module named" in broken["gone.law"]
        assert "not decorated" in broken["plain.law"]
        assert "taken" in broken["bernoulli.data"]
        assert symbolic.get("bernoulli.data").name == "bernoulli.data"
        with pytest.raises(ImportError, match="gone.law could not be loaded: ModuleNotFound"):
            symbolic.get("gone.law")
        with pytest.raises(BadInput, match="gone.law could not be loaded"):
            find_derivation("gone.law")
    finally:
        registry._plug_ins.cache_clear()
