"""Slow and obvious twins of regressions. Imports nothing of toylaws."""

import mpmath as mp
import numpy as np


def errors(rng, replicates, N, p, weight, hidden, hidden_weight, sigma, penalty):
    """Samples one after the other; pseudo-inverse or ridge by NumPy; error at a new x."""
    losses = []
    for _ in range(replicates):
        X, y = np.empty((N, p)), np.empty(N)
        for n in range(N):
            X[n] = [rng.standard_normal() for _ in range(p)]
            unseen = sum(rng.standard_normal() for _ in range(hidden))
            y[n] = weight * X[n].sum() + hidden_weight * unseen + sigma * rng.standard_normal()
        if penalty:
            estimate = np.linalg.solve(X.T @ X + penalty * np.eye(p), X.T @ y)
        else:
            estimate = np.linalg.pinv(X) @ y
        losses.append(np.sum((estimate - weight) ** 2) + hidden * hidden_weight**2)
    return np.array(losses)


def ridge_errors(rng, chi_squares, unseen, length, sigma, penalty, more_features):
    """The same from a Wishart matrix, its factor given by its diagonal and normal numbers."""
    losses = []
    for row, outside in zip(chi_squares, unseen, strict=True):
        m = len(row)
        L = np.zeros((m, m))
        for i in range(m):
            for j in range(i):
                L[i, j] = rng.standard_normal()
            L[i, i] = row[i] ** 0.5
        inverse = np.linalg.inv(L @ L.T + penalty * np.eye(m))
        g = np.array([rng.standard_normal() for _ in range(m)])
        if more_features:
            stretch = length / (g @ g + outside) ** 0.5
            noise = sigma * np.array([rng.standard_normal() for _ in range(m)])
            fitted = L.T @ inverse @ (L @ g * stretch + noise)
            losses.append(np.sum((fitted - g * stretch) ** 2) + outside * stretch**2)
        else:
            w = np.eye(m)[0] * length
            losses.append(np.sum((inverse @ (sigma * L @ g - penalty * w)) ** 2))
    return np.array(losses)


def inverse_trace(M, shift):
    """E 1/(chi²_M + shift), by quadrature over the square root of chi²."""
    with mp.workdps(30):

        def density(s):
            return 2 * s ** (M - 1) * mp.exp(-s * s / 2)

        marks = [
            0,
            mp.sqrt(shift) / 10,
            mp.sqrt(shift),
            mp.sqrt(M),
            mp.sqrt(M) + 5,
            mp.sqrt(M) + 15,
        ]
        norm = 2 ** (mp.mpf(M) / 2) * mp.gamma(mp.mpf(M) / 2)
        return mp.quad(lambda s: density(s) / (s * s + shift), sorted(marks)) / norm


def inverse_trace_of_two(M, shift):
    """E of the sum of 1/(x + shift) over both eigenvalues, by their joint density."""
    nodes, weights = np.polynomial.legendre.leggauss(60)
    marks = np.array([0, 0.01, 0.03, 0.1, 0.3, 1, 2, 4, 7, 11, 16])
    half = np.diff(marks)[:, None] / 2
    s = (marks[:-1, None] + half * (1 + nodes)).ravel()  # singular values
    ds = (half * weights).ravel()
    total, norm = 0.0, 0.0
    for i in range(s.size):  # y <= x: the integral to x itself, by a rule of its own
        for low, high in ((0, 0.03), (0.03, 0.2), (0.2, 1)):
            t = s[i] * (low + (high - low) * (1 + nodes) / 2)
            dt = s[i] * (high - low) / 2 * weights
            joint = (s[i] * t) ** (M - 2) * np.exp(-(s[i] ** 2 + t**2) / 2) * (s[i] ** 2 - t**2)
            joint *= dt * ds[i]
            norm += joint.sum()
            total += np.sum(joint * (1 / (s[i] ** 2 + shift) + 1 / (t**2 + shift)))
    return total / norm
