"""Coins whose record is spoilt, beside the NumPy code that a user would write.

Floors. *tosses*: about 4 random words for 64 marked tosses, linear in N; *binomial*: three binomial
draws whatever N.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.race import Race, new_rng, same_mean
from toys import Moments
from toys.quality.data_quality import Erasures, LabelNoise
from toys.quality.debiasing import DebiasedCoin

P, Q = 0.3, 0.2


def _divergence(estimate: NDArray[np.float64]) -> Moments:
    losses = P * np.log(P / estimate) + (1 - P) * np.log((1 - P) / (1 - estimate))
    return Moments.of(losses)


def races() -> Iterator[Race]:
    """Every toy of the family."""
    rng = new_rng()
    N, R = 1000, 2000

    def tossed() -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        return rng.random((R, N)) < P, rng.random((R, N)) < Q

    def noisy() -> Moments:
        heads, flipped = tossed()
        return _divergence(((heads ^ flipped).sum(1) + 0.5) / (N + 1))

    def undone() -> Moments:
        heads, flipped = tossed()
        estimate = ((heads ^ flipped).sum(1) / N - Q) / (1 - 2 * Q)
        return _divergence(np.clip(estimate, 0.5 / N, 1 - 0.5 / N))

    def lost() -> Moments:
        heads, gone = tossed()
        return _divergence(((heads & ~gone).sum(1) + 0.5) / ((~gone).sum(1) + 1))

    for sampler in ("tosses", "binomial"):
        for toy, peer in (
            (LabelNoise(p=P, q=Q, N=N, sampler=sampler), noisy),
            (DebiasedCoin(p=P, q=Q, N=N, sampler=sampler), undone),
            (Erasures(p=P, q=Q, N=N, sampler=sampler), lost),
        ):
            yield Race(
                f"{toy.name}, N = {N}, {sampler}", "two matrices of uniforms, compared and summed",
                lambda toy=toy: toy.simulate_moments(rng, R), peer, same_mean,  # type: ignore[misc]
            )  # fmt: skip
