"""Uniform points on a manifold, smooth functions on it, and the nearest of the points.

There are three manifolds. "torus" is the flat torus of side 1, periodic in each coordinate, with f
= cos 2πx₁. "sphere" is the unit sphere S^d, with f = √(d+1) x₁. "cube" is the unit cube, which has
a boundary, with f = x₁.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import NDArray
from scipy.spatial import cKDTree

Array = NDArray[np.float64]

FEW_QUERIES = 100
"""Fewest queries for which a tree pays; building it costs about 300 ns a point."""


def dimensions(manifold: str, d: int) -> int:
    """The number of coordinates of a point."""
    return d + 1 if manifold == "sphere" else d


def ambient_dimensions(manifold: str, d: int) -> int:
    """The smallest dimension of a Euclidean space into which the manifold embeds isometrically."""
    return {"torus": 2 * d, "sphere": d + 1, "cube": d}[manifold]


def uniform_points(
    rng: np.random.Generator, manifold: str, d: int, shape: tuple[int, ...]
) -> Array:
    """Independent uniform points, shape (*shape, dimensions)."""
    if manifold != "sphere":
        return rng.random((*shape, d))
    points = rng.standard_normal((*shape, d + 1))
    points /= np.sqrt(np.sum(points * points, axis=-1, keepdims=True))
    return points


def smooth_function(points: Array, manifold: str, d: int) -> Array:
    """The function f that is interpolated; shape of `points` without the last axis."""
    first = points[..., 0]
    if manifold == "torus":
        return np.cos(2 * np.pi * first)
    return first * math.sqrt(d + 1) if manifold == "sphere" else first


def class_threshold(manifold: str) -> float:
    """The value of f that divides the manifold into two classes of equal size."""
    return 0.5 if manifold == "cube" else 0.0


def embedded(
    points: Array, queries: Array, manifold: str, ambient: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Both sets of points in `ambient` dimensions, by one random isometric embedding.

    The torus is first mapped to the Clifford torus, a product of circles of circumference 1.
    """
    if manifold == "torus":
        points, queries = (
            np.concatenate([np.cos(2 * np.pi * x), np.sin(2 * np.pi * x)], axis=-1) / (2 * np.pi)
            for x in (points, queries)
        )
    isometry, _ = np.linalg.qr(rng.standard_normal((ambient, points.shape[-1])))
    return points @ isometry.T, queries @ isometry.T


def nearest(points: Array, queries: Array, *, periodic: bool) -> NDArray[np.int64]:
    """Index of the point nearest to each query, in every data set.

    Parameters
    ----------
    points : ndarray, shape (sets, D, dimensions)
    queries : ndarray, shape (sets, queries, dimensions)
    periodic : bool
        Whether coordinates are periodic with period 1.

    Returns
    -------
    ndarray of int64, shape (sets, queries)
    """
    found = np.empty(queries.shape[:2], dtype=np.int64)
    if min(points.shape[1], queries.shape[1]) < FEW_QUERIES:
        _nearest(points, queries, periodic, found)
        return found
    for one, asked, out in zip(points, queries, found, strict=True):
        tree = cKDTree(
            one,
            boxsize=1.0 if periodic else None,  # type: ignore[arg-type]  # the stubs lack it
            balanced_tree=False,
            compact_nodes=False,
        )
        out[:] = tree.query(asked)[1]
    return found


@njit(cache=True, nogil=True, error_model="numpy")
def _nearest(points: Array, queries: Array, periodic: bool, found: NDArray[np.int64]) -> None:
    for i in range(queries.shape[0]):
        for j in range(queries.shape[1]):
            best = np.inf
            for k in range(points.shape[1]):
                squared = 0.0
                for axis in range(points.shape[2]):
                    gap = abs(points[i, k, axis] - queries[i, j, axis])
                    if periodic and gap > 0.5:
                        gap = 1.0 - gap
                    squared += gap * gap
                if squared < best:
                    best = squared
                    found[i, j] = k
