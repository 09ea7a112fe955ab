"""What may be assumed of a loss before it is fitted: words that sweeps, suites and fits share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

Floor = Literal["zero", "maybe", "free"]
"""The irreducible loss of a fit: none, averaged over, or fitted."""

FLOORS: tuple[Floor, ...] = ("zero", "maybe", "free")

AssumedFloor = Literal["theory"] | Floor
"""The same of a sweep: fitted where the derived law has one, or as `fit` takes it."""

Corrections = Literal["theory", "none", "unknown"] | Sequence[float]
"""Exponents of the fit's corrections: those of the derived law, none, averaged over, or these."""
