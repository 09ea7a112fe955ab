"""The log loss of an estimated probability, face by face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toys._kernels.heads import x_minus_log1p


def divergence_term(
    p: float, estimate: NDArray[np.float64], error: NDArray[np.float64]
) -> NDArray[np.float64]:
    """What one face adds to KL(p‖p̂): p log(p/p̂) + (p̂ - p); shape of `estimate`.

    The differences p̂ - p of all faces add up to 0, so that they may be added to the loss. Each term
    is never negative, and without cancellation where the estimate is near.

    Parameters
    ----------
    p : float
        Probability of the face.
    estimate : ndarray
        p̂.
    error : ndarray
        p̂ - p, as accurate as it is known: the terms are no more accurate.
    """
    if p == 0:
        return error
    far = estimate < 0.5 * p
    ratio = np.where(far, 0.0, error / p)
    near = p * x_minus_log1p(ratio.ravel()).reshape(ratio.shape)
    return np.where(far, p * np.log(p / estimate) + error, near)
