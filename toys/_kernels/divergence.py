"""The log loss of an estimated probability, one term for each face."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from toys._kernels.heads import x_minus_log1p


def divergence_term(
    p: float, estimate: NDArray[np.float64], error: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The term p log(p/p̂) + (p̂ - p) of one face in KL(p‖p̂); shape of `estimate`.

    The differences p̂ - p of all faces add up to 0, so that adding them does not change the loss.
    With them no term is negative, and none suffers from cancellation if the estimate is near p.

    Parameters
    ----------
    p : float
        Probability of the face.
    estimate : ndarray
        p̂.
    error : ndarray
        p̂ - p. Its accuracy limits that of the result.

    Returns
    -------
    ndarray of float64
    """
    if p == 0:
        return error
    far = estimate < 0.5 * p
    ratio = np.where(far, 0.0, error / p)
    near = p * x_minus_log1p(ratio.ravel()).reshape(ratio.shape)
    return np.where(far, p * np.log(p / estimate) + error, near)
