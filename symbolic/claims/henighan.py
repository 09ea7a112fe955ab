"""What Henighan et al. (2020) assert about autoregressive models, and what follows from it."""

from symbolic.claim import Claim
from symbolic.published import DOMAINS, PUBLISHED

_ABSTRACT = "abstract"
_CONCLUSION = "conclusion"

CLAIMS = (
    Claim(
        "Henighan2020",
        _ABSTRACT,
        "the loss is a power law plus a constant in model size and in compute",
        None,
        "empirical",
        "",
        "henighan.reducible",
        "law",
    ),
    Claim(
        "Henighan2020",
        _ABSTRACT,
        "the cross entropy is S(True) + KL(True‖Model)",
        None,
        "holds",
        "",
        "entropy.contexts",
        "law",
    ),
    Claim(
        "Henighan2020",
        "Figure 1",
        "under plausible assumptions the irreducible loss estimates the entropy of the data",
        None,
        "conditional",
        "if the form of the approach is right: over two decades the floor of a loss with a small "
        "exponent is not identified, and a power law without a floor shows α(1 - E/L)",
        "chinchilla.without_floor",
        "law",
    ),
    Claim(
        "Henighan2020",
        "equation 4.1",
        "the mutual information of captions and images grows logarithmically with model size",
        None,
        "conditional",
        "over a few decades: a logarithm is the first term of N^-α",
        "entropy.information",
        "law",
    ),
    Claim(
        "Henighan2020",
        "excerpt before the conclusion",
        "learning curves merge with L(D): nothing is gained by more than one epoch",
        None,
        "conditional",
        "the source calls it a plausible hypothesis. For quanta the two differ by a constant "
        "factor that tends to 1 as one sighting suffices; for linear regression the exponents "
        "agree only where the target is no rougher than the inputs",
        "entropy.merging",
        "law",
        also=("epochs.merging", "epochs.ridge"),
    ),
    Claim(
        "Henighan2020",
        _CONCLUSION,
        "larger models become more sample-efficient",
        None,
        "conditional",
        "given either of the joint forms, whose loss at fixed data falls with N; the forms "
        "themselves are fitted",
        "kaplan.joint",
        "law",
        also=("quanta.joint",),
    ),
    Claim(
        "Henighan2020",
        _CONCLUSION,
        "the exponent of N_opt in C is about 0.7 for all data distributions",
        "0.7",
        "empirical",
        "no toy of this laboratory gives it with honest accounting: quanta have 1/(2+a), linear "
        "regression 1/(1+A), an additive law β/(α+β). Counting without embeddings does",
        "counting.non_embedding",
        "law",
        also=("henighan.optimal_size", "quanta.frontier", "linear.frontier"),
    ),
    Claim(
        "Henighan2020",
        _CONCLUSION,
        "the trend implies a dual trend for the number of tokens",
        None,
        "holds",
        "D_opt ~ C^(1-β)",
        "henighan.tokens",
        "law",
    ),
    Claim(
        "Henighan2020",
        _CONCLUSION,
        "larger compute budgets should be spent mostly on larger models",
        None,
        "conditional",
        "it rests on the exponent 0.7; with all parameters counted the frontier of Hoffmann's fit "
        "has 0.46, that of the refit 0.51",
        "chinchilla.frontier",
        "law",
    ),
    Claim(
        "Henighan2020",
        "excerpt of the conclusion",
        "the exponent NoptC0.7",
        "0.7",
        "wrong",
        "the formula was garbled: N_opt ∝ C^0.7",
        "henighan.optimal_size",
        "argument",
    ),
    Claim(
        "Henighan2020",
        "caption of Table 1",
        "in most cases the irreducible losses match quite well between model size and compute",
        None,
        "holds",
        "eight of the nine pairs that are not 0 differ by at most 7 %; for mathematics it is 0.28 "
        "against 0.14",
        "henighan.reducible",
        "law",
    ),
    *(
        Claim(
            "Henighan2020",
            f"Table 1, {domain}",
            f"N_opt ∝ C^{PUBLISHED['Henighan2020', f'beta, {domain}'].printed}",
            PUBLISHED["Henighan2020", f"beta, {domain}"].printed,
            "empirical",
            "beside it stands α_C/α_N, which it must equal if the parameters cause a fixed share "
            "of the reducible loss",
            "henighan.optimal_size",
            "law",
        )
        for domain in DOMAINS
    ),
)
