"""Machines with few states: how well the state alone can tell the bias of a coin."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import BIAS, EXPECTED_LOSS, PSEUDOCOUNT, SECOND, N, p, q, v
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Series

states = sp.Symbol("states", positive=True)
cells = sp.Symbol("S", positive=True)
i = sp.Symbol("i", positive=True)
m = sp.Symbol("m", positive=True)
rho = sp.Symbol("rho", positive=True)
t = sp.Symbol("t")

SECTION = "Cho2020, 'The scaling law for Bernoulli w.r.t. the model size'"
HALF = sp.Rational(1, 2)
STATES = Variable(states, integers(3), "states of the machine", "n")
STATE = Variable(i, integers(0, usual=(0, 10)), "state, from 0")
ODDS = Variable(rho, reals(0), "p/(1-p)")
OTHERS = Variable(m, integers(1, usual=(11, 60)), "states but one, n - 1")

EHRENFEST = (
    "The machine has the states 0 ... m, m = n-1. Heads take it from i to i+1 with probability "
    "1 - i/m, tails from i to i-1 with probability i/m: as if every toss overwrote one of m cells, "
    "chosen at random.",
    "It needs randomness of its own, and no clock. The stream is endless; 0 < p < 1.",
)


def _weight(state: sp.Expr) -> sp.Expr:
    """The binomial weight of a state, but for the factor (1-p)^m."""
    return rho**state * sp.gamma(m + 1) / (sp.gamma(state + 1) * sp.gamma(m - state + 1))


BALANCE = Identity(
    "As often as heads lead from i to i+1, tails lead back, if the states are binomial: this is "
    "their stationary law, exactly that of the heads among m tosses. Over (1-p)^(m+1), with "
    "rho = p/(1-p),",
    _weight(i) * rho * (1 - i / m),
    _weight(i + 1) * (i + 1) / m,
)


@derivation
def automaton() -> Derivation:
    """Ehrenfest's urn as a memory: mean square error p(1-p)/(n-1), exactly."""
    law = v / states + v / states**2
    return Derivation(
        name="automata.automaton",
        statement="A machine of n states that forgets at random has the mean square error "
        "p(1-p)/(n-1): exponent 1 in the number of states, where a pair of counters has 1/2.",
        source=SECTION,
        assumptions=(*EHRENFEST, "State i stands for the estimate i/m. L is its square error."),
        size=STATES,
        parameters=(BIAS,),
        auxiliary=(STATE, OTHERS, ODDS),
        steps=(
            BALANCE,
            Series(
                "So the estimate i/m has mean p and variance p(1-p)/m, as its generating function "
                "shows.",
                (q * sp.exp(-p * t / m) + p * sp.exp(q * t / m)) ** m,
                t,
                3,
                1 + v / m * t**2 / 2,
            ),
            Asymptotic("In the number of states, n = m+1.", v / (states - 1), states, 3, law),
        ),
        law=Law(law, states),
        finite=v / (states - 1),
    )


@derivation
def automaton_divergence() -> Derivation:
    """The same memory by its log loss: 1/(2n)."""
    law = 1 / (2 * states) + (HALF + SECOND) / states**2
    return Derivation(
        name="automata.automaton_divergence",
        statement="By log loss the machine that forgets at random is as good as n-1 fresh tosses: "
        "1/(2n) for n states, whatever the bias.",
        source=SECTION,
        assumptions=(*EHRENFEST, "State i stands for the estimate (i + k)/(m + 2k)."),
        size=STATES,
        parameters=(BIAS, PSEUDOCOUNT),
        auxiliary=(STATE, OTHERS, ODDS),
        steps=(
            BALANCE,
            Asymptotic(
                "So the loss is that of bernoulli.data, 1/(2N) + C/N², for N = n-1 tosses.",
                1 / (2 * (states - 1)) + SECOND / (states - 1) ** 2,
                states,
                3,
                law,
            ),
        ),
        law=Law(law, states),
        finite=EXPECTED_LOSS.subs(N, states - 1),
        uses=("bernoulli.data", "automata.automaton"),
    )


@derivation
def updown() -> Derivation:
    """A counter that goes up and down and saturates: exponential for testing, stuck otherwise."""
    b = sp.Symbol("b", positive=True)
    total = (rho**states - 1) / (rho - 1)
    odds = p / q
    law = 1 / (1 + odds ** (states / 2))
    at_the_top = 2 - 1 / b
    return Derivation(
        name="automata.updown",
        statement="A counter that goes up for heads and down for tails, and saturates, tells "
        "whether p is above 1/2 with an error 1/(1 + (p/(1-p))^(n/2)), exponential in its n "
        "states; but the size of p it does not learn, however many states it has.",
        source=SECTION,
        assumptions=(
            "The machine has the states 0 ... n-1, n even. Heads take it up, tails down, and at "
            "the ends it stays. The stream is endless.",
            "p > 1/2. L is the probability that the state is in the lower half, n/2 - 1 or below.",
        ),
        size=Variable(states, integers(2), "states of the machine", "n"),
        parameters=(
            Variable(
                p, reals(HALF, 1, usual=(sp.Rational(11, 20), sp.Rational(4, 5))), BIAS.meaning
            ),
        ),
        auxiliary=(
            Variable(i, integers(0, usual=(0, 10)), "state, from 0; or its distance from the top"),
            Variable(rho, reals(1, usual=(sp.Rational(6, 5), 4)), "p/(1-p)"),
            Variable(b, reals(HALF, 1), "a bias above 1/2"),
        ),
        steps=(
            Identity(
                "Heads lead from i to i+1 as often as tails lead back, if the weight of a state is "
                "a power of rho = p/(1-p) > 1: the stationary law is geometric, with most of it at "
                "the top.",
                odds**i * p,
                odds ** (i + 1) * q,
            ),
            Identity(
                "The weights of n states add up to this: every further state adds its own.",
                (rho ** (states + 1) - 1) / (rho - 1) - total,
                rho**states,
            ),
            Identity(
                "So the lower half has this share.",
                ((odds ** (states / 2) - 1) / (odds - 1)) / ((odds**states - 1) / (odds - 1)),
                law,
            ),
            Identity(
                "It falls exponentially. On logarithmic axes its slope grows without bound.",
                states * sp.Derivative(sp.log(law), states),
                -states / 2 * sp.log(odds) * (1 - law),
            ),
            Identity(
                "For the size of p, look from the top: the probability of a distance i from it "
                "hardly depends on n, by rho^-n, and so nor does what can be learned.",
                rho ** (states - 1 - i) / total,
                (1 - 1 / rho) * rho**-i / (1 - rho**-states),
            ),
            Identity(
                "Let p be uniform in (0, 1), and n infinite. That p is above 1/2 and the counter "
                "at the very top, i = 0, has the density 1 - 1/rho = 2 - 1/p in p: in all ...",
                sp.Integral(at_the_top, (b, HALF, 1)),
                1 - sp.log(2),
            ),
            Identity(
                "... with the mean of p, times that probability, ...",
                sp.Integral(at_the_top * b, (b, HALF, 1)),
                sp.Rational(1, 4),
            ),
            Identity(
                "... and the variance of p, times that probability: 0.0047. So the mean square "
                "error of any estimate from the state stays above twice this, for both ends: its "
                "exponent is 0.",
                sp.Integral(at_the_top * (b - 1 / (4 - 4 * sp.log(2))) ** 2, (b, HALF, 1)),
                sp.Rational(5, 24) - 1 / (16 * (1 - sp.log(2))),
            ),
        ),
        law=Law(law, states, "exponential"),
        finite=((odds ** (states / 2) - 1) / (odds**states - 1)),
        finite_size=2 * sp.log(COUNT) / sp.log(odds),
    )


@derivation
def quantiser() -> Derivation:
    """S cells for the answer alone: L = π²/(24 S²)."""
    phi = sp.Symbol("phi", positive=True)
    d = sp.Symbol("d", real=True)
    t = sp.Symbol("theta", positive=True)
    alias = sp.Symbol("l", positive=True)
    h = sp.pi / (2 * cells)
    n = sp.Symbol("j", integer=True, nonnegative=True)
    centre = (n + HALF) * h
    law = sp.pi**2 / (24 * cells**2) + (3 * sp.zeta(3) / 16 - sp.pi**2 * sp.log(2) / 24) / cells**3
    entropy = sp.sin(2 * phi) / 2 * sp.log(sp.sin(phi)) - phi / 2 - sp.sin(2 * phi) / 4
    series = 1 - sp.log(2) / cells - 3 * sp.zeta(3) / (16 * cells**3)
    finite = (
        1
        - 2 * sp.log(2)
        - 4
        / sp.pi
        * sp.Sum((h - sp.sin(h) * sp.cos(2 * centre)) * sp.log(sp.sin(centre)), (n, 0, cells - 1))
    )
    return Derivation(
        name="automata.quantiser",
        statement="A memory of S states that is told the bias, and need not find it out, has the "
        "loss pi^2/(24 S^2): exponent 2, where counting reaches 1/2 in the number of states.",
        source=SECTION,
        assumptions=(
            "p = sin² phi. The states are S cells of equal width pi/(2S) in phi, and the answer is "
            "the centre of the cell in which phi lies.",
            "L is the mean over phi uniform in (0, pi/2): over p with Jeffreys' prior.",
        ),
        size=Variable(cells, integers(1), "states of the memory"),
        parameters=(),
        auxiliary=(
            Variable(phi, reals(0, sp.Rational(3, 2)), "angle that stands for the bias"),
            Variable(d, reals(-1, 1), "error of the angle"),
            Variable(t, reals(0, 3), "an angle"),
            Variable(alias, reals(1), "number of an alias"),
            Variable(m, integers(0, usual=(0, 50)), "number of a cell, from 0"),
        ),
        steps=(
            Series(
                "In phi the loss has the same curvature everywhere: the Fisher information is 4.",
                sp.sin(phi) ** 2 * sp.log(sp.sin(phi) ** 2 / sp.sin(phi + d) ** 2)
                + sp.cos(phi) ** 2 * sp.log(sp.cos(phi) ** 2 / sp.cos(phi + d) ** 2),
                d,
                3,
                2 * d**2,
            ),
            Identity(
                "The error is uniform in a cell of width h = pi/(2S): this is the leading term. "
                "The next one comes from the cells at the ends, where p or 1-p is not small "
                "compared with the error.",
                sp.Integral(2 * d**2, (d, -h / 2, h / 2)) / h,
                sp.pi**2 / (24 * cells**2),
            ),
            Identity(
                "For all of it, take the loss apart: log sin² phi less log sin² c, c the centre, "
                "weighted with sin² phi = (1 - cos 2 phi)/2; the cosines give the same. In the "
                "mean log sin phi is -log 2, and cos(2 phi) log sin phi is -1/2 by this "
                "antiderivative: the first part is 1 - 2 log 2.",
                sp.Derivative(entropy, phi),
                sp.cos(2 * phi) * sp.log(sp.sin(phi)),
            ),
            Identity(
                "The weight of a cell with the centre c, in the second.",
                sp.Integral(sp.sin(d) ** 2, (d, t - h / 2, t + h / 2)),
                h / 2 - sp.sin(h) * sp.cos(2 * t) / 2,
            ),
            Identity(
                "log sin c = -log 2 - sum of cos(2 i c)/i over i = 1, 2, ..., which is the real "
                "part of log(1 - exp(2ic)): the square of its modulus is this.",
                (1 - sp.exp(2 * sp.I * t)) * (1 - sp.exp(-2 * sp.I * t)),
                4 * sp.sin(t) ** 2,
            ),
            Identity(
                "The sum of cos((2m+1) theta) over the cells m = 0 ... S-1 telescopes to "
                "sin(2 S theta)/(2 sin theta). At theta = i pi/(2S) it is 0 but for the aliases "
                "i = 2Sl, where it is (-1)^l S.",
                2 * sp.sin(t) * sp.cos((2 * m + 1) * t),
                sp.sin((2 * m + 2) * t) - sp.sin(2 * m * t),
            ),
            Asymptotic(
                "So log sin c adds up to (1/2 - S) log 2 over the cells, and cos(2c) log sin c to "
                "-S/2 times 1 plus the sum of (-1)^l times this: frequency 1 and its aliases.",
                1 / (2 * cells * alias - 1) + 1 / (2 * cells * alias + 1),
                cells,
                5,
                1 / (cells * alias) + 1 / (4 * cells**3 * alias**3),
            ),
            Asymptotic(
                "The alternating sums of 1/l and 1/l³ are -log 2 and -3 zeta(3)/4. With the Taylor "
                "series of sin(h)/h in front of cos(2c) log sin c, all comes to this.",
                1 - sp.log(2) / cells - (1 - h**2 / 6 + h**4 / 120) * series,
                cells,
                4,
                law,
            ),
        ),
        law=Law(law, cells),
        finite=finite,
        finite_order=4,
    )
