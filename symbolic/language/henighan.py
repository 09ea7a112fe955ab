"""The laws of Henighan et al. (2020), and whether the exponents of one table are consistent."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.instance import Instance
from symbolic.law import Law
from symbolic.published import DOMAINS, PUBLISHED, Published
from symbolic.registry import derivation
from symbolic.steps import Bound, Identity, Series

C = sp.Symbol("C", positive=True)
N = sp.Symbol("N", positive=True)
D = sp.Symbol("D", positive=True)
aN = sp.Symbol("alpha_N", positive=True)
aC = sp.Symbol("alpha_C", positive=True)
aD = sp.Symbol("alpha_D", positive=True)
b = sp.Symbol("beta", positive=True)
Nc = sp.Symbol("N_c", positive=True)
Cc = sp.Symbol("C_c", positive=True)
CN = sp.Symbol("C_N", positive=True)
share = sp.Symbol("s", positive=True)


IMAGES = {
    "Image 8x8": 192, "Image 16x16": 768, "Image 32x32": 3072, "Image VQ 16x16": 256,
    "Image VQ 32x32": 1024,
}  # fmt: skip
"""Tokens of an image."""


def printed(name: str, domain: str) -> Published:
    """A number of Table 1."""
    return PUBLISHED["Henighan2020", f"{name}, {domain}"]


def _ratios() -> tuple[Instance, ...]:
    return tuple(
        Instance(
            f"alpha_C/alpha_N, {domain}",
            aC / aN,
            {aC: printed("alpha_C", domain), aN: printed("alpha_N", domain)},
            printed("beta", domain),
            below=1,
        )
        for domain in DOMAINS
    )


@derivation
def optimal_size() -> Derivation:
    """N_opt ~ C^(α_C/α_N), if a fixed share of the loss is due to the parameters."""
    size = Nc * (share * (Cc / C) ** aC) ** (-1 / aN)
    law = Nc * share ** (-1 / aN) * Cc ** (-aC / aN) * C ** (aC / aN)
    return Derivation(
        name="henighan.optimal_size",
        statement="If the parameters cause a fixed share of the reducible loss on the frontier, as "
        "they do for an additive law, the optimal size grows as C^(alpha_C/alpha_N): three "
        "exponents that are fitted one by one are bound by one equation.",
        source="Henighan2020, Table 1",
        assumptions=(
            "Reducible losses: (N_c/N)^alpha_N for endless data, (C_c/C)^alpha_C on the frontier.",
            "The former is a fixed share s of the latter at the optimal size.",
        ),
        size=Variable(C, reals(0), "compute"),
        parameters=(
            Variable(aN, reals(0, usual=(sp.Rational(1, 10), 1)), "exponent in parameters"),
            Variable(aC, reals(0, usual=(sp.Rational(1, 10), 1)), "exponent in compute"),
            Variable(Nc, reals(0, usual=(0, 9)), "scale of parameters"),
            Variable(Cc, reals(0, usual=(0, 9)), "scale of compute"),
            Variable(share, reals(0, 1), "share of the parameters in the reducible loss"),
        ),
        auxiliary=(Variable(aD, reals(0), "exponent in tokens"),),
        steps=(
            Identity(
                "At the optimal size the parameter term (N_c/N)^alpha_N is s times the loss "
                "(C_c/C)^alpha_C; solved for N this is a power of C.",
                size,
                law,
            ),
            Bound(
                "For the additive law with C proportional to N D, alpha_C is "
                "alpha_N alpha_D/(alpha_N+alpha_D), so that the quotient is "
                "alpha_D/(alpha_N+alpha_D), as on its frontier. It is below 1: otherwise more "
                "compute would be spent on fewer data.",
                aN * aD / (aN + aD),
                aD,
                aD,
                aD * (aD + 2 * aN) / (aN + aD) ** 2,
            ),
        ),
        law=Law(law, C),
        finite=size,
        uses=("chinchilla.frontier",),
        instances=_ratios(),
    )


@derivation
def tokens() -> Derivation:
    """N ~ C^β leaves D ~ C^(1-β), and D ~ N^((1-β)/β)."""
    law = C ** (1 - b) * CN**b / 6
    return Derivation(
        name="henighan.tokens",
        statement="If the optimal size grows as C^beta, the tokens processed grow as C^(1-beta), "
        "and with the size as N^((1-beta)/beta).",
        source="Henighan2020, section 3",
        assumptions=("Training costs C = 6 N D.", "N_opt = (C/C_N)^beta."),
        size=Variable(C, reals(0), "compute"),
        parameters=(
            Variable(b, reals(0, 1), "exponent of the optimal size"),
            Variable(CN, reals(0, usual=(0, 9)), "compute at which one parameter is optimal"),
        ),
        auxiliary=(Variable(N, reals(0), "parameters"),),
        steps=(
            Identity("The tokens are C/(6 N).", C / (6 * (C / CN) ** b), law),
            Identity(
                "In terms of the size N, which needs the compute C_N N^(1/beta).",
                law.subs(C, CN * N ** (1 / b)),
                CN * N ** ((1 - b) / b) / 6,
            ),
        ),
        law=Law(law, C),
        finite=C / (6 * (C / CN) ** b),
        uses=("henighan.optimal_size",),
        instances=tuple(
            Instance(f"(1-beta)/beta, {domain}", (1 - b) / b, {b: printed("beta", domain)})
            for domain in DOMAINS
        ),
    )


@derivation
def reducible() -> Derivation:
    """log-log slope of L_inf + (C_c/C)^α_C: only the reducible loss is straight."""
    floor = sp.Symbol("L_inf", positive=True)
    T = sp.Symbol("T", positive=True)
    x = sp.Symbol("x", positive=True)
    loss = floor + (Cc / C) ** aC
    return Derivation(
        name="henighan.reducible",
        statement="A power law plus a constant is a power law for the reducible loss alone: the "
        "irreducible loss is the entropy, the rest the divergence of the model from the truth.",
        source="Henighan2020, equation 1.1",
        assumptions=("L(C) = L_inf + (C_c/C)^alpha_C.",),
        size=Variable(C, reals(0), "compute"),
        parameters=(
            Variable(floor, reals(0, usual=(0, 5)), "irreducible loss"),
            Variable(aC, reals(0, usual=(sp.Rational(1, 10), 1)), "exponent in compute"),
            Variable(Cc, reals(0, usual=(0, 9)), "scale of compute"),
        ),
        auxiliary=(
            Variable(x, reals(0), "reducible over irreducible loss"),
            Variable(T, reals(0), "tokens of an image"),
        ),
        steps=(
            Identity(
                "Ten-fold compute divides the reducible loss by the same factor at every C: it is "
                "straight on logarithmic axes.",
                (Cc / (10 * C)) ** aC,
                10**-aC * (Cc / C) ** aC,
            ),
            Identity(
                "A loss per token, times the T tokens of an image, is a loss per image: the same "
                "exponent, and a scale T^(1/alpha_C) times as large.",
                T * (Cc / C) ** aC,
                (Cc * T ** (1 / aC) / C) ** aC,
            ),
            Series(
                "The loss itself, with the reducible part x times the irreducible one, has the "
                "slope alpha_C x/(1+x), which vanishes with x.",
                aC * x / (1 + x),
                x,
                2,
                aC * x,
            ),
            Identity("So it is the floor and one power.", loss, floor + Cc**aC * C**-aC),
        ),
        law=Law(floor + Cc**aC * C**-aC, C),
        finite=loss,
        uses=("chinchilla.without_floor",),
        instances=tuple(
            Instance(
                f"scale of the loss per image, {domain}",
                Cc * T ** (1 / aC),
                {
                    Cc: printed("C_c", domain),
                    aC: printed("alpha_C", domain),
                    T: sp.Integer(length),
                },
                printed("C_c per image", domain),
            )
            for domain, length in IMAGES.items()
        ),
    )
