"""Kernels of the surface fit: derivatives of the objective, and Newton's method.

A surface is fitted as log L = log(E + S), with S the mean of order q of exp(a - alpha x) and
exp(b - beta y); x and y are log N and log D, and the parameters are theta = (a, b, E, alpha, beta),
with log q behind them where the order is free. Residuals are r = log L (observed) - log L (fitted).
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray

Vector = NDArray[np.float64]

ADDITIVE = 0
BRACKET = 1
MEAN = 2

SHRINK = 0.2  # of delta from one minimisation to the next
MOST_STEPS = 500
STUCK = 1e15  # damping beyond which no step is left
SMALL = 1e-11  # root mean square change of log losses
TINY = 1e-15  # rounding of a residual
AT_BOUND = 1e-14  # distance of a parameter
DAMPED = 1e-3  # at the start, and after a step that failed
UNDAMPED = 1e-8  # less than this is none; also the ridge, in parts of the damping
SINGULAR = 1e-15  # a pivot less than this part of its diagonal is zero


@njit(cache=True, nogil=True, error_model="numpy")
def derivatives(
    form: int,
    theta: Vector,
    x: Vector,
    y: Vector,
    log_losses: Vector,
    weights: Vector,
    delta: float,
    gradient: Vector,
    linear: Vector,
    hessian: Vector,
    metric: Vector,
) -> float:
    """Sum of weighted Huber losses, and its derivatives by theta; lower triangles of matrices.

    With p the share of the first term in S^q, h its entropy and z = q (u - v) the gap of the terms,
    the derivatives of s = log S are s_i = p u_i + (1 - p) v_i - h (log q)_i / q and
    s_ij = p (1 - p) z_i z_j / q, to which h/q is added for log q twice.

    Parameters
    ----------
    form : int
        ADDITIVE, BRACKET or MEAN.
    theta : ndarray, shape (p,)
    x, y, log_losses, weights : ndarray, shape (n,)
    delta : float
        Where the Huber loss turns from r²/2 to delta (|r| - delta/2); infinite: least squares.
    gradient, linear : ndarray, shape (p,), filled
        The gradient, and its part from residuals beyond delta.
    hessian, metric : ndarray, shape (p, p), filled
        The exact Hessian, and JᵀWJ with W the weights of iteratively reweighted least squares.
    """
    p = theta.size
    alpha, beta = theta[3], theta[4]
    q = 1.0
    if form == BRACKET:
        q = 1 / beta
    elif form == MEAN:
        q = math.exp(theta[5])
    s = np.zeros(p)
    z = np.zeros(p)
    m = np.zeros(p)
    gradient[:] = 0
    linear[:] = 0
    hessian[:] = 0
    metric[:] = 0
    total = 0.0
    for i in range(x.size):
        w = weights[i]
        if w == 0:
            continue
        u = theta[0] - alpha * x[i]
        v = theta[1] - beta * y[i]
        gap = q * (u - v)
        small = math.exp(-abs(gap))
        softplus = math.log1p(small)
        high = max(u, v) + softplus / q
        share = 1 / (1 + small)
        if gap < 0:
            share = small / (1 + small)
        reducible = math.exp(high)
        loss = theta[2] + reducible
        f = reducible / loss
        entropy = softplus + max(gap, 0.0) - gap * share

        s[0] = share
        s[1] = 1 - share
        s[3] = -x[i] * share
        s[4] = -y[i] * (1 - share)
        z[0] = q
        z[1] = -q
        z[3] = -q * x[i]
        z[4] = q * y[i]
        if form == BRACKET:
            s[4] += entropy
            z[4] -= gap / beta
        elif form == MEAN:
            s[5] = -entropy / q
            z[5] = gap
        for j in range(p):
            m[j] = f * s[j]
        m[2] = 1 / loss

        r = log_losses[i] - math.log(loss)
        size = abs(r)
        if size <= delta:
            total += w * 0.5 * r * r
            slope, curvature, reweighted = r, 1.0, 1.0
        else:
            total += w * delta * (size - 0.5 * delta)
            slope, curvature, reweighted = math.copysign(delta, r), 0.0, delta / size
            for j in range(p):
                linear[j] -= w * slope * m[j]
        of_m = w * (curvature + slope)
        of_s = w * slope * f
        of_z = of_s * share * (1 - share) / q
        reweighted *= w
        for j in range(p):
            gradient[j] -= w * slope * m[j]
            for k in range(j + 1):
                product = m[j] * m[k]
                metric[j, k] += reweighted * product
                hessian[j, k] += of_m * product - of_s * s[j] * s[k] - of_z * z[j] * z[k]
        if form == MEAN:
            hessian[5, 5] -= of_s * entropy / q
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def residuals(form: int, theta: Vector, x: Vector, y: Vector, log_losses: Vector) -> Vector:
    """Residuals of log L, shape (n,)."""
    q = 1.0
    if form == BRACKET:
        q = 1 / theta[4]
    elif form == MEAN:
        q = math.exp(theta[5])
    out = np.empty_like(x)
    for i in range(x.size):
        u = theta[0] - theta[3] * x[i]
        v = theta[1] - theta[4] * y[i]
        s = max(u, v) + math.log1p(math.exp(-q * abs(u - v))) / q
        out[i] = log_losses[i] - math.log(theta[2] + math.exp(s))
    return out


@njit(cache=True, nogil=True, error_model="numpy")
def solve(
    hessian: Vector,
    metric: Vector,
    damping: float,
    free: NDArray[np.bool_],
    right: Vector,
    out: Vector,
) -> bool:
    """Solve (hessian + damping metric) out = right for the free parameters, by Cholesky.

    Returns
    -------
    bool
        False if the matrix is not positive definite; `out` is then of no use.
    """
    p = right.size
    root = np.zeros((p, p))
    for j in range(p):
        out[j] = 0.0
        if not free[j]:
            continue
        for k in range(j + 1):
            if not free[k]:
                continue
            value = hessian[j, k] + damping * metric[j, k]
            if j == k:
                value += UNDAMPED * damping * metric[j, j]
            whole = value
            for i in range(k):
                value -= root[j, i] * root[k, i]
            if j > k:
                root[j, k] = value / root[k, k]
            elif value > SINGULAR * abs(whole):
                root[j, j] = math.sqrt(value)
            else:
                return False
    for j in range(p):
        if free[j]:
            value = right[j]
            for i in range(j):
                value -= root[j, i] * out[i]
            out[j] = value / root[j, j]
    for j in range(p - 1, -1, -1):
        if free[j]:
            value = out[j]
            for i in range(j + 1, p):
                value -= root[i, j] * out[i]
            out[j] = value / root[j, j]
    return True


@njit(cache=True, nogil=True, error_model="numpy")
def quadratic(matrix: Vector, step: Vector) -> float:
    """stepᵀ matrix step, of a symmetric matrix given by its lower triangle."""
    total = 0.0
    for j in range(step.size):
        total += matrix[j, j] * step[j] * step[j]
        for k in range(j):
            total += 2 * matrix[j, k] * step[j] * step[k]
    return total


@njit(cache=True, nogil=True, error_model="numpy")
def newton_step(
    hessian: Vector,
    metric: Vector,
    gradient: Vector,
    theta: Vector,
    lower: Vector,
    upper: Vector,
    damping: float,
    free: NDArray[np.bool_],
    step: Vector,
) -> tuple[float, bool]:
    """Fill `free` and `step` with a step that leaves parameters at their bounds if it must.

    Returns
    -------
    float, bool
        The damping that was needed, and whether there is a step.
    """
    p = theta.size
    for j in range(p):
        at_lower = theta[j] <= lower[j] and gradient[j] >= 0
        at_upper = theta[j] >= upper[j] and gradient[j] <= 0
        free[j] = not (at_lower or at_upper)
    blocked = True
    while blocked:
        positive = solve(hessian, metric, damping, free, -gradient, step)
        while not positive and damping < 1:
            damping = max(10 * damping, DAMPED)
            positive = solve(hessian, metric, damping, free, -gradient, step)
        # far from a minimum: the step of reweighted least squares
        if not positive and not solve(metric, metric, damping, free, -gradient, step):
            return 10 * damping, False
        blocked = False
        for j in range(p):
            outward = (theta[j] <= lower[j] and step[j] < 0) or (
                theta[j] >= upper[j] and step[j] > 0
            )
            if free[j] and outward:
                free[j] = False
                blocked = True
    return damping, True


@njit(cache=True, nogil=True, error_model="numpy")
def minimise(
    form: int,
    theta: Vector,
    lower: Vector,
    upper: Vector,
    x: Vector,
    y: Vector,
    log_losses: Vector,
    weights: Vector,
    first: float,
    delta: float,
) -> bool:
    """Minimise by damped Newton steps within bounds, from a large delta down to the one asked for.

    Small deltas make the objective a polyhedron with rounded edges, on which Newton's method needs
    to know the edge. Along the minima for shrinking delta the residuals within delta shrink in
    proportion, which predicts the next minimum (Madsen and Nielsen 1993, A finite smoothing
    algorithm for linear L1 estimation, for linear models).

    Parameters
    ----------
    theta : ndarray, shape (p,), changed
        The start, and then the minimum.
    lower, upper : ndarray, shape (p,)
        Equal for a parameter that is held.
    first, delta : float
        The deltas of the first and of the last minimisation; if the first is infinite, the second
        is a part of the largest residual.

    Returns
    -------
    bool
        Whether the last minimisation converged: its last step changed the fitted log losses by less
        than SMALL in the root mean square.
    """
    p = theta.size
    gradient, linear = np.empty(p), np.empty(p)
    trial_gradient, trial_linear = np.empty(p), np.empty(p)
    hessian, metric = np.empty((p, p)), np.empty((p, p))
    trial_hessian, trial_metric = np.empty((p, p)), np.empty((p, p))
    step, trial = np.zeros(p), np.empty(p)
    free = np.empty(p, dtype=np.bool_)
    count = weights.sum()
    now = max(first, delta)
    while True:
        small = SMALL if now <= delta else max(SMALL, 0.01 * min(now, 0.1))
        value = derivatives(
            form, theta, x, y, log_losses, weights, now, gradient, linear, hessian, metric
        )
        damping, converged = DAMPED, False
        for _ in range(MOST_STEPS):
            damping, found = newton_step(
                hessian, metric, gradient, theta, lower, upper, damping, free, step
            )
            if not found and damping > STUCK:
                break
            if not found:
                continue
            part = 1.0  # of the step, up to the first bound
            for j in range(p):
                trial[j] = theta[j] + step[j]
                if trial[j] < lower[j]:
                    part = min(part, (lower[j] - theta[j]) / step[j])
                elif trial[j] > upper[j]:
                    part = min(part, (upper[j] - theta[j]) / step[j])
            for j in range(p):
                step[j] *= part
                trial[j] = min(max(theta[j] + step[j], lower[j]), upper[j])
                if part < 1 and min(trial[j] - lower[j], upper[j] - trial[j]) < AT_BOUND:
                    trial[j] = lower[j] if trial[j] - lower[j] < AT_BOUND else upper[j]
            trial_value = derivatives(
                form, trial, x, y, log_losses, weights, now,
                trial_gradient, trial_linear, trial_hessian, trial_metric,
            )  # fmt: skip
            expected = -np.dot(gradient, step) - 0.5 * quadratic(hessian, step)
            # what rounding of the residuals does to the objective: no slope exceeds sqrt(2 cost)
            slack = TINY * math.sqrt(2 * value * count) + TINY**2 * count
            if trial_value <= value + slack:
                converged = (
                    part == 1 and damping <= DAMPED and quadratic(metric, step) <= small**2 * count
                )
                good = value - trial_value > 0.5 * expected - slack
                damping = 0.1 * damping if good or damping <= DAMPED else damping
                damping = damping if damping > UNDAMPED else 0.0
                theta[:] = trial
                value = trial_value
                gradient[:], linear[:] = trial_gradient, trial_linear
                hessian[:], metric[:] = trial_hessian, trial_metric
                if converged:
                    break
            else:
                damping = max(10 * damping, DAMPED)
        if now <= delta:
            return converged
        if math.isinf(now):
            largest = np.max(np.abs(residuals(form, theta, x, y, log_losses)))
            after = max(SHRINK * largest, delta)
        else:
            after = max(SHRINK * now, delta)
        if not math.isinf(now) and solve(hessian, metric, 0.0, free, linear, step):
            for j in range(p):
                moved = theta[j] + (1 - after / now) * step[j]
                theta[j] = min(max(moved, lower[j]), upper[j])
        now = after


@njit(cache=True, nogil=True, error_model="numpy")
def minimise_batch(
    form: int,
    theta: Vector,
    lower: Vector,
    upper: Vector,
    x: Vector,
    y: Vector,
    log_losses: Vector,
    weights: Vector,
    first: float,
    delta: float,
) -> NDArray[np.bool_]:
    """Minimise for every row of weights, shape (m, n), from its row of theta, shape (m, p)."""
    converged = np.empty(weights.shape[0], dtype=np.bool_)
    for i in range(weights.shape[0]):
        converged[i] = minimise(
            form, theta[i], lower, upper, x, y, log_losses, weights[i], first, delta
        )
    return converged
