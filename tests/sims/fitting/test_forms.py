"""Forms of L(N): right derivatives, right fits, right errors, and loud on bad input."""

import json
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import curve_fit

from sims.errors import BadInput
from sims.fitting.forms.form_fit import fit_form
from sims.fitting.forms.forms import FORMS, Frame
from sims.fitting.forms.likelihood import Problem, laplace

SIZES = np.geomspace(8, 8192, 11)

FORMULAS = {
    "power": lambda n, c, a: c * n**-a,
    "constant": lambda n, c, a, E: c * n**-a + E,
    "corrected": lambda n, c, a, b, w: c * n**-a * (1 + b * (n / SIZES[0]) ** -w),
    "shifted": lambda n, c, a, N0: c * (n + N0) ** -a,
    "broken": lambda n, c, a0, a1, d, f: c * n**-a0 * (1 + (n / d) ** (1 / f)) ** (-a1 * f),
    "exponential": lambda n, c, k: c * np.exp(-k * n),
    "stretched": lambda n, c, k, s: c * np.exp(-k * n**s),
    "logarithmic": lambda n, c, k: c - k * np.log(n),
    "log power": lambda n, c, k, N0: c * np.log(n / N0) ** -k,
    "log corrected": lambda n, c, a, N0: c * n**-a * np.log(n / N0),
}
"""The formulas as a reader would write them: they share nothing with the forms but the names."""

TYPICAL = {
    "power": (2.0, 0.5),
    "constant": (2.0, 0.5, 0.1),
    "corrected": (2.0, 0.5, 0.4, 1.0),
    "shifted": (2.0, 0.7, 60.0),
    "broken": (2.0, 0.3, 0.8, 300.0, 0.5),
    "exponential": (2.0, 1 / 1500),
    "stretched": (2.0, 0.3, 0.3),
    "logarithmic": (10.0, 1.0),
    "log power": (2.0, 1.0, 1.0),
    "log corrected": (2.0, 1.0, 1.0),
}


def typical(name):
    return FORMULAS[name](SIZES, *TYPICAL[name])


def noisy(rng, losses, noise):
    return losses * (1 + noise * rng.standard_normal(losses.size)), noise * losses


def values(fit):
    return [parameter.value for parameter in fit.parameters]


# ---- derivatives -------------------------------------------------------------------------------


def interior(problem, rng):
    """A point within the range that the coordinates are believed to lie in."""
    where = rng.uniform(0.2, 0.8, problem.mean.size)
    low = np.array([c.low for c in problem.coordinates])
    high = np.array([c.high for c in problem.coordinates])
    return low + where * (high - low)


@pytest.mark.parametrize("errors", [True, False])
@pytest.mark.parametrize("name", FORMS)
def test_the_jacobian_is_the_derivative(rng, name, errors):
    losses, known = noisy(rng, typical("power"), 0.01)
    problem = Problem(
        FORMS[name], SIZES, losses, known if errors else None, Frame.of(SIZES, losses)
    )
    for _ in range(5):
        at = interior(problem, rng)
        _, jacobian = problem(at)
        for i in range(at.size):
            step = np.zeros_like(at)
            step[i] = 1e-5
            central = (problem(at + step)[0] - problem(at - step)[0]) / 2e-5
            size = np.abs(jacobian[:, i]).max()
            assert central == pytest.approx(jacobian[:, i], rel=1e-6, abs=1e-7 * size)


@pytest.mark.parametrize("name", FORMS)
def test_the_formula_is_the_curve(rng, name):
    """The parameters in the units of the data give the same losses as the coordinates."""
    losses = typical("power")
    problem = Problem(FORMS[name], SIZES, losses, None, Frame.of(SIZES, losses))
    for _ in range(5):
        at = interior(problem, rng)
        parameters, gradient = problem.natural(at)
        curve = problem.frame.loss * np.exp(problem.log_loss(at)[0])
        assert FORMULAS[name](SIZES, *parameters) == pytest.approx(curve, rel=1e-8, abs=0)
        step = 1e-6 * np.eye(at.size)
        central = [
            (problem.natural(at + one)[0] - problem.natural(at - one)[0]) / 2e-6 for one in step
        ]
        size = np.abs(gradient).max(axis=1, keepdims=True)
        assert np.transpose(central) / size == pytest.approx(gradient / size, rel=1e-5, abs=1e-7)


# ---- perfect data ------------------------------------------------------------------------------

LIKELY = {
    "power": (st.floats(1e-3, 1e3), st.floats(0.05, 3)),
    "constant": (st.floats(0.5, 2), st.floats(0.2, 1.5), st.floats(0.01, 1)),
    "corrected": (st.floats(0.1, 10), st.floats(0.1, 2), st.floats(0.3, 1), st.floats(0.5, 2)),
    "shifted": (st.floats(0.1, 10), st.floats(0.2, 2), st.floats(-6, 200)),
    "broken": (
        st.floats(0.1, 10), st.floats(0.1, 1), st.floats(0.4, 1.5), st.floats(100, 700),
        st.floats(0.3, 1),
    ),
    "exponential": (st.floats(0.1, 10), st.floats(1e-4, 2e-3)),
    "stretched": (st.floats(0.1, 10), st.floats(0.1, 0.5), st.floats(0.1, 0.4)),
    "logarithmic": (st.floats(9.5, 30), st.floats(0.1, 1)),
    "log power": (st.floats(0.1, 10), st.floats(0.3, 3), st.floats(0.05, 5)),
    "log corrected": (st.floats(0.1, 10), st.floats(0.3, 2), st.floats(0.05, 5)),
}  # fmt: skip


@pytest.mark.parametrize("name", FORMS)
@given(data=st.data())
@settings(max_examples=12)
def test_perfect_data_are_recovered(name, data):
    true = [data.draw(strategy) for strategy in LIKELY[name]]
    losses = FORMULAS[name](SIZES, *true)
    for errors in (0.01 * losses, None):
        seen = fit_form(SIZES, losses, errors, form=name)
        assert values(seen) == pytest.approx(true, rel=1e-6, abs=1e-6)
        assert seen.predict(SIZES) == pytest.approx(losses, rel=1e-8, abs=0)
        assert not seen.flags


@pytest.mark.parametrize("name", FORMS)
def test_the_slope_is_that_of_the_prediction(name):
    seen = fit_form(SIZES, typical(name), 0.01 * typical(name), form=name)
    n = np.array([20.0, 1000.0])
    central = np.log(seen.predict(n * 1.0001) / seen.predict(n / 1.0001)) / (2 * math.log(1.0001))
    assert seen.slope(n) == pytest.approx(central, rel=1e-6, abs=0)


@pytest.mark.parametrize(
    ("name", "exponent"),
    [
        ("power", 0.5), ("constant", 0.5), ("corrected", 0.5), ("shifted", 0.7), ("broken", 1.1),
        ("exponential", None), ("stretched", None), ("logarithmic", None), ("log power", None),
        ("log corrected", 1.0),
    ],
)  # fmt: skip
def test_the_exponent_is_the_asymptotic_one(name, exponent):
    seen = fit_form(SIZES, typical(name), 0.01 * typical(name), form=name)
    if exponent is None:
        assert seen.exponent is None
        assert seen.exponent_error is None
    else:
        assert seen.exponent == pytest.approx(exponent, rel=1e-6, abs=0)
        assert seen.exponent_error > 0


# ---- units and order ---------------------------------------------------------------------------


@pytest.mark.parametrize(("unit", "scale"), [(1e-6, 1e4), (1e6, 1e-8)])
@pytest.mark.parametrize("errors", [True, False])
@pytest.mark.parametrize("name", FORMS)
def test_units_do_not_matter(rng, name, errors, unit, scale):
    losses, known = noisy(rng, typical(name), 1e-3)
    here = fit_form(SIZES, losses, known if errors else None, form=name)
    there = fit_form(SIZES * unit, losses * scale, known * scale if errors else None, form=name)
    assert there.log_evidence == pytest.approx(here.log_evidence, rel=0, abs=1e-5)
    assert there.predict(SIZES * unit) / scale == pytest.approx(
        here.predict(SIZES), rel=1e-6, abs=0
    )
    if errors:
        assert there.chi2 == pytest.approx(here.chi2, rel=1e-6, abs=0)
    if here.exponent is not None:
        assert there.exponent == pytest.approx(here.exponent, rel=1e-5, abs=0)
        assert there.exponent_error == pytest.approx(here.exponent_error, rel=1e-4, abs=0)


def test_the_order_of_the_data_does_not_matter(rng):
    losses, errors = noisy(rng, typical("shifted"), 0.01)
    shuffled = rng.permutation(SIZES.size)
    one = fit_form(SIZES, losses, errors, form="shifted")
    other = fit_form(SIZES[shuffled], losses[shuffled], errors[shuffled], form="shifted")
    assert one.parameters == other.parameters


# ---- errors ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", FORMS)
def test_equals_curve_fit(rng, name):
    losses, errors = noisy(rng, typical(name), 1e-3)
    best, covariance = curve_fit(
        FORMULAS[name], SIZES, losses, p0=TYPICAL[name], sigma=errors, absolute_sigma=True,
        ftol=1e-14, xtol=1e-14, maxfev=10000,
    )  # fmt: skip
    seen = fit_form(SIZES, losses, errors, form=name)
    spread = np.sqrt(np.diag(covariance))
    assert np.array(values(seen)) / spread == pytest.approx(best / spread, rel=0, abs=1e-3)
    assert seen.covariance / np.outer(spread, spread) == pytest.approx(
        covariance / np.outer(spread, spread), rel=2e-3, abs=2e-3
    )
    residuals = (FORMULAS[name](SIZES, *best) - losses) / errors
    assert seen.chi2 == pytest.approx(residuals @ residuals, rel=1e-6, abs=0)


def coverage(rng, name, errors, honest=1.0):
    """How often the exponent-like parameter lies in its interval, of 400."""
    losses, inside = typical(name), 0
    for _ in range(400):
        seen, known = noisy(rng, losses, 1e-3)
        fit = fit_form(SIZES, seen, honest * known if errors else None, form=name)
        low, high = fit.parameters[1].interval
        inside += low <= TYPICAL[name][1] <= high
    return inside / 400


@pytest.mark.parametrize(
    ("name", "errors"), [("constant", True), ("shifted", False), ("log corrected", True)]
)
def test_intervals_cover_95_percent(rng, name, errors):
    """400 repetitions, within 4 standard errors of 95 %."""
    assert abs(coverage(rng, name, errors) - 0.95) < 4 * math.sqrt(0.95 * 0.05 / 400)


def test_half_the_errors_do_not_cover(rng):
    """The control: with errors half as large as they are, 67 % is covered, and it is seen."""
    seen = coverage(rng, "constant", True, honest=0.5)
    assert 0.95 - seen > 4 * math.sqrt(0.95 * 0.05 / 400)
    assert abs(seen - 0.673) < 4 * math.sqrt(0.673 * 0.327 / 400)


# ---- profiles ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "which"),
    [("constant", "c"), ("constant", "E"), ("shifted", "a"), ("shifted", "N0"), ("shifted", "c")],
)
def test_profiles_equal_minos(rng, name, which):
    from iminuit import Minuit

    losses, errors = noisy(rng, typical(name), 0.02)
    names = FORMS[name].parameters
    seen = fit_form(SIZES, losses, errors, form=name)
    minuit = Minuit(
        lambda *p: np.sum(((FORMULAS[name](SIZES, *p) - losses) / errors) ** 2),
        *values(seen),
        name=names,
    )
    minuit.errordef, minuit.strategy, minuit.tol = 1.0, 2, 1e-4
    minuit.migrad()
    minuit.minos(which, cl=0.95)
    ends = minuit.merrors[which]
    low, high = seen.profile(which)
    half = (high - low) / 2
    best = minuit.values[which]
    assert low == pytest.approx(best + ends.lower, rel=0, abs=1e-5 * half)
    assert high == pytest.approx(best + ends.upper, rel=0, abs=1e-5 * half)


@pytest.mark.parametrize("level", [0.6827, 0.95, 0.999])
def test_the_profile_of_an_exponent_beside_a_floor_is_exact(rng, level):
    """Given a, c and E are linear: the profile is closed. MINOS is off by 1e-3 of the interval."""
    from scipy.stats import norm

    losses, errors = noisy(rng, typical("constant"), 0.02)
    seen = fit_form(SIZES, losses, errors, form="constant")
    for a in seen.profile("a", level):
        basis = np.column_stack([SIZES**-a, np.ones(11)]) / errors[:, None]
        solution = np.linalg.lstsq(basis, losses / errors)[0]
        least = np.sum((basis @ solution - losses / errors) ** 2)
        rise = norm.ppf((1 + level) / 2) ** 2
        assert least - seen.chi2 == pytest.approx(rise, rel=1e-8, abs=0)


@pytest.mark.parametrize("errors", [True, False])
@pytest.mark.parametrize(("name", "which"), [("constant", 2), ("shifted", 2), ("stretched", 1)])
def test_the_ends_of_a_profile_are_as_unlikely_as_they_should_be(rng, name, which, errors):
    """The sum of squares, minimised anew with the parameter held at an end of the interval."""
    from scipy.optimize import minimize
    from scipy.stats import norm, t

    losses, known = noisy(rng, typical(name), 0.02)
    seen = fit_form(SIZES, losses, known if errors else None, form=name)

    def squares(parameters):
        fitted = FORMULAS[name](SIZES, *parameters)
        residuals = (fitted - losses) / known if errors else np.log(fitted / losses)
        return float(residuals @ residuals)

    best = np.array(values(seen))
    rest = [i for i in range(best.size) if i != which]
    for end in seen.profile(FORMS[name].parameters[which]):

        def held(scale, end=end):
            at = best.copy()
            at[rest] *= scale
            at[which] = end
            return squares(at)

        found = minimize(
            held, np.ones(len(rest)), method="Nelder-Mead",
            options={"xatol": 1e-10, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000},
        )  # fmt: skip
        least = squares(best)
        if errors:
            assert found.fun - least == pytest.approx(norm.ppf(0.975) ** 2, rel=1e-5, abs=0)
        else:
            ratio = 1 + t.ppf(0.975, seen.dof) ** 2 / seen.dof
            assert found.fun / least == pytest.approx(ratio, rel=1e-5, abs=0)


def test_a_profile_without_an_end_says_so(rng):
    """A power law bounds N0 of a shift on neither side at a noise of a half; and the control."""
    losses, errors = noisy(rng, typical("power"), 0.5)
    loose = fit_form(SIZES, np.abs(losses), errors, form="shifted")
    assert math.inf in loose.profile("N0", 0.999999)
    tight, errors = noisy(rng, typical("shifted"), 0.01)
    assert np.isfinite(fit_form(SIZES, tight, errors, form="shifted").profile("N0")).all()


# ---- evidence ----------------------------------------------------------------------------------


@pytest.mark.parametrize("noise", [0.3, 0.01])
@pytest.mark.parametrize("name", ["power", "exponential", "logarithmic"])
def test_the_evidence_is_the_integral(rng, name, noise):
    """Laplace's approximation against quadrature of likelihood times prior, two coordinates."""
    losses, errors = noisy(rng, typical(name), noise)
    losses = np.abs(losses)
    problem = Problem(FORMS[name], SIZES, losses, errors, Frame.of(SIZES, losses))
    posterior = laplace(problem)
    axis = np.linspace(-9, 9, 401)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    root = np.linalg.cholesky(posterior.covariance)
    at = posterior.at + grid @ root.T
    with np.errstate(all="ignore"):
        residuals, _ = problem(at)
    squares = np.where(np.isfinite(residuals).all(axis=1), (residuals**2).sum(axis=1), np.inf)
    prior = (((at - problem.mean) / problem.deviation) ** 2).sum(axis=1)
    norm = np.log(problem.errors).sum() + np.log(problem.deviation).sum()
    norm += (SIZES.size + 2) / 2 * math.log(2 * math.pi)
    volume = np.linalg.det(root) * (axis[1] - axis[0]) ** 2
    exact = math.log(np.exp(-(squares + prior) / 2).sum() * volume) - norm
    assert posterior.log_evidence == pytest.approx(exact, rel=0, abs=0.1)


def test_the_evidence_without_errors_integrates_the_scatter_out(rng):
    """A power law's posterior without errors, by quadrature over log sigma and both coordinates."""
    losses, _ = noisy(rng, typical("power"), 0.05)
    problem = Problem(FORMS["power"], SIZES, losses, None, Frame.of(SIZES, losses))
    posterior = laplace(problem)
    axis = np.linspace(-12, 12, 201)
    grid = np.stack(np.meshgrid(axis, axis, indexing="ij"), axis=-1).reshape(-1, 2)
    root = np.linalg.cholesky(posterior.covariance)
    at = posterior.at + grid @ root.T
    squares = (problem(at)[0] ** 2).sum(axis=1)
    prior = (((at - problem.mean) / problem.deviation) ** 2).sum(axis=1)
    n = SIZES.size
    log_sigma = math.log(posterior.sigma) + np.linspace(-3, 3, 301)
    total = sum(
        np.exp(-squares / 2 * math.exp(-2 * s) - prior / 2 - n * (s - log_sigma[0])).sum()
        for s in log_sigma
    )
    volume = np.linalg.det(root) * (axis[1] - axis[0]) ** 2 * (log_sigma[1] - log_sigma[0])
    exact = math.log(total * volume) - n * log_sigma[0] - np.log(problem.deviation).sum()
    exact -= (n + 2) / 2 * math.log(2 * math.pi)
    assert posterior.log_evidence - math.log(2) == pytest.approx(exact, rel=0, abs=0.3)


# ---- records, flags, refusals ------------------------------------------------------------------


@pytest.mark.parametrize("errors", [True, False])
@pytest.mark.parametrize("name", FORMS)
def test_record_and_text(rng, name, errors):
    losses, known = noisy(rng, typical("power"), 0.01)
    seen = fit_form(SIZES, losses, known if errors else None, form=name)
    json.dumps(seen.record(), allow_nan=False)
    for word in (name, "exponent", "window", "residuals", "evidence"):
        assert word in seen.text
    for flag in seen.flags:
        assert flag in seen.text


def test_flags():
    power, errors = typical("power"), 0.01 * typical("power")
    bound = fit_form(SIZES, power, errors, form="stretched")
    assert any("s is at its bound" in flag for flag in bound.flags)
    assert bound.parameters[1].standard_error is None
    wrong = fit_form(SIZES, power, errors, form="exponential")
    assert any("does not fit" in flag for flag in wrong.flags)
    few = fit_form([1, 2, 4], [1, 0.6, 0.25], [0.1, 0.1, 0.1], form="constant")
    assert any("as many parameters as sizes" in flag for flag in few.flags)
    assert few.p_value is None
    assert fit_form(SIZES, power, errors, form="power").flags == ()


@pytest.mark.parametrize(
    ("sizes", "losses", "errors", "options", "message"),
    [
        ([1, 2], [1, 2], None, {"form": "power"}, "2 sizes are too few for the 2 parameters"),
        ([1, 2, 3], [3, 2, 1], None, {"form": "shifted"}, "at least 4"),
        ([1, 2, 3], [3, 2, 1], [1, 1, 1], {"form": "corrected"}, "at least 4"),
        ([1, 2, 3, 4], [2] * 4, None, {"form": "constant"}, "all losses are equal"),
        ([1, 2, 3], [3, 2, 1], np.eye(3), {"form": "power"}, "independent errors"),
        ([1, 2, 3, 4], [4, 3, 2, 1], None, {"form": "shfted"}, "did you mean 'shifted'"),
        ([1, 2, 3, 4], [4, 3, 2, 1], None, {"form": "power", "level": 1.5}, "level = 1.5"),
        ([1, 2, 2, 4], [4, 3, 2, 1], None, {"form": "power"}, "size 2 is repeated"),
        ([1, 2, 3, 4], [4, 3, -2, 1], None, {"form": "power"}, "loss = -2 at size 3"),
        ([1, 1 + 1e-9, 1 + 2e-9], [3, 2, 1], None, {"form": "power"}, "too close together"),
    ],
)
def test_bad_input_is_one_clear_error(sizes, losses, errors, options, message):
    with pytest.raises(BadInput, match=message):
        fit_form(sizes, losses, errors, **options)


def test_a_profile_needs_a_parameter_with_an_error():
    errors = 0.01 * typical("power")
    with pytest.raises(BadInput, match="unknown parameter of form 'power' 'E'"):
        fit_form(SIZES, typical("power"), errors, form="power").profile("E")
    with pytest.raises(BadInput, match="k has no profile: s is at its bound"):
        fit_form(SIZES, typical("power"), errors, form="stretched").profile("k")
