"""Random features: a linear student that sees D examples, and P random mixtures of features."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.features._concentration import (
    ALPHA,
    AUXILIARY,
    DATA,
    FEATURES,
    MODEL,
    SELF_AVERAGING,
    SPECTRUM,
    A,
    D,
    P,
    alpha,
    fluctuations,
    gamma,
    law,
    loss,
    m,
    power,
    rank,
    shares,
)
from symbolic.features._random_targets import (
    rough_data,
    rough_parameters,
    smooth_data,
    smooth_parameters,
)
from symbolic.features._wishart import GRAM, mean_of_the_inverse
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Minimum, Series

S = sp.Symbol("S", positive=True)
floor = sp.Symbol("L_inf", positive=True)
first, second = sp.symbols("lambda_1 lambda_2", positive=True)
f, g, w, v, theta = sp.symbols("f g w v theta", positive=True)

PAIR = (
    Variable(first, reals(0), "variance of the first feature"),
    Variable(second, reals(0), "variance of the second feature"),
    Variable(f, reals(0), "an entry of a random vector"),
    Variable(g, reals(0), "another entry"),
)

SLOPE = "Reform2024, 'Variance-limited regime - Dataset scaling'"

PROJECTED = first + second - (first**2 * f**2 + second**2 * g**2) / (first * f**2 + second * g**2)
"""What a vector with the entries f, g of standard normal numbers leaves of two features."""


@derivation
def data() -> Derivation:
    """P infinite, D examples: L = A D^-α (1 - 1/(2D))."""
    row = sp.Matrix([sp.sqrt(first) * f, sp.sqrt(second) * g])
    left = sp.eye(2) - row * row.T / (row.T * row)[0]
    return Derivation(
        name="random_features.data",
        statement="Fitted to D examples, a linear student with infinitely many random features "
        "has the loss A D^-alpha: the exponent is that of the spectrum n^-(1+alpha).",
        source=MODEL,
        assumptions=(
            *SPECTRUM,
            "The student has infinitely many random mixtures of the features, and takes the "
            "smallest weights that fit its D examples exactly.",
            SELF_AVERAGING,
        ),
        size=DATA,
        parameters=(ALPHA,),
        auxiliary=(*AUXILIARY, *PAIR),
        steps=(
            Identity(
                "The fit is the target, projected onto the span of the D examples; in the mean "
                "over the target the loss is the trace of the covariance times what the "
                "projection leaves. For two features and one example:",
                (left * sp.diag(first, second) * left).trace(),
                PROJECTED,
            ),
            *shares(),
            *rank(),
            *fluctuations(),
            *loss(D),
        ),
        law=Law(law(D), D),
    )


@derivation
def parameters() -> Derivation:
    """D infinite, P random features: L = A P^-α (1 - 1/(2P))."""
    error = first * (w - theta * f) ** 2 + second * (v - theta * g) ** 2
    curve = first * f**2 + second * g**2
    best = (first * f * w + second * g * v) / curve
    least = sp.expand(error.subs(theta, best))
    return Derivation(
        name="random_features.parameters",
        statement="With P random features and infinitely many examples a linear student has the "
        "loss A P^-alpha: the law of the data, with the same prefactor.",
        source=MODEL,
        assumptions=(
            *SPECTRUM,
            "The student has P random mixtures of the features, with independent standard normal "
            "coefficients, and the weights that minimise the loss.",
            SELF_AVERAGING,
        ),
        size=FEATURES,
        parameters=(ALPHA,),
        auxiliary=(
            *AUXILIARY,
            *PAIR,
            Variable(w, reals(0), "weight of the first feature in the target"),
            Variable(v, reals(0), "weight of the second feature"),
        ),
        steps=(
            Minimum(
                "The student minimises its loss. For two features, one mixture with the "
                "coefficients f and g, and the target with the weights w and v:",
                error,
                theta,
                best,
                2 * curve,
            ),
            Identity(
                "In the mean over the target, w² and v² being 1 and w v being 0, the least loss is "
                "what an example with the entries f and g would leave: the argument for D examples "
                "applies, with P for D.",
                (sp.diff(least, w, 2) + sp.diff(least, v, 2)) / 2,
                PROJECTED,
            ),
            *shares(),
            *rank(),
            *fluctuations(),
            *loss(P),
        ),
        law=Law(law(P), P),
        uses=("random_features.data",),
    )


@derivation
def variance_limited() -> Derivation:
    """P fixed: L = L_inf (D-1)/(D-P-1)."""
    finite = floor * (D - 1) / (D - P - 1)
    expanded = floor + P * floor / D + P * (P + 1) * floor / D**2
    return Derivation(
        name="random_features.variance_limited",
        statement="For P features and D examples, D > P, the loss is L_inf (D-1)/(D-P-1), exactly: "
        "exponent 1 in D down to L_inf; with P > D the same in P, down to the loss of D.",
        source=SLOPE,
        assumptions=(
            "Features are normal, with any covariance; the target is a linear function of them.",
            "The student fits P fixed linear mixtures of the features by least squares; "
            "D >= P + 2. L_inf is its loss for infinitely many examples.",
            "For P > D, the two are interchanged: if the target has independent weights of equal "
            "variance, the matrix of errors is the transpose of that of P examples and D features.",
        ),
        size=DATA,
        parameters=(
            Variable(P, integers(1, usual=(1, 9)), "features of the student"),
            Variable(floor, reals(0), "loss for infinitely many examples"),
        ),
        auxiliary=(
            *GRAM,
            *PAIR,
            Variable(w, reals(0), "weight of the first feature in the target"),
            Variable(v, reals(0), "weight of the second feature"),
        ),
        steps=(
            Identity(
                "What the best student with P features leaves of the target is uncorrelated with "
                "its features, and being normal independent of them: it is noise of variance "
                "L_inf. For two features, and one mixture with the coefficients f and g:",
                f * first * (w - f * theta) + g * second * (v - g * theta),
                sp.Integer(0),
            ),
            *mean_of_the_inverse(D, P),
            Identity(
                "Least squares adds to the loss L_inf times the trace of the covariance times "
                "(GᵀG)^-1, G the D x P design; in units of the covariance each of the P "
                "diagonal entries has the mean 1/(D-P-1).",
                floor * (1 + P / (D - P - 1)),
                finite,
            ),
            Asymptotic("Expanded for many data.", finite, D, 3, expanded),
        ),
        abbreviations={
            theta: (first * f * w + second * g * v) / (first * f**2 + second * g**2),
        },
        law=Law(expanded, D),
        finite=finite,
    )


@derivation
def truncated() -> Derivation:
    """S features: the loss is less by (1+α)/α S^-α."""
    c = sp.Symbol("c", positive=True)
    expression = A * m**-alpha - power / alpha * S**-alpha
    rest = S**-alpha / alpha
    return Derivation(
        name="random_features.truncated",
        statement="If there are S features only, the loss falls short of that of infinitely many "
        "by (1+alpha)/alpha S^-alpha: relative to it, by a multiple of (m/S)^alpha.",
        source=MODEL,
        assumptions=(
            *SPECTRUM[:1],
            "There are S features, many more than m, the smaller of D and P; the loss is m gamma, "
            "to leading order in m.",
        ),
        size=Variable(S, integers(1), "features of the target"),
        parameters=(ALPHA, Variable(m, integers(1, usual=(10, 100)), "rank of the fit")),
        auxiliary=(
            Variable(gamma, reals(0, usual=(sp.Rational(1, 1000), sp.Rational(1, 10))), "1/s"),
            Variable(c, reals(0), "missing trace"),
        ),
        steps=(
            Identity(
                "The features beyond S are missing from the trace ...",
                sp.Integral(c ** (-power), (c, S, sp.oo)),
                rest,
            ),
            Series(
                "... and their shares, n^-(1+alpha)/gamma, from the sum that must be m. With c for "
                "the trace that is missing, gamma^(-1/(1+alpha)) = m + c/gamma in units of the "
                "integral; to first order in c, with gamma_0 = m^-(1+alpha) for c = 0:",
                (m**-power - power * c / m) ** (-1 / power)
                - c / (m**-power - power * c / m),
                c,
                2,
                m,
            ),
            Identity(
                "So gamma falls by (1+alpha)/m times the missing trace, and the loss m gamma by "
                "(1+alpha) times it.",
                m * (A * m**-power - power * rest / m),
                expression,
            ),
        ),
        law=Law(expression, S),
        uses=("random_features.data", "random_features.parameters"),
    )  # fmt: skip


@derivation
def eigenfeatures() -> Derivation:
    """P of S eigenfeatures at random: L = (1 - P/S) tr Λ."""
    n = sp.Symbol("n", positive=True, integer=True)
    trace = sp.zeta(power) - sp.zeta(power, S + 1)
    expression = trace * (1 - P / S)
    return Derivation(
        name="random_features.eigenfeatures",
        statement="If the student is given P of the S eigenfeatures, chosen at random, its loss "
        "falls linearly in P, and with no power of P: it lacks the first with probability 1 - P/S.",
        source="Reform2024, 'The Random Features Model', P random features chosen uniformly",
        assumptions=(
            "S independent features with the variances n^-(1+alpha); the target is a sum of all of "
            "them with independent standard normal weights.",
            "The student has P of these features, each set of P with the same probability, and "
            "infinitely many examples.",
        ),
        size=Variable(P, integers(1, usual=(1, 9)), "features of the student"),
        parameters=(ALPHA, Variable(S, integers(1, usual=(10, 100)), "features of the target")),
        auxiliary=(),
        steps=(
            Identity(
                "Of all sets of P features the share 1 - P/S lacks a given one; what is lacking is "
                "lost entirely, for the features are independent.",
                trace * sp.binomial(S - 1, P) / sp.binomial(S, P),
                expression,
            ),
            Identity(
                "On logarithmic axes the slope is P/(P-S), which is no constant: it begins with 0 "
                "and has no bound.",
                P * sp.Derivative(sp.log(expression), P),
                P / (P - S),
            ),
        ),
        law=Law(expression, P, "finite-time zero"),
        finite=sp.Sum(n**-power * (1 - P / S), (n, 1, S)),
        finite_size=S * (1 - 1 / COUNT),
    )


@derivation
def target_data() -> Derivation:
    """Target n^-(1+b), b < 2+2α: exponent b in D."""
    return rough_data()


@derivation
def target_parameters() -> Derivation:
    """Target n^-(1+b), b < 1+α: exponent b in P."""
    return rough_parameters()


@derivation
def saturated_data() -> Derivation:
    """Target n^-(1+b), b > 2+2α: exponent 2+2α in D."""
    return smooth_data()


@derivation
def saturated_parameters() -> Derivation:
    """Target n^-(1+b), b > 1+α: exponent 1+α in P."""
    return smooth_parameters()
