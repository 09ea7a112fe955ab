"""Each kind of step accepts what is true, and catches a slip that was planted."""

import pytest
import sympy as sp

from symbolic.steps import (
    Asymptotic,
    Bound,
    Identity,
    Limit,
    Minimum,
    Series,
    Solution,
    StepFailed,
)

x = sp.Symbol("x", nonnegative=True)
p = sp.Symbol("p", positive=True)
N = sp.Symbol("N", positive=True)
L = sp.Function("L")
TINY = sp.Rational(1, 10**9)

CUBIC = 2 * x * (x**2 + 3 * x + 3) / (1 + x) ** 3

POINT = {p: sp.Rational(3, 10), x: sp.Rational(1, 4), N: sp.Integer(7)}

GOOD = [
    Identity("", sp.log(p / (1 - p)), sp.log(p) - sp.log(1 - p)),
    Identity("", (p - 1) * (p + 1), p**2 - 1),
    Series("", sp.log(1 + x), x, 4, x - x**2 / 2 + x**3 / 3),
    Series("", sp.exp(p * x), x, 3, 1 + p * x + p**2 * x**2 / 2),
    Asymptotic("", 1 / (N + p), N, 3, 1 / N - p / N**2),
    Asymptotic("", sp.log((N + 2 * p) / (N + p)), N, 3, p / N - 3 * p**2 / (2 * N**2)),
    Limit("", N * sp.log(1 + p / N), N, p),
    Limit("", N**2 * sp.exp(-p * N), N, sp.Integer(0)),
    Bound("", x - sp.log(1 + x), x**2 / 2, x, x**2 / (1 + x)),
    Bound("remainder", x - x**2 / 2, sp.log(1 + x), x, x**2 / (1 + x)),
    Bound("", -(x**3) / 3, x - x**2 / 2 - sp.log(1 + x), x, CUBIC, order=3),
    Minimum("", p / N + N, N, sp.sqrt(p), 2 / sp.sqrt(p)),
    Solution("", L(N).diff(N) + 2 * L(N) / N - 1 / (2 * N**2), L(N), 1 / (2 * N) + p / N**2),
    Solution("", (N + 1) * L(N + 1) - N * L(N), L(N), p / N),
    Identity("", sp.Integral(sp.exp(-p * x), (x, 0, sp.oo)), 1 / p),
]

PLANTED = [
    ("identity, sign", Identity("", sp.log(p / (1 - p)), sp.log(p) + sp.log(1 - p))),
    ("identity, constant by 1e-9", Identity("", p**2 - 1, (p - 1) * (p + 1) * (1 + TINY))),
    ("series, sign of the correction", Series("", sp.log(1 + x), x, 3, x + x**2 / 2)),
    ("series, constant by 1e-9", Series("", sp.log(1 + x), x, 3, x - (1 + TINY) * x**2 / 2)),
    ("series, order", Series("", sp.log(1 + x), x, 3, x)),
    ("asymptotic, exponent", Asymptotic("", 1 / (N + p), N, 3, 1 / N**2)),
    ("asymptotic, constant by 1e-9", Asymptotic("", 1 / (N + p), N, 2, (1 + TINY) / N)),
    ("asymptotic, sign of the correction", Asymptotic("", 1 / (N + p), N, 3, 1 / N + p / N**2)),
    (
        "asymptotic of a logarithm, constant",
        Asymptotic("", sp.log((N + 2 * p) / (N + p)), N, 3, p / N - p**2 / N**2),
    ),
    ("series, a half power", Series("", x ** sp.Rational(3, 2), x, 2, sp.Integer(0))),
    (
        "asymptotic, a half power",
        Asymptotic("", N ** -sp.Rational(3, 2), N, 2, sp.Integer(0)),
    ),
    ("minimum, an inflection", Minimum("", x**3 - 3 * x**2 + 3 * x, x, x / x, sp.Integer(0))),
    ("limit, value by 1e-9", Limit("", N * sp.log(1 + p / N), N, p * (1 + TINY))),
    (
        "bound, violated at the edge",
        Bound("", x + TINY - sp.log(1 + x), x**2 / 2, x, x**2 / (1 + x)),
    ),
    ("bound, wrong certificate", Bound("", x - sp.log(1 + x), x**2 / 2, x, x**3 / (1 + x))),
    ("bound, negative slope", Bound("", x, x - x**2, x, -2 * x)),
    (
        "bound of order 3, constant by 1e-9",
        Bound("", -(x**3) / 3, x - x**2 / 2 - sp.log(1 + x), x, CUBIC * (1 + TINY), order=3),
    ),
    (
        "bound of order 3, a derivative below it that is not 0",
        Bound("", x, x**3, x, sp.Integer(6), order=3),
    ),
    ("minimum, place by 1e-9", Minimum("", p / N + N, N, sp.sqrt(p) * (1 + TINY), 2 / sp.sqrt(p))),
    ("minimum, a maximum", Minimum("", -p / N - N, N, sp.sqrt(p), -2 / sp.sqrt(p))),
    (
        "solution of a recurrence, exponent",
        Solution("", (N + 1) * L(N + 1) - N * L(N), L(N), p / N**2),
    ),
    (
        "solution, constant by 1e-9",
        Solution("", L(N).diff(N) + 2 * L(N) / N - 1 / (2 * N**2), L(N), (1 + TINY) / (2 * N)),
    ),
]


@pytest.mark.parametrize("step", GOOD, ids=lambda step: f"{step.kind}")
def test_truth_is_proved_and_checked(step):
    assert step.prove()
    assert step.digits({s: POINT[s] for s in step.symbols}) >= 7
    assert step.relations


@pytest.mark.parametrize(("name", "step"), PLANTED, ids=[name for name, _ in PLANTED])
def test_a_planted_slip_is_not_proved(name, step):
    assert not step.prove()


CERTIFICATES = ("certificate", "edge", "bound of order 3, constant")
NUMERIC = [(n, s) for n, s in PLANTED if not any(word in n for word in CERTIFICATES)]


@pytest.mark.parametrize(("name", "step"), NUMERIC, ids=[name for name, _ in NUMERIC])
def test_a_planted_slip_is_seen_in_numbers_too(name, step):
    with pytest.raises(StepFailed):
        step.digits({s: POINT[s] for s in step.symbols})


def test_the_edge_is_seen_at_the_edge():
    step = Bound("", x + TINY - sp.log(1 + x), x**2 / 2, x, x**2 / (1 + x))
    with pytest.raises(StepFailed, match="violated"):
        step.digits({x: sp.Rational(1, 10**6)})


def test_logarithms_of_either_sign_are_not_confused():
    assert Identity("", sp.log((1 - p) * (2 - p)), sp.log(1 - p) + sp.log(2 - p)).prove()
    assert not Identity("", sp.log(1 - p), sp.log(1 + p)).prove()


def test_numbers_alone_catch_a_slip_in_what_is_not_proved():
    """Half powers and logarithms, of which algebra here proves nothing."""
    ratio = sp.gamma(N + 1) / sp.gamma(N + 1 + sp.Rational(1, 2))
    half = sp.Rational(1, 2)
    good = N**-half - sp.Rational(3, 8) * N ** -sp.Rational(3, 2)
    for order in (sp.Rational(5, 2), half + 1 + p):
        assert Asymptotic("", ratio, N, order, good, numeric=15).digits(POINT) >= 15
    slips = (
        good * (1 + TINY), good.subs(sp.Rational(3, 8), 0), 2 * N**-half - good,
        N**-half - (sp.Rational(3, 8) + TINY) * N ** -sp.Rational(3, 2),
    )  # fmt: skip
    for slip in slips:
        with pytest.raises(StepFailed, match="grows"):
            Asymptotic("", ratio, N, sp.Rational(5, 2), slip, numeric=15).digits(POINT)
    with pytest.raises(ValueError, match="whole orders"):
        Asymptotic("", ratio, N, half, N**-half).prove()
    late = sp.log(N) / N + 1 / N
    assert Asymptotic("", late + sp.log(N) / N**2, N, 2, late, numeric=15).digits(POINT) >= 15
    with pytest.raises(StepFailed):
        Asymptotic("", late, N, 2, sp.log(N) / N, numeric=15).digits(POINT)


def test_an_identity_must_say_something():
    with pytest.raises(ValueError, match="says x = x"):
        Identity("nothing", sp.Symbol("x") / 2, sp.Symbol("x") / 2)


@pytest.mark.parametrize(("power", "holds"), [("1/5", True), ("1/10", False)])
def test_a_limit_must_be_approached_fast_enough(power, holds):
    """N^(-1/5) shrinks 1.58-fold a decade, N^(-1/10) 1.26-fold: three decades show no limit."""
    step = Limit("", N ** -sp.Rational(power), N, sp.Integer(0))
    if holds:
        assert step.digits({}) > 0
    else:
        with pytest.raises(StepFailed, match="away"):
            step.digits({})
