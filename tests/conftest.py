"""Settings for all tests: property tests are replayable, and have no deadline."""

import pytest
from hypothesis import settings

settings.register_profile("toylaws", deadline=None, derandomize=True, database=None)
settings.load_profile("toylaws")


@pytest.fixture
def rng():
    """A generator with a fixed seed."""
    import numpy as np

    return np.random.Generator(np.random.PCG64DXSM(20260101))
