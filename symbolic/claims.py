"""What published sources assert about scaling laws, and what is true."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from symbolic.sources import SOURCES

Status = Literal["holds", "conditional", "wrong", "empirical"]


@dataclass(frozen=True)
class Claim:
    """One assertion of a published source.

    Attributes
    ----------
    source : str
        Author-year key in `symbolic.sources`.
    place : str
        Where in the source.
    statement : str
        What it says, in our words.
    value : str or None
        The exponent it claims, as an exact number, where it claims one.
    status : str
        "holds", "conditional", "wrong" or "empirical".
    correction : str
        The condition, or what is true instead; empty for a claim that holds.
    derivation : str
        Name of the derivation that decides it.
    part : str
        What it speaks of: "exponent", "prefactor", "law" or "argument".
    """

    source: str
    place: str
    statement: str
    value: str | None
    status: Status
    correction: str
    derivation: str
    part: Literal["exponent", "prefactor", "law", "argument"]

    def __post_init__(self) -> None:
        if self.source not in SOURCES:
            raise ValueError(f"unknown source {self.source!r}; known: {', '.join(SOURCES)}")
        if self.status in ("wrong", "conditional") and not self.correction:
            raise ValueError(f"a {self.status} claim needs its correction: {self.statement}")


_CHO_DATA = "The scaling law for Bernoulli w.r.t. the dataset size"
_NOTES_WHY = "Why is it power law or linear in log-log?"

CLAIMS: tuple[Claim, ...] = (
    Claim(
        "Cho2020",
        "introduction",
        "the scaling law is inevitable from using log loss with a maximum-entropy model",
        None,
        "wrong",
        "exponent 1 comes from Var(p̂) = p(1-p)/N and from the loss being smooth and quadratic at "
        "its minimum, as any smooth proper loss is; log loss only sets the prefactor to 1/2. The "
        "coin can give no other exponent, while 0.05 to 0.5 are observed",
        "bernoulli.data",
        "argument",
    ),
    Claim(
        "Cho2020",
        f"{_CHO_DATA}, cases p* = 1 and p* = 0",
        "with p* = 1 the bracket β/α - 1 may be positive, negative or zero",
        None,
        "wrong",
        "p* = 1 forces α = β = 1: without pseudocount the loss is 0 after the first toss and there "
        "is nothing to scale; with pseudocount k it is log((N+2k)/(N+k)) ~ k/N",
        "bernoulli.boundary",
        "law",
    ),
    Claim(
        "Cho2020",
        f"{_CHO_DATA}, second equation",
        "-L(N+Δ) = p* log(N₁+Δ₁) + (1-p*)(N+Δ-N₁-Δ₁) - log(N+Δ)",
        None,
        "wrong",
        "the second term lacks its logarithm: (1-p*) log(N+Δ-N₁-Δ₁)",
        "improvement.data",
        "argument",
    ),
    Claim(
        "Cho2020",
        f"{_CHO_DATA}, third equation",
        "L(N) - L(N+Δ) equals p*Δ₁/N₁ + (1-p*)(Δ-Δ₁)/(N-N₁) - Δ/N",
        None,
        "conditional",
        "first order only, and only for Δ much smaller than N min(α, 1-α); the dropped terms "
        "-x²/2 are of the same order in expectation, however small Δ/N is",
        "improvement.data",
        "argument",
    ),
    Claim(
        "Cho2020",
        f"{_CHO_DATA}, last equation",
        "the improvement from Δ more tosses is inversely proportional to N",
        "1",
        "wrong",
        "the bracket is (p-α)(β-α)/(α(1-α)): it vanishes at α = p. The mean improvement is "
        "Δ/(2N²), exponent 2; one realisation is of size √Δ N^(-3/2) with either sign; 1/N holds "
        "only for a frozen wrong frequency α ≠ p, whose loss does not vanish",
        "improvement.data",
        "exponent",
    ),
    Claim(
        "Cho2020",
        f"{_CHO_DATA}, use of log(1+x) ≈ x",
        "the first order of log(1+x) suffices for the improvement",
        None,
        "wrong",
        "its expectation is Δ/N², twice the true Δ/(2N²)",
        "improvement.data",
        "prefactor",
    ),
    Claim(
        "Cho2020",
        f"{_CHO_DATA}, motivation",
        "an improvement that diminishes with N shows a structure like a power law",
        None,
        "conditional",
        "necessary, not sufficient: exp(-N) and 1/log N diminish too. The power law follows from "
        "dL/dN = -2L/N + 1/(2N²), whose second term, the noise of new tosses, is missing",
        "improvement.recursion",
        "law",
    ),
    Claim(
        "Anonymous2024",
        _NOTES_WHY,
        "the error of the mean of Gaussian variables is σ²/N",
        "1",
        "holds",
        "",
        "gaussian.data",
        "exponent",
    ),
    Claim(
        "Anonymous2024",
        _NOTES_WHY,
        "log(error) is -log(N)",
        None,
        "conditional",
        "up to the constant: log(error) = log(d σ²) - log(N), in d dimensions",
        "gaussian.data",
        "prefactor",
    ),
    Claim(
        "Anonymous2024",
        "Key Points/FAQ(s)",
        "loss and dataset size are linear on a log-log plot",
        None,
        "conditional",
        "the excess loss is: the negative log likelihood itself keeps the entropy as its floor and "
        "bends on a log-log plot; the excess here is d/(2N)",
        "gaussian.likelihood",
        "law",
    ),
)


def claims_on(derivation: str) -> tuple[Claim, ...]:
    """The claims that a derivation decides."""
    return tuple(claim for claim in CLAIMS if claim.derivation == derivation)
