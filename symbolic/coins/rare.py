"""A coin that rarely shows heads: how its loss gets from one prefactor to the other."""

from __future__ import annotations

import mpmath as mp
import sympy as sp

from symbolic._lemmas.coin import EXPECTED_LOSS, N, k, p
from symbolic.derivation import Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Asymptotic, Identity, Limit, Series

rate = sp.Symbol("rate", positive=True)

TOSSES = Variable(N, integers(1), "tosses")
RATE = Variable(
    rate, reals(0, usual=(sp.Rational(1, 5), 4)), "expected number of heads", "lambda"
)  # fmt: skip
PSEUDOCOUNT = Variable(
    k, reals(0, usual=(sp.Rational(1, 5), 2)), "pseudocount, added to each face", "k"
)


class MeanLog(sp.Function):  # type: ignore[misc]
    """E log(X + k) of a Poisson variable X with mean lambda, as a function of lambda and k."""

    def _eval_evalf(self, prec: int) -> sp.Float:
        digits = int(prec * 0.30103) + 15
        with mp.workdps(digits):
            mean, shift = (mp.mpf(sp.Float(value, digits)._mpf_) for value in self.args)
            weight, total, x = mp.exp(-mean), mp.mpf(0), 0
            while x < mean or weight > mp.mpf(10) ** (-digits):
                total += weight * mp.log(x + shift)
                x += 1
                weight *= mean / x
            return sp.Float(total, digits)


def _thinner(heads: sp.Expr) -> sp.Expr:
    """By how much the binomial weight exceeds the Poisson one, relatively, times N."""
    return (heads - (heads - rate) ** 2) / 2


@derivation
def poisson() -> Derivation:
    """p = λ/N: L = f(λ)/N, where f goes from k at λ = 0 to 1/2 at infinity."""
    x = sp.Symbol("x", nonnegative=True)
    t = sp.Symbol("t")
    w = sp.Symbol("w", positive=True)
    y = sp.Symbol("y", positive=True)
    given = rate / N * (sp.log(rate / (x + k)) + sp.log(1 + 2 * k / N)) + (1 - rate / N) * (
        sp.log(1 - rate / N) + sp.log(1 + 2 * k / N) - sp.log(1 + (k - x) / N)
    )
    expansion = (rate * sp.log(rate / (x + k)) + k + x - rate) / N
    expansion += (x - rate - 3 * k) * (x - rate + k) / (2 * N**2)
    mean = MeanLog(rate, k)
    bend = MeanLog(rate, k + 2) - 2 * MeanLog(rate, k + 1) + mean
    second = rate**3 / 2 * bend + rate / 2 - sp.Rational(3, 2) * k**2
    law = (k + rate * (sp.log(rate) - mean)) / N + second / N**2
    moments = (
        k,
        rate + k**2,
        rate + 3 * k * rate + k**3,
        3 * rate**2 + rate + 4 * k * rate + 6 * k**2 * rate + k**4,
    )
    return Derivation(
        name="rare.poisson",
        statement="While heads are rare, p = lambda/N, the loss is f(lambda)/N: the exponent is 1 "
        "as for every fixed p, but the prefactor depends on how many heads are expected, and goes "
        "from k for none to 1/2 for many.",
        source="Cho2020, 'The scaling law for Bernoulli w.r.t. the dataset size', near p* = 0",
        assumptions=(
            "X of N tosses show heads, lambda = N p in the mean; lambda is fixed while N grows, so "
            "that p is smaller for larger N. N > lambda.",
            "The estimate is (X + k)/(N + 2k), with k > 0.",
        ),
        size=TOSSES,
        parameters=(RATE, PSEUDOCOUNT),
        auxiliary=(
            Variable(x, integers(0, 12), "heads that were seen"),
            Variable(w, reals(0, 1), "1/N"),
            Variable(y, reals(1), "1/lambda"),
        ),
        steps=(
            Asymptotic(
                "The loss given that X = x heads were seen. That of the rare heads, and that of "
                "the tails, is of order 1/N.",
                given,
                N,
                3,
                expansion,
            ),
            Series(
                "X - lambda has mean 0 and variance lambda (1 - lambda/N), as its generating "
                "function shows.",
                sp.exp(-rate * t) * (1 - rate / N + rate / N * sp.exp(t)) ** N,
                t,
                3,
                1 + rate * (1 - rate / N) * t**2 / 2,
            ),
            Series(
                "The logarithm needs the distribution. P(X = 0) = (1 - lambda/N)^N is "
                "exp(-lambda) (1 - lambda²/(2N)): with w = 1/N,",
                sp.log(1 - rate * w),
                w,
                3,
                -rate * w - rate**2 * w**2 / 2,
            ),
            Asymptotic(
                "From x to x+1 heads the binomial weight changes by the factor "
                "(1 - x/N)/(1 - lambda/N) lambda/(x+1), the Poisson weight by lambda/(x+1). So the "
                "first is the second times 1 + (x - (x-lambda)²)/(2N), up to O(1/N²).",
                (1 - x / N) / (1 - rate / N) * (1 + _thinner(x) / N) - 1,
                N,
                2,
                _thinner(x + 1) / N,
            ),
            Identity(
                "That is a second difference of Poisson weights. Summed by parts it falls on "
                "log(X+k): its mean is MeanLog(lambda, k), the mean over Poisson weights, less "
                "lambda²/(2N) times the second difference of MeanLog in k.",
                _thinner(x),
                -(rate**2) / 2 * (1 - 2 * x / rate + x * (x - 1) / rate**2),
            ),
            Identity(
                "Together; X - lambda drops out, and its variance is lambda to this order.",
                (k + rate * (sp.log(rate) - mean + rate**2 * bend / (2 * N))) / N
                + (rate - 3 * k**2) / (2 * N**2),
                law,
            ),
            Limit(
                "So N L tends to f(lambda) = k + lambda E log(lambda/(X+k)). For few heads, that "
                "is for large y = 1/lambda, X is 0 and f tends to k, as in bernoulli.boundary ...",
                k + sp.log(1 / (y * k)) / y,
                y,
                k,
            ),
            Series(
                "... while for many X - lambda + k has the following moments ...",
                sp.exp(k * t + rate * (sp.exp(t) - 1 - t)),
                t,
                5,
                1 + sum(m * t**j / sp.factorial(j) for j, m in enumerate(moments, start=1)),
            ),
            Asymptotic(
                "... and the logarithm is a polynomial in it over lambda: f tends to 1/2, whatever "
                "k, with the correction that bernoulli.data has for small p.",
                k
                - rate
                * sum((-1) ** (j + 1) * m / (j * rate**j) for j, m in enumerate(moments, start=1)),
                rate,
                2,
                sp.Rational(1, 2) + (6 * k**2 - 12 * k + 5) / (12 * rate),
            ),
        ),
        law=Law(law, N),
        finite=EXPECTED_LOSS.subs(p, rate / N),
        finite_order=3,
        finite_everywhere=False,
        uses=("bernoulli.data", "bernoulli.boundary"),
    )
