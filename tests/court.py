"""What tests of toys share: a generator with a fixed seed, and simulation set against exact."""

import numpy as np

SLIPS = (0.95, 1.05)
PRECISION = 0.005
PILOT = 1000
ROUNDING = 1e-13


def fresh(seed=1):
    """A new generator with a fixed seed."""
    return np.random.Generator(np.random.PCG64DXSM(seed))


def agrees_with_exact(toy, most=3_000_000):
    """Assert that a simulation is within 5 standard errors of exact, which a slip of 5 % is not.

    With as many replicates as bring the standard error below 0.5 %, at least 10,000. False where
    that takes more than `most`.
    """
    exact, rng = toy.exact(), fresh()
    seen = toy.simulate_moments(rng, PILOT)
    while seen.count < 10_000 or seen.standard_error > PRECISION * abs(exact):
        needed = 1.3 * seen.count * (seen.standard_error / (PRECISION * exact)) ** 2
        needed = max(needed, 10_000, 1.1 * seen.count)
        if needed > most:
            return False
        seen = seen.merge(toy.simulate_moments(rng, int(needed) - seen.count))
    error = max(seen.standard_error, ROUNDING * abs(exact))  # some losses do not vary
    assert abs(seen.mean - exact) <= 5 * error, (toy, (seen.mean - exact) / error)
    for slip in SLIPS:
        assert abs(seen.mean - slip * exact) > 5 * error, toy
    return True
