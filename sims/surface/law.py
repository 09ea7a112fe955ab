"""Laws of the loss over parameters N and tokens D, and their compute-optimal frontiers.

With u = A/N^alpha, v = B/D^beta and the irreducible loss E, every form is E plus a mean of u and v:

========  ======================================  ==================================================
additive  E + u + v                               Hoffmann2022, section 3.3 (approach 3)
bracket   E + (u^(1/beta) + v^(1/beta))^beta      Kaplan2020, equation 1.5, there with E = 0: their
                                                  N_c = A^(1/alpha) and D_c = B^(1/beta)
mean      E + (u^q + v^q)^(1/q)                   q > 0; q = 1 is additive, q = 1/beta the bracket
========  ======================================  ==================================================
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from sims.errors import BadInput, unknown

FLOP_PER_TOKEN_AND_PARAMETER = 6.0
"""Training compute of a transformer, C = 6 N D (Kaplan2020, section 2.1)."""

SURFACE_FORMS = ("additive", "bracket", "mean")


class Optimum(NamedTuple):
    """The compute-optimal model, its data and its loss; each of the shape of the compute."""

    parameters: NDArray[np.float64]
    tokens: NDArray[np.float64]
    loss: NDArray[np.float64]


class FrontierExponents(NamedTuple):
    """Exponents of the compute-optimal frontier: N ~ C^a, D ~ C^b, L - E ~ C^-c, a + b = 1."""

    parameters: float
    tokens: float
    loss: float


@dataclass(frozen=True)
class Surface:
    """A law L(N, D) with its constants.

    Attributes
    ----------
    form : {"additive", "bracket", "mean"}
        How the two terms are put together; see the head of this file.
    A, B : float
        Prefactors > 0, in the unit of the loss times that of N^alpha or D^beta.
    E : float
        Irreducible loss >= 0, in the unit of the loss.
    alpha, beta : float
        Exponents > 0 of N and of D.
    q : float or None
        Order of the mean > 0, for the form "mean" alone.

    Raises
    ------
    BadInput
        If the form is unknown, or a constant is outside its range.
    """

    form: str
    A: float
    B: float
    E: float
    alpha: float
    beta: float
    q: float | None = None

    def __post_init__(self) -> None:
        if self.form not in SURFACE_FORMS:
            raise unknown("form", str(self.form), SURFACE_FORMS)
        if (self.q is None) == (self.form == "mean"):
            raise BadInput(f"form {self.form!r} with q = {self.q} is not allowed (q: mean alone)")
        for name in ("A", "B", "alpha", "beta", "q"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value > 0):
                raise BadInput(f"{name} = {value:g} is not allowed (positive and finite)")
        if not (math.isfinite(self.E) and self.E >= 0):
            raise BadInput(f"E = {self.E:g} is not allowed (zero or more, and finite)")

    @property
    def order(self) -> float:
        """The order of the mean by which the two terms are put together."""
        if self.q is not None:
            return self.q
        return 1.0 if self.form == "additive" else 1 / self.beta

    @property
    def frontier_exponents(self) -> FrontierExponents:
        """Exponents of the compute-optimal frontier, the same for every form.

        On the frontier u and v keep a constant ratio, so that N^alpha ~ D^beta and N D ~ C.
        """
        total = self.alpha + self.beta
        return FrontierExponents(
            self.beta / total, self.alpha / total, self.alpha * self.beta / total
        )

    def loss(self, parameters: ArrayLike, tokens: ArrayLike) -> NDArray[np.float64]:
        """Loss of models with N parameters trained on D tokens.

        Parameters
        ----------
        parameters, tokens : array_like
            N and D, of shapes that broadcast.

        Returns
        -------
        ndarray
            Of their common shape.

        Raises
        ------
        BadInput
            If a value is not positive and finite.
        """
        n, d = _logs(parameters, "parameters"), _logs(tokens, "tokens")
        return np.asarray(self.E + np.exp(self._log_reducible(n, d)))

    def optimum(self, flop: ArrayLike) -> Optimum:
        """The N, D and loss that are best at the compute C = 6 N D, each of the shape of `flop`.

        At a minimum of the loss along N D = C/6 the derivatives by log N of both terms balance:
        alpha u^q = beta v^q. As logarithms of u and v are linear in log N this has one solution,
        and as a sum of exponentials is convex it is the minimum.

        Parameters
        ----------
        flop : array_like
            The compute C, in FLOP.

        Returns
        -------
        Optimum

        Raises
        ------
        BadInput
            If a value is not positive and finite.
        """
        c = _logs(flop, "flop") - math.log(FLOP_PER_TOKEN_AND_PARAMETER)
        offset = math.log(self.A / self.B) + math.log(self.alpha / self.beta) / self.order
        n = (offset + self.beta * c) / (self.alpha + self.beta)
        d = c - n
        with np.errstate(over="ignore", invalid="ignore"):  # of a surface that is none
            loss = self.E + np.exp(self._log_reducible(n, d))
            return Optimum(np.asarray(np.exp(n)), np.asarray(np.exp(d)), np.asarray(loss))

    def _log_reducible(
        self, log_parameters: NDArray[np.float64], log_tokens: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Logarithm of the loss less E, without overflow whatever the order of the mean."""
        u = math.log(self.A) - self.alpha * log_parameters
        v = math.log(self.B) - self.beta * log_tokens
        return np.asarray(np.logaddexp(self.order * u, self.order * v) / self.order)


def _logs(values: ArrayLike, name: str) -> NDArray[np.float64]:
    array = np.asarray(values, dtype=float)
    bad = ~(np.isfinite(array) & (array > 0))
    if bad.any():
        raise BadInput(f"{name} = {array[bad].flat[0]:g} is not allowed (positive and finite)")
    return np.asarray(np.log(array))
