"""What Cho (2020) asserts about the coin as a model of scaling laws."""

from symbolic.claim import Claim

_DATA = "The scaling law for Bernoulli w.r.t. the dataset size"
_MODEL = "The scaling law for Bernoulli w.r.t. the model size"

CLAIMS = (
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
        f"{_DATA}, cases p* = 1 and p* = 0",
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
        f"{_DATA}, second equation",
        "-L(N+Δ) = p* log(N₁+Δ₁) + (1-p*)(N+Δ-N₁-Δ₁) - log(N+Δ)",
        None,
        "wrong",
        "the second term lacks its logarithm: (1-p*) log(N+Δ-N₁-Δ₁)",
        "improvement.data",
        "argument",
    ),
    Claim(
        "Cho2020",
        f"{_DATA}, fourth equation",
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
        f"{_DATA}, last equation",
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
        f"{_DATA}, use of log(1+x) ≈ x",
        "the first order of log(1+x) suffices for the improvement",
        None,
        "wrong",
        "its expectation is Δ/N², twice the true Δ/(2N²)",
        "improvement.data",
        "prefactor",
    ),
    Claim(
        "Cho2020",
        f"{_DATA}, motivation",
        "an improvement that diminishes with N shows a structure like a power law",
        None,
        "conditional",
        "necessary, not sufficient: exp(-N) and 1/log N diminish too. The power law follows from "
        "dL/dN = -2L/N + 1/(2N²), whose second term, the noise of new tosses, is missing",
        "improvement.recursion",
        "law",
    ),
    Claim(
        "Cho2020",
        f"{_DATA}, after the case distinction",
        "the magnitude of the change is largely determined by Δ/N, with N in the denominator",
        "1",
        "conditional",
        "holds for a frequency α that is frozen at a value other than p: the improvement is then "
        "Δ (p-α)²/(α(1-α)) / N, while the loss keeps the floor KL(p‖α)",
        "improvement.frozen",
        "exponent",
    ),
    Claim(
        "Cho2020",
        f"{_DATA}, after the case distinction",
        "the second factor largely dictates the sign of the change",
        None,
        "conditional",
        "it dictates its size as well: at a frequency that was itself tossed the improvement is "
        "√Δ N^(-3/2) in root mean square, with random sign, √(N/Δ) times its mean",
        "fluctuation.interior",
        "law",
    ),
    Claim(
        "Cho2020",
        f"{_DATA}, case p* = 1",
        "with p* = 1 the loss drops if the extra tosses reflect the true distribution better",
        None,
        "wrong",
        "with p* = 1 every toss shows heads: the loss drops with every toss, by kΔ/N² with "
        "pseudocount k, and is 0 from the first toss on without",
        "improvement.boundary",
        "law",
    ),
    Claim(
        "Cho2020",
        f"{_DATA}, case p* = 1",
        "with p* = 1 the loss may increase, if α > β",
        None,
        "wrong",
        "it never does: the improvement has no noise, and its mean square is (kΔ)²/N⁴, the square "
        "of its mean",
        "fluctuation.boundary",
        "law",
    ),
    Claim(
        "Cho2020",
        _MODEL,
        "with N = exp(|θ|) the dependence on N disappears: the change of the loss does not depend "
        "on the bits that the model has",
        None,
        "wrong",
        "that is the relative increase of N, e^δ - 1; the improvement of the loss is "
        "(e^-θ/2)(1 - e^-δ), exponential in θ. And log(1+x) ≈ x needs δ much smaller than 1",
        "capacity.exponential_nats",
        "law",
    ),
    Claim(
        "Cho2020",
        _MODEL,
        "the basis of the bits is arbitrary",
        None,
        "holds",
        "it sets the rate of the exponential, log 2 a bit. (A counter of θ bits reaches 2^θ - 1, "
        "which is where the corrections of the two laws differ)",
        "capacity.exponential_bits",
        "law",
    ),
    Claim(
        "Cho2020",
        f"{_MODEL}, N = |θ|^c",
        "(|θ|+δ)²/|θ|² = 2δ/|θ| + (δ/|θ|)²",
        None,
        "wrong",
        "the left-hand side lacks -1; the right-hand side is that of (|θ|+δ)²/|θ|² - 1",
        "capacity.power",
        "argument",
    ),
    Claim(
        "Cho2020",
        f"{_MODEL}, N = |θ|^c",
        "with N = |θ|^c the improvement is inversely proportional to the model size",
        "1",
        "wrong",
        "the relative increase of N is, c δ/θ; the improvement of the loss is "
        "(c δ/2) θ^-(c+1), exponent c + 1, and the loss has exponent c",
        "capacity.improvement",
        "exponent",
    ),
    Claim(
        "Cho2020",
        _MODEL,
        "a model of size |θ| can count up to exp(|θ|)",
        None,
        "conditional",
        "if each counter has θ nats of its own. |θ| is introduced as what represents both N and "
        "N₁: if they share it, N_max is about √2 e^(θ/2), and the loss e^(-θ/2)/(2√2)",
        "capacity.shared_nats",
        "law",
    ),
    Claim(
        "Cho2020",
        _MODEL,
        "|θ| is the number of bits allowed to represent N and N₁",
        None,
        "conditional",
        "with bits shared by both counters the loss is 2^(-θ/2)/(2√2), half the rate of a memory "
        "for each",
        "capacity.shared_bits",
        "law",
    ),
    Claim(
        "Cho2020",
        _MODEL,
        "increasing the number of parameters is not optimally done in terms of compression",
        None,
        "empirical",
        "in the toy itself: two counters that share a memory of n states use it with exponent 1/2",
        "capacity.shared_states",
        "argument",
    ),
)
