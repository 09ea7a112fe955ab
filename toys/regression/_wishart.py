"""Exact means of sums over the eigenvalues of a Wishart matrix.

Let x = s² be the eigenvalues of an m × m Wishart matrix with M >= m degrees of freedom. Their
density in s is proportional to the product of all |x_i - x_j| and of the weights w(s) = s^(M-m)
exp(-s²/2). The integral of this is the Pfaffian of an antisymmetric matrix A (de Bruijn 1955). Its
entries are ∫∫ sgn(t - s) φ_i(s) φ_j(t) ds dt, where φ_i is w times a polynomial of degree i in x.
For odd m it has one more row and column, with the entries ∫ φ_i ds. Replace w by w (1 + ε h). The
derivative of the logarithm of the integral by ε is the mean of the sum of h over the eigenvalues.
It equals half the trace of A^-1 dA/dε.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from toys._kernels.heads import x_minus_log1p

NODES = 16
"""Nodes of Gauss-Legendre quadrature on one panel."""

TAIL = 10.0
"""Beyond the edges of the singular values by this distance, the density is negligible."""


def mean_inverse_trace(m: int, M: int, shift: float) -> float:
    """E tr (W + shift)^-1 for an m × m Wishart matrix W with M degrees of freedom, to 1e-11."""
    s, weights, half, log_w, x = _grid(m, M, math.sqrt(shift))
    functions = _functions(m, log_w, x, weights)
    lowered = functions / (s * s + shift)
    matrix = _skew(functions, functions, weights, half)
    change = _skew(lowered, functions, weights, half)
    change += _skew(functions, lowered, weights, half)
    if m % 2:
        matrix = _bordered(matrix, functions @ weights)
        change = _bordered(change, lowered @ weights)
    return 0.5 * float(np.trace(np.linalg.solve(matrix, change)))


def _grid(
    m: int, M: int, finest: float
) -> tuple[
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.float64],
]:
    """Singular values s, their weights, half widths of panels, ln w, and the scaled variable x."""
    reach = math.sqrt(m) + TAIL
    centre = math.sqrt(M)
    edges = np.linspace(max(-reach, -centre), reach, 25 + m // 3)  # of s minus the centre
    if reach > centre:  # down to 0, where 1/(s² + shift) is steep
        first = edges[1] + centre
        halvings = max(1, math.ceil(math.log2(first / min(finest, first / 2)))) + 1
        graded = first * 0.5 ** np.arange(halvings, 0, -1) - centre
        edges = np.concatenate([edges[:1], graded, edges[1:]])
    nodes, rule = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(edges) / 2
    offset = ((edges[1:] + edges[:-1]) / 2)[:, None] + half[:, None] * nodes
    away = offset.ravel()
    s = centre + away
    excess = M - m
    ratio = away / centre  # with s = centre (1 + ratio)
    if ratio[0] > -0.5:  # nothing cancels in x - ln(1+x)
        log_w = -excess * x_minus_log1p(ratio) - (m * ratio + away * away / 2)
    else:
        log_w = excess * np.log(s / centre) - (s * s - M) / 2
    x = away * (2 + ratio) / (2 * reach)  # s² - M in units of its spread
    return s, np.outer(half, rule).ravel(), half, log_w, x


def _functions(
    m: int, log_w: NDArray[np.float64], x: NDArray[np.float64], weights: NDArray[np.float64]
) -> NDArray[np.float64]:
    """w times the first m polynomials, orthonormal, shape (m, nodes)."""
    root = np.sqrt(weights)
    basis = np.empty((m, x.size))
    vector = np.exp(log_w - np.max(log_w)) * root
    for i in range(m):
        for _ in range(2):  # twice, because the first pass loses digits
            vector = vector - (basis[:i] @ vector) @ basis[:i]
        basis[i] = vector / np.linalg.norm(vector)
        vector = x * basis[i]
    return basis / root


def _integration() -> NDArray[np.float64]:
    """Integrals from -1 to each node, for a polynomial given at the nodes."""
    nodes, _ = np.polynomial.legendre.leggauss(NODES)
    to_series = np.linalg.inv(np.polynomial.legendre.legvander(nodes, NODES - 1))
    integrals = np.polynomial.legendre.legint(np.eye(NODES), lbnd=-1, axis=0)
    return np.polynomial.legendre.legvander(nodes, NODES) @ integrals @ to_series


INTEGRATION = _integration()


def _skew(
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    weights: NDArray[np.float64],
    half: NDArray[np.float64],
) -> NDArray[np.float64]:
    """∫∫ sgn(t - s) f_i(s) g_j(t) ds dt, shape (functions, functions)."""
    panels = first.reshape(first.shape[0], half.size, NODES)
    whole = (first * weights).reshape(panels.shape).sum(axis=2)
    before = np.cumsum(whole, axis=1) - whole
    within = (panels @ INTEGRATION.T) * half[:, None]
    below = (before[:, :, None] + within).reshape(first.shape)
    total = whole.sum(axis=1)
    return ((2 * below - total[:, None]) * weights) @ second.T


def _bordered(matrix: NDArray[np.float64], column: NDArray[np.float64]) -> NDArray[np.float64]:
    """The matrix with one more antisymmetric row and column."""
    return np.block([[matrix, column[:, None]], [-column[None, :], np.zeros((1, 1))]])
