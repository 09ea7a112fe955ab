"""The variance-limited regime against enumerations and quadratures that share nothing with it."""

from math import comb

import mpmath as mp
import pytest

import symbolic


def law_at(name, **values):
    return symbolic.get(name).law_at(values)


def chi_squared_mean(function, degrees):
    """E function(X) of a chi-squared number, by quadrature."""
    half = mp.mpf(degrees) / 2
    scale = 2**half * mp.gamma(half)
    peak = max(degrees - 2, 1)
    ends = [0, peak / 2, peak, 2 * peak, mp.inf]
    return mp.quad(lambda x: function(x) * x ** (half - 1) * mp.exp(-x / 2) / scale, ends)


def normal_mean(function, deviation):
    """E function(|X|) of a centred normal number, by quadrature."""
    density = mp.sqrt(2 / mp.pi) / deviation
    ends = [0, deviation, 4 * deviation, mp.inf]
    return mp.quad(lambda x: function(x) * density * mp.exp(-((x / deviation) ** 2) / 2), ends)


@pytest.mark.parametrize(("p", "h", "c", "q"), [(0.3, 1.5, 2.0, -3.0), (0.5, 0.4, -4.0, 4.5)])
def test_the_mean_of_tosses_in_a_quartic_loss(p, h, c, q):
    """Draws are tosses of a coin; the expected loss is a sum over the number of heads."""
    v = p * (1 - p)
    third, fourth = v * (1 - 2 * p), v * (1 - 6 * v)

    def loss(size):
        total = mp.mpf(0)
        for heads in range(size + 1):
            e = mp.mpf(heads) / size - mp.mpf(p)
            cost = 0.7 + 0.9 * e + h * e**2 / 2 + c * e**3 / 6 + q * e**4 / 24
            total += comb(size, heads) * mp.mpf(p) ** heads * mp.mpf(1 - p) ** (size - heads) * cost
        return total

    law = symbolic.get("variance_limited.data").law
    values = {"L_inf": 0.7, "h": h, "c": c, "q": q, "kappa_3": third, "kappa_4": fourth}
    values |= {"sigma": v**0.5, "D": 300}
    assert law.exponent == 1
    at = {symbol: values[symbol.name] for symbol in law.expression.free_symbols}
    second = float(law.expression.subs(at)) - 0.7 - h * v / 600
    assert float(loss(300) - 0.7 - h * v / 600) == pytest.approx(second, rel=5e-3, abs=0)


@pytest.mark.parametrize("W", [60, 400])
def test_the_width_with_one_data_point(W):
    """One point with label 1 and prior variance 1: the weights have the square 1/chi-squared."""
    exact = 0.2 + 0.75 * chi_squared_mean(lambda x: 1 / x, W)
    derivation = symbolic.get("variance_limited.width")
    values = {"L_inf": 0.2, "D": 1, "v": 0.75, "q": 1.0}
    assert float(derivation.finite_at({**values, "W": W})) == pytest.approx(
        float(exact), rel=1e-12, abs=0
    )
    law = derivation.law_at(values)
    assert (law.exponent, float(law.floor)) == (1, 0.2)
    assert float(law.prefactor) == pytest.approx(float((exact - 0.2) * (W - 2)), rel=1e-10, abs=0)
    assert float(law.correction[0]) == 2


def test_the_inverse_of_a_gram_matrix_of_two_columns():
    """By quadrature: lengths are chi-squared, the square of the cosine is Beta(1/2, (W-1)/2)."""
    W = 9
    inverse_length = chi_squared_mean(lambda x: 1 / x, W)
    beta = mp.beta(mp.mpf(1) / 2, mp.mpf(W - 1) / 2)
    inverse_sine = mp.quad(lambda x: x**-0.5 * (1 - x) ** ((W - 1) / 2 - 2), [0, 1]) / beta
    exact = inverse_length * inverse_sine  # of (GᵀG)^-1_11; q is the sum of two
    got = symbolic.get("variance_limited.width").finite_at(
        {"L_inf": 0.0, "D": 2, "v": 1.0, "q": 1.0, "W": W}
    )
    assert float(got) == pytest.approx(float(exact), rel=1e-8, abs=0)


@pytest.mark.parametrize(("target", "k"), [(0.5, 0.5), (3.0, 2.0), (1.2, 1.0)])
def test_a_shrunk_mean_of_tosses(target, k):
    """Data are 0.4 or 2.0 with probability 1/2 each: mean 1.2, standard deviation 0.8."""

    def loss(size):
        return (
            mp.fsum(
                comb(size, n) * (((0.4 * (size - n) + 2.0 * n) / (size + mp.mpf(k)) - target) ** 2)
                for n in range(size + 1)
            )
            / mp.mpf(2) ** size
        )

    law = law_at("variance_limited.bias", mu=1.2, sigma=0.8, target=target, pseudocount=k)
    floor = (1.2 - target) ** 2
    assert float(law.floor) == pytest.approx(floor, abs=1e-12)
    sizes = (100, 200, 400, 800)
    powers = mp.matrix([[mp.mpf(size) ** -j for j in (1, 2, 3, 4)] for size in sizes])
    found = mp.lu_solve(powers, mp.matrix([loss(size) - floor for size in sizes]))
    assert float(law.prefactor) == pytest.approx(float(found[0]), rel=1e-5, abs=0)
    got = float(law.correction[0] * law.prefactor)
    assert got == pytest.approx(float(found[1]), rel=2e-3, abs=0)


@pytest.mark.parametrize(("W", "target"), [(12, 1.5), (60, 0.5)])
def test_an_ensemble_of_models_that_divide_by_an_estimate(W, target):
    mean = chi_squared_mean(lambda x: W / x, W)
    square = chi_squared_mean(lambda x: (W / x) ** 2, W)
    law = law_at("variance_limited.ensemble", W=W, target=target)
    assert law.exponent == 1
    assert float(law.prefactor) == pytest.approx(float(square - mean**2), rel=1e-9, abs=0)
    assert float(law.floor) == pytest.approx(float((mean - target) ** 2), rel=1e-9, abs=0)


@pytest.mark.parametrize("p", [0.5, 1.0, 3.0])
def test_the_error_of_a_mean_to_a_power(p):
    exact = normal_mean(lambda x: x**p, mp.mpf("1.7") / mp.sqrt(40))
    law = law_at("variance_limited.absolute_clean", sigma=1.7, p=p)
    assert float(law.exponent) == p / 2
    assert float(law.prefactor) == pytest.approx(
        float(exact * mp.mpf(40) ** (p / 2)), rel=1e-12, abs=0
    )


def test_the_absolute_error_of_a_mean():
    assert float(
        law_at("variance_limited.absolute_clean", sigma=1.0, p=1.0).prefactor
    ) == pytest.approx(0.79788, abs=1e-5)
    sigma = mp.mpf("1.7")
    for D in (50, 200):
        noisy = normal_mean(lambda x: x, sigma * mp.sqrt(1 + mp.mpf(1) / D))
        exact = noisy - normal_mean(lambda x: x, sigma)
        law = law_at("variance_limited.absolute_noisy", sigma=1.7)
        assert law.exponent == 1
        value = law.expression.subs(law.size, D)
        assert float(value) == pytest.approx(float(exact), rel=0.2 / D**2, abs=0)
    assert float(law_at("variance_limited.absolute_noisy", sigma=1.0).prefactor) == pytest.approx(
        0.39894, abs=1e-5
    )
