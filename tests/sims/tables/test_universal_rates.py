"""What a fit says of the three universal rates: the exponent misleads, the form does not.

Each class is one form of one term: linear is a power law of N + N0, exponential an exponential,
and the slow rate C/ln N a power of a logarithm. Forms with a free correction are left out where the
classes are told apart: below, one of them is shown to mimic the slow rate.
"""

import numpy as np
import pytest

from sims import Sweep
from sims.fitting.forms.compare import compare_forms
from toys.learnability.rates import MemorisedAtoms
from toys.learnability.slow_atoms import SlowAtoms
from toys.learnability.threshold import RandomThreshold, Threshold

CLASSES = ("power", "shifted", "exponential", "stretched", "logarithmic", "log power")

SLOW = SlowAtoms(sampler="one query")
LINEAR = RandomThreshold()
EXPONENTIAL = MemorisedAtoms(K=1000)

BELONGS = {
    "slow": (SLOW, "log power", "not a power law: log power"),
    "linear": (LINEAR, "shifted", "power law with correction: shifted"),
    "exponential": (EXPONENTIAL, "exponential", "not a power law: exponential"),
}


def sizes(low, high, count):
    return np.unique(np.round(np.geomspace(low, high, count)))


def exact(toy, at):
    return np.array([toy.at(N=int(N)).exact() for N in at])


def slope_and_fit(at, losses):
    """Exponent and R² of a straight line on logarithmic axes, each size with the same weight."""
    x, y = np.log(at), np.log(losses)
    return -np.polyfit(x, y, 1)[0], np.corrcoef(x, y)[0, 1] ** 2


def test_fitted_exponents():
    """Straight lines through 31 sizes: printed digits, and the line that fits worst of all."""
    long, short = np.geomspace(10, 1e4, 31).round(), np.geomspace(10, 1e3, 31).round()
    middle = Threshold(t=0.5)
    for at, slow, linear in ((long, 0.217, 0.991), (short, 0.247, 0.984)):
        exponent, quality = slope_and_fit(at, exact(SLOW, at))
        assert exponent == pytest.approx(slow, rel=0, abs=6e-4)
        assert slope_and_fit(at, exact(middle, at))[0] == pytest.approx(linear, rel=0, abs=6e-4)
    assert slope_and_fit(long, exact(SLOW, long))[1] == pytest.approx(0.988, rel=0, abs=6e-4)
    exponent, quality = slope_and_fit(short, exact(EXPONENTIAL, short))
    assert exponent == pytest.approx(0.172, rel=0, abs=5e-3)
    assert quality == pytest.approx(0.75, rel=0, abs=0.01)
    assert exponent < slope_and_fit(short, exact(SLOW, short))[0] < 1
    for K, printed in ((100, 1.73), (10, 18)):
        exponent, _ = slope_and_fit(short, exact(MemorisedAtoms(K=K), short))
        assert exponent == pytest.approx(printed, rel=0.02, abs=0)


@pytest.mark.parametrize("name", BELONGS)
@pytest.mark.parametrize("high", [1e3, 1e4])
def test_exact_curves_are_told_apart(name, high):
    """With errors of 1 %: their own form has the most weight, and every other's class is wrong."""
    toy, form, verdict = BELONGS[name]
    at = sizes(10, high, 10)
    losses = exact(toy, at)
    seen = compare_forms(at, losses, 0.01 * losses, forms=CLASSES)
    assert seen.rows[0].form == form
    assert seen.verdict.startswith(verdict)
    assert seen.rows[0].fit.p_value > 0.5


@pytest.mark.parametrize(
    ("name", "sampler", "high", "replicates"),
    [
        ("slow", {"sampler": "draws", "queries": 0}, 1e4, 60),
        ("linear", {"sampler": "points"}, 1e3, 4000),
        ("exponential", {}, 1e3, 100),
    ],
)
def test_simulated_curves_are_told_apart(name, sampler, high, replicates):
    """By their mechanisms, with the errors that they have."""
    toy, form, verdict = BELONGS[name]
    at = [int(N) for N in sizes(10, high, 10)]
    toy = type(toy)(**{**toy.model_dump(exclude={"N"}), **sampler})
    seen = Sweep(toy, {"N": at}, replicates, 1, 0).run()
    found = compare_forms(at, seen.means, seen.standard_errors, forms=CLASSES)
    assert found.rows[0].form == form
    assert found.verdict.startswith(verdict)


def test_a_free_correction_mimics_the_slow_rate():
    """Over three decades a power law with a correction does as well; over 14 none fits, or breaks.

    The control: the exponential is recognised among all forms.
    """
    at = sizes(10, 1e4, 10)
    losses = exact(SLOW, at)
    assert compare_forms(at, losses, 0.01 * losses).verdict.startswith("power law with correction")
    wide = sizes(10, 1e15, 12)
    losses = exact(SLOW, wide)
    seen = compare_forms(wide, losses, 1e-3 * losses)
    assert not seen.verdict.startswith("power law")
    losses = exact(EXPONENTIAL, at)
    verdict = compare_forms(at, losses, 0.01 * losses).verdict
    assert verdict.startswith("not a power law: exponential")
