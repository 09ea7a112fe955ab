"""The estimate of the intrinsic dimension, against simulated neighbours."""

import numpy as np
import pytest

import symbolic


@pytest.mark.parametrize("d", [1, 4])
def test_two_nn(d):
    """From the two smallest of D uniform volumes, N times, for many estimates."""
    rng, points, N, estimates = np.random.default_rng(7), 6, 8, 60_000
    volumes = np.sort(rng.random((estimates, N, points)), axis=2)
    logs = np.log(volumes[..., 1] / volumes[..., 0]) / d
    errors = ((N - 1) / logs.sum(axis=1) - d) ** 2
    derivation = symbolic.get("intrinsic.two_nn")
    finite = float(derivation.finite_at({"d": d, "N": N}))
    assert finite == pytest.approx(d**2 / 6, rel=1e-12, abs=0)
    assert abs(errors.mean() - finite) < 4 * errors.std() / estimates**0.5
    law = float(derivation.law_at({"d": d}).expression.subs(derivation.size.symbol, 1000))
    assert law == pytest.approx(d**2 / 998, rel=5e-6, abs=0)
