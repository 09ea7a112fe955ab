"""The compute-optimal frontier of L = E + A N^-α + B D^-β (Hoffmann et al. 2022)."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import reals
from symbolic.instance import Instance, Value
from symbolic.law import Law
from symbolic.published import PUBLISHED, Published
from symbolic.registry import derivation
from symbolic.steps import Identity, Minimum, Series

N = sp.Symbol("N", positive=True)
D = sp.Symbol("D", positive=True)
C = sp.Symbol("C", positive=True)
E = sp.Symbol("E", positive=True)
A = sp.Symbol("A", positive=True)
B = sp.Symbol("B", positive=True)
alpha = sp.Symbol("alpha", positive=True)
beta = sp.Symbol("beta", positive=True)

G = (alpha * A / (beta * B)) ** (1 / (alpha + beta))
"""How the budget is divided at C = 6."""

SHARE = beta / (alpha + beta)
"""Exponent of the optimal number of parameters in compute."""

COMPUTE = Variable(C, reals(0), "compute, floating point operations")
PARAMETERS = Variable(N, reals(0), "parameters")
TOKENS = Variable(D, reals(0), "tokens")
LAW = (
    Variable(A, reals(0, usual=(0, 9)), "prefactor of the parameter term"),
    Variable(B, reals(0, usual=(0, 9)), "prefactor of the data term"),
    Variable(alpha, reals(0, 1, usual=(sp.Rational(1, 10), 1)), "exponent in parameters"),
    Variable(beta, reals(0, 1, usual=(sp.Rational(1, 10), 1)), "exponent in tokens"),
)
IRREDUCIBLE = Variable(E, reals(0, usual=(0, 9)), "irreducible loss")

ADDITIVE = "L(N, D) = E + A N^-alpha + B D^-beta."
ONE_EPOCH = "Training costs C = 6 N D."


def printed(name: str) -> Published:
    """A number that Hoffmann et al. print."""
    return PUBLISHED["Hoffmann2022", name]


def refitted(name: str) -> Published:
    """A number of the refit by Besiroglu et al."""
    return PUBLISHED["Besiroglu2024", name]


ROUNDED: dict[sp.Symbol, Value] = {
    A: printed("A"), B: printed("B"), E: printed("E"),
    alpha: printed("alpha"), beta: printed("beta"),
}  # fmt: skip
UNROUNDED: dict[sp.Symbol, Value] = {
    A: sp.exp(printed("ln A").value), B: sp.exp(printed("ln B").value),
    E: printed("E, unrounded"),
    alpha: printed("alpha, unrounded"), beta: printed("beta, unrounded"),
}  # fmt: skip
REFIT: dict[sp.Symbol, Value] = {
    A: refitted("A"), B: refitted("B"), E: refitted("E"),
    alpha: refitted("alpha"), beta: refitted("beta"),
}  # fmt: skip
FITS = (("as printed", ROUNDED), ("unrounded", UNROUNDED), ("refit", REFIT))


def best_parameters(compute: sp.Expr) -> sp.Expr:
    """The number of parameters that a budget is best spent on."""
    return G * (compute / 6) ** SHARE


def _frontier_instances() -> tuple[Instance, ...]:
    budget = printed("C, Gopher")
    size = best_parameters(C)
    ratio = C / (6 * size**2)
    of_the_fit = {
        "as printed": printed("a, approach 3"), "unrounded": printed("a, approach 3"),
        "refit": refitted("a"),
    }  # fmt: skip
    return (
        *(Instance(f"a = beta/(alpha+beta), {name}", SHARE, fit, of_the_fit[name])
          for name, fit in FITS),
        Instance("a, unrounded, beside approach 1", SHARE, UNROUNDED, printed("a, approach 1")),
        Instance("a, unrounded, beside Kaplan's", SHARE, UNROUNDED, printed("a, Kaplan")),
        *(Instance(f"N at the budget of Gopher, {name}", size, {**fit, C: budget.value},
                   printed("N at the budget of Gopher") if name != "refit" else None)
          for name, fit in FITS),
        *(Instance(f"tokens per parameter at that budget, {name}", ratio,
                   {**fit, C: budget.value}) for name, fit in FITS),
        *(Instance(f"exponent of the reducible loss in C, {name}",
                   alpha * beta / (alpha + beta), fit) for name, fit in FITS),
    )  # fmt: skip


@derivation
def frontier() -> Derivation:
    """N ~ C^(β/(α+β)), L - E ~ C^(-αβ/(α+β))."""
    best = best_parameters(C)
    data_term = B * (6 * N / C) ** beta
    power = alpha * beta / (alpha + beta)
    law = E + A * G**-alpha * (1 + alpha / beta) * (C / 6) ** -power
    return Derivation(
        name="chinchilla.frontier",
        statement="At a given compute the loss is least where parameters and tokens grow as "
        "C^(beta/(alpha+beta)) and C^(alpha/(alpha+beta)); the reducible loss then falls as "
        "C^(-alpha beta/(alpha+beta)).",
        source="Hoffmann2022, equation 4",
        assumptions=(ADDITIVE, ONE_EPOCH),
        size=COMPUTE,
        parameters=(IRREDUCIBLE, *LAW),
        auxiliary=(PARAMETERS,),
        steps=(
            Minimum(
                "With D = C/(6N) the loss has one minimum in N: where its two terms, times their "
                "exponents, are equal.",
                A * N**-alpha + data_term,
                N,
                best,
                alpha * A * best ** (-alpha - 2) * (alpha + beta),
            ),
            Identity(
                "There the data term is alpha/beta times the parameter term: the share of the "
                "latter in the reducible loss is beta/(alpha+beta), at every budget.",
                data_term.subs(N, best),
                alpha / beta * A * best**-alpha,
            ),
            Identity(
                "The tokens are what is left of the budget.",
                C / (6 * best),
                (C / 6) ** (alpha / (alpha + beta)) / G,
            ),
            Identity(
                "So the loss on the frontier is a power of C above E.",
                E + (1 + alpha / beta) * A * best**-alpha,
                law,
            ),
        ),
        law=Law(law, C),
        finite=E + (A * N**-alpha + data_term).subs(N, best),
        instances=_frontier_instances(),
    )  # fmt: skip


@derivation
def tokens_per_parameter() -> Derivation:
    """D/N ~ C^((α-β)/(α+β)) on the frontier."""
    best = best_parameters(C)
    law = (C / 6) ** ((alpha - beta) / (alpha + beta)) / G**2
    return Derivation(
        name="chinchilla.tokens_per_parameter",
        statement="Tokens per parameter on the frontier grow as C^((alpha-beta)/(alpha+beta)): "
        "they are constant only where the two exponents are equal.",
        source="Hoffmann2022, section 3",
        assumptions=(ADDITIVE, ONE_EPOCH),
        size=COMPUTE,
        parameters=LAW,
        auxiliary=(),
        steps=(
            Identity(
                "D/N = C/(6 N²) at the optimal N.",
                C / (6 * best**2),
                law,
            ),
        ),
        law=Law(law, C),
        finite=C / (6 * best**2),
        uses=("chinchilla.frontier",),
    )


@derivation
def without_floor() -> Derivation:
    """A power law fitted to E + A N^-α shows the exponent α(1 - E/L)."""
    x = sp.Symbol("x", positive=True)
    loss = E + A * N**-alpha
    slope = -N * sp.diff(loss, N) / loss
    law = alpha * A / E * N**-alpha - alpha * A**2 / E**2 * N ** (-2 * alpha)
    return Derivation(
        name="chinchilla.without_floor",
        statement="A loss with an irreducible part, fitted by a power law without one, shows the "
        "local exponent alpha (1 - E/L), which falls with the size: the same data give 0.34 with "
        "a floor and less than 0.1 without.",
        source="Hoffmann2022, section 3",
        assumptions=(
            "L(N) = E + A N^-alpha, where E also holds what a fixed amount of data leaves.",
        ),
        size=PARAMETERS,
        parameters=(IRREDUCIBLE, LAW[0], LAW[2]),
        auxiliary=(Variable(x, reals(0), "the reducible part in units of the floor"),),
        steps=(
            Identity(
                "The local exponent, -d log L/d log N, is alpha times the reducible share.",
                slope,
                alpha * (1 - E / loss),
            ),
            Series(
                "With x = A N^-alpha/E that share is x/(1+x).",
                alpha * x / (1 + x),
                x,
                3,
                alpha * (x - x**2),
            ),
            Identity(
                "So the local exponent itself falls to 0, with exponent alpha.",
                (alpha * (x - x**2)).subs(x, A * N**-alpha / E),
                law,
            ),
        ),
        law=Law(law, N),
        finite=alpha * (1 - E / loss),
        finite_size=COUNT ** (3 / alpha),
        finite_order=9,
        instances=tuple(
            Instance(
                f"local exponent in N at D = 1e12, N = 1e{power}, unrounded",
                slope.subs(E, E + B * D**-beta),
                {**UNROUNDED, D: sp.Integer(10) ** 12, N: sp.Integer(10) ** power},
            )
            for power in (7, 8, 9, 10)
        ),
    )
