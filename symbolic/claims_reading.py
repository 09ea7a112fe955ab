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
        "|x - x̂_NN| ≃ D^(-1/d) for points on a compact manifold of dimension d",
        "1/d",
        "conditional",
        "for a density that is bounded below; for Gaussian inputs in few dimensions the mean of "
        "r^k has another exponent. 'For all 1 ≤ i ≤ d' is a slip for D",
        "neighbor.distance",
        "exponent",
    ),
    Claim(
        "Reform2024",
        _WARM_UP,
        "assuming that f and f̂ have bounded Lipschitz constants, the absolute error is at most of "
        "order D^(-1/d)",
        "1/d",
        "conditional",
        "the nearest neighbour, the example at hand, jumps: it has no bounded Lipschitz constant. "
        "It obeys the bound all the same, with Lip(f) alone, since f̂(x) = f(x̂)",
        "neighbor.lipschitz",
        "argument",
    ),
    Claim(
        "Reform2024",
        _WARM_UP,
        "the absolute error of an interpolator is at most of order D^(-1/d)",
        "1/d",
        "holds",
        "",
        "torus.absolute",
        "exponent",
    ),
    Claim(
        "Reform2024",
        "'Resolution-limited regime', warm up II",
        "interpolating P random pairs gives an absolute error of at most order P^(-1/d)",
        "1/d",
        "holds",
        "",
        "torus.absolute",
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
        "x_i are uniform on a compact manifold",
        None,
        "conditional",
        "a boundary is allowed, but bends the law: on an interval the distance has the same "
        "exponent and prefactor",
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
        "a simple nearest neighbour classifier has α = 2/d",
        "2/d",
        "wrong",
        "the share of wrong classes falls with 1/d: at a jump between classes there is no Taylor "
        "expansion. So does the squared error of any function that jumps",
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
        "near a training point the model will predict the same output, which is right",
        None,
        "conditional",
        "except where the boundary between the classes passes between the two, which has a "
        "probability of order D^(-1/d): this is the loss",
        "sphere.zero_one",
        "law",
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "the law holds on any manifold of dimension d",
        "2/d",
        "conditional",
        "a boundary adds a correction of relative order D^(-1/d), larger than any that a closed "
        "manifold has; on an interval it is 4/D",
        "interval.squared",
        "law",
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "with a boundary a nearest neighbour classifier has α = 2/d",
        "2/d",
        "wrong",
        "1/d; where the classes meet far from the boundary it plays no part",
        "interval.zero_one",
        "exponent",
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
