"""What slides, a newsletter and reading notes assert about published theories."""

from symbolic.claim import Claim

_WARM_UP = "'Resolution-limited regime', warm up I"
_RESOLUTION = "summary of resolution-limited scaling"
_NOTES_WHY = "Why is it power law or linear in log-log?"

CLAIMS = (
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
    Claim(
        "Reform2024",
        _WARM_UP,
        "|x - x̂_NN| ≃ D^(-1/d) for uniform points on a compact manifold of dimension d",
        "1/d",
        "holds",
        "",
        "neighbor.distance",
        "exponent",
    ),
    Claim(
        "Reform2024",
        _WARM_UP,
        "|f(x) - f̂(x)| <= (Lip f + Lip f̂) |x - x̂_NN| bounds the error of an interpolator",
        None,
        "conditional",
        "where f̂ has a Lipschitz constant at all. The nearest neighbour, the example at hand, "
        "jumps, and has none; it obeys the bound all the same, with Lip f alone, since "
        "f̂(x) = f(x̂)",
        "neighbor.lipschitz",
        "argument",
    ),
    Claim(
        "Reform2024",
        _WARM_UP,
        "the absolute error is at most of order D^(-1/d), if f and f̂ have bounded Lipschitz "
        "constants",
        "1/d",
        "holds",
        "",
        "torus.absolute",
        "exponent",
    ),
    Claim(
        "Reform2024",
        "'Resolution-limited regime', warm up II",
        "interpolating O(P) random pairs gives an absolute error of at most order P^(-1/d), by "
        "the same argument",
        "1/d",
        "conditional",
        "with the same premise on Lip f̂; for the nearest neighbour of P points without it",
        "neighbor.lipschitz",
        "exponent",
    ),
    Claim(
        "Reform2024",
        "'Resolution-limited regime', why are you telling me this",
        "these are upper bounds, not necessarily saturated",
        "1/d",
        "conditional",
        "the nearest neighbour saturates the bound on the absolute error; its squared error has "
        "exponent 2/d",
        "sphere.absolute",
        "exponent",
    ),
    Claim(
        "Reform2024",
        _WARM_UP,
        "the law holds for x_i uniform on a compact manifold",
        None,
        "holds",
        "",
        "interval.absolute",
        "law",
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "the Taylor expansion of the loss around the nearest training point begins at second "
        "order, so that α = 2/d",
        "2/d",
        "conditional",
        "for the squared error of a smooth function on a manifold without boundary; the absolute "
        "error has 1/d",
        "torus.squared",
        "exponent",
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "for a simple nearest neighbour classifier α = 2/d, if the loss is sufficiently nice",
        "2/d",
        "conditional",
        "the loss that belongs to a classifier, the share of wrong classes, is not: it falls with "
        "1/d, since at a jump between classes there is no Taylor expansion. So does the squared "
        "error of any function that jumps",
        "torus.zero_one",
        "exponent",
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "halving the distance between points takes 2^d times as many of them",
        "1/d",
        "holds",
        "",
        "neighbor.distance",
        "exponent",
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "in general one might expect α ≥ 2/d",
        "2/d",
        "conditional",
        "for squared errors of smooth functions, and for large D: size and sign of the correction "
        "depend on the curvature of the manifold",
        "sphere.squared",
        "exponent",
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "a test point will be near some training point, and the model predicts the same output",
        None,
        "conditional",
        "that is right except where the boundary between the classes passes between the two, which "
        "has a probability of order D^(-1/d): for a classifier this is the loss",
        "sphere.zero_one",
        "law",
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "the training data are a net that covers the d-dimensional manifold, so that α = 2/d",
        "2/d",
        "conditional",
        "for large D. A boundary changes neither exponent nor prefactor, but adds a correction of "
        "relative order D^(-1/d): on an interval the squared error is 1 + 4/(D+3) times that on "
        "the circle",
        "interval.squared",
        "law",
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "the first term of the Taylor expansion is the second-order one, since the loss is "
        "minimised at the training point",
        None,
        "conditional",
        "for a loss that has an expansion; the share of wrong classes on an interval is "
        "1/(2(D+1)), first order in the distance, near its boundary and far from it",
        "interval.zero_one",
        "argument",
    ),
    Claim(
        "Anonymous2024",
        _NOTES_WHY,
        "log(error) = (-1/d) log(N), d the intrinsic dimension of the data",
        "1/d",
        "conditional",
        "for the absolute error or the share of wrong classes of the nearest neighbour, up to a "
        "constant; the squared error has 2/d",
        "torus.absolute",
        "exponent",
    ),
    Claim(
        "Anonymous2024",
        _NOTES_WHY,
        "exponents represent the intrinsic dimension of the data",
        None,
        "conditional",
        "they do for interpolation of smooth functions, through 1/d, 2/d or 4/d by loss and "
        "interpolant; for a parametric model the exponent is 1 whatever the dimension",
        "sphere.squared",
        "argument",
    ),
)
