"""Error bars of surfaces: the bootstrap, profiles, and the frontier's intervals."""

import numpy as np
import pytest
from scipy.optimize import curve_fit

from sims import BadInput
from sims.surface import uncertainty
from sims.surface.comparison import compare_surfaces
from sims.surface.law import Surface
from sims.surface.surface_fit import fit_surface

N, D = (
    grid.ravel() for grid in np.meshgrid(np.geomspace(4e7, 1e10, 8), np.geomspace(1e9, 1e12, 7))
)
LAW = Surface("additive", A=400, B=1500, E=1.8, alpha=0.34, beta=0.36)


def noisy(rng, law=LAW, noise=0.01, n=N, d=D):
    return law.loss(n, d) * np.exp(noise * rng.standard_normal(n.size))


def test_a_resample_is_a_fit_to_the_runs_it_holds(rng):
    losses = noisy(rng)
    seen = fit_surface(N, D, losses)
    rows = rng.multinomial(N.size, np.full(N.size, 1 / N.size), size=5)
    found = seen.reweighted(rows)
    assert found.flags == ()
    for i, row in enumerate(rows):
        index = np.repeat(np.arange(N.size), row)
        again = fit_surface(N[index], D[index], losses[index])
        for name in seen.fitted:
            assert found.samples[name][i] == pytest.approx(getattr(again, name), rel=1e-6, abs=0)


def test_the_same_seed_and_any_batch_give_the_same_numbers(rng, monkeypatch):
    seen = fit_surface(N, D, noisy(rng))
    one = seen.bootstrap(60, seed=3)
    monkeypatch.setattr(uncertainty, "BATCH", 7 * N.size)
    other = seen.bootstrap(60, seed=3)
    assert np.array_equal(one.constants, other.constants)
    assert not np.array_equal(one.constants, seen.bootstrap(60, seed=4).constants)
    few = seen.bootstrap(20, seed=3)
    assert np.array_equal(one.constants[:20], few.constants)


def test_samples_standard_errors_and_intervals_belong_together(rng):
    seen = fit_surface(N, D, noisy(rng), form="mean")
    boot = seen.bootstrap(200)
    assert list(boot.samples) == ["A", "B", "E", "alpha", "beta", "q", "a", "b", "c"]
    alpha, beta = boot.samples["alpha"], boot.samples["beta"]
    assert boot.samples["a"] == pytest.approx(beta / (alpha + beta), rel=1e-12, abs=0)
    assert boot.samples["a"] + boot.samples["b"] == pytest.approx(1, rel=1e-12, abs=0)
    surfaces = list(boot.surfaces())
    assert surfaces[7].frontier_exponents.loss == pytest.approx(
        boot.samples["c"][7], rel=1e-12, abs=0
    )
    assert boot.standard_errors["alpha"] == pytest.approx(alpha.std(ddof=1), rel=1e-12, abs=0)
    assert boot.covariance.shape == (6, 6)
    assert boot.covariance[3, 3] == pytest.approx(alpha.var(ddof=1), rel=1e-12, abs=0)
    low, high = boot.interval("alpha")
    assert np.mean((alpha >= low) & (alpha <= high)) == pytest.approx(0.95, rel=0, abs=0.01)
    with pytest.raises(BadInput, match="unknown constant 'alfa'; did you mean 'alpha'"):
        boot.interval("alfa")
    with pytest.raises(BadInput, match="level = 95"):
        boot.interval("alpha", 95)


def test_a_floor_of_zero_has_no_error(rng):
    law = Surface("bracket", 100, 400, 0, 0.25, 0.3)
    seen = fit_surface(N, D, noisy(rng, law), form="bracket", floor="zero")
    boot = seen.bootstrap(50)
    assert "E" not in boot.samples
    assert boot.covariance.shape == (4, 4)
    assert boot.flags == ()


def test_pairs_agree_with_the_truth_where_noise_depends_on_the_run_and_residuals_do_not(rng):
    """300 data sets with noise in the small models alone: spread of alpha against error bars."""
    scale = 0.03 * (N / N.min()) ** -0.5
    alphas, claimed, shuffled = [], [], []
    for _ in range(300):
        losses = LAW.loss(N, D) * np.exp(scale * rng.standard_normal(N.size))
        seen = fit_surface(N, D, losses, objective="squares")
        alphas.append(seen.alpha)
        if len(claimed) < 60:
            claimed.append(seen.bootstrap(100, seed=1).standard_errors["alpha"])
            again = [
                fit_surface(N, D, losses * np.exp(rng.permutation(seen.residuals) - seen.residuals),
                            objective="squares").alpha
                for _ in range(30)
            ]  # fmt: skip
            shuffled.append(np.std(again, ddof=1))
    truth = np.std(alphas, ddof=1)
    assert np.median(claimed) == pytest.approx(truth, rel=0.2, abs=0)
    assert np.median(shuffled) < 0.8 * truth


def test_degenerate_resamples_are_flagged(rng):
    few = slice(None, None, 9)
    seen = fit_surface(N[few], D[few], noisy(rng)[few])
    flags = seen.bootstrap(200).flags
    assert any("no more different runs than constants" in flag for flag in flags)
    assert seen.error_flags
    assert seen.frontier(1e20, bootstrap=seen.bootstrap(200)).flags == flags
    assert fit_surface(N, D, noisy(rng)).bootstrap(200).flags == ()


@pytest.mark.parametrize("name", ["A", "B", "E", "alpha", "beta"])
def test_a_profile_is_where_the_sum_of_squares_reaches_the_quantile(rng, name):
    """Held there by another's optimiser, the sum has grown by t²/dof; a profile is an F-test."""
    losses = noisy(rng)
    seen = fit_surface(N, D, losses, objective="squares")
    found = seen.profile(name)
    assert found.flags == ()
    place = seen.fitted.index(name)
    constants = np.array([getattr(seen, key) for key in seen.fitted])
    squares = np.sum(seen.residuals**2)
    t = 2.007583770315835  # Student's t, 97.5 %, 51 degrees of freedom
    for end in (found.low, found.high):

        def model(_, *others, end=end):
            A, B, E, alpha, beta = np.insert(np.exp(others), place, end)
            return np.log(E + A / N**alpha + B / D**beta)

        start = np.log(np.delete(constants, place))
        best, _ = curve_fit(model, N, np.log(losses), p0=start, ftol=1e-14, xtol=1e-14)
        held = np.sum((np.log(losses) - model(N, *best)) ** 2)
        assert held / squares == pytest.approx(1 + t**2 / 51, rel=1e-6, abs=0)
    assert found.low < constants[place] < found.high


def test_profiles_agree_with_iminuit(rng):
    iminuit = pytest.importorskip("iminuit")
    losses = noisy(rng)
    seen = fit_surface(N, D, losses, objective="squares")
    variance = np.sum(seen.residuals**2) / (N.size - 5)
    t = 2.007583770315835

    def chi2(a, b, e, alpha, beta):  # logarithms of prefactors at typical sizes
        fitted = np.exp(e) + np.exp(a) * (N / 6e8) ** -alpha + np.exp(b) * (D / 3e10) ** -beta
        return np.sum((np.log(losses) - np.log(fitted)) ** 2) / variance / t**2

    minuit = iminuit.Minuit(
        chi2, np.log(seen.A / 6e8**seen.alpha), np.log(seen.B / 3e10**seen.beta), np.log(seen.E),
        seen.alpha, seen.beta,
    )  # fmt: skip
    minuit.errordef, minuit.strategy = 1, 2
    minuit.migrad()
    minuit.minos("alpha", "beta")
    for name in ("alpha", "beta"):
        found, minos = seen.profile(name), minuit.merrors[name]
        half = (found.high - found.low) / 2
        assert found.low == pytest.approx(minuit.values[name] + minos.lower, rel=0, abs=2e-3 * half)
        assert found.high == pytest.approx(
            minuit.values[name] + minos.upper, rel=0, abs=2e-3 * half
        )


def test_profile_covers_what_it_says(rng):
    """300 data sets: 95 % within 4 standard errors; the control is a level of 60 %."""
    inside, control = 0, 0
    for _ in range(300):
        seen = fit_surface(N, D, noisy(rng), objective="squares")
        low, high = seen.profile("beta")[1:3]
        inside += low <= LAW.beta <= high
        low, high = seen.profile("beta", 0.6)[1:3]
        control += low <= LAW.beta <= high
    tolerance = 4 * np.sqrt(0.95 * 0.05 / 300)
    assert abs(inside / 300 - 0.95) < tolerance
    assert abs(control / 300 - 0.95) > tolerance


def test_an_open_profile_says_so(rng):
    hollow = Surface("additive", 400, 1500, 0.3, 0.34, 0.36)
    small = slice(0, 28)
    seen = fit_surface(
        N[small], D[small], noisy(rng, hollow, 0.05, N[small], D[small]), objective="squares"
    )
    found = seen.profile("E")
    assert found.low == 0
    assert found.flags == ("E: the interval is open below",)


def test_profiles_refuse_what_they_cannot_mean(rng):
    losses = noisy(rng)
    for objective in ("huber", "absolute"):
        with pytest.raises(BadInput, match="use the bootstrap"):
            fit_surface(N, D, losses, objective=objective).profile("alpha")
    seen = fit_surface(N, D, losses, objective="squares")
    with pytest.raises(BadInput, match="unknown constant 'q'"):
        seen.profile("q")
    with pytest.raises(BadInput, match="level = 1 "):
        seen.profile("alpha", 1)
    with pytest.raises(BadInput, match="exactly"):
        fit_surface(N, D, LAW.loss(N, D), objective="squares").profile("alpha")


def test_the_frontier_has_bands_of_its_resamples(rng):
    seen = fit_surface(N, D, noisy(rng))
    boot = seen.bootstrap(100, seed=5)
    flop = np.array([1e20, 1e23])
    frontier = seen.frontier(flop, bootstrap=boot)
    optima = [surface.optimum(flop) for surface in boot.surfaces()]
    for band, value, place in zip(
        (frontier.parameters, frontier.tokens, frontier.loss), seen.surface.optimum(flop), range(3),
        strict=True,
    ):  # fmt: skip
        assert np.array_equal(band.value, value)
        assert np.all((band.low < value) & (value < band.high))
        spread = np.quantile([optimum[place] for optimum in optima], 0.975, axis=0)
        assert band.high == pytest.approx(spread, rel=1e-12, abs=0)
    wide = np.log(frontier.parameters.high / frontier.parameters.low)
    assert wide[1] > wide[0]  # further from the runs
    assert seen.frontier(1e20, bootstrap=boot).loss.low.shape == ()
    with pytest.raises(BadInput, match="flop = -1"):
        seen.frontier(-1, bootstrap=boot)
    with pytest.raises(BadInput, match="level = 2"):
        seen.frontier(1e20, level=2, bootstrap=boot)


def test_the_frontier_covers_the_truth(rng):
    """100 data sets: the 95 % bands of N at a compute within the runs hold the true one."""
    truth = LAW.optimum(1e21).parameters
    inside = np.zeros(2)
    for i in range(100):
        band = fit_surface(N, D, noisy(rng), objective="squares")
        band = band.frontier(1e21, bootstrap=band.bootstrap(150, seed=i)).parameters
        inside += [band.low < truth < band.high, band.low < 1.5 * truth < band.high]
    assert inside[0] >= 85
    assert inside[1] < 60


@pytest.mark.parametrize("law", [LAW, Surface("bracket", 100, 400, 1.5, 0.25, 0.3)])
def test_the_true_form_predicts_best(rng, law):
    scores = compare_surfaces(N, D, noisy(rng, law, 0.003), objective="squares")
    by_form = {score.form: score for score in scores}
    assert [score.held_out for score in scores] == sorted(score.held_out for score in scores)
    wrong = {"additive": "bracket", "bracket": "additive"}[law.form]
    assert by_form[law.form].held_out < by_form[wrong].held_out
    assert by_form[law.form].objective_value < by_form[wrong].objective_value
    assert by_form["mean"].objective_value <= by_form[law.form].objective_value * (1 + 1e-9)
    assert by_form["mean"].held_out < 1.3 * by_form[law.form].held_out
    assert all(score.held_out > score.objective_value for score in scores)


def test_a_held_out_score_does_not_depend_on_the_order_of_runs(rng):
    losses, order = noisy(rng), rng.permutation(N.size)
    one = compare_surfaces(N, D, losses)
    other = compare_surfaces(N[order], D[order], losses[order])
    for here, there in zip(one, other, strict=True):
        assert there.held_out == pytest.approx(here.held_out, rel=1e-6, abs=0)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"repeats": 1}, "repeats = 1 "),
        ({"repeats": 2.5}, "repeats = 2.5"),
        ({"seed": -1}, "seed = -1"),
    ],
)
def test_bad_resampling(rng, options, message):
    with pytest.raises(BadInput, match=message):
        fit_surface(N, D, noisy(rng)).bootstrap(**options)


def test_bad_weights(rng):
    seen = fit_surface(N, D, noisy(rng))
    for weights in (np.ones(N.size), np.ones((2, 3)), np.zeros((2, N.size)), -np.ones((2, N.size))):
        with pytest.raises(BadInput, match="weights"):
            seen.reweighted(weights)


def test_runs_that_determine_no_surface_give_a_frontier_without_warnings():
    """All runs at D = 20 N: the frontier of the resamples may not be finite, and nothing warns."""
    n = np.geomspace(1e8, 1e10, 12)
    rng = np.random.Generator(np.random.PCG64DXSM(8))
    seen = fit_surface(n, 20 * n, (2 + 400 * n**-0.35) * np.exp(0.01 * rng.standard_normal(12)))
    assert seen.flags
    seen.frontier([1e10, 1e24], bootstrap=seen.bootstrap(50))
    assert "flag       " in str(seen)
