"""Forms compared: each is recognised on its own data, and a power law is not called anything else."""

import json
import math

import numpy as np
import pytest

from sims.errors import BadInput
from sims.fitting.forms.compare import POWER_LAWS, compare_forms, foretell
from sims.fitting.forms.forms import FORMS
from sims.fitting.losses import checked
from toys import Capacity

SIZES = np.geomspace(8, 8192, 11)

CURVES = {
    "power": 2 * SIZES**-0.5,
    "constant": 2 * SIZES**-0.5 + 0.1,
    "corrected": SIZES**-0.5 * (1 + 0.5 * (SIZES / 8) ** -0.5),
    "shifted": (SIZES + 100) ** -0.8,
    "broken": SIZES**-0.3 * (1 + (SIZES / 300) ** 3) ** (-0.8 / 3),
    "exponential": 2 * np.exp(-SIZES / 1500),
    "stretched": 2 * np.exp(-0.3 * SIZES**0.4),
    "logarithmic": 10 - np.log(SIZES),
    "log power": np.log(SIZES / 2) ** -1.0,
    "log corrected": np.log(SIZES) / SIZES,
}


def noisy(rng, losses, noise):
    return losses * (1 + noise * rng.standard_normal(losses.size)), noise * losses


@pytest.mark.parametrize("name", FORMS)
def test_perfect_data_are_recognised(name):
    seen = compare_forms(SIZES, CURVES[name], 1e-3 * CURVES[name])
    assert seen.rows[0].form == name
    assert seen.rows[0].held_out.deviation < 1


@pytest.mark.parametrize("name", FORMS)
def test_noisy_data_are_recognised(rng, name):
    """4 repetitions at 0.3 %: the form has the largest weight in 3, and the family is right."""
    first = 0
    for _ in range(4):
        seen = compare_forms(SIZES, *noisy(rng, CURVES[name], 3e-3))
        first += seen.rows[0].form == name
        wrong = "not a power law" if name in POWER_LAWS else "power law"
        assert not seen.verdict.startswith(wrong)
    assert first >= 3


@pytest.mark.parametrize(("noise", "repeats", "plain"), [(0.1, 10, 5), (0.01, 20, 18)])
def test_a_power_law_is_not_called_anything_else(rng, noise, repeats, plain):
    """Of the repetitions one may be; the control: an exponential at the same noise is."""
    verdicts = [
        compare_forms(SIZES, *noisy(rng, CURVES["power"], noise)).verdict for _ in range(repeats)
    ]
    assert sum(verdict.startswith("not") for verdict in verdicts) <= 1
    assert sum(verdict.startswith("power law (") for verdict in verdicts) >= plain
    control = compare_forms(SIZES, *noisy(rng, CURVES["exponential"], noise)).verdict
    assert control.startswith("not a power law: ")


@pytest.mark.parametrize("errors", [True, False])
@pytest.mark.parametrize("noise", [0.01, 1e-3])
def test_a_logarithm_is_told_from_power_laws(rng, noise, errors):
    for _ in range(2):
        losses, known = noisy(rng, CURVES["log corrected"], noise)
        seen = compare_forms(SIZES, losses, known if errors else None)
        assert seen.rows[0].form == "log corrected"
        assert not seen.verdict.startswith("power law")
        assert seen.rows[0].fit.exponent == pytest.approx(1, rel=0, abs=20 * noise)


def test_an_exponential_toy_is_recognised():
    """KL of a full counter with e^theta states: the exact curve, at capacities that just suffice."""
    theta = np.log(np.array([16, 40, 100, 250, 600, 1500, 4000, 10000, 25000, 60000]))
    losses = [Capacity(growth="exponential", theta=float(t)).exact() for t in theta]
    seen = compare_forms(theta, losses)
    assert seen.verdict.startswith("not a power law: ")
    assert seen.rows[0].form in ("exponential", "stretched")
    power = [Capacity(growth="power", theta=float(t)).exact() for t in range(5, 60, 5)]
    control = compare_forms(np.arange(5.0, 60, 5), power)
    assert control.verdict.startswith("power law")


# ---- what is foretold --------------------------------------------------------------------------


def test_what_is_foretold_has_the_errors_it_states(rng):
    """The mean square of standardised deviations is 1 for the true form; control: a wrong one."""
    right, wrong = [], []
    for _ in range(40):
        losses = checked(SIZES, *noisy(rng, CURVES["power"], 0.01))
        right.append(foretell(losses, FORMS["power"], 4).deviation)
        wrong.append(foretell(losses, FORMS["exponential"], 4).deviation)
    assert abs(np.mean(right) - 1) < 4 * math.sqrt(2 / (4 * 40))
    assert min(wrong) > 100


@pytest.mark.parametrize("name", ["power", "shifted", "logarithmic"])
def test_the_score_is_the_predictive_density(rng, name):
    """Against the mean density of the losses over draws from the posterior."""
    from sims.fitting.forms.forms import Frame
    from sims.fitting.forms.likelihood import Problem, laplace

    losses, errors = noisy(rng, CURVES[name], 0.01)
    seen = foretell(checked(SIZES, losses, errors), FORMS[name], 4)
    frame = Frame.of(SIZES[:7], losses[:7])
    past = Problem(FORMS[name], SIZES[:7], losses[:7], errors[:7], frame)
    future = Problem(FORMS[name], SIZES[7:], losses[7:], errors[7:], frame)
    posterior = laplace(past)
    draws = rng.multivariate_normal(posterior.at, posterior.covariance, size=40000)
    residuals = future(draws)[0]
    density = np.mean(np.exp(-np.sum(residuals**2, axis=1) / 2))
    exact = math.log(density) - np.log(future.errors * math.sqrt(2 * math.pi)).sum()
    assert seen.score == pytest.approx(exact / 4, rel=0, abs=0.05)


def test_what_is_foretold_without_errors_is_students(rng):
    """Of a straight line in logarithms, the textbook's prediction at one more size."""
    from scipy.stats import linregress
    from scipy.stats import t as student

    losses, _ = noisy(rng, CURVES["power"], 0.01)
    x, y = np.log(SIZES), np.log(losses)
    line = linregress(x[:10], y[:10])
    rest = y[:10] - line.intercept - line.slope * x[:10]
    ratio = 1 + 1 / 10 + (x[10] - x[:10].mean()) ** 2 / np.sum((x[:10] - x[:10].mean()) ** 2)
    scale = math.sqrt(np.sum(rest**2) / 8 * ratio)
    pull = (y[10] - line.intercept - line.slope * x[10]) / scale
    seen = foretell(checked(SIZES, losses, None), FORMS["power"], 1)
    assert seen.deviation == pytest.approx(pull**2, rel=1e-2, abs=1e-3)
    expected = student.logpdf(pull, 8) - math.log(scale)
    assert seen.score == pytest.approx(expected, rel=0, abs=0.01)


# ---- units, records, refusals ------------------------------------------------------------------


@pytest.mark.parametrize("errors", [True, False])
def test_units_do_not_matter(rng, errors):
    losses, known = noisy(rng, CURVES["shifted"], 0.01)
    here = compare_forms(SIZES, losses, known if errors else None)
    there = compare_forms(SIZES * 1e-5, losses * 1e6, known * 1e6 if errors else None)
    assert [row.form for row in there.rows] == [row.form for row in here.rows]
    for one, other in zip(here.rows, there.rows, strict=True):
        assert other.weight == pytest.approx(one.weight, rel=1e-4, abs=1e-12)
        if math.isfinite(one.held_out.score) and one.weight > 1e-6:
            assert other.held_out.score == pytest.approx(one.held_out.score, rel=0, abs=1e-3)


@pytest.mark.parametrize("errors", [True, False])
def test_record_and_text(rng, errors):
    losses, known = noisy(rng, CURVES["power"], 0.01)
    seen = compare_forms(SIZES, losses, known if errors else None)
    json.dumps(seen.record(), allow_nan=False)
    assert sum(row.weight for row in seen.rows) == pytest.approx(1, rel=1e-12, abs=0)
    assert seen.held_out == 4
    for word in (*FORMS, "verdict", "odds", "weight", "foretold"):
        assert word in seen.text


def test_nothing_fits_is_undecided():
    """Losses that wiggle beyond their errors are no law at all."""
    wiggle = CURVES["power"] * (1 + 0.3 * (-1.0) ** np.arange(11))
    seen = compare_forms(SIZES, wiggle, 1e-3 * wiggle)
    assert seen.verdict.startswith("undecided: no form fits")


def test_forms_may_be_chosen(rng):
    losses, errors = noisy(rng, CURVES["power"], 0.01)
    seen = compare_forms(SIZES, losses, errors, forms=["power", "exponential"], held_out=2)
    assert {row.form for row in seen.rows} == {"power", "exponential"}
    assert seen.verdict.startswith("power law (odds")
    alone = compare_forms(SIZES, losses, errors, forms=["power"])
    assert alone.verdict.startswith("undecided: nothing to weigh power against")


def test_few_sizes_leave_the_larger_forms_out():
    seen = compare_forms([1, 2, 4, 8], [1, 0.5, 0.26, 0.12], None)
    assert {row.form for row in seen.rows} == {
        name for name, form in FORMS.items() if len(form.parameters) <= 3
    }
    assert any(row.held_out is None for row in seen.rows)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"forms": ["powr"]}, "unknown form 'powr'; did you mean 'power'"),
        ({"forms": []}, "one or more, each once"),
        ({"forms": ["power", "power"]}, "one or more, each once"),
        ({"held_out": 0}, "held_out = 0 is not allowed"),
        ({"held_out": 10}, "from 1 to 9"),
        ({"forms": ["broken"], "held_out": 1, "few": True}, "too few for the 5 parameters"),
    ],
)
def test_bad_input_is_one_clear_error(options, message):
    few = options.pop("few", False)
    sizes = SIZES[:4] if few else SIZES
    with pytest.raises(BadInput, match=message):
        compare_forms(sizes, 1 / sizes, 0.1 / sizes, **options)
