"""The kernels of the averaged fit beside naive references, and profiles beside MINOS and lmfit."""

import math

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive.fitting import log_evidence_of_power_law, mixture_quantile
from scipy.optimize import approx_fprime
from scipy.special import chdtrc, ndtri

from sims import BadInput, fit
from sims.fitting.average import mixture, posteriors
from sims.fitting.average.averaged import Averaging
from sims.fitting.average.models import WIDE, WIDE_SHARE, WIDTH, model_set
from sims.fitting.average.posteriors import BROAD, LOG, LOG_BELOW, PLAIN, RUNNING
from sims.fitting.average.profile import profile
from sims.fitting.losses import checked

SIZES = np.geomspace(8, 8192, 9)


def losses_of(rng, b=2.0, w=1.0, noise=0.01, floor=0.0):
    clean = SIZES**-0.5 * (1 + b * SIZES**-w) + floor
    return clean * (1 + noise * rng.standard_normal(9)), noise * clean


@given(chi2=st.floats(0, 80), dof=st.integers(1, 40))
@settings(max_examples=200)
def test_chance_above_is_the_survival_function(chi2, dof):
    assert posteriors.chance_above(chi2, dof) == pytest.approx(
        chdtrc(dof, chi2), rel=1e-9, abs=1e-15
    )


@pytest.mark.parametrize("kind", [PLAIN, BROAD, LOG, LOG_BELOW, RUNNING])
@pytest.mark.parametrize("full", [False, True])
def test_the_normal_equations_are_the_derivatives_of_the_objective(rng, kind, full):
    n, terms = 7, 2
    x = np.sort(rng.uniform(0, 5, n))[::-1].copy()
    y = rng.uniform(0.5, 1.5, n)
    white = np.tril(rng.standard_normal((n, n))) if full else np.diag(rng.uniform(1, 3, n))
    width = np.array([0.5, 0.3])
    if kind in (LOG, LOG_BELOW, RUNNING):
        width[1] = 0.0
    work = np.empty((n, terms + 4)), np.empty(terms), np.empty((5, 5)), np.empty(5)
    w = np.array([0.7, 1.6])
    decays = np.exp(-np.outer(x, w))

    def objective(theta):
        return posteriors.system(
            kind, w, decays, width, True, 0.0, True, x, y, white, full, theta, *work
        )

    theta = np.array([0.2, 0.6, 0.3, 0.1 if width[1] else 0.0, 0.05])
    objective(theta)
    gradient = -2 * work[3].copy()
    matrix = work[2].copy()
    numeric = approx_fprime(theta, objective, 1e-7)
    free = [0, 1, 2, 4] if not width[1] else slice(None)
    assert gradient[free] == pytest.approx(numeric[free], rel=1e-4, abs=1e-3)
    assert np.all(np.linalg.eigvalsh(matrix + np.tril(matrix, -1).T) > 0)


def test_evidence_and_exponent_are_those_of_a_brute_force_integral(rng):
    """Two models by direct sums over a grid of all their parameters, in plain NumPy."""
    losses, errors = losses_of(rng, b=0.7, noise=0.02)
    problem = Averaging.of(checked(SIZES, losses, np.diag(errors**2)), [1.0], "zero", False)
    solution = problem.solve(whole=True)
    naive = [
        log_evidence_of_power_law(SIZES, losses, errors, powers, width)
        for powers, width in (((), 1.0), ((1.0,), WIDTH), ((1.0,), WIDE))
    ]
    weights = solution.weights[0]
    for j, share in ((1, 1 - WIDE_SHARE), (2, WIDE_SHARE)):
        odds = naive[j][0] - naive[0][0] + math.log(share)
        assert math.log(weights[j] / weights[0]) == pytest.approx(odds, rel=0, abs=0.02)
    for j in (0, 1, 2):
        assert solution.means[0, j] == pytest.approx(naive[j][1], rel=0, abs=2e-4)
        assert solution.deviations[0, j] == pytest.approx(naive[j][2], rel=0.01, abs=0)


@pytest.mark.parametrize("width", [1e-9, 1e-3, 0.03, 0.2, 3.0, 60.0])
@pytest.mark.parametrize("start", [-70.0, -21.0, -3.0, -0.01, 0.5, 8.0, 19.99, 20.01, 300.0])
def test_what_a_normal_density_holds_between_two_points(start, width):
    with mpmath.workdps(60):
        exact = mpmath.mpf(start)
        near = exact if start > 0 else -exact - width  # the tail that loses no digits
        inside = mpmath.erfc(near / mpmath.sqrt(2)) - mpmath.erfc((near + width) / mpmath.sqrt(2))
        expected = float(mpmath.log(inside / 2))
    assert posteriors.log_between(start, width) == pytest.approx(expected, rel=0, abs=2e-6)


def test_the_evidence_of_a_floor_at_its_bound_is_that_of_a_brute_force_integral(rng):
    """A law that hardly falls, to which a floor of zero is the best: its slope there is steep."""
    sizes = np.geomspace(8, 8192, 7)
    for _ in range(3):
        losses = (sizes + 12) ** -0.07 * (1 + 0.003 * rng.standard_normal(7))
        errors = 0.003 * losses
        problem = Averaging.of(checked(sizes, losses, np.diag(errors**2)), None, "zero", False)
        table, solution = problem.models, problem.solve(whole=True)
        (j,) = np.flatnonzero(table.rivals & table.floors & (table.parameters == 3))
        y, e, x = losses / losses[0], errors / losses[0], np.log(sizes / sizes[0])
        a = np.exp(np.linspace(math.log(1e-4), math.log(30), 2000))[:, None]
        floors = np.linspace(0, y.min(), 3001)
        fall = np.exp(-a * x) / e
        top = (fall @ (y / e))[:, None] - (fall @ (1 / e))[:, None] * floors
        chi2 = np.sum((y / e) ** 2) - 2 * floors * np.sum(y / e**2) + floors**2 * np.sum(1 / e**2)
        square = np.sum(fall**2, axis=1)[:, None]
        # over log c by Laplace, over a and E by sums
        logs = -0.5 * (chi2 - top**2 / square) + 0.5 * np.log(2 * math.pi * square / top**2)
        scale = logs.max()
        inside = np.trapezoid(np.exp(logs - scale), floors, axis=1) * a[:, 0]
        total = math.log(np.trapezoid(inside, np.log(a[:, 0]))) + scale
        expected = total - math.log(2 * math.pi * y.min()) + table.log_priors[j]
        assert solution.evidences[0, j] == pytest.approx(expected, rel=0, abs=0.1)


def test_the_mixture_of_normals_has_their_mean_spread_and_quantiles():
    centres, spreads, weights = np.array([0.5, 0.52, 0.6]), np.array([0.01, 0.03, 0.002]), [5, 3, 2]
    steps = np.arange(-12, 13)
    nodes, logs = np.zeros((1, 3, 65)), np.zeros((1, 3, 65))
    ends = np.array([[[20, 44]] * 3])
    for j in range(3):
        nodes[0, j, 20:45] = centres[j] + spreads[j] * steps / 2
        logs[0, j, 20:45] = -(steps**2) / 8 + math.log(weights[j] / spreads[j]) + 300
    table, summary = np.zeros((1, 3, 9)), np.zeros((1, 6))
    mixture.averages(nodes, logs, ends, 0.025, summary, table)
    share = np.array(weights) / 10
    mean = share @ centres
    assert table[0, :, 0] == pytest.approx(share, rel=1e-4, abs=0)
    assert summary[0, 0] == pytest.approx(mean, rel=1e-5, abs=0)
    within, between = share @ spreads**2, share @ (centres - mean) ** 2
    assert summary[0, 1] == pytest.approx(math.sqrt(within + between), rel=2e-3, abs=0)
    assert summary[0, 2] == pytest.approx(math.sqrt(within), rel=2e-3, abs=0)
    assert summary[0, 3] == pytest.approx(math.sqrt(between), rel=2e-3, abs=0)
    for place, level in ((4, 0.025), (5, 0.975)):
        expected = mixture_quantile(level, centres, spreads, share)
        assert summary[0, place] == pytest.approx(expected, rel=0, abs=1e-3 * summary[0, 1])


def test_a_batch_is_each_by_itself(rng):
    problem = Averaging.of(checked(SIZES, *losses_of(rng)), None, "maybe", False)
    sets = np.array([losses_of(rng)[0] for _ in range(5)])
    together = problem.solve(sets)
    for i in range(5):
        alone = problem.solve(sets[i : i + 1])
        assert alone.exponents[0] == together.exponents[i]
        assert alone.low[0] == together.low[i]


def test_one_signature_each(rng):
    for options in ({}, {"corrections": [1]}, {"floor": "maybe"}):
        fit(SIZES, *losses_of(rng), **options)
    for module, names in ((posteriors, ("posteriors",)), (mixture, ("averages",))):
        for name in names:
            kernel = getattr(module, name)
            assert len(kernel.signatures) == 1, name


def test_model_weights_before_the_data_add_up():
    for corrections in (None, [], [1.0], [0.5, 1.0]):
        for floor in ("zero", "maybe", "free"):
            models = model_set(corrections, floor)
            assert np.exp(models.log_priors[~models.rivals]).sum() == pytest.approx(
                1, rel=1e-12, abs=0
            )
            assert models.rivals.any() == (corrections is None)
    assert (model_set([1.0], "zero", certain=True).powers[:, 0] == 1).all()


CASES = [
    ({"corrections": []}, ()),
    ({"corrections": [1.0], "certain": True}, (1.0,)),
    ({"corrections": [0.5, 1.0], "certain": True}, (0.5, 1.0)),
    ({"corrections": [], "floor": "free"}, ()),
    ({"corrections": [1.0], "certain": True, "floor": "free"}, (1.0,)),
]


def penalised(losses, errors, powers, floor, width):
    """chi² + penalties as a function of (log c, a, b…, E), in plain NumPy."""
    ratio = SIZES / SIZES[0]

    def residuals(*theta):
        log_c, a, *rest = theta
        b = rest[: len(powers)]
        bend = 1 + sum(bj * ratio**-w for bj, w in zip(b, powers, strict=True))
        curve = np.exp(log_c) * ratio**-a * bend + (rest[-1] if floor else 0.0)
        return np.concatenate([(losses - curve) / errors, np.array(b, dtype=float) / width])

    return residuals


def width_of(seen):
    """Prior deviation of the corrections in the likeliest model."""
    return seen.problem.models.widths[seen.models[0].place].max() or 1.0


@pytest.mark.parametrize(("options", "powers"), CASES)
def test_profiles_agree_with_minos(rng, options, powers):
    from iminuit import Minuit

    floor = "floor" in options
    losses, errors = losses_of(rng, 2.0 if powers else 0.0, noise=0.01, floor=0.01 * floor)
    seen = fit(SIZES, losses, np.diag(errors**2), **options)
    assert seen.window[0] == SIZES[0]
    low, high = profile(seen)
    residuals = penalised(losses, errors, powers, floor, width_of(seen))
    start = [math.log(losses[0]), 0.5, *[0.1] * len(powers), *([0.005] if floor else [])]
    names = [f"x{i}" for i in range(len(start))]
    minuit = Minuit(lambda *theta: float(np.sum(residuals(*theta) ** 2)), *start, name=names)
    minuit.errordef, minuit.strategy, minuit.tol = 1.0, 2, 1e-6
    minuit.migrad()
    minuit.minos("x1", cl=0.95)
    ends = minuit.merrors["x1"]
    middle = minuit.values["x1"]
    assert low == pytest.approx(middle + ends.lower, rel=1e-5, abs=0)
    assert high == pytest.approx(middle + ends.upper, rel=1e-5, abs=0)


@pytest.mark.parametrize(("options", "powers"), CASES)
def test_modes_and_errors_agree_with_lmfit(rng, options, powers):
    from lmfit import Minimizer, Parameters

    floor = "floor" in options
    losses, errors = losses_of(rng, 2.0 if powers else 0.0, noise=0.003, floor=0.01 * floor)
    seen = fit(SIZES, losses, np.diag(errors**2), **options)
    residuals = penalised(losses, errors, powers, floor, width_of(seen))
    parameters = Parameters()
    start = [math.log(losses[0]), 0.5, *[0.1] * len(powers), *([0.005] if floor else [])]
    for i, value in enumerate(start):
        parameters.add(f"x{i}", value=value)
    found = Minimizer(
        lambda p: residuals(*p.valuesdict().values()), parameters, scale_covar=False
    ).minimize(method="leastsq", ftol=1e-15, xtol=1e-15, gtol=1e-15)
    assert seen.models[0].exponent == pytest.approx(found.params["x1"].value, rel=1e-5, abs=0)
    low, high = profile(seen, level=0.6827)  # nearly parabolic there
    assert (high - low) / 2 == pytest.approx(found.params["x1"].stderr, rel=0.02, abs=0)
    assert low < seen.models[0].exponent < high


def test_a_profile_of_a_straight_line_is_exact(rng):
    """One model, linear to first order: the profile at 95 % is 1.96 standard errors."""
    losses, errors = losses_of(rng, b=0.0, noise=1e-5)
    seen = fit(SIZES, losses, np.diag(errors**2), corrections=[])
    low, high = profile(seen)
    expected = -ndtri(0.025) * seen.models[0].standard_error
    assert (high - low) / 2 == pytest.approx(expected, rel=2e-3, abs=0)


@pytest.mark.parametrize(("which", "level"), [(9, 0.95), (-1, 0.95), (0, 1.0), (0, 0.0)])
def test_profiles_refuse_bad_input(rng, which, level):
    seen = fit(SIZES, *losses_of(rng), corrections=[])
    with pytest.raises(BadInput, match="is not allowed"):
        profile(seen, which, level)
