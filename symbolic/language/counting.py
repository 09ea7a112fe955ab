"""Counting parameters without embeddings: how an exponent of 0.5 looks like 0.73."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import reals
from symbolic.instance import Instance, Value
from symbolic.language.chinchilla import ADDITIVE, FITS, LAW, A, B, alpha, beta
from symbolic.law import Law
from symbolic.published import PUBLISHED
from symbolic.registry import derivation
from symbolic.steps import Identity, Limit, Series

N = sp.Symbol("N", positive=True)
w = sp.Symbol("w", positive=True)
y = sp.Symbol("y", positive=True)
low = sp.Symbol("N_1", positive=True)
high = sp.Symbol("N_2", positive=True)

EMBEDDING = Variable(w, reals(0, usual=(0, 9)), "parameters of the embedding at N = 1")

TOTAL = N + w * N ** sp.Rational(1, 3)
"""All parameters, with those of the embedding."""

ELASTICITY = (1 + y / 3) / (1 + y)
"""d log TOTAL/d log N, y the share of the embedding relative to the rest."""

BEND = sp.Rational(4, 9) * y / ((1 + y) * (1 + y / 3))
"""d log ELASTICITY/d log N."""


def best_tokens() -> sp.Expr:
    """The tokens at which N parameters, counted without the embedding, are optimal."""
    elasticity = ELASTICITY.subs(y, w * N ** -sp.Rational(2, 3))
    return (beta * B * TOTAL**alpha / (alpha * A * elasticity)) ** (1 / beta)


def _fitted_exponent() -> sp.Expr:
    """Slope of a straight line through log N against log C, uniform in log C over the range.

    The mean of the local exponent with the weight 6 t (1-t), t from 0 to 1 in log C.
    """
    u = sp.Symbol("u", real=True)
    log_compute = u + sp.log(best_tokens().subs(N, sp.exp(u)))
    first, last = (log_compute.subs(u, sp.log(end)) for end in (low, high))
    t = (log_compute - first) / (last - first)
    return 6 * sp.Integral(t * (1 - t), (u, sp.log(low), sp.log(high))) / (last - first)


def _instances() -> tuple[Instance, ...]:
    names = {w: "w", low: "smallest N", high: "largest N"}
    pearce: dict[sp.Symbol, Value] = {s: PUBLISHED["Pearce2024", n].value for s, n in names.items()}
    printed = {
        "unrounded": PUBLISHED["Pearce2024", "exponent, Hoffmann"],
        "as printed": PUBLISHED["Pearce2024", "exponent, Hoffmann"],
        "refit": PUBLISHED["Pearce2024", "exponent, Epoch"],
    }  # fmt: skip
    return tuple(
        Instance(
            f"exponent of N in C fitted over the published range, {name}",
            _fitted_exponent(),
            {**pearce, **{s: v for s, v in fit.items() if s in (A, B, alpha, beta)}},
            printed[name],
        )
        for name, fit in FITS
    )


@derivation
def non_embedding() -> Derivation:
    """D ~ N^(α/β) (1 + c N^(-2/3)) when embeddings are not counted."""
    tokens = best_tokens()
    scale = (beta * B / (alpha * A)) ** (1 / beta)
    first = (3 * alpha + 2) / (3 * beta)
    law = scale * (N ** (alpha / beta) + first * w * N ** (alpha / beta - sp.Rational(2, 3)))
    share = w * N ** -sp.Rational(2, 3)
    local = 1 / (1 + (alpha * ELASTICITY - BEND) / beta)
    return Derivation(
        name="counting.non_embedding",
        statement="If parameters and compute are counted without the embedding, the frontier of "
        "the additive law has no single exponent: N grows as C^(beta/(alpha/3+beta)) for small "
        "models, faster still between, and as C^(beta/(alpha+beta)) only for large ones.",
        source="Pearce2024, section 3",
        assumptions=(
            ADDITIVE,
            "N in it counts all parameters; without the embedding there are N, with it "
            "N + w N^(1/3).",
            "Compute is counted as C = 6 N D, without the embedding too.",
        ),
        size=Variable(N, reals(0), "parameters without the embedding"),
        parameters=(*LAW, EMBEDDING),
        auxiliary=(Variable(y, reals(0), "embedding over the other parameters"),),
        steps=(
            Identity(
                "One per cent more N is this many per cent more of all parameters; "
                "y = w N^(-2/3) is the share of the embedding.",
                N * sp.diff(TOTAL, N) / TOTAL,
                ELASTICITY.subs(y, share),
            ),
            Identity(
                "At fixed N D the loss is least where one per cent more N lowers the parameter "
                "term by as much as one per cent fewer tokens raise the data term, "
                "beta B D^-beta. This fixes the tokens.",
                -N * sp.diff(A * TOTAL**-alpha, N),
                beta * B * tokens**-beta,
            ),
            Identity(
                "That number grows with N, at this rate ...",
                -sp.Rational(2, 3) * y * sp.diff(sp.log(ELASTICITY), y),
                BEND,
            ),
            Identity(
                "... so that log C = log N + log D has this slope in log N.",
                1 + N * sp.diff(sp.log(tokens), N),
                1 + (alpha * ELASTICITY.subs(y, share) - BEND.subs(y, share)) / beta,
            ),
            Limit(
                "Small models, y -> infinity: N grows as C^(beta/(alpha/3+beta)).",
                local,
                y,
                beta / (alpha / 3 + beta),
            ),
            Series(
                "Large models, y -> 0: beta/(alpha+beta), the exponent of the frontier, is "
                "approached from above.",
                local,
                y,
                2,
                beta / (alpha + beta)
                + beta * (2 * alpha / 3 + sp.Rational(4, 9)) / (alpha + beta) ** 2 * y,
            ),
            Series(
                "The tokens themselves, to first order in y.",
                ((1 + y) ** alpha / ELASTICITY) ** (1 / beta),
                y,
                2,
                1 + first * y,
            ),
            Identity(
                "So they are a power of N with a correction of relative order N^(-2/3).",
                scale * N ** (alpha / beta) * (1 + first * y).subs(y, share),
                law,
            ),
        ),
        law=Law(law, N),
        finite=tokens,
        finite_size=COUNT**3,
        finite_order=4 - 3 * alpha / beta,
        uses=("chinchilla.frontier",),
        instances=_instances(),
    )  # fmt: skip
