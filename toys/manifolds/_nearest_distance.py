"""The distance to the nearest of D uniform points, and its loss: exact expectations.

Let v be the volume within the distance r of the nearest point, as a share of the manifold. It is
the smallest of D uniform numbers. Everything follows from v(r). On the flat torus it is V_d r^d as
long as the ball does not wrap around; on the sphere it is the area of a cap.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy.special import betaincinv

STEP = 0.1
"""Step of the trapezoidal rule in log(-D log(1-v)); its error is of order exp(-π²/STEP)."""


def ball_volume(d: int) -> float:
    """Volume V_d of the unit ball in d dimensions."""
    return math.exp(d / 2 * math.log(math.pi) - math.lgamma(d / 2 + 1))


def wrap_probability(d: int, D: int) -> float:
    """Probability that the nearest of D points on the torus is farther away than 1/2.

    Only then does the ball around a query overlap itself, so that its volume is below V_d r^d.
    """
    inside = ball_volume(d) / 2**d
    return math.exp(D * math.log1p(-inside)) if inside < 1 else 0.0


def least_unwrapped(d: int, probability: float) -> int:
    """The smallest D at which the ball wraps around the torus with at most that probability."""
    inside = ball_volume(d) / 2**d
    return 1 if inside >= 1 else math.ceil(math.log(probability) / math.log1p(-inside))


def component_moment(d: int, n: float) -> float:
    """E |u₁|^n of a uniform direction u in d dimensions."""
    return math.exp(
        math.lgamma(d / 2) + math.lgamma((n + 1) / 2) - math.lgamma((d + n) / 2)
    ) / math.sqrt(math.pi)


def _stirling_error(x: float) -> float:
    """log Γ(x) - (x - 1/2) log x + x - log(2π)/2 for x >= 32."""
    r = 1 / (x * x)
    return (1 / 12 - r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r / 1188)))) / x


def gamma_ratio(D: int, s: float) -> float:
    """Γ(D+1)/Γ(D+1+s) = E v^s / Γ(1+s), for s >= 0, to about 1e-14 at any D."""
    x = float(D) + 1
    if x < 32:
        return math.exp(math.lgamma(x) - math.lgamma(x + s))
    growth = (x - 0.5) * math.log1p(s / x) - s + s * math.log(x + s)
    return math.exp(_stirling_error(x) - _stirling_error(x + s) - growth)


def distance_moment(d: int, D: int, n: float) -> float:
    """E r^n of the distance to the nearest of D points on the flat torus of volume 1."""
    s = n / d
    scale = ball_volume(d) ** -s
    return scale * math.gamma(1 + s) * gamma_ratio(D, s)


def torus_loss(d: int, D: int, loss: str) -> float:
    """Expected loss of nearest-neighbour interpolation of cos 2πx₁ on the flat torus.

    The loss for a displacement by r, averaged over phase and direction, is a power series in r. It
    is summed with the moments of r. The result is exact, except that the ball may wrap around.
    """
    if loss == "zero-one":
        return 2 * component_moment(d, 1) * distance_moment(d, D, 1)
    total = 0.0
    for j in range(200):
        if loss == "squared":  # 1 - E cos 2πr u₁
            n = 2 * j + 2
            log_size = n * math.log(math.pi) - math.lgamma(j + 2)
            log_size -= math.lgamma(d / 2 + j + 1) - math.lgamma(d / 2)
            size = math.exp(log_size)
        else:  # (4/π) E sin πr|u₁|
            n = 2 * j + 1
            log_size = n * math.log(math.pi) - math.lgamma(n + 1)
            size = 4 / math.pi * math.exp(log_size) * component_moment(d, n)
        term = size * distance_moment(d, D, n)
        total += -term if j % 2 else term
        if term <= 1e-18 * total:
            break
    return total


def cap_angle(
    inside: NDArray[np.float64], outside: NDArray[np.float64], d: int
) -> NDArray[np.float64]:
    """Angular radius of the cap of S^d with the share `inside`; the rest is `outside`."""
    squared_sine = betaincinv(d / 2, 0.5, 2 * np.minimum(inside, outside))
    angle = np.arcsin(np.sqrt(squared_sine))
    return np.where(inside <= outside, angle, np.pi - angle)


def sphere_loss(d: int, D: int, loss: str) -> float:
    """Expected loss of nearest-neighbour interpolation of √(d+1) x·e on the sphere S^d.

    It is an integral over the share v of the sphere that is nearer than the nearest point, by the
    trapezoidal rule in log s, s = -D log(1-v). The rule converges exponentially.
    """
    y = np.arange(-60.0, math.log(745.0), STEP)
    s = np.exp(y)
    angle = cap_angle(-np.expm1(-s / D), np.exp(-s / D), d)
    return STEP * float(np.sum(_sphere_cost(angle, d, loss) * np.exp(y - s)))


def _sphere_cost(angle: NDArray[np.float64], d: int, loss: str) -> NDArray[np.float64]:
    """The mean loss if the nearest point is at this angle, in a random direction."""
    if loss == "zero-one":  # probability that a random great circle separates the two
        return angle / math.pi
    chord = 2 * np.sin(angle / 2)
    if loss == "squared":
        return chord**2
    return math.sqrt(d + 1) * component_moment(d + 1, 1) * chord


def interval_loss(D: int, loss: str) -> float:
    """Expected loss of nearest-neighbour interpolation of x on the interval (0, 1)."""
    if loss == "absolute":
        return (D + 3) / (2 * (D + 1) * (D + 2))
    if loss == "squared":
        return (D + 7) / (2 * (D + 1) * (D + 2) * (D + 3))
    return 1 / (2 * (D + 1)) + 0.5 ** (D + 1)
