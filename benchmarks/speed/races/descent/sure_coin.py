"""Steps and flows at a sure coin, beside NumPy and SciPy.

The work is a chain: each step needs the logit that the last one left, so that nothing can be
vectorised over steps, and there is but one run, as nothing is random. A NumPy user writes the same
loop in Python. The floor is one exponential and one division in a row, about 10 ns a step; cost is
proportional to the number of steps, and does not depend on the number of replicates. One run
passes through every size, so that a sweep costs as much as its largest size. `exact` takes a
thousand steps or so once, and then costs the same for any number of steps. A flow takes 2048 steps
for every factor e in the time: its cost grows as the logarithm of the time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from benchmarks.speed.race import Race
from toys.descent._sure_coin import SureCoin
from toys.descent.adam import Adam
from toys.descent.adaptive import Adagrad, Newton, NormalisedDescent
from toys.descent.descent import GradientDescent, ScheduledDescent
from toys.descent.flows import AdagradFlow, DeepLinear, GradientFlow, SoftmaxFlow, SquaredLossFlow
from toys.descent.optimisers import HeavyBall, Nesterov
from toys.descent.weight_decay import WeightDecay
from toys.toy import Toy

STEPS = 20_000


def _slope(w: float) -> float:
    return 1 / (1 + math.exp(w))


def _loss(w: float) -> float:
    return math.log1p(math.exp(-w))


def _descent(steps: int) -> float:
    w = 0.0
    for _ in range(steps):
        w += _slope(w)
    return _loss(w)


def _schedule(steps: int) -> float:
    w = 0.0
    for s in range(1, steps + 1):
        w += s**-0.5 * _slope(w)
    return _loss(w)


def _decay(steps: int) -> float:
    w = 0.0
    for _ in range(steps):
        w += _slope(w) - 0.01 * w
    return _loss(w)


def _momentum(steps: int) -> float:
    w = velocity = 0.0
    for _ in range(steps):
        velocity = 0.5 * velocity + _slope(w)
        w += velocity
    return _loss(w)


def _nesterov(steps: int) -> float:
    w = before = 0.0
    for s in range(1, steps + 1):
        ahead = w + (s - 1) / (s + 2) * (w - before)
        before, w = w, ahead + _slope(ahead)
    return _loss(w)


def _adagrad(steps: int) -> float:
    w, squares = 0.0, 0.25
    for _ in range(steps):
        g = _slope(w)
        squares += g * g
        w += 0.5 * g / math.sqrt(squares)
    return _loss(w)


def _normalised(steps: int) -> float:
    w = 0.0
    for _ in range(steps):
        g = math.exp(-w) / (1 + math.exp(-w))
        w += 0.01 * g / abs(g)
    return _loss(w)


def _newton(steps: int) -> float:
    w = 0.0
    for _ in range(steps):
        g = math.exp(-w) / (1 + math.exp(-w))
        w += g / (g / (1 + math.exp(-w)))
    return _loss(w)


def _adam(steps: int) -> float:
    w = mean = square = 0.0
    for s in range(1, steps + 1):
        g = _slope(w)
        mean += 0.1 * (g - mean)
        square += 0.001 * (g * g - square)
        w += 0.01 * mean / (1 - 0.9**s) / (math.sqrt(square / (1 - 0.999**s)) + 0.01)
    return _loss(w)


CHAINS: tuple[tuple[SureCoin, Callable[[int], float]], ...] = (
    (GradientDescent(eta=1, t=STEPS), _descent),
    (ScheduledDescent(eta=1, g=0.5, t=STEPS), _schedule),
    (WeightDecay(eta=1, decay=0.01, t=STEPS), _decay),
    (HeavyBall(eta=1, mu=0.5, t=STEPS), _momentum),
    (Nesterov(eta=1, t=STEPS), _nesterov),
    (Adagrad(eta=0.5, s_0=0.5, t=STEPS), _adagrad),
    (NormalisedDescent(eta=0.01, t=STEPS), _normalised),
    (Newton(t=600), _newton),
    (Adam(eta=0.01, epsilon=0.01, t=STEPS), _adam),
)

Speed = Callable[[NDArray[np.float64]], NDArray[np.float64]]


def _softmax_speed(z: NDArray[np.float64]) -> NDArray[np.float64]:
    p = np.exp(z - z[0])
    p /= p.sum()
    out = -p
    out[0] += 1
    return np.asarray(out)


def _squared_speed(w: NDArray[np.float64]) -> NDArray[np.float64]:
    q = 1 / (1 + np.exp(w))
    return np.asarray(2 * q * q * (1 - q))


def _adagrad_speed(state: NDArray[np.float64]) -> NDArray[np.float64]:
    g = 1 / (1 + np.exp(state[0]))
    return np.array([0.5 * g / state[1], g * g / (2 * state[1])])


FLOWS: tuple[tuple[Toy, str, Speed, list[float], Speed], ...] = (
    (
        GradientFlow(tau=1e6), "tau", lambda w: 1 / (1 + np.exp(w)), [0.0],
        lambda w: np.log1p(np.exp(-w[0])),
    ),
    (
        SoftmaxFlow(K=10, tau=1e6), "tau", _softmax_speed, [0.0] * 10,
        lambda z: np.log1p(np.exp(z[1:] - z[0]).sum()),
    ),
    (
        SquaredLossFlow(tau=1e6), "tau", _squared_speed, [0.0],
        lambda w: (1 / (1 + np.exp(w[0]))) ** 2,
    ),
    (
        DeepLinear(depth=3, tau=1e6), "tau",
        lambda u: 3 * u**2 / (1 + np.exp(u**3)), [1.0], lambda u: np.log1p(np.exp(-u[0] ** 3)),
    ),
    (
        AdagradFlow(eta=0.5, s_0=0.5, t=1e6), "t", _adagrad_speed, [0.0, 0.5],
        lambda state: np.log1p(np.exp(-state[0])),
    ),
)  # fmt: skip


def _near(ours: object, theirs: object) -> None:
    a, b = float(ours), float(theirs)  # type: ignore[arg-type]
    assert abs(a / b - 1) < 1e-9, (a, b)


def races() -> Iterator[Race]:
    """A run of every optimiser beside the same loop in Python; flows beside SciPy's solver."""
    rng = np.random.Generator(np.random.PCG64DXSM(1))
    for toy, loop in CHAINS:

        def ours(toy: Toy = toy) -> float:
            return float(toy.simulate(rng, 1)[0])

        def theirs(toy: SureCoin = toy, loop: Callable[[int], float] = loop) -> float:
            return loop(toy.t)

        yield Race(f"{toy.name}, {toy.t} steps", "the loop in Python", ours, theirs, _near)
    many = GradientDescent(eta=1, t=STEPS)

    def numpy() -> float:
        w = np.zeros(())
        for _ in range(STEPS):
            w = w + 1 / (1 + np.exp(w))
        return float(np.log1p(np.exp(-w)))

    yield Race(
        f"gradient_descent, {STEPS} steps", "the loop in NumPy",
        lambda: float(many.simulate(rng, 1)[0]), numpy, _near,
    )  # fmt: skip
    yield Race(
        f"gradient_descent, exact, {STEPS} steps", "the loop in Python",
        many.exact, lambda: _descent(STEPS), _near,
    )  # fmt: skip
    for flow, axis, speed, start, loss in FLOWS:
        end = math.log1p(getattr(flow, axis))

        def followed(flow: Toy = flow) -> float:
            return float(flow.simulate(rng, 1)[0])

        def solved(
            speed: Speed = speed, start: list[float] = start, loss: Speed = loss, end: float = end
        ) -> float:
            found = solve_ivp(
                lambda s, state: np.exp(s) * speed(state), (0, end), start, method="DOP853",
                rtol=1e-12, atol=1e-12,
            )  # fmt: skip
            return float(loss(found.y[:, -1]))

        name = f"{flow.name} to {axis} = 1e6, accurate to 1e-12"
        yield Race(name, "solve_ivp (DOP853, rtol = 1e-12)", followed, solved, _near)
