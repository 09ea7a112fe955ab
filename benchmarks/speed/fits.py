"""The averaged fit of an exponent, beside the same models by SciPy.

The floor: of 36 models with 2 to 6 parameters, the most probable point of each takes some 7
evaluations, the grid of each that counts some 12, of 11 exponentials and a Cholesky factor each:
about half a microsecond apiece.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

from benchmarks.speed.race import Race
from sims.fitting.average.averaged import Averaging
from sims.fitting.average.posteriors import PLAIN
from sims.fitting.losses import checked

SETS = 64


def fits() -> Iterator[Race]:
    """64 data sets averaged over all models, beside one data set's modes by least_squares."""
    sizes = np.geomspace(8, 8192, 11)
    relative = np.geomspace(0.003, 0.03, 11)
    clean = sizes**-0.5 * (1 + 2 / sizes)
    noise = np.random.Generator(np.random.PCG64DXSM(20260101)).standard_normal((SETS, 11))
    sets = clean * (1 + relative * noise)
    problem = Averaging.of(checked(sizes, clean, relative * clean), None, "zero", False)
    models = problem.models
    plain = np.flatnonzero((models.kinds == PLAIN) & ~models.rivals)
    ratio = sizes / sizes[0]

    def theirs() -> NDArray[np.float64]:
        modes = []
        for j in plain:
            used = models.widths[j] > 0
            terms = ratio[:, None] ** -models.powers[j, used]

            def residuals(
                theta: NDArray[np.float64],
                terms: NDArray[np.float64] = terms,
                widths: NDArray[np.float64] = models.widths[j, used],
            ) -> NDArray[np.float64]:
                curve = np.exp(theta[0]) * ratio ** -theta[1] * (1 + terms @ theta[2:])
                return np.concatenate([(sets[0] - curve) / (relative * clean), theta[2:] / widths])

            start = np.array([np.log(sets[0, 0]), 0.5, *np.zeros(terms.shape[1])])
            modes.append(least_squares(residuals, start, method="lm").x[1])
        return np.array(modes)

    def verify(ours: NDArray[np.float64], modes: NDArray[np.float64]) -> None:
        # ours multiplies relative errors by a fitted mean: so near, and no nearer
        assert np.allclose(ours[0, plain], modes, rtol=0, atol=3e-3), ours[0, plain] - modes

    yield Race(
        name="averaged fit: window, 30 models on grids, 6 rivals",
        peer="scipy least_squares: the modes of 25 of them",
        ours=lambda: problem.solve(sets).modes,
        theirs=theirs,
        verify=verify,
        ours_per=SETS,
    )
