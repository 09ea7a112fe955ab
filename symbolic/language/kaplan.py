"""The laws of Kaplan et al. (2020): what they imply together, and where they contradict."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import Derivation, Variable
from symbolic.domain import reals
from symbolic.instance import Instance
from symbolic.law import Law
from symbolic.published import PETAFLOP_DAY, PUBLISHED, Published
from symbolic.registry import derivation
from symbolic.steps import Identity, Limit, Minimum, Series

N = sp.Symbol("N", positive=True)
D = sp.Symbol("D", positive=True)
C = sp.Symbol("C", positive=True)
aN = sp.Symbol("alpha_N", positive=True)
aD = sp.Symbol("alpha_D", positive=True)
aB = sp.Symbol("alpha_B", positive=True)
aS = sp.Symbol("alpha_S", positive=True)
Nc = sp.Symbol("N_c", positive=True)
Dc = sp.Symbol("D_c", positive=True)
Sc = sp.Symbol("S_c", positive=True)
Bc = sp.Symbol("B_c", positive=True)
u = sp.Symbol("u", positive=True)

PARAMETERS = Variable(N, reals(0), "parameters of the model, without embeddings")
TOKENS = Variable(D, reals(0), "tokens of the data set")
COMPUTE = Variable(C, reals(0), "compute, floating point operations")
EXPONENTS = (
    Variable(aN, reals(0, 1, usual=(sp.Rational(1, 10), 1)), "exponent in parameters"),
    Variable(aD, reals(0, 1, usual=(sp.Rational(1, 10), 1)), "exponent in tokens"),
)
SCALES = (
    Variable(Nc, reals(0, usual=(0, 9)), "scale of parameters"),
    Variable(Dc, reals(0, usual=(0, 9)), "scale of tokens"),
)
OVERFIT = Variable(u, reals(0), "the data term in units of the parameter term")


def printed(name: str) -> Published:
    """A number that Kaplan et al. print."""
    return PUBLISHED["Kaplan2020", name]


JOINT = {
    aN: printed("alpha_N, joint"), aD: printed("alpha_D, joint"),
    Nc: printed("N_c, joint"), Dc: printed("D_c, joint"),
}  # fmt: skip


@derivation
def joint() -> Derivation:
    """L(N, D) = ((N_c/N)^(α_N/α_D) + D_c/D)^α_D, for much data."""
    delta = sp.Symbol("delta", positive=True)
    inverse = sp.Symbol("y", positive=True)
    loss = ((Nc / N) ** (aN / aD) + Dc / D) ** aD
    floor = (Nc / N) ** aN
    ratio = Dc / D * (N / Nc) ** (aN / aD)
    expansion = 1 + aD * u + aD * (aD - 1) / 2 * u**2
    law = (
        floor
        + aD * Dc * (Nc / N) ** (aN - aN / aD) / D
        + aD * (aD - 1) / 2 * Dc**2 * (Nc / N) ** (aN - 2 * aN / aD) / D**2
    )
    needed = Dc * (N / Nc) ** (aN / aD) / ((1 + delta) ** (1 / aD) - 1)
    return Derivation(
        name="kaplan.joint",
        statement="The joint law has three limits: a power law in the parameters alone, one in the "
        "tokens alone, and at fixed parameters a floor that is approached as 1/D, whatever the "
        "exponents: variance-limited scaling is built in.",
        source="Kaplan2020, equation 1.5",
        assumptions=("L(N, D) = ((N_c/N)^(alpha_N/alpha_D) + D_c/D)^alpha_D.",),
        size=TOKENS,
        parameters=(Variable(N, reals(0, usual=(0, 5)), PARAMETERS.meaning), *EXPONENTS, *SCALES),
        auxiliary=(
            OVERFIT,
            Variable(inverse, reals(0), "1/u"),
            Variable(delta, reals(0, 1), "excess over the loss of endless data"),
        ),
        steps=(
            Identity(
                "Take the parameter term out of the bracket: what is left depends on one "
                "ratio u alone.",
                loss,
                floor * (1 + ratio) ** aD,
            ),
            Limit(
                "Much data, 1/u -> infinity: the law in parameters.",
                (1 + 1 / inverse) ** aD,
                inverse,
                sp.Integer(1),
            ),
            Identity(
                "Take the data term out instead: many parameters leave the law in tokens ...",
                loss,
                (Dc / D) ** aD * (1 + 1 / ratio) ** aD,
            ),
            Limit(
                "... as u -> infinity.",
                (1 + 1 / u) ** aD,
                u,
                sp.Integer(1),
            ),
            Series(
                "For u -> 0 the bracket is a binomial series, and u is proportional to 1/D: the "
                "approach to the floor has exponent 1.",
                (1 + u) ** aD,
                u,
                3,
                expansion,
            ),
            Identity(
                "Put together, the ratio written out.",
                floor * expansion.subs(u, ratio),
                law,
            ),
            Identity(
                "With D = D_c (N/N_c)^(alpha_N/alpha_D) / ((1+delta)^(1/alpha_D) - 1) the loss "
                "is 1 + delta times that of endless data: the published rule against overfitting, "
                "D proportional to N^(alpha_N/alpha_D).",
                loss.subs(D, needed),
                (1 + delta) * floor,
            ),
        ),
        law=Law(law, D),
        finite=loss,
        instances=(
            Instance("alpha_N/alpha_D, the exponent of that rule", aN / aD, JOINT,
                     printed("alpha_N/alpha_D")),
            Instance("its prefactor, at delta = 2 %", needed.subs(N, 1),
                     {**JOINT, delta: sp.Rational(2, 100)}, printed("overfit prefactor")),
            Instance("8 times the parameters need so many times the data", 8 ** (aN / aD), JOINT),
        ),
    )  # fmt: skip


@derivation
def single_epoch() -> Derivation:
    """min over N of L(N, C/6N): what the joint law allows."""
    r = aN / aD
    place = (r * Nc**r * C / (6 * Dc)) ** (1 / (1 + r))
    bracket = (Nc / N) ** r + 6 * Dc * N / C
    exponent = aN * aD / (aN + aD)
    prefactor = (1 + r) ** aD * Nc**exponent * (6 * Dc / r) ** exponent
    law = prefactor * C**-exponent
    return Derivation(
        name="kaplan.single_epoch",
        statement="With every token seen once, C = 6 N D, the joint law allows at best "
        "C^(-alpha_N alpha_D/(alpha_N + alpha_D)), with N proportional to "
        "C^(alpha_D/(alpha_N + alpha_D)): far from the exponent 0.73 that the same paper fits.",
        source="Kaplan2020, section 6",
        assumptions=(
            "L(N, D) = ((N_c/N)^(alpha_N/alpha_D) + D_c/D)^alpha_D.",
            "Training costs C = 6 N D: each token is seen once.",
        ),
        size=COMPUTE,
        parameters=(*EXPONENTS, *SCALES),
        auxiliary=(PARAMETERS,),
        steps=(
            Minimum(
                "L grows with its bracket, which at a given C is minimal where its slope is 0.",
                bracket,
                N,
                place,
                r * (1 + r) * (Nc / place) ** r / place**2,
            ),
            Identity(
                "There the data term is r = alpha_N/alpha_D times the parameter term ...",
                6 * Dc * place / C,
                r * (Nc / place) ** r,
            ),
            Identity(
                "... so that the bracket is (1 + r) times the latter, and L is a power of C.",
                ((1 + r) * (Nc / place) ** r) ** aD,
                law,
            ),
        ),
        law=Law(law, C),
        finite=bracket.subs(N, place) ** aD,
        uses=("kaplan.joint",),
        instances=(
            Instance("exponent of the best loss in C", exponent, JOINT, printed("alpha_C^min")),
            Instance("exponent of N in C", aD / (aN + aD), JOINT, printed("p_N")),
            Instance("exponent of N in C, from the separate laws", aD / (aN + aD),
                     {aN: printed("alpha_N"), aD: printed("alpha_D")}, printed("p_N")),
        ),
    )  # fmt: skip


@derivation
def training() -> Derivation:
    """The frontier of L(N, S) at the critical batch size."""
    x = sp.Symbol("x", positive=True)
    loss = sp.Symbol("L", positive=True)
    r = aN / aS
    total = 1 / aN + 1 / aS + 1 / aB
    best = loss / (1 + r)
    log_cost = -sp.log(x) / aN - sp.log(loss - x) / aS
    scale = 6 * Nc * Sc * Bc * (1 + r) ** (1 / aN) * ((1 + r) / r) ** (1 / aS)
    law = (scale / C) ** (1 / total)
    steps_and_size = {
        aN: printed("alpha_N, steps"), aS: printed("alpha_S, steps"), aB: printed("alpha_B"),
        Nc: printed("N_c, steps"), Sc: printed("S_c, steps"), Bc: printed("B_*"),
    }  # fmt: skip
    table_5 = {
        aN: printed("alpha_N"), aS: printed("alpha_S"), aB: printed("alpha_B"),
        Nc: printed("N_c"), Sc: printed("S_c"), Bc: printed("B_*"),
    }  # fmt: skip
    return Derivation(
        name="kaplan.training",
        statement="From the law in parameters and steps, at the critical batch size, the exponent "
        "in compute is 1/alpha_C = 1/alpha_N + 1/alpha_S + 1/alpha_B, with N proportional to "
        "C^(alpha_C/alpha_N).",
        source="Kaplan2020, appendix B",
        assumptions=(
            "L(N, S) = (N_c/N)^alpha_N + (S_c/S)^alpha_S after S steps.",
            "The batch is the critical one, B = B_* L^(-1/alpha_B), and C = 6 N B S.",
        ),
        size=COMPUTE,
        parameters=(
            EXPONENTS[0],
            Variable(aS, reals(0, 1), "exponent in steps"),
            Variable(aB, reals(0, 1), "exponent of the critical batch"),
            SCALES[0],
            Variable(Sc, reals(0, usual=(0, 9)), "scale of steps"),
            Variable(Bc, reals(0, usual=(0, 9)), "scale of the batch, B_*"),
        ),
        auxiliary=(
            Variable(x, reals(0), "the parameter term (N_c/N)^alpha_N"),
            Variable(loss, reals(0), "the loss that is to be reached"),
        ),
        steps=(
            Minimum(
                "To reach a loss L = x + y, x from the parameters and y from the steps, costs "
                "C = 6 N B S, whose logarithm is -log(x)/alpha_N - log(y)/alpha_S up to what does "
                "not depend on x. It is least where y is alpha_N/alpha_S times x.",
                log_cost,
                x,
                best,
                (1 + r) ** 3 / (aN * r * loss**2),
            ),
            Identity(
                "The cost at that point, as a function of the loss: a pure power.",
                sp.log(
                    6
                    * (Nc * best ** (-1 / aN))
                    * (Sc * (r * best) ** (-1 / aS))
                    * (Bc * loss ** (-1 / aB))
                ),
                sp.log(scale) - total * sp.log(loss),
            ),
            Identity(
                "Solved for the loss.",
                (scale / C) ** (1 / total),
                sp.exp((sp.log(scale) - sp.log(C)) / total),
            ),
        ),
        law=Law(law, C),
        instances=(
            Instance("alpha_C, Table 3", 1 / total, steps_and_size,
                     printed("alpha_C^min, predicted")),
            Instance("alpha_C, Table 5", 1 / total, table_5, printed("alpha_C^min, appendix")),
            Instance("alpha_C, Table 5, beside the fit", 1 / total, table_5,
                     printed("alpha_C^min")),
            Instance("p_N = alpha_C/alpha_N, Table 5", 1 / total / aN, table_5,
                     printed("p_N, predicted")),
            Instance("p_N, Table 5, beside the fit", 1 / total / aN, table_5, printed("p_N")),
            Instance("p_B, Table 5", 1 / total / aB, table_5, printed("p_B")),
            Instance("p_S, Table 5", 1 / total / aS, table_5, printed("p_S")),
            Instance("C_c, Table 5, PF-days", scale, table_5, printed("C_c^min"), PETAFLOP_DAY),
            Instance("C_c, Table 3, PF-days", scale, steps_and_size, printed("C_c^min"),
                     PETAFLOP_DAY),
            Instance("loss over that of the converged model", 1 + r, table_5),
        ),
    )  # fmt: skip
