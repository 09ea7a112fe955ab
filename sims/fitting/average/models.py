"""Which power laws are averaged, with what prior weight, and the rivals they are weighed against.

L = c N^-a (1 + Σ_j b_j (N/N₁)^-w_j) + E, N₁ being the smallest size of the window. Priors: flat in
log c and a; b_j ~ Normal(0, 1/4), for the correction at the smallest size is of order one half;
E uniform between 0 and the smallest loss; where there may be a floor, a is improbable below
0.05, for a law that hardly falls is a floor in disguise. Without the prior on b, the leading term
and a correction may swap places, and the exponent is lost.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import chdtri

from sims.assumptions import Floor
from sims.fitting.average.posteriors import BROAD, LOG, LOG_BELOW, PLAIN, RUN, RUNNING
from sims.fitting.flags import IMPLAUSIBLE

SINGLE = (1 / 4, 1 / 3, 1 / 2, 2 / 3, 1.0, 3 / 2, 2.0)
"""Correction exponents that occur in theory."""

BROAD_ONES = (0.3, 0.5, 0.8, 1.25, 2.0)
"""Correction exponents known up to a factor e^±BREADTH: what lies between the others."""

BREADTH = 0.2

WIDE_ONES = (0.3, 0.5, 0.8, 1.25, 2.0)
"""Exponents of corrections that may be larger than the leading term."""

SERIES = (0.5, 1.0, 1.5)
"""Steps of corrections in powers w, 2w, 3w, 4w: what asymptotic series look like close by."""

SHARES = {"none": 0.10, "single": 0.19, "remainder": 0.06, "broad": 0.37, "pair": 0.20,
          "series": 0.05, "wide": 0.03}  # fmt: skip
"""Prior weights: no correction; one at a named exponent, alone or followed by a remainder; one in
between; two, (w, 2w); four, of a series; a large one. They were chosen on made-up curves and exact
toys."""

WIDTH = 0.5
"""Prior standard deviation of a correction at the smallest size, relative to the leading term."""

WIDE = 2.5
"""The same of a correction that may be large: N₁ is then far from where the law begins."""

REMAINDER = 0.25
"""The same of the terms w + 1 and w + 2 of a remainder, which only the smallest sizes feel."""

WIDE_SHARE = 0.2
"""Prior weight of a large correction among those that theory supplies."""

MAYBE = 0.5
"""Prior weight of a floor that may be there."""


class ModelSet(NamedTuple):
    """Models as arrays, one place each.

    Attributes
    ----------
    kinds : ndarray of int, shape (models,)
        As the kernel numbers them.
    powers : ndarray, shape (models, terms)
        Exponents w of corrections; 0 where there is none.
    widths : ndarray, shape (models, terms)
        Prior standard deviations of their coefficients; 0 where there is none.
    floors, rivals : ndarray of bool, shape (models,)
        With a floor; only to be weighed against the others.
    log_priors, scales : ndarray, shape (models,)
        Logarithm of the prior weight; factor on all errors.
    """

    kinds: NDArray[np.int64]
    powers: NDArray[np.float64]
    widths: NDArray[np.float64]
    floors: NDArray[np.bool_]
    rivals: NDArray[np.bool_]
    log_priors: NDArray[np.float64]
    scales: NDArray[np.float64]

    @property
    def parameters(self) -> NDArray[np.int64]:
        """How many parameters each model has."""
        return 2 + np.sum(self.widths > 0, axis=1) + self.floors

    def excess(self, chi2: NDArray[np.float64], sizes: int) -> float:
        """Half the logarithm of chi² over what is barely plausible, of the best model tested.

        Errors that are larger by a factor whose logarithm is this would let that model pass, if it
        stayed where it is. A model with as many parameters as sizes proves nothing.
        """
        freedom = sizes - self.parameters
        tested = ~self.rivals & (freedom > 0)
        return 0.5 * float(np.min(np.log(chi2[tested] / chdtri(freedom[tested], IMPLAUSIBLE))))

    def testable(self, sizes: int) -> ModelSet:
        """The models with fewer parameters than sizes, their prior weights adding up to one.

        The others meet every loss exactly: they cannot tell how large errors are, and would make
        any size of them equally probable, down to none.
        """
        models = self.chosen(self.parameters < sizes)
        total = np.logaddexp.reduce(models.log_priors[~models.rivals])
        return models._replace(log_priors=models.log_priors - np.where(models.rivals, 0.0, total))

    def chosen(self, which: NDArray[np.bool_]) -> ModelSet:
        """Some of the models."""
        return ModelSet._make(np.ascontiguousarray(column[which]) for column in self)

    def scaled(self, scales: NDArray[np.float64]) -> ModelSet:
        """Each model once for every factor on the errors."""
        times, count = scales.size, self.kinds.size
        repeated = ModelSet._make(np.concatenate([column] * times) for column in self)
        return repeated._replace(scales=np.repeat(scales, count))


class _Model(NamedTuple):
    kind: int
    powers: tuple[float, ...]
    widths: tuple[float, ...]
    prior: float
    floor: bool = False
    rival: bool = False


def model_set(
    corrections: Sequence[float] | None, floor: Floor, *, certain: bool = False
) -> ModelSet:
    """The models to average.

    Parameters
    ----------
    corrections : sequence of float or None
        Exponents that theory supplies: then the models are the power law with all of them and the
        one with none. An empty sequence: a power law and nothing else. None: unknown, and then
        rivals are weighed too.
    floor : {"zero", "maybe", "free"}
        Whether the irreducible loss is 0, averaged over, or always fitted.
    certain : bool
        Whether the corrections supplied are known to be there.
    """
    return _model_set(None if corrections is None else tuple(corrections), floor, certain)


@cache
def _model_set(corrections: tuple[float, ...] | None, floor: Floor, certain: bool) -> ModelSet:
    laws = _unknown() if corrections is None else _supplied(corrections, certain)
    if floor == "free":
        models = [law._replace(floor=True) for law in laws]
    elif floor == "maybe":
        models = [law._replace(prior=law.prior * (1 - MAYBE)) for law in laws]
        models += [law._replace(prior=law.prior * MAYBE, floor=True) for law in laws]
    else:
        models = laws
    if corrections is None:
        models = models + _rivals(floor)
    terms = max(len(model.widths) for model in models)
    terms = max(terms, 2)

    def padded(rows: list[tuple[float, ...]]) -> NDArray[np.float64]:
        return np.array([[*row, *[0.0] * (terms - len(row))] for row in rows])

    return ModelSet(
        kinds=np.array([model.kind for model in models], np.int64),
        powers=padded([model.powers for model in models]),
        widths=padded([model.widths for model in models]),
        floors=np.array([model.floor for model in models]),
        rivals=np.array([model.rival for model in models]),
        log_priors=np.array([math.log(model.prior) for model in models]),
        scales=np.ones(len(models)),
    )


def _unknown() -> list[_Model]:
    def models(share: str, powers: list[tuple[float, ...]], *widths: float) -> list[_Model]:
        kind = BROAD if share in ("broad", "wide") else PLAIN
        return [_Model(kind, each, widths, SHARES[share] / len(powers)) for each in powers]

    return [
        *models("none", [()]),
        *models("single", [(w,) for w in SINGLE], WIDTH),
        *models("remainder", [(w, w + 1, w + 2) for w in SINGLE], WIDTH, REMAINDER, REMAINDER),
        *models("broad", [(w,) for w in BROAD_ONES], WIDTH, BREADTH),
        *models("pair", [(w, 2 * w) for w in SINGLE], WIDTH, WIDTH),
        *models("wide", [(w,) for w in WIDE_ONES], WIDE, BREADTH),
        *models("series", [(w, 2 * w, 3 * w, 4 * w) for w in SERIES], *[WIDTH] * 4),
    ]


def _supplied(powers: tuple[float, ...], certain: bool) -> list[_Model]:
    if not powers:
        return [_Model(PLAIN, (), (), 1.0)]
    usual, wide = (
        _Model(PLAIN, powers, (width,) * len(powers), prior)
        for width, prior in ((WIDTH, 1 - WIDE_SHARE), (WIDE, WIDE_SHARE))
    )
    if certain:
        return [usual, wide]
    none = _Model(PLAIN, (), (), 0.5)
    return [none, *(model._replace(prior=model.prior / 2) for model in (usual, wide))]


def _rivals(floor: Floor) -> list[_Model]:
    """Laws that the data may prefer to every model averaged, so that a flag can say it."""
    kinds = ((LOG, 1.0), (LOG_BELOW, 1.0), (RUNNING, RUN))
    share = 1 - MAYBE if floor == "maybe" else 1.0
    rivals = [
        _Model(kind, (0.0,), (width,), share / len(kinds), floor == "free", True)
        for kind, width in kinds
    ]
    if floor == "zero":
        rivals += [
            _Model(PLAIN, (), (), 0.5, True, True),
            _Model(PLAIN, (1.0,), (WIDTH,), 0.25, True, True),
            _Model(PLAIN, (0.5,), (WIDTH,), 0.25, True, True),
        ]
    return rivals
