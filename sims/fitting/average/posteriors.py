"""Kernels of the averaged exponent: each model's posterior on a grid of exponents.

Letters: the loss is L = c N^-a (1 + Σ_j b_j e^(-w_j x)) + E with x = log(N/N₁) ≥ 0. Parameters are
kept as theta = (log c, a, b_1 … b_K, E), c being the amplitude at N₁. Sizes run from the largest to
the smallest, so that the window which drops the smallest sizes is a leading block of everything,
of the whitening matrix too. A model has a *kind*:

    PLAIN      correction terms with given w_j (none, one or several; w = 0 fills unused places)
    BROAD      one term whose w is known up to a factor: w e^delta, delta ~ Normal(0, breadth²),
               delta being the second b
    LOG        (1 + k x) instead of the corrections, k = K0 e^u with u ~ Normal(0, 1): log(N/N₀)
    LOG_BELOW  1/(1 + k x)
    RUNNING    e^(-u x²) with u ~ Normal(0, RUN²): an exponent a + u log N
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Array = NDArray[np.float64]
Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
Flag = bool | np.bool_
Whole = int | np.int64

PLAIN = 0
BROAD = 1
LOG = 2
LOG_BELOW = 3
RUNNING = 4

K0 = 0.4
RUN = 0.05

NODES = 65  # places for a grid of exponents, the mode in the middle
STEP = 0.8  # between nodes, in standard deviations
GROWTH = 1.06  # of the step: tails may be long
DEEP = 7.0  # the grid ends where the density is this many units of logarithm below its top
HALF_LOG_2PI = 0.9189385332046727
FAR = 1e300  # below it, a log density is that of nothing
TURNS = 4  # grids that are laid at the most
OFF_CENTRE = 2.0  # a top so far above the mode's density is another mode
SLOW = 0.05  # exponents below this are improbable where there may be a floor
LEAST_MEAN = 0.2  # a fitted mean below this part of the loss is not believed
AT_MODE = 1e-9  # what the last step of a search for a mode may promise
ALONG = 1e-6  # the same on a grid of exponents
STEPS = 300  # many more than a search needs that converges
LONGEST = 2.0  # step of log c and of a: farther off lie valleys where the loss is nothing
NEGLIGIBLE = 6.0  # a model this far below the best adds nothing


@njit(cache=True, nogil=True, error_model="numpy")
def set_to(target: Array, source: Array) -> None:
    """Copy a vector; numba compiles this loop thirty times faster than a slice assignment."""
    for u in range(source.size):
        target[u] = source[u]


@njit(cache=True, nogil=True, error_model="numpy")
def head(vector: Array, count: int) -> Array:
    """The first places of a vector, as a vector of its own."""
    result = np.empty(count)
    for u in range(count):
        result[u] = vector[u]
    return result


@njit(cache=True, nogil=True, error_model="numpy")
def decay(x: Array, w: Array) -> Array:
    """e^(-w_j x_i)."""
    result = np.empty((x.size, w.size))
    for i in range(x.size):
        for j in range(w.size):
            result[i, j] = math.exp(-w[j] * x[i])
    return result


@njit(cache=True, nogil=True, error_model="numpy")
def bend(kind: Whole, x: float, w: Array, decays: Array, theta: Array, scratch: Array) -> float:
    """The factor beside c N^-a at x; its derivatives by theta[2:] go to scratch.

    `decays` are e^(-w_j x), for they are wanted often and never change.
    """
    if kind == PLAIN:
        total = 1.0
        for j in range(theta.size - 3):
            scratch[j] = decays[j]
            total += theta[2 + j] * decays[j]
        return total
    if kind == BROAD:
        faster = w[0] * math.exp(theta[3])
        scratch[0] = math.exp(-faster * x)
        scratch[1] = -theta[2] * scratch[0] * faster * x
        return 1.0 + theta[2] * scratch[0]
    if kind == RUNNING:
        total = math.exp(-theta[2] * x * x)
        scratch[0] = -x * x * total
        return total
    grown = K0 * math.exp(theta[2]) * x
    if kind == LOG:
        scratch[0] = grown
        return 1.0 + grown
    scratch[0] = -grown / (1.0 + grown) ** 2
    return 1.0 / (1.0 + grown)


@njit(cache=True, nogil=True, error_model="numpy")
def system(
    kind: Whole, w: Array, decays: Array, width: Array, floor: Flag, ceiling: float, free: Flag,
    x: Array, y: Array, white: Array, full: Flag, theta: Array, rows: Array, scratch: Array,
    matrix: Array, vector: Array,
) -> float:  # fmt: skip
    """Objective (chi² + penalties) at theta; normal equations in matrix and vector.

    `width` holds the prior standard deviations of theta[2:-1]; 0 marks a place not in use. A floor
    that is fitted is put at its best value for the rest, for it is linear: followed by steps alone
    it would keep a search in a narrow, bent valley for thousands of them. It stays between 0 and
    `ceiling`, unless that is 0.
    """
    size, n = theta.size, y.size
    c, a = math.exp(theta[0]), theta[1]
    for i in range(n):
        power = c * math.exp(-a * x[i])
        factor = bend(kind, x[i], w, decays[i], theta, scratch)
        rows[i, size] = y[i] - power * factor - theta[size - 1]
        rows[i, 0] = power * factor
        rows[i, 1] = -x[i] * power * factor if free else 0.0
        for j in range(size - 3):
            rows[i, 2 + j] = power * scratch[j]
        rows[i, size - 1] = 1.0 if floor else 0.0
    if full:
        for i in range(n - 1, -1, -1):
            for u in range(size + 1):
                total = 0.0
                for k in range(i + 1):
                    total += white[i, k] * rows[k, u]
                rows[i, u] = total
    else:
        for i in range(n):
            for u in range(size + 1):
                rows[i, u] *= white[i, i]
    if floor:
        square, product = 0.0, 0.0
        for i in range(n):
            square += rows[i, size - 1] ** 2
            product += rows[i, size - 1] * rows[i, size]
        raised = theta[size - 1] + product / square
        if ceiling > 0.0:
            raised = min(max(raised, 0.0), ceiling)
        for i in range(n):
            rows[i, size] -= rows[i, size - 1] * (raised - theta[size - 1])
        theta[size - 1] = raised
    objective = 0.0
    for u in range(size):
        vector[u] = 0.0
        for v in range(u + 1):
            matrix[u, v] = 0.0
    for i in range(n):
        objective += rows[i, size] ** 2
        for u in range(size):
            vector[u] += rows[i, u] * rows[i, size]
            for v in range(u + 1):
                matrix[u, v] += rows[i, u] * rows[i, v]
    for j in range(size - 3):
        if width[j] > 0:
            matrix[2 + j, 2 + j] += 1.0 / width[j] ** 2
            vector[2 + j] -= theta[2 + j] / width[j] ** 2
            objective += (theta[2 + j] / width[j]) ** 2
        else:
            matrix[2 + j, 2 + j] = 1.0
    if not floor:
        matrix[size - 1, size - 1] = 1.0
    if not free:
        matrix[1, 1] = 1.0
    return objective


@njit(cache=True, nogil=True, error_model="numpy")
def factorise(matrix: Array) -> bool:
    """Cholesky factor in the lower triangle; whether there is one."""
    size = matrix.shape[0]
    for i in range(size):
        for j in range(i + 1):
            rest = matrix[i, j]
            for k in range(j):
                rest -= matrix[i, k] * matrix[j, k]
            if i == j:
                if not rest > 0:
                    return False
                matrix[i, i] = math.sqrt(rest)
            else:
                matrix[i, j] = rest / matrix[j, j]
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def solve(factor: Array, vector: Array) -> None:
    """Solve factor factorᵀ u = vector in place."""
    size = vector.size
    for i in range(size):
        rest = vector[i]
        for k in range(i):
            rest -= factor[i, k] * vector[k]
        vector[i] = rest / factor[i, i]
    for i in range(size - 1, -1, -1):
        rest = vector[i]
        for k in range(i + 1, size):
            rest -= factor[k, i] * vector[k]
        vector[i] = rest / factor[i, i]


@njit(cache=True, nogil=True, error_model="numpy")
def unit_solution(factor: Array, place: int, vector: Array) -> None:
    """A column of the inverse."""
    for u in range(vector.size):
        vector[u] = 0.0
    vector[place] = 1.0
    solve(factor, vector)


@njit(cache=True, nogil=True, error_model="numpy")
def descend(
    kind: Whole, w: Array, decays: Array, width: Array, floor: Flag, ceiling: float, free: Flag,
    x: Array, y: Array, white: Array, full: Flag, theta: Array, tolerance: float, most: int,
    rows: Array, scratch: Array, matrix: Array, vector: Array, other_matrix: Array,
    other_vector: Array, trial: Array,
) -> float:  # fmt: skip
    """Levenberg–Marquardt from theta, in place. matrix and vector are left as they are there."""
    size = theta.size
    objective = system(
        kind, w, decays, width, floor, ceiling, free, x, y, white, full, theta, rows, scratch,
        matrix, vector,
    )  # fmt: skip
    damping = 1e-4 if free else 0.0
    for _ in range(most):
        for u in range(size):
            other_vector[u] = vector[u]
            for v in range(u + 1):
                other_matrix[u, v] = matrix[u, v]
            other_matrix[u, u] *= 1 + damping
        if floor and ceiling > 0.0 and not 0.0 < theta[size - 1] < ceiling:  # held at its bound
            other_vector[size - 1] = 0.0
            for v in range(size - 1):
                other_matrix[size - 1, v] = 0.0
        if not factorise(other_matrix):
            damping = max(damping * 10, 1e-4)
            if damping > 1e8:
                break
            continue
        solve(other_matrix, other_vector)
        promised = 0.0
        for u in range(size):
            promised += vector[u] * other_vector[u]
        longest = max(abs(other_vector[0]), abs(other_vector[1]))
        share = LONGEST / longest if longest > LONGEST else 1.0
        for u in range(size):
            trial[u] = theta[u] + share * other_vector[u]
        if promised < tolerance:  # the last step is so small that the model is linear
            objective -= promised
            set_to(theta, trial)
            break
        reached = system(
            kind, w, decays, width, floor, ceiling, free, x, y, white, full, trial, rows, scratch,
            other_matrix, other_vector,
        )  # fmt: skip
        if reached <= objective:
            gain = objective - reached
            objective = reached
            for u in range(size):
                theta[u] = trial[u]
                vector[u] = other_vector[u]
                for v in range(u + 1):
                    matrix[u, v] = other_matrix[u, v]
            damping *= 0.1
            if gain < tolerance:
                break
        else:
            damping = max(damping * 10, 1e-4)
            if damping > 1e8:
                break
    return objective


@njit(cache=True, nogil=True, error_model="numpy")
def normal_below(z: float) -> float:
    """Standard normal distribution function."""
    return 0.5 * math.erfc(-z * 0.7071067811865476)


@njit(cache=True, nogil=True, error_model="numpy")
def chance_above(chi2: float, dof: int) -> float:
    """Survival function of chi² with a whole number of degrees of freedom."""
    half = 0.5 * chi2
    if dof % 2 == 0:
        term = math.exp(-half)
        total = term
        for i in range(1, dof // 2):
            term *= half / i
            total += term
        return total
    total = math.erfc(math.sqrt(half))
    term = math.exp(-half) * math.sqrt(half) / (0.5 * math.sqrt(math.pi))
    for i in range(1, (dof + 1) // 2):
        total += term
        term *= half / (i + 0.5)
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def tail_over_density(z: float) -> float:
    """What a standard normal density holds beyond a large z, over the density there."""
    square = z * z
    return (1.0 - (1.0 - (3.0 - 15.0 / square) / square) / square) / z


@njit(cache=True, nogil=True, error_model="numpy")
def log_between(start: float, width: float) -> float:
    """Logarithm of what a standard normal density holds between start and start + width.

    A difference of distribution functions has no digits left in the tails, nor where the two ends
    are close together.
    """
    middle = start + 0.5 * width
    if width * (1.0 + abs(middle)) < 0.1:
        bent = 1.0 + (middle * middle - 1.0) * width * width / 24.0
        return math.log(width * bent) - 0.5 * middle * middle - HALF_LOG_2PI
    near = start if start > 0.0 else -(start + width)  # of the end towards zero, if it is outside
    if near < 20.0:
        return math.log(normal_below(-near) - normal_below(-near - width))
    past = math.exp(-width * (near + 0.5 * width)) * tail_over_density(near + width)
    return -0.5 * near**2 + math.log(tail_over_density(near) - past) - HALF_LOG_2PI


@njit(cache=True, nogil=True, error_model="numpy")
def evidence(
    objective: float, width: Array, floor: Flag, ceiling: float, theta: Array, matrix: Array,
    vector: Array,
) -> float:  # fmt: skip
    """Laplace: log of the integral of likelihood × prior over what matrix leaves free.

    Flat in log c and a; b ~ Normal(0, width²); E uniform between 0 and `ceiling`: where its normal
    posterior lies outside, it counts only with what is inside. `vector` is half the slope of
    -objective, none but where a bound holds E. matrix and vector are overwritten.
    """
    size = theta.size
    slope = vector[size - 1]
    if not factorise(matrix) or not math.isfinite(objective):
        return -FAR
    result = -0.5 * objective
    for u in range(size):
        result -= math.log(matrix[u, u])
    for j in range(size - 3):
        if width[j] > 0:
            result -= math.log(width[j])
    if floor:
        unit_solution(matrix, size - 1, vector)
        deviation = math.sqrt(vector[size - 1])
        # the top of the normal density lies beyond the bound, and higher
        start = -theta[size - 1] / deviation - slope * deviation
        result += 0.5 * (slope * deviation) ** 2
        log_inside = log_between(start, ceiling / deviation)
        result += log_inside - math.log(ceiling) + HALF_LOG_2PI
    return result if math.isfinite(result) else -FAR


@njit(cache=True, nogil=True, error_model="numpy")
def shy_of_zero(a: float, shy: Flag) -> float:
    """Log prior of the exponent where there may be a floor: flat, but for exponents near zero.

    A law that hardly falls is a floor in disguise, and its correction the law.
    """
    if not shy:
        return 0.0
    return 2.0 * math.log(a) - math.log(a * a + SLOW * SLOW) if a > 1e-9 else -40.0


@njit(cache=True, nogil=True, error_model="numpy")
def with_floor(
    x: Array, y: Array, white: Array, full: Flag, ceiling: float, found: Array,
) -> None:  # fmt: skip
    """The best c N^-a + E by a search over exponents: (log c, a, E) to start others from."""
    n = y.size
    rows, matrix, other_matrix = np.empty((n, 4)), np.empty((3, 3)), np.empty((3, 3))
    theta, scratch, vector = np.empty(3), np.empty(0), np.empty(3)
    other_vector, trial = np.empty(3), np.empty(3)
    none = np.empty(0)
    decays = np.empty((n, 0))
    least, a = np.inf, 0.02
    while a < 8.0:
        theta[0], theta[1], theta[2] = 0.0, a, 0.0
        objective = descend(
            np.int64(PLAIN), none, decays, none, np.bool_(True), ceiling, np.bool_(False), x, y,
            white, full, theta, 1e-3, 20,
            rows, scratch, matrix, vector, other_matrix, other_vector, trial,
        )  # fmt: skip
        if objective < least:
            least = objective
            set_to(found, theta)
        a *= 1.6
    descend(
        np.int64(PLAIN), none, decays, none, np.bool_(True), ceiling, np.bool_(True), x, y, white,
        full, found, 1e-4, 100,
        rows, scratch, matrix, vector, other_matrix, other_vector, trial,
    )  # fmt: skip


@njit(cache=True, nogil=True, error_model="numpy")
def march(
    kind: Whole, w: Array, decays: Array, width: Array, floor: Flag, ceiling: float, shy: Flag,
    x: Array, y: Array, white: Array, full: Flag, mode: Array, step: float, nodes: Array,
    logs: Array, theta: Array, rows: Array, scratch: Array, matrix: Array, vector: Array,
    other_matrix: Array, other_vector: Array, trial: Array,
) -> Integers:  # fmt: skip
    """Log posterior density of the exponent on a grid around its mode; first and last place.

    Where the density has its top elsewhere, as a floor's bounds may bring about, the grid is laid
    again about that.
    """
    size = mode.size
    middle = NODES // 2
    ends = np.array([middle, middle])
    previous, highest = np.empty(size), np.empty(size)
    for turn in range(2 * TURNS):
        side = turn % 2
        if side == 0:
            top = -np.inf
        sign = 2 * side - 1
        set_to(theta, mode)
        set_to(previous, mode)
        place, stride = middle, step
        for k in range(middle + 1 - side):  # the mode itself belongs to the first side
            if k + side > 0:
                place += sign
                for u in range(size):  # what changed on the last step changes again
                    trial[u] = theta[u] + (theta[u] - previous[u]) * GROWTH
                set_to(previous, theta)
                set_to(theta, trial)
                theta[1] = previous[1] + sign * stride
                stride *= GROWTH
            objective = descend(
                kind, w, decays, width, floor, ceiling, np.bool_(False), x, y, white, full, theta,
                ALONG, STEPS,
                rows, scratch, matrix, vector, other_matrix, other_vector, trial,
            )  # fmt: skip
            nodes[place] = theta[1]
            logs[place] = evidence(
                objective, width, floor, ceiling, theta, matrix, vector
            ) + shy_of_zero(theta[1], shy)
            if logs[place] > top:
                top = logs[place]
                set_to(highest, theta)
            if logs[place] < top - DEEP:
                break
        ends[side] = place
        if side == 1:
            if top < logs[middle] + OFF_CENTRE:
                break
            set_to(mode, highest)
    return ends


@njit(cache=True, nogil=True, error_model="numpy")
def weigh(
    x: Array, y: Array, relative: Array, white: Array, full: Flag, floor: Flag, ceiling: float,
    scale: float, weighing: Array, theta: Array, rows: Array, scratch: Array, matrix: Array,
    vector: Array, other_matrix: Array, other_vector: Array, trial: Array,
) -> None:  # fmt: skip
    """Whitening of one window: known errors of the losses, in units of `scale`.

    Relative errors are multiplied by a fitted mean: multiplied by the losses themselves, or made
    from the same replicates, they would give low losses more weight than high ones.
    """
    kept = y.size
    if full:
        for i in range(kept):
            for k in range(i + 1):
                weighing[i, k] = white[i, k] * scale
        return
    power, width = np.array([0.5, 1.5]), np.array([0.5, 0.5])
    decays = decay(x, power)
    for i in range(kept):
        weighing[i, i] = 1.0 / (relative[i] * y[i])
    for u in range(theta.size):
        theta[u] = 0.0
    theta[1] = -math.log(y[0]) / x[0]
    for _ in range(2):
        descend(
            np.int64(PLAIN), power, decays, width, floor, ceiling, np.bool_(True), x, y, weighing,
            np.bool_(False), theta, 1e-4, 50,
            rows, scratch, matrix, vector, other_matrix, other_vector, trial,
        )  # fmt: skip
        for i in range(kept):
            mean = theta[theta.size - 1] + math.exp(theta[0] - theta[1] * x[i]) * bend(
                np.int64(PLAIN), x[i], power, decays[i], theta, scratch
            )
            weighing[i, i] = 1.0 / (relative[i] * max(mean, LEAST_MEAN * y[i]))


@njit(cache=True, nogil=True, error_model="numpy")
def posteriors(
    logs_of_sizes: Array, losses: Array, relative: Array, white: Array, full: Flag, kinds: Integers,
    powers: Array, widths: Array, floors: Booleans, rivals: Booleans, log_priors: Array, scales:
    Array, fewest: int, needed: float, worth: float, windows: Array, models: Array, modes: Array,
    nodes: Array, logs: Array, ends: Integers,
) -> None:  # fmt: skip
    """Window, modes, evidences, and the exponent's log posterior on a grid, for every data set.

    Rivals (log laws, floors that were said to be zero) are weighed but get no grid; and no model
    gets one where the best probability of chi² is below `worth`.
    """
    n, count = logs_of_sizes.size, kinds.size
    places = np.zeros(count, np.int64)  # how many coefficients a model has
    for j in range(count):
        for u in range(widths.shape[1]):
            places[j] += widths[j, u] > 0
    last = powers.shape[1] + 2
    weighing, scaled, start = np.zeros((n, n)), np.zeros((n, n)), np.zeros(3)
    floor = kinds[0] < 0
    any_floor = kinds[0] < 0
    for j in range(count):
        floor = floor or (floors[j] and not rivals[j])
        any_floor = any_floor or floors[j]
    for b in range(losses.shape[0]):
        best_p, best_kept, settled, kept = -1.0, n, False, n
        while True:
            x = logs_of_sizes[:kept] - logs_of_sizes[kept - 1]
            y = losses[b, :kept] / losses[b, kept - 1]
            ceiling = y[0]
            for i in range(kept):
                ceiling = min(ceiling, y[i])
            rows, matrix, other_matrix = np.empty((n, 6)), np.empty((5, 5)), np.empty((5, 5))
            theta, scratch, vector = np.empty(5), np.empty(2), np.empty(5)
            weigh(
                x, y, relative, white, full, floor, ceiling, losses[b, kept - 1], weighing, theta,
                rows, scratch, matrix, vector, other_matrix, np.empty(5), np.empty(5),
            )  # fmt: skip
            if any_floor:
                with_floor(x, y, weighing, full, ceiling, start)
            p_value, tested, top = 0.0, False, -np.inf
            for j in range(count):
                used = places[j]
                size = used + 3
                theta, width, w = np.zeros(size), head(widths[j], used), head(powers[j], used)
                decays = decay(x, w)
                rows, scratch, vector = np.empty((n, size + 1)), np.empty(used), np.empty(size)
                matrix, other_matrix = np.empty((size, size)), np.empty((size, size))
                for i in range(kept):
                    for k in range(i + 1):
                        scaled[i, k] = weighing[i, k] / scales[j]
                theta[1] = -math.log(y[0]) / x[0]
                if floors[j]:
                    theta[0], theta[1], theta[size - 1] = start[0], start[1], start[2]
                objective = descend(
                    kinds[j], w, decays, width, floors[j], ceiling, np.bool_(True), x, y, scaled,
                    full, theta, AT_MODE, STEPS,
                    rows, scratch, matrix, vector, other_matrix, np.empty(size), np.empty(size),
                )  # fmt: skip
                models[b, j, 5] = (
                    log_priors[j]
                    - kept * math.log(scales[j])
                    + evidence(objective, width, floors[j], ceiling, theta, matrix, vector)
                    + shy_of_zero(theta[1], floor)
                )
                for u in range(last):
                    modes[b, j, u] = theta[u] if u < size - 1 else 0.0
                modes[b, j, last] = theta[size - 1]
                chi2 = objective
                for u in range(used):
                    chi2 -= (theta[2 + u] / width[u]) ** 2
                models[b, j, 3], models[b, j, 4] = chi2, theta[1]
                if not rivals[j]:
                    dof = kept - 2 - used - floors[j]
                    if dof > 0:  # what fits anything proves nothing
                        p_value, tested = max(p_value, chance_above(chi2, dof)), True
                    top = max(top, models[b, j, 5])
            if not tested:
                p_value = 1.0
            if settled or p_value > needed:
                break
            if p_value > best_p:
                best_p, best_kept = p_value, kept
            settled = kept <= fewest
            kept = best_kept if settled else kept - 1  # no window fits: back to the best
        windows[b, 0], windows[b, 1] = kept, p_value
        for j in range(count):
            ends[b, j] = 0
            models[b, j, 6], models[b, j, 7], models[b, j, 8] = 0.0, 0.0, 1.0
            if p_value < worth or rivals[j] or models[b, j, 5] < top - NEGLIGIBLE:
                continue
            used = places[j]
            size = used + 3
            mode, width, w = np.empty(size), head(widths[j], used), head(powers[j], used)
            decays = decay(x, w)
            rows, scratch, vector = np.empty((n, size + 1)), np.empty(used), np.empty(size)
            matrix = np.empty((size, size))
            for i in range(kept):
                for k in range(i + 1):
                    scaled[i, k] = weighing[i, k] / scales[j]
            set_to(mode, head(modes[b, j], size))
            mode[size - 1] = modes[b, j, last]
            system(
                kinds[j], w, decays, width, floors[j], ceiling, np.bool_(True), x, y, scaled, full,
                mode,
                rows, scratch, matrix, vector,
            )  # fmt: skip
            factorise(matrix)
            unit_solution(matrix, 0, vector)
            models[b, j, 6], models[b, j, 7] = vector[0], vector[1]
            unit_solution(matrix, 1, vector)
            models[b, j, 8] = vector[1]
            ends[b, j] = march(
                kinds[j], w, decays, width, floors[j], ceiling, floor, x, y, scaled, full, mode,
                STEP * min(math.sqrt(vector[1]), 0.5), nodes[b, j], logs[b, j], np.empty(size),
                rows, scratch, matrix, vector, np.empty((size, size)), np.empty(size),
                np.empty(size),
            )  # fmt: skip
            for i in range(ends[b, j, 0], ends[b, j, 1] + 1):
                logs[b, j, i] += log_priors[j] - kept * math.log(scales[j])
