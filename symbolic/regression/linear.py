"""Linear regression with a power-law spectrum: parameters, data, epochs, compute."""

from __future__ import annotations

import sympy as sp

from symbolic.derivation import COUNT, Derivation, Variable
from symbolic.domain import integers, reals
from symbolic.law import Law
from symbolic.registry import derivation
from symbolic.steps import Identity, Minimum, Series, Step

A = sp.Symbol("A", positive=True)
B = sp.Symbol("B", positive=True)
P = sp.Symbol("P", positive=True)
D = sp.Symbol("D", positive=True)
N = sp.Symbol("N", positive=True)
C = sp.Symbol("C", positive=True)
eta = sp.Symbol("eta", positive=True)
sigma = sp.Symbol("sigma", positive=True)
tau = sp.Symbol("tau", positive=True)
s = sp.Symbol("s", positive=True)
t = sp.Symbol("t", positive=True)
u = sp.Symbol("u", positive=True)
x = sp.Symbol("x", positive=True)
y = sp.Symbol("y", positive=True)

QUARTER = sp.Rational(1, 4)
SPECTRUM = Variable(
    A, reals(1, usual=(6 * QUARTER, 2)), "exponent of the spectrum, lambda_i = i^-A"
)
TARGET = Variable(
    B, reals(1, usual=(5 * QUARTER, 7 * QUARTER)), "exponent of the target, lambda_i w_i² = i^-B"
)
RATE = Variable(eta, reals(0, 1, usual=(sp.Rational(1, 10), QUARTER)), "learning rate")
NOISE = Variable(sigma, reals(0, usual=(QUARTER, 2)), "standard deviation of the noise")

MODEL = (
    "Features x_i are normal with the variances lambda_i = i^-A; the target w.x has "
    "lambda_i w_i² = i^-B; A > 1 and B > 1."
)
POWER = Variable(s, reals(0, usual=(2, 4)), "an exponent")
PLACE = Variable(t, reals(0, usual=(QUARTER, 3)), "where a function is taken")
SPOT = Variable(u, reals(0, usual=(QUARTER, 3)), "lambda, as a real number")
RANGE = Variable(x, reals(0, usual=(QUARTER, 3)), "a rate of decay, or a small number")

S = (B - 1) / A


def gamma_integral() -> Step:
    """The integral to which all sums over features lead."""
    return Identity(
        "The integral that occurs throughout.",
        sp.Integral(t ** (s - 1) * sp.exp(-x * t), (t, 0, sp.oo)),
        sp.gamma(s) * x**-s,
    )


def ranks_as_variances() -> Step:
    """How sums over ranks become integrals over variances."""
    return Identity(
        "With u = i^-A for the variable, a sum over features of i^-B, with a factor that "
        "suppresses the first of them, is an integral of u^(s-1)/A, s = (B-1)/A.",
        (u ** (-1 / A)) ** (-B) * u ** (-1 / A - 1) / A,
        u ** ((B - 1) / A - 1) / A,
    )


@derivation
def parameters() -> Derivation:
    """Only P features, all data: P^(1-B)/(B-1)."""
    law = P ** (1 - B) / (B - 1) - P**-B / 2
    return Derivation(
        name="linear.parameters",
        statement="With P features and endless data the loss is the tail of the target, which "
        "falls with the exponent B-1.",
        source="Lin2024, the term of the model size, M^(1-B)",
        assumptions=(
            MODEL,
            "The model has the first P features and has learned their weights; the others are "
            "missing. The features are independent, so that their parts of the loss add up.",
        ),
        size=Variable(P, integers(1, usual=(5, 99)), "features of the model"),
        parameters=(TARGET,),
        auxiliary=(POWER, PLACE, RANGE),
        steps=(
            gamma_integral(),
            Identity(
                "So i^-B is an integral of exp(-i t) (s = B, x = i), and the tail one of their sum "
                "over i > P, which is exp(-P t)/(exp(t)-1): one feature more takes exp(-(P+1) t) "
                "away.",
                (sp.exp(-P * t) - sp.exp(-(P + 1) * t)) / (sp.exp(t) - 1),
                sp.exp(-(P + 1) * t),
            ),
            Series(
                "For large P small t count, where 1/(exp(t)-1) is 1/t - 1/2 + t/12: times "
                "t (exp(t)-1),",
                (1 - t / 2 + t**2 / 12) * (sp.exp(t) - 1),
                t,
                5,
                t,
            ),
            Identity(
                "Integrated term by term (s = B-1 and s = B, x = P). The term t/12 gives "
                "B P^(-B-1)/12, which is left out.",
                (sp.gamma(B - 1) * P ** (1 - B) - sp.gamma(B) * P**-B / 2) / sp.gamma(B),
                law,
            ),
        ),
        law=Law(law, P),
        finite=sp.zeta(B, P + 1),
        finite_order=B + 1,
    )


@derivation
def data() -> Derivation:
    """One pass of SGD over D samples: Γ(s)/A (2ηD)^-s/(1-K), s = (B-1)/A."""
    K = sp.Symbol("K", positive=True)
    e, one, rest, w = sp.symbols("e lambda_i R_other m_i", positive=True)
    start = sp.gamma(1 + S) / (B - 1) * (2 * eta) ** (-S)
    tail = eta**2 / A * (2 * eta) ** (1 / A - 2) * sp.gamma(2 - 1 / A)
    feedback = tail * sp.gamma(1 / A - 1)

    ratio = sp.gamma(1 - S) / sp.gamma(1 / A - S)
    law = start / (1 - K) * D**-S + start * feedback * ratio / (1 - K) ** 2 * D ** (1 / A - 1 - S)
    return Derivation(
        name="linear.data",
        statement="One pass of SGD over D samples without label noise leaves a loss with the "
        "exponent s = (B-1)/A; gradient noise multiplies it by 1/(1-K).",
        source="Lin2024, the term of the data, N^((1-B)/A)",
        assumptions=(
            MODEL,
            "The weights start at 0; each sample is used once, at the learning rate eta, without "
            "label noise; the loss is the excess squared error.",
            "K, the sum of eta lambda/(2 (1 - eta lambda)) over the features, is below 1; B < A+1.",
        ),
        size=Variable(D, integers(1, usual=(50, 999)), "samples"),
        parameters=(
            SPECTRUM, TARGET, RATE,
            Variable(K, reals(0, 1), "sum of eta lambda/(2 (1 - eta lambda)) over all features"),
        ),
        auxiliary=(
            POWER, PLACE, SPOT, RANGE,
            Variable(e, reals(0, 1), "feedback at a small frequency z, z^(1-1/A)"),
            Variable(one, reals(0, 1), "variance of one feature"),
            Variable(rest, reals(0, 1), "loss of all other features"),
            Variable(w, reals(0, 1), "squared error of one weight"),
        ),
        steps=(
            Identity(
                "One step at a normal x: the squared error m_i of a weight loses its share, and "
                "gains eta² times E x_i² (x.error)², which is 3 lambda² m_i from its own feature "
                "and lambda R_other from all others: it decays on its own, and the whole loss "
                "feeds it.",
                w - 2 * eta * one * w + eta**2 * (3 * one**2 * w + one * rest),
                w * (1 - 2 * eta * one + 2 * eta**2 * one**2) + eta**2 * one * (one * w + rest),
            ),
            Identity(
                "So R_D = F_D + the sum of k_j R_(D-1-j): F the loss without feedback, and k_j the "
                "sum over features of eta² lambda² (1 - 2 eta lambda + 2 eta² lambda²)^j. All k_j "
                "add up to K, the sum of this over the features.",
                eta**2 * one**2 / (1 - (1 - 2 * eta * one + 2 * eta**2 * one**2)),
                eta * one / (2 * (1 - eta * one)),
            ),
            Series(
                "Each factor is exp(-2 eta lambda) even in the second order of x = eta lambda.",
                sp.log(1 - 2 * x + 2 * x**2),
                x,
                3,
                -2 * x,
            ),
            ranks_as_variances(),
            gamma_integral(),
            Identity(
                "So F_D is Gamma(s)/A (2 eta D)^-s, where Gamma(s)/A is Gamma(1+s)/(B-1); and k_D, "
                "with 2A for B, is this.",
                eta**2 * sp.gamma((2 * A - 1) / A) / A * (2 * eta * D) ** (-(2 * A - 1) / A),
                tail * D ** (1 / A - 2),
            ),
            Identity(
                "In Laplace transforms R is F/(1-k). For a small frequency z that of F is "
                "Gamma(1-s) z^(s-1), but for its factor; that of k is K, and its slope "
                "-Gamma(1/A) z^(-1/A), but for the factor of k, integrates to this times "
                "z^(1-1/A).",
                -sp.gamma(1 / A) / (1 - 1 / A),
                sp.gamma(1 / A - 1),
            ),
            Series(
                "Where k departs from K by the factor of k times x e, with e = z^(1-1/A) small, "
                "the quotient F/(1-k) has this expansion.",
                1 / (1 - K - x * e),
                e,
                2,
                1 / (1 - K) + x * e / (1 - K) ** 2,
            ),
            Identity(
                "Transformed back: z^(s-1) is D^-s/Gamma(1-s), and z^(s-1/A) is "
                "D^(1/A-1-s)/Gamma(1/A-s).",
                start
                * sp.gamma(1 - S)
                * (
                    D**-S / sp.gamma(1 - S) / (1 - K)
                    + feedback * D ** (1 / A - 1 - S) / sp.gamma(1 / A - S) / (1 - K) ** 2
                ),
                law,
            ),
        ),
        law=Law(law, D),
    )  # fmt: skip


def balance(claim: str) -> Step:
    """The best compromise between a falling power a/y^b and a rising cost c y."""
    a, b, c = sp.symbols("a b c", positive=True)
    place = (a * b / c) ** (1 / (b + 1))
    return Minimum(
        claim,
        a * y**-b + c * y,
        y,
        place,
        a * b * (b + 1) * place ** (-b - 2),
    )


BALANCE = (
    Variable(y, reals(0, usual=(QUARTER, 3)), "what is balanced"),
    *(
        Variable(sp.Symbol(name, positive=True), reals(0, usual=(QUARTER, 3)), meaning)
        for name, meaning in (
            ("a", "factor of the falling power"),
            ("b", "its exponent"),
            ("c", "cost"),
        )
    ),
)


@derivation
def frontier() -> Derivation:
    """At a cost C = P D: N_opt ~ C^(1/(1+A)), L ~ C^(-(B-1)/(1+A))."""
    power = (B - 1) / (1 + A)
    level = sp.Symbol("E", positive=True)
    c = sp.gamma(1 + S) / (B - 1) * (2 * eta) ** (-S)
    known = sp.gamma(1 + S) / A
    features = (2 * eta * C) ** (1 / (1 + A)) * known ** (-A / ((B - 1) * (1 + A)))
    tail = features ** (1 - B) / (B - 1)
    law = (1 + A) / (B - 1) * features ** (1 - B) - features**-B / 2
    return Derivation(
        name="linear.frontier",
        statement="At a cost C = P D, features times samples, the best number of features grows as "
        "C^(1/(1+A)), whatever the target, and the loss falls as C^(-(B-1)/(1+A)).",
        source="Lin2024, compute-optimal allocation",
        assumptions=(
            MODEL,
            "The model has the first P features and sees D samples once, in steps small enough to "
            "be a flow, without label noise; larger steps multiply the loss by a constant.",
            "The loss is the sum of the two laws, of features and of samples. The exact loss is "
            "less, by a factor that depends on 2 eta D P^-A alone: the exponents are exact, and "
            "the prefactor is an upper bound.",
        ),
        size=Variable(C, reals(0, usual=(500, 9999)), "cost, P D"),
        parameters=(SPECTRUM, TARGET, RATE),
        auxiliary=(
            SPOT, POWER, *BALANCE,
            Variable(tau, reals(0, usual=(QUARTER, 2)), "2 eta D P^-A"),
            Variable(level, reals(0, 2), "integral over the features learned"),
            Variable(P, integers(1, usual=(5, 99)), "features"),
        ),
        steps=(
            ranks_as_variances(),
            Identity(
                "Exactly, the features i <= P leave a sum of i^-B exp(-2 eta D i^-A). With "
                "2 eta D = tau P^A and u = v P^-A it is P^(1-B)/A times E, the integral of "
                "v^(s-1) exp(-tau v) from v = 1 on. In parts, its slope in tau is "
                "-(exp(-tau) + s E)/tau.",
                sp.Derivative(u**s * sp.exp(-tau * u), u),
                s * u ** (s - 1) * sp.exp(-tau * u) - tau * u**s * sp.exp(-tau * u),
            ),
            Identity(
                "With the tail of the features that are missing, P^(1-B)/(B-1), the loss is "
                "P^(1-B) times a function of tau alone. At given C, where 2 eta C = tau P^(1+A), "
                "the slope of tau^((B-1)/(1+A)) times it, in ln tau, has the sign of the last "
                "bracket, which rises with tau: there is one best tau, the best P is a multiple of "
                "C^(1/(1+A)), and these are the exponents.",
                power * (1 / (B - 1) + level / A) - (sp.exp(-tau) + S * level) / A,
                (A - (1 + A) * sp.exp(-tau) - S * level) / (A * (1 + A)),
            ),
            balance(
                "For the sum of the two laws, P^(1-B)/(B-1) + c D^-s with D = C/P, this is the "
                "compromise of two powers in y = P^s: a y^-A + c C^-s y, a = 1/(B-1), is least at "
                "y^(A+1) = C^s/(c s)."
            ),
            Identity(
                "There c D^-s is P^(1-B)/s, A times the tail. Together, with the tail's next term, "
                "-P^-B/2, and P = (C^s/(c s))^(1/(s (1+A))).",
                tail + A * tail - features**-B / 2,
                law,
            ),
        ),
        law=Law(law, C),
        finite=sp.zeta(B, features + 1) + c * (C / features) ** (-S),
        finite_size=COUNT ** (1 + A) * known ** (A / (B - 1)) / (2 * eta),
        finite_order=B + 1,
        finite_everywhere=False,
        uses=("linear.parameters", "linear.data"),
    )  # fmt: skip
