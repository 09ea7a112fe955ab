"""Where two laws of Kaplan et al. (2020) meet, and how surely that place is known."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.instance import Instance, Value
from symbolic.language.kaplan import COMPUTE, EXPONENTS, TOKENS, C, Dc, aD, printed
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity

aC = sp.Symbol("alpha_C", positive=True)
pD = sp.Symbol("p_D", positive=True)
pN = sp.Symbol("p_N", positive=True)
Cc = sp.Symbol("C_c", positive=True)
De = sp.Symbol("D_e", positive=True)
Ne = sp.Symbol("N_e", positive=True)

g = sp.Symbol("g", positive=True)

GAP = aC - aD * pD
"""Exponent at which what is predicted falls below what the data allow."""

LOG_MEETING = (aC * sp.log(Cc) - aD * sp.log(Dc / De)) / GAP
MEETING = sp.exp(LOG_MEETING)
"""Where the two laws are equal."""

TABLE_6: dict[sp.Symbol, Value] = {
    aC: printed("alpha_C^min"), Cc: printed("C_c^min"), aD: printed("alpha_D"),
    Dc: printed("D_c"), De: printed("D_e"), pD: printed("p_D"),
    Ne: printed("N_e"), pN: printed("p_N"),
}  # fmt: skip


def _meetings() -> tuple[Instance, ...]:
    """The meeting point from each of the published tokens-per-compute laws."""
    equation = {
        **TABLE_6, De: printed("D_e, equation 6.7"), pD: printed("p_D, equation 6.7"),
    }  # fmt: skip
    joint = {**TABLE_6, aD: printed("alpha_D, joint"), Dc: printed("D_c, joint")}
    sensitivity = sp.diff(LOG_MEETING, aC) * aC
    quantities = (
        ("C*", MEETING, "C*"), ("N*", Ne * MEETING**pN, "N*"),
        ("D*", De * MEETING**pD, "D*"), ("L*", (Cc / MEETING) ** aC, "L*"),
    )  # fmt: skip
    return (
        *(
            Instance(f"{quantity}, with D(C) of Table 6", formula, TABLE_6, printed(name))
            for quantity, formula, name in quantities
        ),
        Instance("C*, with D(C) of equation 6.7", MEETING, equation, printed("C*")),
        Instance("C*, with L(D) of the joint fit", MEETING, joint, printed("C*")),
        Instance(
            "D_e that N_e implies through C = 6 N D, at twice the minimal compute",
            2 * sp.Integer(864) * 10**17 / (6 * Ne),
            TABLE_6,
            printed("D_e"),
        ),
        Instance("d ln C*/d ln alpha_C", sensitivity, TABLE_6),
        Instance("d ln C*/d ln p_D", sp.diff(LOG_MEETING, pD) * pD, TABLE_6),
    )


@derivation
def meeting() -> Derivation:
    """L(C_min) against L(D(C_min)): they cross at C*."""
    compute_exponent = g + aD * pD
    place = (Cc**compute_exponent * (De / Dc) ** aD) ** (1 / g)
    along = (Dc / (De * C**pD)) ** -aD * (Cc / C) ** compute_exponent
    law = (place / C) ** g
    return Derivation(
        name="contradiction.meeting",
        statement="The loss predicted for optimally spent compute falls faster than the loss that "
        "the data so used allow: beyond C* the two laws contradict each other. C* is as uncertain "
        "as the small difference of two fitted exponents.",
        source="Kaplan2020, equation 6.8",
        assumptions=(
            "L(C) = (C_c/C)^alpha_C on the frontier, L(D) = (D_c/D)^alpha_D for the data.",
            "The frontier uses D = D_e C^p_D tokens, and g = alpha_C - alpha_D p_D is positive.",
        ),
        size=COMPUTE,
        parameters=(
            Variable(g, reals(0, 1, usual=(sp.Rational(1, 10), 1)), "gap between the exponents"),
            EXPONENTS[1],
            Variable(pD, reals(0, 1), "exponent of the tokens in compute"),
            Variable(Cc, reals(0, usual=(0, 9)), "scale of compute"),
            Variable(Dc, reals(0, usual=(0, 9)), TOKENS.meaning),
            Variable(De, reals(0, usual=(0, 9)), "tokens at unit compute"),
        ),
        auxiliary=(Variable(aC, reals(1, 2), "exponent in compute"),),
        steps=(
            Identity(
                "What is predicted, over what the data allow, is a power of C: below 1 it is a "
                "contradiction.",
                along,
                law,
            ),
            Identity(
                "It is 1 at C*, where both laws give the same loss.",
                (Dc / (De * place**pD)) ** aD,
                (Cc / place) ** compute_exponent,
            ),
            Identity(
                "How C* moves with the exponent in compute: the small gap between the two slopes "
                "is a divisor.",
                sp.diff(LOG_MEETING, aC),
                (sp.log(Cc) - LOG_MEETING) / GAP,
            ),
            Identity(
                "And with the exponent in the data.",
                sp.diff(LOG_MEETING, aD),
                (pD * LOG_MEETING - sp.log(Dc / De)) / GAP,
            ),
        ),
        law=Law(law, C),
        uses=("kaplan.training",),
        instances=_meetings(),
    )  # fmt: skip
