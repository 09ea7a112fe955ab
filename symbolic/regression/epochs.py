"""Power-law linear regression with label noise: what one epoch misses."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.regression.linear import (
    BALANCE,
    MODEL,
    NOISE,
    PLACE,
    POWER,
    RANGE,
    RATE,
    SPECTRUM,
    SPOT,
    TARGET,
    A,
    B,
    N,
    balance,
    eta,
    gamma_integral,
    sigma,
    t,
    u,
)
from symbolic.steps import Identity, Minimum, Solution

EFFECTIVE = (
    "Each weight is observed N times with independent noise: to leading order this is what N "
    "samples bring, since far fewer than N features are learned."
)


@derivation
def ridge() -> Derivation:
    """N samples, used as often as is best: exponent (B-1)/B."""
    prior, noise = sp.symbols("p_i v", positive=True)
    share = sp.Symbol("w", positive=True)
    n = sp.Symbol("n", positive=True)
    i = sp.Symbol("i", integer=True, positive=True)
    j = sp.Symbol("j", integer=True, nonnegative=True)
    constant = sp.pi / B / sp.sin(sp.pi / B)
    law = constant * (sigma**2 / N) ** (1 - 1 / B) - sigma**2 / (2 * N)
    samples = N / sigma**2
    last = 2 * samples ** (1 / B)
    return Derivation(
        name="epochs.ridge",
        statement="With label noise the best that N samples can bring, used as often as one likes, "
        "has the exponent (B-1)/B, whatever the spectrum.",
        source="Lin2024, the case of data reuse",
        assumptions=(
            MODEL,
            EFFECTIVE,
            "Each weight is shrunk by its own best factor. For B = A the best ridge penalty does "
            "this; for other B < 2A+1 it costs a factor, but leaves the exponent.",
        ),
        size=Variable(N, integers(1, usual=(50, 999)), "samples"),
        parameters=(TARGET, NOISE),
        auxiliary=(
            POWER, PLACE, SPOT, RANGE, *BALANCE,
            Variable(prior, reals(0, 1), "lambda_i w_i², i^-B"),
            Variable(noise, reals(0, 1), "noise of one weight, sigma²/N"),
            Variable(share, reals(0, 1), "share of a weight that is kept"),
            Variable(n, reals(1, 9), "N/sigma²"),
        ),
        steps=(
            Minimum(
                "Keeping the share w of what is observed costs (1-w)² p_i of signal and w² v of "
                "noise, v = sigma²/N. The best share is p_i/(p_i+v).",
                (1 - share) ** 2 * prior + share**2 * noise,
                share,
                prior / (prior + noise),
                2 * (prior + noise),
            ),
            Identity(
                "There the loss is 1/(1/p_i + 1/v): summed, 1/(i^B + n) with n = N/sigma².",
                ((1 - share) ** 2 * prior + share**2 * noise).subs(share, prior / (prior + noise)),
                1 / (1 / prior + 1 / noise),
            ),
            Identity(
                "As an integral over i from 0 on, in u = i^B/n: di/(i^B + n) is "
                "n^(1/B-1)/B u^(1/B-1) du/(1+u), where 1/(1+u) is an integral ...",
                sp.Integral(sp.exp(-t * (1 + u)), (t, 0, sp.oo)),
                1 / (1 + u),
            ),
            gamma_integral(),
            Identity(
                "... so that u and t give Gamma(1/B) Gamma(1-1/B) = pi/sin(pi/B), by Euler's "
                "reflection. The sum from i = 1 on lacks half the term at 0, 1/n, by "
                "Euler-Maclaurin's formula.",
                (constant * n ** (1 / B - 1) - 1 / (2 * n)).subs(n, samples),
                law,
            ),
            balance(
                "An ordinary ridge penalty y^-A keeps about y weights: a y^(1-B) of signal is lost "
                "beyond them, and the noise costs c y, c of the order sigma²/N. With b = B-1 the "
                "best y is of the order N^(1/B): the same exponent, with other constants."
            ),
        ),
        law=Law(law, N),
        finite=sp.Sum(1 / (i**B + samples), (i, 1, last))
        + sp.Sum((-samples) ** j * sp.zeta(B * (j + 1), last + 1), (j, 0, sp.oo)),
        finite_size=sigma**2 * (COUNT / 4) ** B,
        finite_order=2 * B,
        finite_everywhere=False,
    )  # fmt: skip


@derivation
def merging() -> Derivation:
    """How far one epoch gets with the last weight worth learning: N^(1-A/B)."""
    last = (N / sigma**2) ** (1 / B)
    learned, rank = sp.Function("w"), sp.Function("i")
    law = eta * sigma ** (2 * A / B) * N ** (1 - A / B)
    return Derivation(
        name="epochs.merging",
        statement="One epoch suffices if and only if B >= A: it offers N^(1-A/B) of the time that "
        "the last weight worth learning takes. If B < A its loss has the exponent (B-1)/A instead "
        "of (B-1)/B.",
        source="Lin2024, the case of data reuse",
        assumptions=(
            MODEL,
            EFFECTIVE,
            "Gradient descent from 0, with steps small enough to be a flow: an epoch has N steps, "
            "and the time N eta.",
        ),
        size=Variable(N, integers(1, usual=(50, 999)), "samples"),
        parameters=(SPECTRUM, TARGET, NOISE, RATE),
        auxiliary=(
            PLACE, SPOT,
        ),
        steps=(
            Solution(
                "A weight fully learned costs noise, sigma²/N, and spares its signal i^-B. The two "
                "are equal at this rank i(N): the last weight worth learning.",
                rank(N) ** -B - sigma**2 / N,
                rank(N),
                last,
            ),
            Solution(
                "A weight of variance u = i^-A is learned to the share 1 - exp(-u t) after the "
                "time t.",
                sp.diff(learned(t), t) - u * (1 - learned(t)),
                learned(t),
                1 - sp.exp(-u * t),
            ),
            Identity(
                "For the last weight worth learning u t is this after one epoch, t = eta N: large "
                "or small for many samples as B is above or below A.",
                sp.Integral(last**-A, (t, 0, eta * N)),
                law,
            ),
            Identity(
                "Below, the loss of one epoch is that of linear.data; the exponents differ by",
                (B - 1) / B - (B - 1) / A,
                (B - 1) * (A - B) / (A * B),
            ),
        ),
        law=Law(law, N),
        uses=("linear.data", "epochs.ridge"),
    )  # fmt: skip
