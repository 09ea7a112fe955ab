"""Random features and a target with a spectrum of its own: data and parameters part ways."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.features._concentration import (
    ALPHA,
    AUXILIARY,
    DATA,
    FEATURES,
    MODEL,
    SECOND,
    SELF_AVERAGING,
    SPECTRUM,
    A,
    D,
    P,
    alpha,
    fluctuations,
    gamma,
    lam,
    learnt,
    m,
    n,
    power,
    rank,
    shares,
    u,
    x,
    z,
)
from symbolic.law import Law
from symbolic.steps import Asymptotic, Identity, Series, Step

b = sp.Symbol("b", positive=True)
tilt = sp.Symbol("J", nonnegative=True)

POWER = (sp.pi / power) ** b * sp.csc(sp.pi / power) ** b
"""The size times gamma^(1/(1+alpha)), for large sizes, to the power b."""

SMOOTH = Variable(b, reals(1, usual=(10, 12)), "target n^-(1+b)")
ROUGH = Variable(b, reals(0, usual=(sp.Rational(1, 5), sp.Rational(7, 5))), "target n^-(1+b)")
TILT = Variable(tilt, reals(0), "weight of the tilt")

TARGET = (
    SPECTRUM[0],
    "The target is a sum of all features with independent weights of mean 0, such that feature n "
    "contributes the variance v² = n^-(1+b) to it.",
)
MANY_FEATURES = (
    "The student has infinitely many random mixtures of the features, and takes the smallest "
    "weights that fit its D examples exactly."
)
MANY_EXAMPLES = (
    "The student has P random mixtures of the features, with independent standard normal "
    "coefficients, and the weights that minimise the loss."
)


def lost() -> Identity:
    """Step: what P mixtures leave of feature n."""
    return Identity(
        "Whatever P random mixtures leave of two different features is uncorrelated, since each "
        "may change its sign: of feature n they leave v² times",
        1 - learnt(n),
        gamma * n**power * learnt(n),
    )


def tilted() -> tuple[Step, ...]:
    """How the squared error after D examples follows from the shares that are learnt."""
    moved = gamma * (1 - alpha * gamma * tilt)
    return (
        Identity(
            "The fit leaves I - Q of the weights, Q a projection, and the loss is their square, "
            "with (I-Q)Λ(I-Q), Λ the covariance of the features. That is minus the derivative by J "
            "of what a small ridge z(1 + JΛ) leaves; for one feature, of square x:",
            sp.Derivative(z / (x + z * (1 + tilt * lam)), tilt),
            -(z / (x + z * (1 + tilt * lam))) * lam * (z / (x + z * (1 + tilt * lam))),
        ),
        Series(
            "Such a ridge leaves gamma/(lambda + gamma (1 + J lambda)) of a weight, and the shares "
            "that are learnt must still add up to D. They are 1/(1 + gamma J) times those for "
            "gamma/(1 + gamma J), so that gamma falls to gamma (1 - alpha gamma J):",
            (moved / (1 + gamma * tilt)) ** (-1 / power) / (1 + gamma * tilt),
            tilt,
            2,
            gamma ** (-1 / power),
        ),
        Series(
            "So the loss is the sum of v² times 1 + alpha times the square of what is not learnt "
            "of feature n: minus the factor of J, over lambda.",
            moved / (lam + moved * (1 + tilt * lam)),
            tilt,
            2,
            gamma / (lam + gamma) - power * lam * (gamma / (lam + gamma)) ** 2 * tilt,
        ),
    )


def integral() -> tuple[Step, ...]:
    """The integral of v² times what is not learnt, for b < 1+α."""
    return (
        Identity(
            "Put u for n gamma^(1/(1+alpha)). For b < 1+alpha the sum of n^-(1+b) times what is "
            "not learnt is gamma^(b/(1+alpha)) times the integral of u^(alpha-b)/(1 + "
            "u^(1+alpha)); with w = u^(1+alpha-b) that is the integral above, over 1+alpha-b and "
            "for another exponent:",
            sp.Derivative(u ** (power - b) / (power - b), u) / (1 + u**power),
            u ** (alpha - b) / (1 + (u ** (power - b)) ** (power / (power - b))),
        ),
    )


def rough_parameters() -> Derivation:
    """b < 1+α: exponent b in P."""
    sine = sp.sin(sp.pi * (power - b) / power)
    law = POWER * sp.pi / power * sp.csc(sp.pi * b / power) * P**-b
    return Derivation(
        name="random_features.target_parameters",
        statement="For a target with the spectrum n^-(1+b), b < 1+alpha, the loss of P random "
        "features falls as P^-b: the spectrum of the target sets the exponent.",
        source=MODEL,
        assumptions=(*TARGET, MANY_EXAMPLES, SELF_AVERAGING, "b < 1 + alpha."),
        size=FEATURES,
        parameters=(ALPHA, ROUGH),
        auxiliary=AUXILIARY,
        steps=(
            *shares(),
            lost(),
            *rank(),
            *integral(),
            Identity(
                "So the loss is gamma^(b/(1+alpha)), which is a number over P to the power b, "
                "times this integral.",
                POWER * P**-b * (sp.pi / (power / (power - b)) / sine) / (power - b),
                law,
            ),
        ),
        law=Law(law, P),
        uses=("random_features.parameters",),
    )


def rough_data() -> Derivation:
    """b < 2+2α: exponent b in D."""
    law = (power - b) * POWER * sp.pi / power * sp.csc(sp.pi * b / power) * D**-b
    return Derivation(
        name="random_features.target_data",
        statement="For a target with the spectrum n^-(1+b), b < 2+2 alpha, the loss after D "
        "examples falls as D^-b: the exponent of the parameters while b < 1+alpha, but with the "
        "factor 1+alpha-b, which is 1 only for the isotropic target b = alpha.",
        source=MODEL,
        assumptions=(*TARGET, MANY_FEATURES, SELF_AVERAGING, "b < 2 + 2 alpha."),
        size=DATA,
        parameters=(ALPHA, ROUGH),
        auxiliary=(*AUXILIARY, TILT),
        steps=(
            *shares(),
            *tilted(),
            *rank(),
            *integral(),
            Identity(
                "Its square, 1/(1+u^(1+alpha))² for 1 - share, has 1 - b/(1+alpha) times that "
                "integral: the derivative of u^(1+alpha-b)/(1 + u^(1+alpha)) integrates to 0. Both "
                "sides are analytic in b where the integral converges, for 0 < b < 2+2 alpha.",
                sp.Derivative(u ** (power - b) / (1 + u**power), u),
                (power - b) * u ** (power - b - 1) / (1 + u**power)
                - power * u ** (2 * power - b - 1) / (1 + u**power) ** 2,
            ),
            Identity(
                "So the loss is 1 + alpha times gamma^(b/(1+alpha)) times this.",
                power
                * POWER
                * D**-b
                * ((power - b) / power)
                * (sp.pi / (power / (power - b)) / sp.sin(sp.pi * (power - b) / power))
                / (power - b),
                law,
            ),
        ),
        law=Law(law, D),
        uses=("random_features.data", "random_features.target_parameters"),
    )


def smooth_parameters() -> Derivation:
    """b > 2+α: exponent 1+α in P."""
    trace = sp.zeta(b - alpha)
    law = A * trace * P**-power + A * trace / 2 * P ** (-power - 1)
    half = sp.Rational(1, 2)
    return Derivation(
        name="random_features.saturated_parameters",
        statement="For a smoother target, b > 1+alpha, the loss of P random features falls as "
        "P^-(1+alpha), whatever the target: the features set the exponent.",
        source=MODEL,
        assumptions=(
            *TARGET,
            MANY_EXAMPLES,
            SELF_AVERAGING,
            "b > 1 + alpha; for the second term b > 2 + alpha.",
        ),
        size=FEATURES,
        parameters=(ALPHA, SMOOTH),
        auxiliary=AUXILIARY,
        steps=(
            *shares(),
            lost(),
            *rank(),
            Series(
                "For small gamma feature n loses gamma n^(1+alpha), and the sum of n^-(1+b) times "
                "that converges: it is gamma zeta(b-alpha). The first features decide.",
                gamma * n**power * learnt(n),
                gamma,
                2,
                gamma * n**power,
            ),
            *fluctuations(),
            Series(
                "For such a feature, 1 - x = z say, z is larger in the mean by 1 + alpha over m, "
                "and smaller by alpha/(2m), since the typical s is larger.",
                1 - (1 - z) - (1 - z) * z * alpha / (2 * m) + (1 - z) ** 2 * z * power / m,
                z,
                2,
                z * (1 + (alpha + 2) / (2 * m)),
            ),
            Asymptotic(
                "With gamma = A (m+1/2)^-(1+alpha) this makes the factor",
                (1 + half / m) ** -power * (1 + (alpha + 2) / (2 * m)),
                m,
                2,
                1 + half / m,
            ),
            Identity(
                "and with m = P the law.",
                A * P**-power * (1 + half / P) * trace,
                law,
            ),
        ),
        law=Law(law, P),
        uses=("random_features.parameters",),
    )


def smooth_data() -> Derivation:
    """b > 2+2α: exponent 2+2α in D."""
    trace = sp.zeta(b - 2 * alpha - 1)
    law = power * A**2 * trace * D ** (-2 * power)
    return Derivation(
        name="random_features.saturated_data",
        statement="For a target with b > 2+2 alpha the loss after D examples falls as "
        "D^-(2+2 alpha), twice the exponent of the parameters: D and P are not dual.",
        source=MODEL,
        assumptions=(*TARGET, MANY_FEATURES, SELF_AVERAGING, "b > 2 + 2 alpha."),
        size=DATA,
        parameters=(ALPHA, SMOOTH),
        auxiliary=(*AUXILIARY, TILT),
        steps=(
            *shares(),
            *tilted(),
            *rank(),
            Series(
                "For small gamma the square of what is not learnt of feature n is gamma² "
                "n^(2+2 alpha), and the sum of n^-(1+b) times that converges: it is gamma² "
                "zeta(b-2 alpha-1).",
                (gamma * n**power * learnt(n)) ** 2,
                gamma,
                3,
                gamma**2 * n ** (2 * power),
            ),
            Identity(
                "The factor 1 + alpha is m over what m exceeds the sum of x² by; with "
                "gamma = A D^-(1+alpha) this is the law.",
                m / (m - SECOND) * (A * D**-power) ** 2 * trace,
                law,
            ),
        ),
        law=Law(law, D),
        uses=("random_features.data", "random_features.saturated_parameters"),
    )
