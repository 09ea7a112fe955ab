"""Least squares and ridge regression by normal equations, from samples or their statistics."""

from __future__ import annotations

import numpy as np
from numba import njit
from numpy.typing import NDArray


@njit(cache=True, nogil=True, error_model="numpy")
def _solve(A: NDArray[np.float64], b: NDArray[np.float64]) -> None:
    """Write the solution x of A x = b into b, where A is positive definite.

    The method is a Cholesky factorisation. The lower half of A is overwritten.
    """
    m = b.size
    for i in range(m):
        # a pivot that is not positive, because of rounding, is replaced by a tiny one
        pivot = np.sqrt(max(A[i, i], 1e-300))
        A[i, i] = pivot
        for j in range(i + 1, m):
            A[j, i] /= pivot
        for j in range(i + 1, m):
            factor = A[j, i]
            for k in range(i + 1, j + 1):
                A[j, k] -= factor * A[k, i]
    for i in range(m):
        b[i] /= A[i, i]
        for j in range(i + 1, m):
            b[j] -= A[j, i] * b[i]
    for i in range(m - 1, -1, -1):
        b[i] /= A[i, i]
        for j in range(i):
            b[j] -= A[i, j] * b[i]


@njit(cache=True, nogil=True, error_model="numpy")
def _sampled_errors(
    rng: np.random.Generator,
    N: int,
    p: int,
    weight: float,
    hidden: int,
    hidden_weight: float,
    sigma: float,
    penalty: float,
    out: NDArray[np.float64],
) -> None:
    """Excess squared errors of fits to N samples of p visible and `hidden` further features.

    The samples are drawn one after another: the visible features, the hidden ones, and the noise.
    Every visible weight is `weight`, and every hidden one is `hidden_weight`. With more features
    than samples the solution is the shortest one, X'(XX' + penalty)^-1 y.
    """
    many, few = max(N, p), min(N, p)
    X = np.empty((many, few))  # rows are samples or features, whichever are more
    y = np.empty(N)
    A = np.empty((few, few))
    b = np.empty(few)
    for r in range(out.size):
        for n in range(N):
            y[n] = 0.0
            for j in range(p):
                x = rng.standard_normal()
                y[n] += weight * x
                if p <= N:
                    X[n, j] = x
                else:
                    X[j, n] = x
            for _ in range(hidden):
                y[n] += hidden_weight * rng.standard_normal()
            y[n] += sigma * rng.standard_normal()
        A[:] = 0.0
        for i in range(few):
            A[i, i] = penalty
        for n in range(many):
            for i in range(few):
                factor = X[n, i]
                for j in range(i + 1):
                    A[i, j] += factor * X[n, j]
        loss = hidden * hidden_weight * hidden_weight
        if p <= N:
            b[:] = 0.0
            for n in range(N):
                for i in range(p):
                    b[i] += y[n] * X[n, i]
            _solve(A, b)
            for i in range(p):
                loss += (b[i] - weight) ** 2
        else:
            b[:] = y
            _solve(A, b)
            for j in range(p):
                fitted = 0.0
                for n in range(N):
                    fitted += X[j, n] * b[n]
                loss += (fitted - weight) ** 2
        out[r] = loss


@njit(cache=True, nogil=True, error_model="numpy")
def _ridge_errors(
    rng: np.random.Generator,
    chi_squares: NDArray[np.float64],
    unseen: NDArray[np.float64],
    length: float,
    sigma: float,
    penalty: float,
    more_features: bool,
    out: NDArray[np.float64],
) -> None:
    """Excess squared errors of ridge fits from the Wishart matrix A of the samples.

    A = L L' with L lower triangular (Bartlett 1933): `chi_squares[r]` are the squares of its
    diagonal, and all other entries are normal. With at least as many samples as features, A is X'X,
    and X'noise is sigma L z. Otherwise A is XX', and the samples see only the component v of the
    weights in a random subspace. The component outside has the squared length `unseen[r]`, in units
    of normals.
    """
    m = chi_squares.shape[1]
    L = np.empty((m, m))
    A = np.empty((m, m))
    b = np.empty(m)
    v = np.empty(m)
    for r in range(out.size):
        for i in range(m):
            for j in range(i):
                L[i, j] = rng.standard_normal()
            L[i, i] = np.sqrt(chi_squares[r, i])
        for i in range(m):
            for j in range(i + 1):
                total = 0.0
                for k in range(j + 1):
                    total += L[i, k] * L[j, k]
                A[i, j] = total
            A[i, i] += penalty
        loss = 0.0
        if more_features:
            square = unseen[r]
            for i in range(m):
                v[i] = rng.standard_normal()
                square += v[i] * v[i]
            stretch = length / np.sqrt(square)
            for i in range(m):
                v[i] *= stretch
            for i in range(m):
                b[i] = sigma * rng.standard_normal()
                for j in range(i + 1):
                    b[i] += L[i, j] * v[j]
            _solve(A, b)
            for j in range(m):
                fitted = 0.0
                for i in range(j, m):
                    fitted += L[i, j] * b[i]
                loss += (fitted - v[j]) ** 2
            loss += unseen[r] * stretch * stretch
        else:
            for i in range(m):
                v[i] = sigma * rng.standard_normal()
            for i in range(m):
                b[i] = 0.0
                for j in range(i + 1):
                    b[i] += L[i, j] * v[j]
            b[0] -= penalty * length
            _solve(A, b)
            for i in range(m):
                loss += b[i] * b[i]
        out[r] = loss


def sampled_errors(
    rng: np.random.Generator,
    replicates: int,
    N: int,
    p: int,
    weight: float,
    hidden: int,
    hidden_weight: float,
    sigma: float,
    penalty: float = 0.0,
) -> NDArray[np.float64]:
    """Excess squared errors of `replicates` fits to samples, shape (replicates,)."""
    out = np.empty(replicates)
    _sampled_errors(
        rng, N, p, float(weight), hidden, float(hidden_weight), float(sigma), float(penalty), out
    )
    return out


def least_squares_errors(
    rng: np.random.Generator, replicates: int, N: int, p: int, signal: float, noise: float
) -> NDArray[np.float64]:
    """The same without a penalty, from chi-squares: `signal` and `noise` are variances.

    The squared length of (X'X)^-1 X'noise is noise chi²_p/chi²_(N-p+1) (Hotelling 1931). With more
    features than samples, N and p change places, and the share chi²_(p-N)/(chi²_(p-N) + chi²_N) of
    the signal lies outside the span of the samples.
    """
    few, many = min(N, p), max(N, p)
    losses = noise * rng.chisquare(few, size=replicates)
    losses /= rng.chisquare(many - few + 1, size=replicates)
    if p > N:
        outside = rng.chisquare(p - N, size=replicates)
        losses += signal * outside / (outside + rng.chisquare(N, size=replicates))
    return losses


def ridge_errors(
    rng: np.random.Generator,
    replicates: int,
    N: int,
    p: int,
    length: float,
    sigma: float,
    penalty: float,
) -> NDArray[np.float64]:
    """The same with a penalty, from the Wishart matrix, at a cost of min(N, p)³."""
    few, many = min(N, p), max(N, p)
    out = np.empty(replicates)
    rows = max(1, 2**20 // few)
    freedom = many - np.arange(few, dtype=np.float64)
    for start in range(0, replicates, rows):
        part = out[start : start + rows]
        chi_squares = rng.chisquare(freedom, size=(part.size, few))
        unseen = rng.chisquare(p - N, size=part.size) if p > N else np.zeros(part.size)
        _ridge_errors(
            rng, chi_squares, unseen, float(length), float(sigma), float(penalty), p > N, part
        )
    return out
