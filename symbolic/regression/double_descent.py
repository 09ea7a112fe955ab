"""Least squares with as many features as samples: two descents, and a peak between."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.regression.regression import (
    DIAGONAL,
    FEATURES,
    FREEDOM,
    MODEL,
    NOISE,
    QUESTION,
    RATIO,
    RISK,
    SAMPLES,
    SHARE,
    SIGNAL,
    D,
    N,
    f,
    inverse_chi_square,
    m,
    one_diagonal_entry,
    p,
    r,
    sigma,
    t,
)
from symbolic.steps import Asymptotic, Identity, Minimum, Step

OVER = Variable(p, integers(2, usual=(60, 400)), "features")
FEW = Variable(N, integers(1, usual=(1, 12)), "samples")


def share_of_a_subspace() -> Step:
    """What a random subspace of N dimensions keeps of a vector."""
    return Identity(
        "The rows of X span a random subspace of N out of p = N + m dimensions; least squares "
        "cannot see the rest. The squared length of w inside to that outside is as chi^2 with N to "
        "chi^2 with m degrees of freedom. The density of this ratio t, times N - (N+m) t/(1+t), is "
        "a derivative that integrates to 0: the mean share inside, t/(1+t), is N/p.",
        sp.Derivative(2 * t ** (N / 2) / (1 + t) ** ((N + m) / 2), t),
        t ** (N / 2 - 1) / (1 + t) ** ((N + m) / 2) * (N - (N + m) * t / (1 + t)),
    )


@derivation
def minimum_norm() -> Derivation:
    """r²(1-N/p) + σ² N/(p-N-1): more parameters than samples."""
    risk = r**2 * (1 - N / p) + sigma**2 * N / (p - N - 1)
    law = r**2 + N * (sigma**2 - r**2) / p + sigma**2 * N * (N + 1) / p**2
    return Derivation(
        name="double_descent.minimum_norm",
        statement="With more features than samples the shortest of the interpolating solutions "
        "has the error r^2 (1-N/p) + sigma^2 N/(p-N-1): it falls beyond the peak at p = N and, if "
        "the signal exceeds the noise, rises again towards r^2 as 1/p.",
        source=f"{QUESTION}, and 'Double Descent Phenomenon'",
        assumptions=(
            MODEL,
            RISK,
            "|w| = r whatever p, and p > N + 1; of all solutions that fit the samples the shortest "
            "is taken.",
        ),
        size=OVER,
        parameters=(FEW, NOISE, SIGNAL),
        auxiliary=(*DIAGONAL, FREEDOM, RATIO),
        steps=(
            share_of_a_subspace(),
            one_diagonal_entry("the other N-1 rows of X"),
            inverse_chi_square("p-N+1"),
            Asymptotic(
                "The noise adds sigma^2 tr (XX')^-1, that is N times sigma^2/chi^2, with the roles "
                "of N and p exchanged and m = p-N-1. Together, for many features,",
                risk,
                p,
                3,
                law,
            ),
            Minimum(
                "For r > sigma the error has a minimum beyond the peak: this is where the second "
                "descent ends.",
                risk,
                p,
                (N + 1) * r / (r - sigma),
                2 * N * (r - sigma) ** 4 / (sigma * r * (N + 1) ** 3),
            ),
        ),
        law=Law(law, p),
        finite=risk,
        finite_order=3,
        uses=("regression.least_squares",),
    )


def hidden_features() -> Step:
    """What the features that the model does not see are to it."""
    return Identity(
        "The features that the model does not see carry (1-f) r^2 of the signal. They are normal "
        "and independent of the others: to the model they are noise, whose variance adds up, as "
        "the generating functions show.",
        sp.exp(sigma**2 * t**2 / 2) * sp.exp((1 - f) * r**2 * t**2 / 2),
        sp.exp((sigma**2 + (1 - f) * r**2) * t**2 / 2),
    )


HIDDEN = "Of D standard normal features, |w| = r spread evenly over them, the model sees p = f D."


@derivation
def omitted() -> Derivation:
    """p of D features, N > p+1: a floor of (1-f) r², and 1/N above it."""
    noise = sigma**2 + (1 - f) * r**2
    risk = noise * (1 + p / (N - p - 1)) - sigma**2
    law = (1 - f) * r**2 + noise * (p / N + p * (p + 1) / N**2)
    return Derivation(
        name="double_descent.omitted",
        statement="Least squares on a share f of the features falls as 1/N to a floor of "
        "(1-f) r^2, and what it does not see acts as noise above the floor too.",
        source=QUESTION,
        assumptions=(MODEL, HIDDEN, "N > p + 1."),
        size=SAMPLES,
        parameters=(FEATURES, SHARE, NOISE, SIGNAL),
        auxiliary=(RATIO, Variable(D, integers(1, usual=(1, 400)), "features in all")),
        steps=(
            hidden_features(),
            Asymptotic(
                "The error on the features seen is that of least squares with this noise; the "
                "features not seen add (1-f) r^2. For many samples,",
                noise * p / (N - p - 1) + (1 - f) * r**2,
                N,
                3,
                law,
            ),
            Identity(
                "The first descent on the parameter axis, f = p/D: the slope in p has the same "
                "sign for all p < N-1. The classical U shape does not occur; the error rises from "
                "p = 0 on unless D is below (N-1) r^2/(r^2 + sigma^2).",
                sp.Derivative(risk.subs(f, p / D), p),
                (N - 1) * (sigma**2 + r**2 - r**2 * (N - 1) / D) / (N - p - 1) ** 2,
            ),
        ),
        law=Law(law, N),
        finite=risk,
        finite_order=3,
        uses=("regression.least_squares",),
    )


@derivation
def parameters() -> Derivation:
    """p of D features, p > N+1: the second descent, at a share f = p/D."""
    noise = sigma**2 + (1 - f) * r**2
    risk = r**2 * f * (1 - N / p) + noise * (1 + N / (p - N - 1)) - sigma**2
    law = r**2 + N * (sigma**2 + (1 - 2 * f) * r**2) / p + noise * N * (N + 1) / p**2
    return Derivation(
        name="double_descent.parameters",
        statement="With p > N+1 of D features the error tends to r^2 as 1/p if the share f = p/D "
        "is held, from above or from below as (2f-1) r^2 is less or more than sigma^2.",
        source=f"{QUESTION}, and 'Double Descent Phenomenon'",
        assumptions=(
            MODEL,
            HIDDEN,
            "p > N + 1; of all solutions that fit the samples the shortest is taken.",
        ),
        size=OVER,
        parameters=(FEW, SHARE, NOISE, SIGNAL),
        auxiliary=(RATIO, FREEDOM, Variable(D, integers(1, usual=(500, 900)), "features in all")),
        steps=(
            hidden_features(),
            share_of_a_subspace(),
            Asymptotic(
                "So the error is that of the shortest solution with f r^2 for the signal and the "
                "larger noise, plus (1-f) r^2. For many features,",
                f * r**2 * (1 - N / p) + noise * N / (p - N - 1) + (1 - f) * r**2,
                p,
                3,
                law,
            ),
            Identity(
                "Along the parameter axis, D fixed and f = p/D, both parts of the slope are "
                "negative: the second descent goes on to p = D.",
                sp.Derivative(risk.subs(f, p / D), p),
                -(r**2) / D * (N / (p - N - 1))
                - N * (sigma**2 + (1 - p / D) * r**2) / (p - N - 1) ** 2,
            ),
        ),
        law=Law(law, p),
        finite=risk,
        finite_order=3,
        uses=("double_descent.minimum_norm", "double_descent.omitted"),
    )
