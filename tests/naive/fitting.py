"""Slow and obvious twins of the fit. Imports nothing of toylaws."""

import numpy as np


def log_evidence_of_power_law(sizes, losses, errors, powers, width):
    """Log evidence, and mean and deviation of the exponent, by sums over a grid.

    c N^-a (1 + Σ b_j (N/N₁)^-w_j), flat in log c and a, b_j ~ Normal(0, width²); log c and a on a
    grid, and one b at the most.
    """
    ratio = sizes / sizes[0]
    grids = [np.linspace(-0.3, 0.3, 121), np.linspace(0.44, 0.56, 81)]
    b_grid = np.linspace(-0.3, 0.5, 161) if powers else np.zeros(1)
    log_c, a = np.meshgrid(*grids, indexing="ij")
    scaled = losses / losses[0]
    logs = np.full((b_grid.size, *a.shape), -np.inf)
    for k, b in enumerate(b_grid):
        chi2 = np.zeros_like(a)
        for r, y, e in zip(ratio, scaled, errors / losses[0], strict=True):
            bend = 1 + (b * r ** -powers[0] if powers else 0.0)
            chi2 += ((y - np.exp(log_c) * r**-a * bend) / e) ** 2
        logs[k] = -chi2 / 2 - (b / width) ** 2 / 2
    top = logs.max()
    mass = np.exp(logs - top)
    cell = (grids[0][1] - grids[0][0]) * (grids[1][1] - grids[1][0])
    total = mass.sum() * cell
    if powers:
        total *= (b_grid[1] - b_grid[0]) / (width * np.sqrt(2 * np.pi))
    share = mass.sum(axis=(0, 1)) / mass.sum()
    mean = share @ grids[1]
    return np.log(total) + top, mean, np.sqrt(share @ (grids[1] - mean) ** 2)


def mixture_quantile(level, centres, spreads, weights):
    """A quantile of a mixture of normals, by bisection."""
    from math import erfc, sqrt

    low, high = min(centres - 9 * spreads), max(centres + 9 * spreads)
    for _ in range(100):
        middle = (low + high) / 2
        below = sum(
            w * erfc(-(middle - c) / s / sqrt(2)) / 2
            for c, s, w in zip(centres, spreads, weights, strict=True)
        )
        low, high = (middle, high) if below < level else (low, middle)
    return (low + high) / 2
