"""Gradient descent on the logit of a coin that always shows heads: what steps buy."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Series, Solution, Step

tau = sp.Symbol("tau", positive=True)
t = sp.Symbol("t", positive=True)
eta = sp.Symbol("eta", positive=True)
C = sp.Symbol("C", real=True)
y = sp.Symbol("y", positive=True)
w = sp.Symbol("w", real=True)
x = sp.Symbol("x", positive=True)
T = sp.Symbol("T", positive=True)
_A, _C = sp.symbols("a c", real=True)

COMPUTE = "Cho2020, 'The scaling law for Bernoulli w.r.t. the compute amount'"
TIME = Variable(tau, reals(0, usual=(20, 1000)), "training time, learning rate times steps")
STEPS = Variable(t, integers(1, usual=(200, 10**4)), "steps")
RATE = Variable(eta, reals(0, usual=(sp.Rational(1, 2), 3)), "learning rate")
HISTORY = Variable(
    C, reals(-sp.oo, usual=(0, 2)), "constant that the first steps set; no closed form is known"
)
ODDS = Variable(y, reals(0), "e^w, the odds of heads")
TAILS = Variable(x, reals(0, usual=(0, 1)), "1/y, the odds of tails")
LOGIT = Variable(w, reals(-sp.oo, usual=(0, 20)), "logit of heads")
DELAY = (
    ODDS,
    TAILS,
    Variable(T, reals(0, usual=(50, 1000)), "leading term of y + a ln y"),
    Variable(_A, reals(-sp.oo, usual=(-1, 1)), "factor of the logarithm"),
    Variable(_C, reals(-sp.oo, usual=(-2, 2)), "constant of integration"),
)
"""Symbols of the steps of `delay`."""

HEADS = (
    "p = 1: every toss shows heads, and the gradient has no noise.",
    "The model has one parameter, the logit w, which starts at 0; the loss is ln(1 + e^-w).",
)
FLOW = "Gradient flow: the limit of small steps, with tau = learning rate times steps."


def gradient() -> Step:
    """The slope of the log loss."""
    return Identity(
        "The negative gradient of the loss is the probability of tails.",
        -sp.Derivative(sp.log(1 + sp.exp(-w)), w),
        1 / (1 + sp.exp(w)),
    )


def delayed(grown: sp.Expr, a: sp.Expr | int, c: sp.Expr) -> sp.Expr:
    """Two terms of ln(1 + 1/y) where y + a ln y = grown + c."""
    return 1 / grown + (a * sp.log(grown) - c - sp.Rational(1, 2)) / grown**2


def delay(size: sp.Symbol, grown: sp.Expr, a: sp.Expr | int, c: sp.Expr) -> tuple[Step, ...]:
    """Why ln(1 + 1/y) is `delayed` where y + a ln y = grown + c."""
    root = T + _C - _A * sp.log(T)
    short = a * sp.log(grown) - c - sp.Rational(1, 2)
    part = sp.Function("L")
    return (
        Identity(
            "To solve y + a ln y = T + c for large T, put ln T for ln y. The left side is then "
            "off by a logarithm of order ln T/T; and as it has slope 1 + a/y, so is y.",
            root + _A * sp.log(root) - (T + _C),
            _A * sp.log(1 + (_C - _A * sp.log(T)) / T),
        ),
        Series(
            "The loss ln(1 + e^-w) in the odds x = e^-w = 1/y of tails: it is 1/(y + 1/2), up to "
            "O(y^-3).",
            sp.log(1 + x),
            x,
            3,
            2 * x / (2 + x),
        ),
        Solution(
            "With y = T + c - a ln T the loss is 1/(T-s), s = a ln T - c - 1/2. These two terms of "
            "it leave s²/T² over, so that they are off by O(ln²T/T³); what y is off by changes the "
            "loss by no more.",
            (grown - short) * part(size) - 1 + (short / grown) ** 2,
            part(size),
            delayed(grown, a, c),
        ),
    )


def separated() -> Step:
    """The flow, with its variables separated."""
    return Identity(
        "So dw/dtau = 1/(1+e^w), or (1 + e^w) dw = dtau: since w = 0 at first, w + e^w = tau + 1 "
        "at every time. In the odds y = e^w: y + ln y = tau + 1.",
        sp.Derivative(w + sp.exp(w) - 1, w),
        1 + sp.exp(w),
    )


def odds(grown: sp.Expr, c: sp.Expr | int) -> sp.Expr:
    """The loss at the y that solves y + ln y = grown + c."""
    return sp.log(1 + 1 / sp.LambertW(sp.exp(grown + c)))


@derivation
def flow() -> Derivation:
    """L = 1/τ + (ln τ - 3/2)/τ²."""
    return Derivation(
        name="descent.flow",
        statement="For a coin that always shows heads, gradient flow on the logit lowers the log "
        "loss as 1/tau, with a logarithm in the next term.",
        source=COMPUTE,
        assumptions=(*HEADS, FLOW),
        size=TIME,
        parameters=(),
        auxiliary=(LOGIT, *DELAY),
        steps=(gradient(), separated(), *delay(tau, tau, 1, sp.Integer(1))),
        law=Law(delayed(tau, 1, sp.Integer(1)), tau),
        finite=odds(tau, 1),
        finite_size=COUNT**2,
        finite_order=6,
    )


def per_step() -> tuple[Step, ...]:
    """How the odds grow in one step of size eta, and what grows steadily."""
    a = 1 - eta / 2
    return (
        Series(
            "A step multiplies the odds y by exp(eta/(1+y)), here in x = 1/y. So y grows by eta, "
            "less eta (1 - eta/2)/y: the gradient is a little less than 1/y, but the exponential "
            "is convex.",
            sp.exp(eta * x / (1 + x)),
            x,
            3,
            1 + eta * x - eta * a * x**2,
        ),
        Series(
            "Hence y + (1 - eta/2) ln y, here its growth over y, grows by eta + O(y^-2) a step. "
            "As y is about eta t, what is left over can be summed: with C for the sum, "
            "y + (1 - eta/2) ln y = eta t + C + O(1/t).",
            sp.exp(eta * x / (1 + x)) - 1 + a * eta * x**2 / (1 + x),
            x,
            3,
            eta * x,
        ),
    )


@derivation
def discrete() -> Derivation:
    """L = 1/(ηt) + ((1-η/2) ln(ηt) - C - 1/2)/(ηt)²."""
    a = 1 - eta / 2
    return Derivation(
        name="descent.discrete",
        statement="Gradient descent with steps of any size eta lowers the log loss of a coin that "
        "always shows heads as 1/(eta t); the size of the steps enters the logarithm after that.",
        source=COMPUTE,
        assumptions=(*HEADS, "Full gradient descent with a constant learning rate eta."),
        size=STEPS,
        parameters=(RATE, HISTORY),
        auxiliary=(LOGIT, *DELAY),
        steps=(gradient(), *per_step(), *delay(t, eta * t, a, C)),
        law=Law(delayed(eta * t, a, C), t),
        uses=("descent.flow",),
    )


@derivation
def schedule() -> Derivation:
    """η t^-g: L = (1-g)/(η t^(1-g))."""
    g = sp.Symbol("g", positive=True)
    u = sp.Symbol("u", positive=True)
    h = sp.Symbol("h", positive=True)
    clock = eta * t ** (1 - g) / (1 - g)
    return Derivation(
        name="descent.schedule",
        statement="If the learning rate falls as eta t^-g, the log loss of a coin that always "
        "shows heads falls as (1-g)/(eta t^(1-g)): the schedule sets the exponent.",
        source=COMPUTE,
        assumptions=(
            *HEADS,
            "Gradient flow with the learning rate eta t^-g, 0 < g < 1, from t = 0 on.",
        ),
        size=STEPS,
        parameters=(
            RATE,
            Variable(
                g,
                reals(0, 1, usual=(sp.Rational(1, 5), sp.Rational(3, 5))),
                "how fast the rate falls",
            ),
        ),
        auxiliary=(
            LOGIT,
            *DELAY,
            Variable(u, reals(0, 1), "1/t"),
            Variable(h, reals(0), "learning rate of one step"),
        ),
        steps=(
            gradient(),
            Identity(
                "The flow has run for the time tau = eta t^(1-g)/(1-g), the integral of the "
                "learning rate ...",
                sp.Derivative(clock, t),
                eta * t**-g,
            ),
            separated(),
            *delay(t, clock, 1, sp.Integer(1)),
            Series(
                "Steps of finite size change the constant 1 in y + ln y = tau + 1, and nothing "
                "else: first, the sum of s^-g is its integral plus a constant, for in u = 1/t the "
                "difference per step, over t^(1-g), is O(u²), so that it can be summed.",
                ((1 + u) ** (1 - g) - 1) / (1 - g) - u * (1 + u) ** -g,
                u,
                2,
                sp.Integer(0),
            ),
            Series(
                "Second, a step of size h lets y + ln y, here over y = 1/x, grow by h²/(2y) more "
                "than h: that is of order t^(-1-g), and can be summed too.",
                sp.exp(h * x / (1 + x)) - 1 + h * x**2 / (1 + x),
                x,
                3,
                h * x + h**2 * x**2 / 2,
            ),
        ),
        law=Law(delayed(clock, 1, sp.Integer(1)), t),
        finite=odds(clock, 1),
        finite_size=((1 - g) * COUNT**2 / eta) ** (1 / (1 - g)),
        finite_order=6,
        uses=("descent.flow",),
    )


@derivation
def schedule_inverse() -> Derivation:
    """η/t: L = 1/(η ln t), no power law."""
    clock = eta * sp.log(t)
    return Derivation(
        name="descent.schedule_inverse",
        statement="If the learning rate falls as eta/t, the log loss of a coin that always shows "
        "heads falls as 1/(eta ln t), more slowly than any power.",
        source=COMPUTE,
        assumptions=(*HEADS, "Gradient flow with the learning rate eta/t, from t = 1 on."),
        size=STEPS,
        parameters=(RATE,),
        auxiliary=(LOGIT, *DELAY),
        steps=(
            gradient(),
            Identity(
                "The flow has run for the time tau = eta ln t, the integral of the learning "
                "rate ...",
                sp.Derivative(clock, t),
                eta / t,
            ),
            separated(),
            *delay(t, clock, 1, sp.Integer(1)),
            Identity(
                "The local exponent, of 1/tau, is 1/ln t: it tends to 0.",
                -t * sp.Derivative(sp.log(1 / clock), t),
                1 / sp.log(t),
            ),
        ),
        law=Law(delayed(clock, 1, sp.Integer(1)), t, "logarithmic"),
        finite=odds(clock, 1),
        finite_size=sp.exp(COUNT**2 / eta),
        finite_order=6,
        uses=("descent.flow",),
    )
