"""How errors are smoothed before losses are fitted."""

import numpy as np
import pytest

from sims.fitting.losses import checked


@pytest.mark.parametrize(("count", "degree"), [(5, 1), (8, 2), (11, 2)])
def test_smoothed_errors_are_raised_by_their_scatter(count, degree):
    """By its variance about the parabola, or the line, with the degrees of freedom that it leaves."""
    sizes = np.geomspace(10, 1e4, count)
    relative = 0.01 * sizes**0.1 * np.exp(0.1 * (-1.0) ** np.arange(count))
    seen, how = checked(sizes, 1 / sizes, relative / sizes).relative_errors()
    design = np.vander(np.log(sizes), degree + 1)
    coefficients, squares, rank, _ = np.linalg.lstsq(design, np.log(relative), rcond=None)
    assert (how, rank) == ("smoothed", degree + 1)
    variance = float(squares[0]) / (count - degree - 1)
    expected = np.exp(design @ coefficients + variance)
    assert seen == pytest.approx(expected, rel=1e-9, abs=0)
    assert seen != pytest.approx(np.exp(design @ coefficients), rel=1e-3, abs=0)
