"""What a newsletter (Shah 2021) asserts about theories of scaling laws."""

from symbolic.claim import Claim

_RESOLUTION = "summary of resolution-limited scaling"
_VARIANCE = "summary of variance-limited scaling"
_RATES = "summary of 'A Theory of Universal Learning'"

CLAIMS = (
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
        "Shah2021",
        _RESOLUTION,
        "piecewise linear interpolation deviates by order D^(-2/d)",
        "2/d",
        "conditional",
        "for targets with two derivatives, by Delaunay interpolation away from the hull; linear "
        "interpolation on the d+1 nearest points has no finite mean square for d >= 2",
        "linear_interpolation.circle_absolute",
        "exponent",
        also=("delaunay.absolute",),
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "for the L2 loss piecewise linear interpolation has α = 4/d",
        "4/d",
        "conditional",
        "for targets with two derivatives, in the interior",
        "linear_interpolation.circle_squared",
        "exponent",
        also=("delaunay.squared", "linear_interpolation.uniform_knots"),
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "in general α ≥ 4/d for the L2 loss",
        "4/d",
        "conditional",
        "a kink in the target, as any ReLU teacher has, gives 3/d",
        "linear_interpolation.kink",
        "exponent",
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "the training data are fitted perfectly, so the loss there is zero",
        None,
        "conditional",
        "without noise in the labels: with it a fixed number k of neighbours leaves a floor σ²/k, "
        "and the best k gives 4/(d+4)",
        "neighbors_average.floor",
        "law",
        also=(
            "best_neighbors.optimal",
            "best_neighbors.optimal_circle",
            "best_neighbors.boundary",
            "best_neighbors.lipschitz",
        ),
    ),
    Claim(
        "Shah2021",
        _RESOLUTION,
        "with the number X of parts as bottleneck α ≥ 2/d by the same argument",
        "2/d",
        "conditional",
        "for X cells of a regressogram with endless data; at fixed X the data bring exponent 1",
        "regressogram.cells",
        "exponent",
    ),
    Claim(
        "Shah2021",
        "summary of the experiments",
        "GPT has α significantly larger than 4/d, in accordance with the equality",
        None,
        "wrong",
        "in accordance with the inequality α ≥ 4/d",
        "linear_interpolation.kink",
        "argument",
    ),
    Claim(
        "Shah2021",
        "summary of the experiments",
        "α and the intrinsic dimension can be measured independently and compared",
        None,
        "conditional",
        "the dimension by two neighbours is unbiased on a flat torus only: curvature biases it "
        "upwards, boundaries downwards, and finite sizes bias α",
        "intrinsic.two_nn",
        "law",
    ),
    Claim(
        "Shah2021",
        _VARIANCE,
        "the variance of the gradient scales as 1/D, hence α = 1",
        "1",
        "conditional",
        "where the minimum is regular, and up to a bias of the same order 1/D",
        "variance_limited.data",
        "exponent",
    ),
    Claim(
        "Shah2021",
        _VARIANCE,
        "one must be equally likely to be wrong in all directions",
        None,
        "wrong",
        "no symmetry is needed: any mean of order 1/D enters at the order of the result",
        "variance_limited.bias",
        "argument",
    ),
    Claim(
        "Shah2021",
        _VARIANCE,
        "the loss scales as 1/w in the width w",
        "1",
        "conditional",
        "towards its limit at infinite width, and up to a bias of the same order 1/w",
        "variance_limited.width",
        "exponent",
    ),
    Claim(
        "Shah2021",
        _RATES,
        "there are only three universal rates: exponential, linear and arbitrarily slow",
        None,
        "conditional",
        "for classes, in the worst distribution; a single distribution may have any power, and a "
        "fitted exponent cannot tell a slow rate from an exponential one by its value",
        "rates.slow",
        "law",
        also=("rates.exponential", "rates.linear", "rates.geometric"),
    ),
    Claim(
        "Shah2021",
        _RATES,
        "a learning curve can be faster than the worst case over distributions",
        None,
        "holds",
        "",
        "rates.exponential",
        "law",
    ),
)
