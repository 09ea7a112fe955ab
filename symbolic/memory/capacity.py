"""A model that counts until its memory is full: which law its capacity follows."""

from __future__ import annotations

import sympy as sp

from symbolic._lemmas.coin import BIAS, EXPECTED_LOSS, PSEUDOCOUNT, SECOND, N
from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Step

theta = sp.Symbol("theta", positive=True)
c = sp.Symbol("c", positive=True)
delta = sp.Symbol("delta", positive=True)
M = sp.Symbol("M", positive=True)

SECTION = "Cho2020, 'The scaling law for Bernoulli w.r.t. the model size'"
NATS = Variable(theta, reals(0), "capacity in nats")
BITS = Variable(theta, reals(0), "capacity in bits")
POWER = Variable(c, reals(0, usual=(sp.Rational(1, 2), 4)), "how far a model counts: theta^c")
MORE = Variable(delta, reals(0, usual=(0, 2)), "capacity that is added")

ASSUMPTIONS = (
    "The loss after N tosses is that of bernoulli.data, 1/(2N) + C/N².",
    "The stream never ends, and both counters stop together when the memory is full.",
    "theta takes the values at which N_max is an integer; between them the loss is a staircase.",
)
COIN = (BIAS, PSEUDOCOUNT)


def _each(unit: str) -> Derivation:
    base = sp.E if unit == "nats" else sp.Integer(2)
    size = NATS if unit == "nats" else BITS
    x = sp.Symbol("x", positive=True)
    lost = 0 if unit == "nats" else 1  # of base^theta states of a counter, the one for nothing
    inverse = x / (1 - lost * x)
    law = base**-theta / 2 + (SECOND + sp.Rational(lost, 2)) * base ** (-2 * theta)
    unlimited = (base ** (theta + delta) - base**theta) / base**theta
    half = sp.Rational(1, 2)
    return Derivation(
        name=f"capacity.exponential_{unit}",
        statement=f"If each counter has theta {unit}, the loss falls as {base}^(-theta)/2: "
        "exponentially in the capacity, and not as a power law.",
        source=SECTION,
        assumptions=(*ASSUMPTIONS, f"Each of the two counters has theta {unit} of its own."),
        size=size,
        parameters=COIN,
        auxiliary=(
            MORE, Variable(x, reals(0, sp.Rational(1, 9)), f"{base}^-theta"),
        ),
        steps=(
            Series(
                f"The loss after N_max tosses, in x = {base}^-theta: 1/N_max is x"
                + ("." if unit == "nats" else "/(1-x), for one of the states stands for 0."),
                inverse / 2 + SECOND * inverse**2,
                x,
                3,
                x / 2 + (SECOND + sp.Rational(lost, 2)) * x**2,
            ),
            Identity(
                "With x written out this is the law.",
                base**-theta * (half + (SECOND + sp.Rational(lost, 2)) * base**-theta),
                law,
            ),
            Identity(
                "What delta more capacity adds, relative to what was there, does not depend on "
                "theta: the published remark. It is a statement on the ratio of two sizes ...",
                unlimited,
                base**delta - 1,
            ),
            Identity(
                "... while the improvement of the loss itself is the loss times a constant, and "
                "falls as fast.",
                base**-theta / 2 - base ** (-theta - delta) / 2,
                base**-theta / 2 * (1 - base**-delta),
            ),
            Identity(
                "On logarithmic axes the slope is -theta times a constant: it grows without bound, "
                "and no power of theta keeps up.",
                theta * sp.Derivative(sp.log(base**-theta / 2), theta),
                -theta * sp.log(base),
            ),
        ),
        law=Law(law, theta, "exponential"),
        finite=EXPECTED_LOSS.subs(N, base**theta - lost),
        finite_size=sp.log(COUNT + lost) / sp.log(base),
        finite_everywhere=False,
    )  # fmt: skip


@derivation
def exponential_nats() -> Derivation:
    """N_max = e^θ: L = e^-θ/2."""
    return _each("nats")


@derivation
def exponential_bits() -> Derivation:
    """N_max = 2^θ - 1: L = 2^-θ/2."""
    return _each("bits")


@derivation
def power() -> Derivation:
    """N_max = θ^c: L = θ^-c/2."""
    law = theta**-c / 2 + SECOND * theta ** (-2 * c)
    ratio = delta / theta
    return Derivation(
        name="capacity.power",
        statement="If a model of capacity theta counts to theta^c, the loss is theta^(-c)/2: a "
        "power law, whose exponent is how the model compresses.",
        source=SECTION,
        assumptions=(*ASSUMPTIONS, "A model of capacity theta counts to N_max = theta^c."),
        size=Variable(theta, reals(1), "capacity"),
        parameters=(POWER, *COIN),
        auxiliary=(MORE,),
        steps=(
            Identity(
                "The loss after N_max = theta^c tosses.",
                theta**-c * (sp.Rational(1, 2) + SECOND * theta**-c),
                law,
            ),
            Identity(
                "The elasticity of theta^-c/2, its slope on logarithmic axes, is -c at every "
                "theta: constant elasticity is what makes a power law.",
                theta * sp.Derivative(sp.log(theta**-c / 2), theta),
                -c,
            ),
            Identity(
                "For c = 2 the source writes (theta+delta)²/theta² for the relative increase of "
                "N_max, without the -1; its right-hand side is that of the increase.",
                (theta + delta) ** 2 / theta**2 - 1,
                2 * ratio + ratio**2,
            ),
        ),
        law=Law(law, theta),
        finite=EXPECTED_LOSS.subs(N, theta**c),
        finite_size=COUNT ** (1 / c),
        finite_everywhere=False,
    )


@derivation
def improvement() -> Derivation:
    """L(θ) - L(θ+δ) = (cδ/2) θ^-(c+1): exponent c + 1."""
    x = sp.Symbol("x", positive=True)
    second = -c * (c + 1) * delta**2 / 4
    return Derivation(
        name="capacity.improvement",
        statement="If a model of capacity theta counts to theta^c, more capacity delta improves "
        "the loss by (c delta/2) theta^-(c+1): exponent c + 1, where the source has 1.",
        source=SECTION,
        assumptions=(
            *ASSUMPTIONS,
            "A model of capacity theta counts to N_max = theta^c; delta is fixed.",
            "Only the leading term 1/(2N) of the loss is kept: c > 1.",
        ),
        size=Variable(theta, reals(1), "capacity"),
        parameters=(
            Variable(c, reals(1, usual=(sp.Rational(3, 2), 4)), POWER.meaning), MORE,
        ),
        auxiliary=(Variable(x, reals(0), "delta/theta"),),
        steps=(
            Series(
                "Relative to what was there, delta adds c delta/theta tosses: this is 1/theta, "
                "for every c. The source stops here.",
                (1 + x) ** c - 1,
                x,
                3,
                c * x + c * (c - 1) / 2 * x**2,
            ),
            Series(
                "The loss theta^-c/2 itself changes by this much, in units of itself.",
                1 - (1 + x) ** -c,
                x,
                3,
                c * x - c * (c + 1) / 2 * x**2,
            ),
            Identity(
                "Times theta^-c/2, with x = delta/theta.",
                theta**-c / 2 * (c * delta / theta - c * (c + 1) / 2 * (delta / theta) ** 2),
                c * delta / 2 * theta ** (-c - 1) + second * theta ** (-c - 2),
            ),
        ),
        law=Law(c * delta / 2 * theta ** (-c - 1) + second * theta ** (-c - 2), theta),
        finite=theta**-c / 2 - (theta + delta) ** -c / 2,
        finite_order=c + 3,
    )  # fmt: skip


PAIRS = (M + 1) * (M + 2) / 2


def _shared(unit: str) -> Derivation:
    i = sp.Symbol("i", integer=True)
    x = sp.Symbol("x", positive=True)
    full = (sp.sqrt(4 + x**2) - 3 * x) / (2 * x)
    pairs = PAIRS.subs(M, COUNT)
    states = {"nats": sp.exp(theta), "bits": 2**theta, "states": theta}[unit]
    second = sp.Rational(3, 4) + SECOND
    steps: tuple[Step, ...] = (
        Identity(
            "A memory that holds both counters has one state for each pair 0 <= N_1 <= N <= M.",
            sp.Sum(i + 1, (i, 0, M)),
            PAIRS,
        ),
        Identity(
            "So n = 1/(2x²) states count to M, the larger root of (M+1)(M+2)/2 = n.",
            PAIRS.subs(M, full),
            1 / (2 * x**2),
        ),
        Series(
            "The loss 1/(2M) + C/M² for many states, that is for small x = (2n)^(-1/2): to "
            "leading order M is the square root of twice their number.",
            sp.cancel(1 / full) / 2 + SECOND * sp.cancel(1 / full) ** 2,
            x,
            3,
            x / 2 + second * x**2,
        ),
    )
    law = 1 / (2 * sp.sqrt(2 * states)) + second / (2 * states)
    if unit == "states":
        size = Variable(theta, reals(3), "states of the memory")
        says = "1/(2 (2 theta)^(1/2)): exponent 1/2 in the number of states"
    else:
        size = NATS if unit == "nats" else BITS
        base = sp.E if unit == "nats" else sp.Integer(2)
        says = f"{base}^(-theta/2)/(2 2^(1/2)): exponential, at half the rate of two memories"
        law = base ** (-theta / 2) / (2 * sp.sqrt(2)) + second / 2 * base**-theta
        steps += (
            Identity(
                f"There are n = {base}^theta states; the logarithm of x/2 is linear in theta.",
                sp.log(1 / (2 * sp.sqrt(2 * states))),
                -sp.log(2 * sp.sqrt(2)) - theta * sp.log(base) / 2,
            ),
        )
    scale = 1 / sp.sqrt(2 * states)
    steps += (
        Identity("With x written out this is the law.", scale * (1 + 2 * second * scale) / 2, law),
    )
    return Derivation(
        name=f"capacity.shared_{unit}",
        statement=f"If both counters share one memory of theta {unit}, the loss is {says}.",
        source=SECTION,
        assumptions=(*ASSUMPTIONS, "Both counters share one memory; a state is a pair (N_1, N)."),
        size=size,
        parameters=COIN,
        auxiliary=(
            Variable(M, integers(1, usual=(1, 1000)), "tosses that fit into the memory"),
            Variable(x, reals(0, sp.Rational(1, 2)), "(2n)^(-1/2)"),
        ),
        steps=steps,
        law=Law(law, theta, "power" if unit == "states" else "exponential"),
        finite=EXPECTED_LOSS.subs(N, (sp.sqrt(8 * states + 1) - 3) / 2),
        finite_everywhere=False,
        finite_size={"nats": sp.log(pairs), "bits": sp.log(pairs) / sp.log(2), "states": pairs}[
            unit
        ],
    )


@derivation
def shared_states() -> Derivation:
    """n states for both counters: L = 1/(2√(2n))."""
    return _shared("states")


@derivation
def shared_nats() -> Derivation:
    """e^θ states for both counters: L = e^(-θ/2)/(2√2)."""
    return _shared("nats")


@derivation
def shared_bits() -> Derivation:
    """2^θ states for both counters: L = 2^(-θ/2)/(2√2)."""
    return _shared("bits")
