"""Regression laws against means over chi-squared numbers, eigenvalues and simulated fits."""

import mpmath as mp
import numpy as np
import pytest

import symbolic


def law(name, size, **parameters):
    found = symbolic.get(name)
    expression = found.law_at(parameters).expression
    return float(expression.subs(found.size.symbol, size))


def finite(name, **parameters):
    return float(symbolic.get(name).finite_at(parameters))


def inverse_chi_square(freedom):
    """E 1/chi^2 by quadrature."""
    half = mp.mpf(freedom) / 2
    density = lambda x: x ** (half - 1) * mp.exp(-x / 2) / (2**half * mp.gamma(half))  # noqa: E731
    return float(mp.quad(lambda x: density(x) / x, [0, freedom, 4 * freedom, mp.inf]))


@pytest.mark.parametrize(("N", "p", "sigma"), [(40, 20, 0.7), (15, 3, 1.0), (9, 1, 0.25)])
def test_least_squares_is_a_sum_of_inverse_chi_squares(N, p, sigma):
    expected = sigma**2 * p * inverse_chi_square(N - p + 1)
    assert finite("regression.least_squares", N=N, p=p, sigma=sigma) == pytest.approx(
        expected, rel=1e-8, abs=0
    )


@pytest.mark.parametrize(("p", "sigma"), [(1, 0.5), (7, 0.3), (12, 1.0)])
def test_least_squares_tends_to_its_law(p, sigma):
    N = 2000
    excess = sigma**2 * p * (1 / (N - p - 1) - 1 / N) * N**2
    derived = (law("regression.least_squares", N, p=p, sigma=sigma) - sigma**2 * p / N) * N**2
    assert derived == pytest.approx(excess, rel=0.008, abs=0)


def simulated(N, p, D, sigma, r, fits=2500):
    """The mean error of the shortest least-squares fit to p of D features."""
    rng = np.random.default_rng(N + 100 * p + D)
    x = rng.standard_normal((fits, N, D))
    w = np.full(D, r / np.sqrt(D))
    y = x @ w + sigma * rng.standard_normal((fits, N))
    fitted = np.einsum("kij,kj->ki", np.linalg.pinv(x[..., :p]), y)
    errors = ((fitted - w[:p]) ** 2).sum(1) + (w[p:] ** 2).sum()
    return errors.mean(), errors.std() / np.sqrt(fits)


@pytest.mark.parametrize(
    ("name", "N", "p", "D"),
    [
        ("regression.least_squares", 16, 4, 4),
        ("double_descent.minimum_norm", 4, 16, 16),
        ("double_descent.omitted", 16, 4, 8),
        ("double_descent.parameters", 4, 16, 24),
    ],
)
def test_simulated_fits_have_the_exact_error(name, N, p, D):
    sigma, r = 0.6, 1.5
    mean, error = simulated(N, p, D, sigma, r)
    known = {"N": N, "p": p, "sigma": sigma, "r": r, "f": p / D}
    exact = finite(name, **known)
    assert error < 0.02 * exact
    assert mean == pytest.approx(exact, abs=4 * error)


@pytest.mark.parametrize(("N", "sigma", "r"), [(3, 0.5, 2.0), (10, 1.0, 1.5), (6, 0.2, 3.0)])
def test_many_parameters_tend_to_their_laws(N, sigma, r):
    """Both over-parameterised laws, to the second correction, and the place of the minimum."""
    f = 0.5
    p = 4000
    shortest = r**2 * (1 - N / p) + sigma**2 * N / (p - N - 1)
    assert law("double_descent.minimum_norm", p, N=N, sigma=sigma, r=r) == pytest.approx(
        shortest, abs=2 * sigma**2 * N * (N + 1) ** 2 / p**3
    )
    noise = sigma**2 + (1 - f) * r**2
    half = r**2 * f * (1 - N / p) + noise * (1 + N / (p - N - 1)) - sigma**2
    assert law("double_descent.parameters", p, N=N, sigma=sigma, r=r, f=f) == pytest.approx(
        half, abs=2 * noise * N * (N + 1) ** 2 / p**3
    )
    errors = [
        finite("double_descent.minimum_norm", p=p, N=N, sigma=sigma, r=r)
        for p in range(N + 2, 5 * N + 5)
    ]
    best = N + 2 + int(np.argmin(errors))
    assert best == pytest.approx((N + 1) * r / (r - sigma), abs=1)


@pytest.mark.parametrize(("p", "f"), [(2, 0.25), (10, 0.8)])
def test_omitted_features_leave_a_floor(p, f):
    sigma, r, N = 0.5, 2.0, 3000
    floor = (1 - f) * r**2
    noise = sigma**2 + floor
    found = symbolic.get("double_descent.omitted").law_at({"p": p, "f": f, "sigma": sigma, "r": r})
    assert float(found.floor) == pytest.approx(floor)
    excess = (noise * p / (N - p - 1) - noise * p / N) * N**2
    derived = (
        law("double_descent.omitted", N, p=p, f=f, sigma=sigma, r=r) - floor - noise * p / N
    ) * N**2
    assert derived == pytest.approx(excess, rel=0.008, abs=0)


@pytest.mark.parametrize("N", [80, 160, 320])
def test_the_ridge_has_the_error_of_random_eigenvalues(N):
    """sigma^2 tr (X'X + lambda)^-1 for one large random matrix, which hardly fluctuates."""
    p, sigma, r = 160, 0.7, 1.0
    x = np.random.default_rng(N).standard_normal((N, p))
    eigenvalues = np.linalg.eigvalsh(x.T @ x)
    expected = sigma**2 * (1 / (eigenvalues + p * sigma**2 / r**2)).sum()
    exact = symbolic.get("regression.ridge").finite
    point = {s: {"N": N, "p": p, "sigma": sigma, "r": r}[s.name] for s in exact.free_symbols}
    assert float(exact.subs(point)) == pytest.approx(expected, rel=0.015, abs=0)


def test_the_ridge_is_a_mean_over_the_law_of_marchenko_and_pastur():
    N, p, sigma, r = 2000, 20, 0.8, 1.3
    gamma = p / N
    low, high = (1 - gamma**0.5) ** 2, (1 + gamma**0.5) ** 2
    density = lambda x: mp.sqrt((high - x) * (x - low)) / (2 * mp.pi * gamma * x)  # noqa: E731
    ell = gamma * sigma**2 / r**2
    mean = mp.quad(lambda x: density(x) / (x + ell), [low, 1, high])
    excess = (sigma**2 * gamma * float(mean) - sigma**2 * gamma) / gamma**2
    derived = (law("regression.ridge", N, p=p, sigma=sigma, r=r) - sigma**2 * gamma) / gamma**2
    assert derived == pytest.approx(excess, rel=0.03, abs=0)
    assert derived == pytest.approx(sigma**2 * (1 - sigma**2 / r**2), rel=1e-6, abs=0)
