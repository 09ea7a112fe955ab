"""What Cho (2020) asserts about the coin as a model of scaling laws."""

from symbolic.claim import Claim

_DATA = "The scaling law for Bernoulli w.r.t. the dataset size"
_MODEL = "The scaling law for Bernoulli w.r.t. the model size"
_COMPUTE = "The scaling law for Bernoulli w.r.t. the compute amount"

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
        "exponent",
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
        "√Δ N^(-3/2) in root mean square, with random sign, 2√(N/Δ) times its mean",
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
    Claim(
        "Cho2020",
        f"{_DATA}, substitution",
        "N₁ = αN and Δ₁ = βΔ with α, β in [0, 1], and Δ₁ ≪ N₁ follows naturally from Δ ≪ N",
        None,
        "conditional",
        "0 < α < 1 is needed, and both Δ₁ ≪ N₁ and Δ-Δ₁ ≪ N-N₁. With p* = 0 or 1, the two cases "
        "that the text goes on to use, α is 0 or 1 and the expansion does not exist",
        "improvement.frozen",
        "argument",
    ),
    Claim(
        "Cho2020",
        f"{_DATA}, first equation",
        "the loss is that of the observed frequency N₁/N",
        None,
        "conditional",
        "its expectation is infinite, since N₁ = 0 and N₁ = N have positive probability: a "
        "pseudocount or a condition is needed. Neither changes the leading term 1/(2N); for a "
        "rare face, p = λ/N, both do",
        "rare.poisson",
        "law",
        also=("bernoulli.data",),
    ),
    Claim(
        "Cho2020",
        f"{_DATA}, introduction",
        "a coin stands for a grand neural autoregressive model",
        None,
        "conditional",
        "with K outcomes the exponent stays 1 and the prefactor becomes (K-1)/2; the summed loss "
        "of predicting one toss after another grows as (1/2) log N",
        "categorical.data",
        "prefactor",
        also=("code_length.prequential",),
    ),
    Claim(
        "Cho2020",
        f"{_DATA}, last equation",
        "more tosses change the loss by Δ/N times a bracket",
        None,
        "wrong",
        "through the noise that they bring as well: without noise, with N₁ the whole number "
        "nearest to Np, the loss is of order N^-2",
        "quota.sampling",
        "exponent",
    ),
    Claim(
        "Cho2020",
        _MODEL,
        "the model tosses until its capacity is saturated",
        None,
        "conditional",
        "what then happens decides the exponent in the number of states: two counters that halve "
        "or stop have 1/2, an automaton of one number 1, an answer that is only stored 2, an "
        "up/down counter 0",
        "memory.halving",
        "law",
        also=(
            "automata.automaton",
            "automata.automaton_divergence",
            "automata.quantiser",
            "automata.updown",
            "updown.estimation",
        ),
    ),
    Claim(
        "Cho2020",
        _MODEL,
        "deep nets are far from optimal in the sense of compressing data",
        None,
        "empirical",
        "in the toy an approximate counter, which needs log log N bits for a stream of any length, "
        "changes the prefactor only",
        "memory.morris",
        "argument",
        also=("memory.morris_levels",),
    ),
    Claim(
        "Cho2020",
        _COMPUTE,
        "the number of SGD steps largely dictates the maximum magnitude of the weights",
        None,
        "conditional",
        "for a coin that always shows the same face: the logit then grows as log(ηt) under "
        "gradient descent and as ηt under normalised steps. For 0 < p < 1 it stops at logit(p)",
        "descent.flow",
        "law",
        also=(
            "descent.discrete",
            "adaptive.normalised",
            "interior.gradient",
            "interior.gradient_steps",
        ),
    ),
    Claim(
        "Cho2020",
        _COMPUTE,
        "the resolution of the computed probability is largely determined by the magnitude of the "
        "weights",
        None,
        "holds",
        "",
        "objective.softmax",
        "argument",
        also=("descent.flow",),
    ),
    Claim(
        "Cho2020",
        _COMPUTE,
        "more SGD updates let the net identify the target probability more precisely",
        None,
        "conditional",
        "with steps a/t the exponent is min(1, 2 a p(1-p)), which is 2p(1-p) <= 1/2 for a = 1; "
        "with constant steps there is a floor, which averaging of predictions removes and "
        "averaging of weights does not",
        "stochastic.sgd",
        "exponent",
        also=(
            "stochastic.sgd_critical",
            "stochastic.sgd_slow",
            "interior.constant_step",
            "averaging.predictions",
            "averaging.weights",
        ),
    ),
    Claim(
        "Cho2020",
        _COMPUTE,
        "different optimization strategies may result in radically different scaling laws",
        None,
        "holds",
        "for a coin that always shows the same face: exponent 1 by gradient descent, with momentum "
        "and by Adagrad, 2 by Nesterov's method, 1 - g with steps t^-g, exponential by Newton's "
        "method, normalised steps and Adam with ε = 0, a floor with weight decay",
        "optimisers.nesterov",
        "exponent",
        also=(
            "descent.schedule",
            "descent.schedule_inverse",
            "objective.squared",
            "objective.squared_log",
            "optimisers.momentum",
            "adaptive.adagrad",
            "adaptive.newton",
            "adaptive.adam",
            "optimisers.adam_epsilon",
            "adagrad.steps",
            "weight_decay.descent",
            "deep_linear.flow",
        ),
    ),
    Claim(
        "Cho2020",
        f"{_DATA}, conclusion",
        "scaling laws arise naturally from maximum entropy and the log loss",
        None,
        "wrong",
        "any smooth loss of the Fenchel-Young family has exponent 1 in the data, with prefactor "
        "Ω''(p) p(1-p)/2",
        "fenchel_young.data",
        "exponent",
        also=("fenchel_young.conditional",),
    ),
    Claim(
        "Cho2020",
        "Final thoughts",
        "moving away from maximum entropy and log loss changes the scaling",
        None,
        "conditional",
        "not the exponent in the data as long as the loss is smooth; the exponent in compute "
        "becomes α/(2-α) for α-entmax, exponential for sparsemax",
        "fenchel_young.flow",
        "exponent",
        also=(
            "entmax.three_halves",
            "entmax.sparsemax",
            "entmax.exponential",
            "entmax.readout",
            "entmax_steps.power",
            "entmax_steps.sparsemax",
        ),
    ),
    Claim(
        "Cho2020",
        "Final thoughts",
        "a margin ranking loss is a promising direction",
        None,
        "conditional",
        "a hinge has no power law: it is exponential in the data at a fixed p ≠ 1/2, and exactly "
        "zero after 1/η steps",
        "hinge.data",
        "law",
        also=("hinge.flow", "hinge.ranking"),
    ),
)
