"""Forms of L(N) that may be taken for one another, each a curve with its derivatives and priors.

A form is written as log(L / loss) against x = log N - middle, in units that its `Frame` takes from
the data, so that neither the unit of N nor that of L enters. Its coordinates come in an order: the
first `affine` of them enter the logarithm linearly once the others, which give the curve its shape,
are known. Every form's u is the log loss at one size within the window, so that all forms share
the prior of their scale.

Each coordinate is believed beforehand to lie in a range: Normal, with the mean and the standard
deviation of the flat density on that range. Normal, since a flat density has edges at which
Laplace's approximation fails; broad, so that what it says about one form is a matter of a few nats.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Values = Any  # scalars or arrays, real, or complex where a derivative is taken by a complex step
Row = tuple[Values, ...]
Curve = tuple[Values, Row]


class Frame(NamedTuple):
    """The units that a data set supplies.

    Attributes
    ----------
    middle : float
        Log of the geometric mean of the smallest and the largest size.
    half : float
        Half the range of log N, so that x runs from -half to half.
    step : float
        Mean distance of neighbouring sizes in log N.
    loss : float
        The loss at the middle, read off the data by straight lines in logarithms.
    first, least : float
        The loss at the smallest size and the smallest loss, in units of `loss`.
    """

    middle: float
    half: float
    step: float
    loss: float
    first: float
    least: float

    @classmethod
    def of(cls, sizes: Array, means: Array) -> Frame:
        """The frame of increasing sizes (n,) and their losses (n,)."""
        logs = np.log(sizes)
        middle, half = float(logs[0] + logs[-1]) / 2, float(logs[-1] - logs[0]) / 2
        loss = math.exp(float(np.interp(middle, logs, np.log(means))))
        step = 2 * half / (logs.size - 1)
        return cls(middle, half, step, loss, float(means[0]) / loss, float(means.min()) / loss)


class Coordinate(NamedTuple):
    """The range in which a coordinate is believed to lie, and where a fit stops it.

    `keeps` names the parameter that stops there: beyond, the form has turned into another one.
    """

    low: float
    high: float
    keeps: str | None = None
    floor: float = -math.inf
    ceiling: float = math.inf

    @property
    def mean(self) -> float:
        """Mean of the prior."""
        return (self.low + self.high) / 2

    @property
    def deviation(self) -> float:
        """Standard deviation of the prior."""
        return (self.high - self.low) / math.sqrt(12)


@dataclass(frozen=True)
class Form:
    """One form of L(N).

    Attributes
    ----------
    name, formula : str
        As the user writes it, and as the reader sees it.
    parameters : tuple of str
        Names of the parameters in the formula.
    affine : int
        How many leading coordinates enter the log loss linearly, given the others.
    curve : callable
        (frame, x, *coordinates) -> log loss and its derivatives by the coordinates.
    natural : callable
        (frame, *coordinates) -> values of `parameters`, in the units of the data.
    coordinates : callable
        frame -> tuple of Coordinate, one for each coordinate.
    exponent : callable or None
        (frame, *coordinates) -> the asymptotic -d log L / d log N, of the excess over E where
        there is an E; None where the curve has none.
    """

    name: str
    formula: str
    parameters: tuple[str, ...]
    affine: int
    curve: Callable[..., Curve]
    natural: Callable[..., Row]
    coordinates: Callable[[Frame], tuple[Coordinate, ...]]
    exponent: Callable[..., Values] | None = None


_U = Coordinate(-5, 5)
_EXPONENT = Coordinate(0, 4)
_FALL = Coordinate(0, 30)
"""By how many nats an exponential falls over the window."""
_LOG_W = Coordinate(math.log(1 / 4), math.log(4), "w", math.log(1e-2), math.log(1e2))
_S = Coordinate(0, 2, "s", 1e-3, 20)
_ROOM = Coordinate(0, 1, "N0", 1e-3, 1 - 1e-6)
"""Of r = half/Q with Q = log(middle size) - log N0: r = 0 is a power law, r = 1 is N0 = N₁."""


def _power(_: Frame, x: Values, u: Values, a: Values) -> Curve:
    return u - a * x, (1.0, -x)


def _constant(f: Frame, x: Values, u: Values, a: Values, share: Values) -> Curve:
    """`u` is the log loss at the smallest size, `share` the part of it that is E."""
    y = x + f.half
    power = np.exp(-a * y)
    total = (1 - share) * power + share
    return u + np.log(total), (1.0, -y * (1 - share) * power / total, (1 - power) / total)


def _corrected(f: Frame, x: Values, u: Values, a: Values, b: Values, log_w: Values) -> Curve:
    decay = np.exp(log_w) * (x + f.half)
    term = np.exp(-decay)
    total = 1 + b * term
    return u - a * x + np.log(total), (1.0, -x, term / total, -b * term * decay / total)


def _shift(f: Frame, v: Values) -> Values:
    """N0 over the middle size, from v = log(1 + N0/N₁)."""
    return math.exp(-f.half) * np.expm1(v)


def _shifted(f: Frame, x: Values, u: Values, a: Values, v: Values) -> Curve:
    shift = _shift(f, v)
    here, middle = np.exp(x) + shift, 1 + shift
    stretch = np.log(here / middle)
    bend = (1 / here - 1 / middle) * np.exp(v - f.half)
    return u - a * stretch, (1.0, -stretch, -a * bend)


def _softplus(z: Values) -> tuple[Values, Values]:
    """Softplus log(1 + e^z) and its derivative, without overflow."""
    sign = np.where(np.real(z) > 0, 1.0, -1.0)
    small = np.exp(-sign * z)
    return (sign > 0) * z + np.log1p(small), np.where(sign > 0, 1.0, small) / (1 + small)


def _broken(
    _: Frame, x: Values, u: Values, a0: Values, a1: Values, log_d: Values, log_f: Values
) -> Curve:
    f = np.exp(log_f)
    z, origin = (x - log_d) / f, -log_d / f
    (here, rise), (there, rise_there) = _softplus(z), _softplus(origin)
    turned = f * (here - there)
    sharpness = turned - f * (z * rise - origin * rise_there)
    return (
        u - a0 * x - a1 * turned,
        (1.0, -x, -turned, a1 * (rise - rise_there), -a1 * sharpness),
    )


def _exponential(f: Frame, x: Values, u: Values, fall: Values) -> Curve:
    h = np.expm1(x) / (2 * math.sinh(f.half))
    return u - fall * h, (1.0, -h)


def _stretched(f: Frame, x: Values, u: Values, fall: Values, s: Values) -> Curve:
    span = 2 * np.sinh(s * f.half)
    h = np.expm1(s * x) / span
    change = (x * np.exp(s * x) - h * 2 * f.half * np.cosh(s * f.half)) / span
    return u - fall * h, (1.0, -h, -fall * change)


def _logarithmic(_: Frame, x: Values, u: Values, slope: Values) -> Curve:
    total = 1 - slope * x
    return u + np.log(total), (1.0, -x / total)


def _log_power(f: Frame, x: Values, u: Values, a: Values, r: Values) -> Curve:
    """`a` is the running exponent at the middle, k/Q."""
    bend = r / f.half
    total = 1 + bend * x
    h = np.log(total) / bend
    return u - a * h, (1.0, -h, -a * (x / total - h) / r)


def _log_corrected(f: Frame, x: Values, u: Values, a: Values, square: Values) -> Curve:
    """`a` is the running exponent at the middle, `square` is r²: the curvature, nearly."""
    bend = np.sqrt(square) / f.half
    total = 1 + bend * x
    change = -((bend * x) ** 2) / total / (2 * square)
    return u - a * x + np.log(total) - bend * x, (1.0, -x, change)


# ---- the parameters of the formulas -----------------------------------------------------------


def _power_values(f: Frame, u: Values, a: Values) -> Row:
    return f.loss * np.exp(u + a * f.middle), a


def _constant_values(f: Frame, u: Values, a: Values, share: Values) -> Row:
    scale = f.loss * np.exp(u)
    return (1 - share) * scale * np.exp(a * (f.middle - f.half)), a, share * scale


def _constant_coordinates(f: Frame) -> tuple[Coordinate, ...]:
    most = f.least / f.first
    at_first = _U._replace(low=_U.low + math.log(f.first), high=_U.high + math.log(f.first))
    return at_first, _EXPONENT, Coordinate(0, most, "E", -most, 1 - 1e-6)


def _corrected_values(f: Frame, u: Values, a: Values, b: Values, log_w: Values) -> Row:
    return f.loss * np.exp(u + a * f.middle), a, b, np.exp(log_w)


def _shifted_values(f: Frame, u: Values, a: Values, v: Values) -> Row:
    shift = _shift(f, v)
    c = f.loss * np.exp(u + a * (np.log(1 + shift) + f.middle))
    return c, a, math.exp(f.middle) * shift


def _broken_values(
    f: Frame, u: Values, a0: Values, a1: Values, log_d: Values, log_f: Values
) -> Row:
    width = np.exp(log_f)
    turned = width * _softplus(-log_d / width)[0]
    c = f.loss * np.exp(u + a0 * f.middle + a1 * turned)
    return c, a0, a1, np.exp(f.middle + log_d), width


def _exponential_values(f: Frame, u: Values, fall: Values) -> Row:
    k = fall / (2 * math.sinh(f.half))
    return f.loss * np.exp(u + k), k * math.exp(-f.middle)


def _stretched_values(f: Frame, u: Values, fall: Values, s: Values) -> Row:
    k = fall / (2 * np.sinh(s * f.half))
    return f.loss * np.exp(u + k), k * np.exp(-s * f.middle), s


def _logarithmic_values(f: Frame, u: Values, slope: Values) -> Row:
    scale = f.loss * np.exp(u)
    return scale * (1 + slope * f.middle), scale * slope


def _log_power_values(f: Frame, u: Values, a: Values, r: Values) -> Row:
    reach = f.half / r
    k = a * reach
    return f.loss * np.exp(u + k * np.log(reach)), k, np.exp(f.middle - reach)


def _log_corrected_values(f: Frame, u: Values, a: Values, square: Values) -> Row:
    reach = f.half / np.sqrt(square)
    exponent = a + 1 / reach
    c = f.loss * np.exp(u + exponent * f.middle) / reach
    return c, exponent, np.exp(f.middle - reach)


def _log_corrected_exponent(f: Frame, _: Values, a: Values, square: Values) -> Values:
    return a + np.sqrt(square) / f.half


def _second(_: Frame, __: Values, a: Values, *___: Values) -> Values:
    return a


FORMS: dict[str, Form] = {
    form.name: form
    for form in (
        Form(
            "power", "c N^-a", ("c", "a"), 2, _power, _power_values,
            lambda _: (_U, _EXPONENT), _second,
        ),
        Form(
            "constant", "c N^-a + E", ("c", "a", "E"), 1, _constant, _constant_values,
            _constant_coordinates, _second,
        ),
        Form(
            "corrected", "c N^-a (1 + b (N/N₁)^-w)", ("c", "a", "b", "w"), 2,
            _corrected, _corrected_values,
            lambda _: (_U, _EXPONENT, Coordinate(-1, 4), _LOG_W), _second,
        ),
        Form(
            "shifted", "c (N + N0)^-a", ("c", "a", "N0"), 2, _shifted, _shifted_values,
            lambda f: (_U, _EXPONENT, Coordinate(-2, f.half, "N0", -12, 2 * f.half + 5)), _second,
        ),
        Form(
            "broken", "c N^-a0 (1 + (N/d)^(1/f))^(-a1 f)", ("c", "a0", "a1", "d", "f"), 3,
            _broken, _broken_values,
            lambda f: (
                _U, _EXPONENT, Coordinate(-4, 4),
                Coordinate(-f.half - f.step, f.half + f.step, "d", -3 * f.half, 3 * f.half),
                Coordinate(
                    math.log(f.step / 4), math.log(f.half), "f",
                    math.log(f.step / 40), math.log(10 * f.half),
                ),
            ),
            lambda _, __, a0, a1, *___: a0 + a1,
        ),
        Form(
            "exponential", "c exp(-k N)", ("c", "k"), 2, _exponential, _exponential_values,
            lambda _: (_U, _FALL),
        ),
        Form(
            "stretched", "c exp(-k N^s)", ("c", "k", "s"), 2, _stretched, _stretched_values,
            lambda _: (_U, _FALL, _S),
        ),
        Form(
            "logarithmic", "c - k log N", ("c", "k"), 1, _logarithmic, _logarithmic_values,
            lambda f: (_U, Coordinate(0, 1 / f.half)),
        ),
        Form(
            "log power", "c (log(N/N0))^-k", ("c", "k", "N0"), 2, _log_power, _log_power_values,
            lambda _: (_U, _EXPONENT, _ROOM),
        ),
        Form(
            "log corrected", "c N^-a log(N/N0)", ("c", "a", "N0"), 2,
            _log_corrected, _log_corrected_values,
            lambda _: (_U, _EXPONENT, _ROOM._replace(floor=1e-6)), _log_corrected_exponent,
        ),
    )
}  # fmt: skip
"""Every form by its name. Broken: Caballero2022, eq. 1, with one break and no constant."""
